import type {RunningStudy} from '../client/studyClient.ts';
import type {Experiment} from '../core/experiment.ts';
import type {Snapshot} from '../core/protocol.ts';
import {CERTIFICATE_TOLERANCE, type Certificate, type StudyCommand, type StudyEvent, type StudyKind} from '../core/study.ts';
import {type RateGrid, sweepRates, withPoints} from '../core/sweep.ts';
import {CATALOGUE} from '../catalogue.ts';
import {runKey, sweepKey} from './runs.ts';
import type {BasinState, CertificateView, CurvatureView, GradientCheckView, PathView, StartsView, SweepView} from './types.ts';

export const NO_CERTIFICATE: CertificateView = {status: 'idle', certificate: null, reason: ''};
export const NO_PATH: PathView = {status: 'idle', share: 0, points: [], method: null, reason: ''};
export const NO_STARTS: StartsView = {status: 'idle', share: 0, contestant: 0, count: 0, starts: null, backend: null, reason: ''};
export const NO_CURVATURE: CurvatureView = {status: 'idle', share: 0, contestant: 0, curvature: null, reason: ''};
export const NO_GRADIENT_CHECK: GradientCheckView = {status: 'idle', contestant: 0, iteration: 0, check: null, reason: ''};
export const NO_SWEEP: SweepView = {status: 'idle', share: 0, results: {}, reason: ''};

/** What studies show. */
type StudyViews = Pick<BasinState, 'certificate' | 'path' | 'starts' | 'curvature' | 'gradientCheck' | 'sweep'>;

export interface StudiesHost {
  get(): Pick<BasinState, 'experiment' | 'engine'> & StudyViews;
  set(part: Partial<StudyViews>): void;
  /** Address that data files are relative to. */
  readonly base: string;
}

/** Edits that follow each other this fast start one certificate, not several. */
const SETTLED = 300;
const PATH_POINTS = 25;
/** The path reaches this factor above and below the present beta. */
const PATH_REACH = 100;
const LARGEST_BETA = 1000;

/** Descending betas, evenly spaced on a log axis, the present one among them (0.1 stands in for zero). */
export function pathBetas(beta: number): readonly number[] {
  const middle = beta > 0 ? beta : 0.1;
  const half = (PATH_POINTS - 1) / 2;
  const betas = Array.from({length: PATH_POINTS}, (_, i) => (i === half ? middle : Number((middle * PATH_REACH ** (1 - i / half)).toPrecision(3))));
  return betas.filter((one) => one <= LARGEST_BETA);
}

const withoutBeta = ({dataset, problem}: Experiment): string => JSON.stringify([dataset, {...problem, params: {...problem.params, beta: null}}]);

/** What a sampled programme depends on besides data and problem: the seed and the convex contestants' settings. */
const sampleKey = ({seed, contestants}: Experiment): string =>
  JSON.stringify([seed, contestants.filter(({solver}) => CATALOGUE.solvers[solver.id].needs !== 'gradients').map(({solver}) => solver)]);

/** The narrower of two intervals about the same optimum: both are proved, so both hold. */
export function intersection(before: Certificate | null, now: Certificate): Certificate {
  if (before?.scope !== now.scope) return now;
  const lower = Math.max(before.lower, now.lower);
  const upper = Math.min(before.upper, now.upper);
  const relativeGap = upper > 0 ? (upper - lower) / upper : 0;
  return {
    ...now,
    lower,
    upper,
    relativeGap,
    neurons: before.upper < now.upper ? before.neurons : now.neurons,
    rounds: before.rounds + now.rounds,
    seconds: before.seconds + now.seconds,
    closed: now.closed || relativeGap <= CERTIFICATE_TOLERANCE,
  };
}

/** Keeps studies and experiment together: drops what an edit makes untrue, and starts the certificate by itself. */
export class Studies {
  readonly #start: (command: StudyCommand, onEvent: (event: StudyEvent) => void) => RunningStudy;
  readonly #host: StudiesHost;
  readonly #running = new Map<StudyKind, RunningStudy>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #certificateKey = '';
  #certificateSample = '';
  #pathKey = '';
  #pathSample = '';
  #startsKey = '';
  /** The run keys of the contestants whose network was looked at. */
  #curvatureKey = '';
  #gradientCheckKey = '';
  /** The sweep keys of the contestants that are being swept, by index at the start. */
  #sweeping: ReadonlyMap<number, string> = new Map();
  /** Rates that are still on their way, by sweep key. */
  readonly #underWay = new Map<string, Set<number>>();

  constructor(start: (command: StudyCommand, onEvent: (event: StudyEvent) => void) => RunningStudy, host: StudiesHost) {
    this.#start = start;
    this.#host = host;
  }

  /** After an edit. */
  sync(experiment: Experiment): void {
    this.#syncCertificate(experiment);
    this.#syncNetworks(experiment);
    this.#syncSweep(experiment);
    const {path, starts} = this.#host.get();
    const sampled = path.method !== 'certified' && this.#pathSample !== sampleKey(experiment);
    if (path.status !== 'idle' && (this.#pathKey !== withoutBeta(experiment) || sampled)) {
      this.#cancel('path');
      this.#host.set({path: NO_PATH});
    }
    if (starts.status === 'idle') return;
    const contestant = experiment.contestants.findIndex((_, index) => runKey(experiment, index) === this.#startsKey);
    if (contestant < 0) this.#cancel('starts');
    if (contestant !== starts.contestant) this.#host.set({starts: contestant < 0 ? NO_STARTS : {...starts, contestant}});
  }

  /** A certificate that came with the page; one under way is not needed any more. */
  adoptCertificate(certificate: Certificate): void {
    this.#cancel('certificate');
    this.#host.set({certificate: {status: 'done', certificate, reason: ''}});
  }

  stopCertificate(): void {
    this.#cancel('certificate');
    this.#host.set({certificate: {...this.#host.get().certificate, status: 'stopped'}});
  }

  /** A study starts from nothing, but the interval so far holds all the same. */
  resumeCertificate(): void {
    const {experiment, certificate: {certificate: held}} = this.#host.get();
    const show = (part: Partial<CertificateView>): void => this.#host.set({certificate: {...this.#host.get().certificate, ...part}});
    show({status: 'running', reason: ''});
    this.#run({kind: 'certificate', experiment, base: this.#host.base, tolerance: CERTIFICATE_TOLERANCE}, (event) => {
      if (event.type === 'certificate') show({certificate: intersection(held, event.certificate)});
      else if (event.type === 'done') show({status: 'done'});
      else if (event.type === 'refused') show({status: 'failed', reason: reasonOf(event)});
    });
  }

  startPath(): void {
    const {experiment} = this.#host.get();
    this.#pathKey = withoutBeta(experiment);
    this.#pathSample = sampleKey(experiment);
    const show = (change: (path: PathView) => Partial<PathView>): void => {
      const {path} = this.#host.get();
      this.#host.set({path: {...path, ...change(path)}});
    };
    this.#host.set({path: {...NO_PATH, status: 'running'}});
    const betas = pathBetas(Number(experiment.problem.params.beta));
    this.#run({kind: 'path', experiment, base: this.#host.base, betas, ...this.#backend()}, (event) => {
      if (event.type === 'path') show(({points}) => ({method: event.method, points: [...points, event.point].sort((a, b) => b.beta - a.beta)}));
      else if (event.type === 'progress') show(() => ({share: event.share}));
      else if (event.type === 'done') show(() => ({status: 'done', share: 1}));
      else if (event.type === 'refused') show(() => ({status: 'failed', reason: reasonOf(event)}));
    });
  }

  stopPath(): void {
    this.#cancel('path');
    this.#host.set({path: {...this.#host.get().path, status: 'stopped'}});
  }

  startStarts(contestant: number, count: number): void {
    const {experiment} = this.#host.get();
    this.#startsKey = runKey(experiment, contestant);
    const show = (part: Partial<StartsView>): void => this.#host.set({starts: {...this.#host.get().starts, ...part}});
    this.#host.set({starts: {...NO_STARTS, status: 'running', contestant, count}});
    this.#run({kind: 'starts', experiment, base: this.#host.base, contestant, count, ...this.#backend()}, (event) => {
      if (event.type === 'starts') show({starts: event.starts, backend: event.backend});
      else if (event.type === 'progress') show({share: event.share});
      else if (event.type === 'done') show({status: 'done', share: 1});
      else if (event.type === 'refused') show({status: 'failed', reason: reasonOf(event)});
    });
  }

  stopStarts(): void {
    this.#cancel('starts');
    this.#host.set({starts: {...this.#host.get().starts, status: 'stopped'}});
  }

  startCurvature(contestant: number, network: Snapshot): void {
    const {experiment} = this.#host.get();
    this.#curvatureKey = runKey(experiment, contestant);
    const show = (part: Partial<CurvatureView>): void => this.#host.set({curvature: {...this.#host.get().curvature, ...part}});
    this.#host.set({curvature: {...NO_CURVATURE, status: 'running', contestant}});
    this.#run({kind: 'curvature', experiment, base: this.#host.base, contestant, network, ...this.#backend()}, (event) => {
      if (event.type === 'curvature') show({curvature: event.curvature});
      else if (event.type === 'progress') show({share: event.share});
      else if (event.type === 'done') show({status: 'done', share: 1});
      else if (event.type === 'refused') show({status: 'failed', reason: reasonOf(event)});
    });
  }

  stopCurvature(): void {
    this.#cancel('curvature');
    this.#host.set({curvature: {...this.#host.get().curvature, status: 'stopped'}});
  }

  startGradientCheck(contestant: number, network: Snapshot): void {
    const {experiment} = this.#host.get();
    this.#gradientCheckKey = runKey(experiment, contestant);
    const show = (part: Partial<GradientCheckView>): void => this.#host.set({gradientCheck: {...this.#host.get().gradientCheck, ...part}});
    this.#host.set({gradientCheck: {...NO_GRADIENT_CHECK, status: 'running', contestant, iteration: network.iteration}});
    this.#run({kind: 'gradientCheck', experiment, base: this.#host.base, contestant, network, ...this.#backend()}, (event) => {
      if (event.type === 'gradientCheck') show({check: event.check});
      else if (event.type === 'done') show({status: 'done'});
      else if (event.type === 'refused') show({status: 'failed', reason: reasonOf(event)});
    });
  }

  stopGradientCheck(): void {
    this.#cancel('gradientCheck');
    this.#host.set({gradientCheck: {...this.#host.get().gradientCheck, status: 'stopped'}});
  }

  /** Tries contestants with rates about their own. What is known of others stays. */
  startSweep(contestants: readonly number[]): void {
    const {experiment, sweep} = this.#host.get();
    // Contestants that differ in their rate alone share what is found.
    const grids = new Map<string, RateGrid>();
    for (const contestant of contestants) {
      const {id, params} = experiment.contestants[contestant].solver;
      const key = sweepKey(experiment, contestant);
      const known = grids.get(key);
      const rates = sweepRates(Number(params.learningRate), CATALOGUE.solvers[id].params.learningRate);
      grids.set(key, {contestant: known?.contestant ?? contestant, rates: [...new Set([...(known?.rates ?? []), ...rates])].sort((a, b) => a - b)});
    }
    this.#sweeping = new Map([...grids].map(([key, {contestant}]) => [contestant, key]));
    const fresh = new Set(this.#sweeping.values());
    const held = Object.entries(sweep.results).filter(([key]) => !fresh.has(key));
    const show = (change: (view: SweepView) => Partial<SweepView>): void => {
      const {sweep: view} = this.#host.get();
      this.#host.set({sweep: {...view, ...change(view)}});
    };
    this.#host.set({sweep: {...NO_SWEEP, status: 'running', results: Object.fromEntries(held)}});
    this.#run({kind: 'sweep', experiment, base: this.#host.base, grids: [...grids.values()], ...this.#backend()}, (event) => {
      if (event.type === 'sweep') {
        const key = this.#sweeping.get(event.contestant) ?? '';
        const underWay = this.#underWay.get(key) ?? new Set();
        this.#underWay.set(key, underWay);
        for (const {rate} of event.points) {
          if (event.ended) underWay.delete(rate);
          else underWay.add(rate);
        }
        show(({results}) => ({results: {...results, [key]: withPoints(results[key] ?? [], event.points)}}));
      } else if (event.type === 'progress') show(() => ({share: event.share}));
      else if (event.type === 'done') show(() => ({status: 'done', share: 1}));
      else if (event.type === 'refused') show(({results}) => ({status: 'failed', reason: reasonOf(event), results: this.#endedOf(results)}));
    });
  }

  stopSweep(): void {
    this.#cancel('sweep');
    const {sweep} = this.#host.get();
    this.#host.set({sweep: {...sweep, status: 'stopped', results: this.#endedOf(sweep.results)}});
  }

  /** What rates have come to on their way says nothing of their end. */
  #endedOf(results: SweepView['results']): SweepView['results'] {
    const sound = Object.entries(results).map(([key, points]) => [key, points.filter(({rate}) => !this.#underWay.get(key)?.has(rate))] as const);
    const ended = Object.fromEntries(sound.filter(([, points]) => points.length > 0));
    this.#underWay.clear();
    return ended;
  }

  /** What is known of a network goes with its run; a contestant may have moved. */
  #syncNetworks(experiment: Experiment): void {
    const placeOf = (key: string): number => experiment.contestants.findIndex((_, index) => runKey(experiment, index) === key);
    const {curvature, gradientCheck} = this.#host.get();
    if (curvature.status !== 'idle') {
      const contestant = placeOf(this.#curvatureKey);
      if (contestant < 0) this.#cancel('curvature');
      if (contestant !== curvature.contestant) this.#host.set({curvature: contestant < 0 ? NO_CURVATURE : {...curvature, contestant}});
    }
    if (gradientCheck.status !== 'idle') {
      const contestant = placeOf(this.#gradientCheckKey);
      if (contestant < 0) this.#cancel('gradientCheck');
      if (contestant !== gradientCheck.contestant) this.#host.set({gradientCheck: contestant < 0 ? NO_GRADIENT_CHECK : {...gradientCheck, contestant}});
    }
  }

  /** Another learning rate leaves a sweep true; anything else of the contestant does not. */
  #syncSweep(experiment: Experiment): void {
    const {sweep} = this.#host.get();
    if (sweep.status === 'idle') return;
    const keys = new Set(experiment.contestants.map((_, index) => sweepKey(experiment, index)));
    const known = Object.fromEntries(Object.entries(sweep.results).filter(([key]) => keys.has(key)));
    const stale = sweep.status === 'running' && [...this.#sweeping.values()].some((key) => !keys.has(key));
    if (stale) this.#cancel('sweep');
    const results = stale ? this.#endedOf(known) : known;
    const empty = Object.keys(results).length === 0;
    if (empty && (stale || sweep.status !== 'running')) this.#host.set({sweep: NO_SWEEP});
    else this.#host.set({sweep: {...sweep, results, status: stale ? 'stopped' : sweep.status}});
  }

  #syncCertificate(experiment: Experiment): void {
    const key = JSON.stringify([experiment.dataset, experiment.problem]);
    const sample = sampleKey(experiment);
    const {certificate: view} = this.#host.get();
    // A global certificate asks for no sample, so that a change of seed leaves it true.
    const stale = key !== this.#certificateKey || (sample !== this.#certificateSample && view.certificate?.scope !== 'global');
    this.#certificateKey = key;
    this.#certificateSample = sample;
    if (stale) {
      this.#cancel('certificate');
      this.#host.set({certificate: NO_CERTIFICATE});
    } else if (!experiment.certificate && (view.status === 'running' || view.status === 'stopped')) {
      this.#cancel('certificate');
      this.#host.set({certificate: {...view, status: 'idle'}});
    }
    clearTimeout(this.#timer);
    if (!experiment.certificate || this.#host.get().certificate.status !== 'idle') return;
    this.#timer = setTimeout(() => this.resumeCertificate(), SETTLED);
  }

  /** On the engine's own backend, which is known to work, once it has reported. */
  #backend() {
    const {report, request} = this.#host.get().engine;
    return {request: report?.backend ?? request, exclude: []} as const;
  }

  #run(command: StudyCommand, onEvent: (event: StudyEvent) => void): void {
    this.#cancel(command.kind);
    const study = this.#start(command, (event) => {
      if (this.#running.get(command.kind) !== study) return;
      if (event.type === 'done' || event.type === 'refused') this.#running.delete(command.kind);
      onEvent(event);
    });
    this.#running.set(command.kind, study);
  }

  #cancel(kind: StudyKind): void {
    if (kind === 'certificate') clearTimeout(this.#timer);
    this.#running.get(kind)?.cancel();
    this.#running.delete(kind);
  }
}

/** A refusal as a sentence. */
export function reasonOf({field, message}: {readonly field: string; readonly message: string}): string {
  const subject = field === 'study' || field === 'certificate' || field === 'sweep' ? `The ${field}` : field;
  return `${subject} ${message}${/[.!?]$/.test(message) ? '' : '.'}`;
}
