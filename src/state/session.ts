import {EngineClient} from '../client/engineClient.ts';
import {InstrumentClient} from '../client/instrumentClient.ts';
import {startStudy} from '../client/studyClient.ts';
import type {ExampleRace} from '../core/example.ts';
import {exampleRunId} from '../core/example.ts';
import {type Contestant, DEFAULT_VIEW, type Experiment} from '../core/experiment.ts';
import {CATALOGUE} from '../catalogue.ts';
import {encodeLink} from '../core/link.ts';
import type {Snapshot, Telemetry} from '../core/protocol.ts';
import {Directions} from './directions.ts';
import {exampleRun} from './example.ts';
import {findingsOf} from './findings.ts';
import {LabStudies} from './labStudies.ts';
import {Looking, withKnownValues} from './looking.ts';
import {MomentumWatch} from './momentumWatch.ts';
import {Studies} from './studies.ts';
import {freshRun, phaseOf, runKey, sameContestants, statusOf, withFailure, withTelemetry} from './runs.ts';
import type {AttentionAsked, BasinState, RunView} from './types.ts';

/** The visible state, as the session reads and writes it. */
export interface Store {
  get(): BasinState;
  set(part: Partial<BasinState> | ((state: BasinState) => Partial<BasinState>)): void;
}

const NO_PICTURES: Partial<BasinState> = {landscape: null, landscapeMissing: null, line: null, boundaries: {}, neurons: {}, weights: {}, attention: null, probe: null};

/** Telemetry is shown at most this often, in milliseconds. */
const FLUSH_INTERVAL = 100;

/** The last network that can be looked at: its weights are numbers, and it is not the one that J says has diverged. */
const soundNetwork = ({snapshots, ending, progress}: Telemetry): Snapshot | undefined =>
  snapshots.findLast(({iteration, values}) => !(ending?.kind === 'diverged' && iteration === progress.iteration) && values.every(Number.isFinite));

/**
 * The page's work behind the visible state: workers, runs and pictures. The store is a projection of it; while a
 * precomputed example is on show, the real runs wait behind it.
 */
export class Session {
  readonly engine: EngineClient;
  readonly instruments: InstrumentClient;
  readonly studies: Studies;
  readonly lab: LabStudies;
  readonly #store: Store;
  readonly #looking: Looking;
  readonly #directions: Directions;
  readonly #momentum: MomentumWatch;
  #runs: readonly RunView[] = [];
  #example: ExampleRace | null = null;
  /** What the example's link holds of things that show the same race otherwise. */
  #exampleLook: Pick<Experiment, 'view' | 'certificate'> = {view: DEFAULT_VIEW, certificate: false};
  #running = false;
  /** The race is to begin when the engine is ready. */
  #wanted = false;
  #watchesWeights = false;
  #watched: AttentionAsked | null = null;
  #lastRun = 0;
  /** What each contestant keeps while its runs start anew and others come and go. */
  #seats: readonly {readonly contestant: Contestant; readonly seat: number}[] = [];
  #lastSeat = 0;
  /** What each run depends on, by run id. */
  #keys = new Map<string, string>();
  /** The latest network of each run whose weights are numbers, by run id; copies, as the originals are handed on. */
  readonly #networks = new Map<string, Snapshot>();
  #loadedData = '';
  #plane = '';
  #flushTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(store: Store) {
    this.#store = store;
    const broken = (message: string): void => {
      this.engine.pause();
      this.#wanted = false;
      store.set({phase: 'broken', racing: false, fault: {field: 'engine', message: `stopped: ${message}. Reload the page.`}});
    };
    this.instruments = new InstrumentClient(broken);
    this.#directions = new Directions(startStudy, {
      current: () => {
        const {experiment, engine: {report, request}} = store.get();
        return {experiment, running: this.#running, backend: report?.backend ?? request, base: document.baseURI};
      },
      networkOf: (contestant) => this.networkOf(contestant),
      changed: () => {
        if (!this.#example) this.#looking.landscapeAskedFor();
      },
    });
    this.#looking = new Looking(this.instruments, {
      current: () => {
        const {experiment, readout} = store.get();
        const runIds = this.#runs.map((run) => run.runId);
        const attending = this.#watched && runIds.at(this.#watched.contestant);
        const attention = this.#watched && attending ? {runId: attending, example: this.#watched.example} : null;
        return {experiment, readout, runIds, seats: this.#seats.map(({seat}) => seat), running: this.#running, watchesWeights: this.#watchesWeights, attention};
      },
      // What was asked before the example came on show, or of a run that has gone, is not shown.
      landscape: (landscape, progress) => {
        if (this.#example) return;
        if (!landscape) store.set({landscapeProgress: progress});
        else if ('missing' in landscape) store.set({landscape: null, landscapeMissing: landscape.missing, landscapeProgress: null});
        else store.set(({landscape: known}) => ({landscape: withKnownValues(known, landscape), landscapeMissing: null, landscapeProgress: null}));
      },
      line: (line) => {
        if (!this.#example) store.set({line});
      },
      directions: (runId, contestant) => this.#directions.of(runId, contestant),
      boundary: (runId, boundary) => {
        if (this.#example || !this.#runs.some((run) => run.runId === runId)) return;
        store.set(({boundaries}) => ({boundaries: {...boundaries, [runId]: boundary}}));
      },
      neurons: (runId, found) => {
        if (this.#example || !this.#runs.some((run) => run.runId === runId)) return;
        store.set(({neurons}) => ({neurons: {...neurons, [runId]: found}}));
      },
      weights: (runId, found) => {
        if (this.#example || !this.#runs.some((run) => run.runId === runId)) return;
        store.set(({weights}) => ({weights: {...weights, [runId]: found}}));
      },
      attention: (runId, picture) => {
        if (!this.#example && this.#runs.some((run) => run.runId === runId)) store.set({attention: {runId, picture}});
      },
    });
    this.studies = new Studies(startStudy, {
      get: () => store.get(),
      set: (part) => {
        store.set(part);
        // What a certificate or a sweep says of the contestants is a finding.
        if (part.certificate || part.sweep) this.#flushTimer ??= setTimeout(() => this.#publish(), FLUSH_INTERVAL);
      },
      base: document.baseURI,
    });
    this.lab = new LabStudies(startStudy, {get: () => store.get(), set: (part) => store.set(part), base: document.baseURI});
    this.#momentum = new MomentumWatch(this.instruments, (momentum) => store.set({momentum}));
    this.engine = new EngineClient({
      ready: (report, lanes) => {
        // A software adapter only runs the engine where somebody asked for it.
        this.instruments.useGpu(report.backend === 'webgpu');
        store.set(({engine}) => ({engine: {...engine, report, lanes}}));
      },
      telemetry: (runId, telemetry) => {
        const sound = soundNetwork(telemetry);
        if (sound) this.#networks.set(runId, {...sound, values: sound.values.slice()});
        this.instruments.observe(runId, telemetry.snapshots);
        if (telemetry.snapshots.length > 0 && !this.#example) this.#looking.runChanged(runId);
        this.#update(runId, (run) => withTelemetry(run, telemetry, this.#running));
      },
      refused: (runId, fault) => this.#update(runId, (run) => withFailure(run, `${fault.field} ${fault.message}`)),
      restarted: (runId) => {
        this.instruments.forget(runId);
        this.#networks.delete(runId);
        this.#update(runId, () => freshRun(runId));
      },
      notice: (text) => store.set(({engine}) => ({engine: {...engine, notices: [...engine.notices, text]}})),
      broken,
    });
  }

  /** The real runs, in the order of the contestants, whatever is on show. */
  get runs(): readonly RunView[] {
    return this.#runs;
  }

  /** The contestant's latest network on this visit. */
  networkOf(contestant: number): Snapshot | null {
    const run = this.#runs.at(contestant);
    return (run && this.#networks.get(run.runId)) ?? null;
  }

  /** Runs whose inputs did not change are kept; the others start anew. */
  reconcile(experiment: Experiment): void {
    // Duplicates have equal keys, so each key holds a queue of runs.
    const old = new Map<string, RunView[]>();
    for (const run of this.#runs) {
      const key = this.#keys.get(run.runId) ?? '';
      old.set(key, [...(old.get(key) ?? []), run]);
    }
    const keys = new Map<string, string>();
    const runs = experiment.contestants.map((_, index) => {
      const key = runKey(experiment, index);
      const kept = old.get(key)?.shift();
      const run = kept ?? freshRun(this.#newId());
      keys.set(run.runId, key);
      return {run, index, isNew: !kept};
    });
    for (const run of this.#runs) if (!keys.has(run.runId)) this.#drop(run.runId);
    this.#keys = keys;
    this.#runs = runs.map(({run}) => run);
    this.#seat(experiment.contestants);
    this.#store.set({experiment});
    // Another axis or metric, or the optimum beneath, shows the same race; anything else is another one.
    if (this.#example && encodeLink({...experiment, ...this.#exampleLook}, CATALOGUE) !== this.#example.link) this.#endExample();
    this.#loadData(experiment);
    this.studies.sync(experiment);
    this.lab.sync(experiment);
    this.#momentum.sync(experiment);
    for (const {run, index, isNew} of runs) if (isNew) this.engine.add(run.runId, experiment, index);
    this.#publish();
    this.#lookAtPlane(experiment);
  }

  /** Puts a finished race on show until the user does something. */
  showExample(example: ExampleRace): void {
    const {experiment} = this.#store.get();
    if (example.link !== encodeLink(experiment, CATALOGUE) || this.#running || this.#runs.some((run) => run.progress.iteration > 0)) return;
    this.#example = example;
    this.#exampleLook = {view: experiment.view, certificate: experiment.certificate};
    const boundaries = Object.fromEntries(example.contestants.map(({boundary}, index) => [exampleRunId(index), boundary]));
    const neurons = Object.fromEntries(example.contestants.map((one, index) => [exampleRunId(index), one.neurons]));
    this.#store.set({data: example.data, landscape: example.landscape, landscapeProgress: null, boundaries, neurons});
    if (example.certificate) this.studies.adoptCertificate(example.certificate);
    this.#publish();
  }

  /** A race that is asked for while the engine starts begins as soon as all are ready. */
  setRunning(running: boolean): void {
    this.#wanted = running && !this.#running && this.#store.get().phase === 'starting';
    if (this.#wanted) return this.#publish();
    if (running) this.#endExample();
    this.#running = running;
    if (running) this.engine.run();
    else this.engine.pause();
    this.#runs = this.#runs.map((run) => ({...run, status: statusOf(run, running)}));
    this.#publish();
    if (running || this.#example) return;
    // What was too slow to be mapped may have been so because the runs took the processor.
    this.instruments.reconsider();
    this.#looking.viewChanged();
  }

  /** Another answer of each network. */
  readoutChanged(): void {
    if (!this.#example) this.#looking.networksAskedFor();
  }

  watchWeights(on: boolean): void {
    this.#watchesWeights = on;
    if (on && !this.#example) this.#looking.networksAskedFor();
  }

  watchMomentum(on: boolean): void {
    this.#momentum.watch(on, this.#store.get().experiment);
  }

  watchAttention(asked: AttentionAsked | null): void {
    this.#watched = asked;
    if (asked && !this.#example) this.#looking.attentionAskedFor();
  }

  step(): void {
    this.#endExample();
    this.setRunning(false);
    this.engine.step();
  }

  /** Every run again from the start. */
  reset(): void {
    this.#endExample();
    for (const run of this.#runs) this.#drop(run.runId);
    this.#keys.clear();
    this.#runs = [];
    this.#store.set({probe: null});
    this.setRunning(false);
    this.reconcile(this.#store.get().experiment);
  }

  #endExample(): void {
    if (!this.#example) return;
    this.#example = null;
    this.#store.set(NO_PICTURES);
    this.#looking.viewChanged();
    this.#publish();
  }

  /** Another plane needs another landscape, which an example has not. */
  #lookAtPlane({view, contestants}: Experiment): void {
    const plane = JSON.stringify([view.plane, view.planeOf, view.planeTo, view.planeSeed, view.freeze, contestants.map((one) => one.name), this.#runs.map((run) => run.runId)]);
    if (plane === this.#plane) return;
    const first = this.#plane === '';
    this.#plane = plane;
    // A probe's coordinates mean nothing in another plane.
    this.#store.set({probe: null});
    if (!first) this.#endExample();
    if (!this.#example) this.#looking.viewChanged();
  }

  #seat(contestants: readonly Contestant[]): void {
    const before = sameContestants(this.#seats.map(({contestant}) => contestant), contestants);
    this.#seats = contestants.map((contestant, i) => {
      const index = before[i];
      return {contestant, seat: index === null ? this.#newSeat() : this.#seats[index].seat};
    });
  }

  #newSeat(): number {
    this.#lastSeat += 1;
    return this.#lastSeat;
  }

  #newId(): string {
    this.#lastRun += 1;
    return `run${this.#lastRun}`;
  }

  #drop(runId: string): void {
    this.engine.remove(runId);
    this.instruments.forget(runId);
    this.#networks.delete(runId);
    const without = <T>(table: Readonly<Record<string, T>>): Record<string, T> => Object.fromEntries(Object.entries(table).filter(([id]) => id !== runId));
    this.#store.set(({boundaries, neurons, weights, attention}) => ({
      boundaries: without(boundaries), neurons: without(neurons), weights: without(weights),
      attention: attention?.runId === runId ? null : attention,
    }));
  }

  #loadData(experiment: Experiment): void {
    const data = JSON.stringify(experiment.dataset);
    const key = `${data} ${JSON.stringify(experiment.problem)}`;
    if (key === this.#loadedData) return;
    // Another problem on the same data: what is known of the data stays on show.
    if (!this.#loadedData.startsWith(`${data} `)) this.#store.set({data: null});
    this.#loadedData = key;
    this.#store.set(NO_PICTURES);
    void this.instruments.load(experiment).then((result) => {
      if (!result) return;
      // Forgotten, so that a reset tries again.
      if (!result.ok) this.#loadedData = '';
      this.#store.set(result.ok ? {data: result.value} : {fault: result.error});
    });
  }

  #update(runId: string, change: (run: RunView) => RunView): void {
    this.#runs = this.#runs.map((run) => (run.runId === runId ? change(run) : run));
    this.#flushTimer ??= setTimeout(() => this.#publish(), FLUSH_INTERVAL);
  }

  /** Brings the visible state up to date. */
  #publish(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    const {experiment, engine, data, certificate, sweep, phase: before} = this.#store.get();
    const phase = before === 'broken' ? before : phaseOf(this.#runs, engine.report !== null, this.#running);
    const runs = this.#example?.contestants.map(exampleRun) ?? this.#runs;
    const findings = findingsOf(experiment, runs, {
      regression: data?.task === 'regression' || data?.task === 'retrieval',
      samples: data?.trainCount ?? Number.POSITIVE_INFINITY,
      backend: engine.report?.backend ?? null,
      certificate: experiment.certificate ? certificate.certificate : null,
      sweep,
    });
    this.#store.set({runs, phase, findings, racing: this.#running || this.#wanted, example: this.#example !== null});
    if (phase === 'finished' && this.#running) this.setRunning(false);
    if (this.#wanted && phase !== 'starting' && phase !== 'broken') this.setRunning(true);
  }
}
