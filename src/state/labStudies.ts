import type {RunningStudy} from '../client/studyClient.ts';
import {MOST_BASIN_ITERATIONS} from '../core/basins.ts';
import type {Experiment} from '../core/experiment.ts';
import type {StudyCommand, StudyEvent} from '../core/study.ts';
import type {TheorySettings} from '../core/theory.ts';
import type {BasinsView, TheoryView} from './labTypes.ts';
import {reasonOf} from './studies.ts';
import type {BasinState} from './types.ts';

export const NO_BASINS: BasinsView = {status: 'idle', share: 0, contestant: 0, basins: null, backend: null, reason: ''};
export const NO_THEORY: TheoryView = {status: 'idle', share: 0, settings: null, picture: null, reason: ''};

interface Host {
  get(): Pick<BasinState, 'experiment' | 'engine' | 'basins' | 'theory'>;
  set(part: Partial<Pick<BasinState, 'basins' | 'theory'>>): void;
  /** Address that data files are relative to. */
  readonly base: string;
}

type Start = (command: StudyCommand, onEvent: (event: StudyEvent) => void) => RunningStudy;

/** What basins depend on: all of a contestant's run but where it starts. */
const basinsKey = ({seed, dataset, problem, budget, contestants}: Experiment, index: number): string =>
  JSON.stringify([seed, dataset, problem, budget, contestants[index].solver]);

/** Iterations that starts are followed for: the contestant's own, where the budget counts them. */
const DEFAULT_ITERATIONS = 1000;
export const basinIterations = ({budget: {axis, amount}}: Experiment): number =>
  axis === 'iterations' ? Math.min(MOST_BASIN_ITERATIONS, Math.max(1, Math.round(amount))) : DEFAULT_ITERATIONS;

/** The surface lab's studies. One of each kind at a time; a newer one ends the older. */
export class LabStudies {
  readonly #start: Start;
  readonly #host: Host;
  #basins: RunningStudy | null = null;
  #theory: RunningStudy | null = null;
  #basinsKey = '';

  constructor(start: Start, host: Host) {
    this.#start = start;
    this.#host = host;
  }

  /** After an edit: basins that are of no contestant any more are dropped. */
  sync(experiment: Experiment): void {
    const {basins} = this.#host.get();
    if (basins.status === 'idle') return;
    const contestant = experiment.contestants.findIndex((_, index) => basinsKey(experiment, index) === this.#basinsKey);
    if (contestant < 0) this.#endBasins();
    if (contestant !== basins.contestant) this.#host.set({basins: contestant < 0 ? NO_BASINS : {...basins, contestant}});
  }

  startBasins(contestant: number, side: number): void {
    const {experiment, engine: {report, request}} = this.#host.get();
    this.#endBasins();
    this.#basinsKey = basinsKey(experiment, contestant);
    this.#host.set({basins: {...NO_BASINS, status: 'running', contestant}});
    const show = (part: Partial<BasinsView>): void => this.#host.set({basins: {...this.#host.get().basins, ...part}});
    const command = {kind: 'basins', experiment, base: this.#host.base, contestant, side, iterations: basinIterations(experiment), request: report?.backend ?? request, exclude: []} as const;
    const study: RunningStudy = this.#start(command, (event) => {
      if (this.#basins !== study) return;
      if (event.type === 'basins') show({basins: event.basins, backend: event.backend});
      else if (event.type === 'progress') show({share: event.share});
      else if (event.type === 'done') show({status: 'done', share: 1});
      else if (event.type === 'refused') show({status: 'failed', reason: reasonOf(event)});
    });
    this.#basins = study;
  }

  stopBasins(): void {
    this.#endBasins();
    this.#host.set({basins: {...this.#host.get().basins, status: 'stopped'}});
  }

  startTheory(settings: TheorySettings): void {
    this.#endTheory();
    // What is known of the same subject stays on show until there is more.
    const {settings: before, picture} = this.#host.get().theory;
    this.#host.set({theory: {...NO_THEORY, status: 'running', settings, picture: before?.subject === settings.subject ? picture : null}});
    const show = (part: Partial<TheoryView>): void => this.#host.set({theory: {...this.#host.get().theory, ...part}});
    const study: RunningStudy = this.#start({kind: 'theory', settings}, (event) => {
      if (this.#theory !== study) return;
      if (event.type === 'theory') show({picture: event.picture});
      else if (event.type === 'progress') show({share: event.share});
      else if (event.type === 'done') show({status: 'done', share: 1});
      else if (event.type === 'refused') show({status: 'failed', reason: reasonOf(event), picture: null});
    });
    this.#theory = study;
  }

  stopTheory(): void {
    this.#endTheory();
    this.#host.set({theory: {...this.#host.get().theory, status: 'stopped'}});
  }

  #endBasins(): void {
    this.#basins?.cancel();
    this.#basins = null;
  }

  #endTheory(): void {
    this.#theory?.cancel();
    this.#theory = null;
  }
}
