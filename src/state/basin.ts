import {create} from 'zustand';
import {CATALOGUE} from '../catalogue.ts';
import {EngineClient} from '../client/engineClient.ts';
import {InstrumentClient} from '../client/instrumentClient.ts';
import {type Experiment, parseExperiment} from '../core/experiment.ts';
import {encodeLink} from '../core/link.ts';
import {contestantResult, type ResultsDocument} from '../core/results.ts';
import type {Fault} from '../core/result.ts';
import {DEFAULT_PRESET} from '../presets/registry.ts';
import {type Edit, edits, leftOut} from './edits.ts';
import {findingsOf} from './findings.ts';
import {readLocation, watchLocation, writeLocation} from './location.ts';
import {Looking} from './looking.ts';
import {freshRun, phaseOf, runKey, statusOf, withFailure, withTelemetry} from './runs.ts';
import type {BasinActions, BasinState, RunView} from './types.ts';

/** Presets are checked by a test, so a fault here is a defect of the program. */
function mustParse(json: unknown): Experiment {
  const parsed = parseExperiment(json, CATALOGUE);
  if (!parsed.ok) throw new Error(`${parsed.error.field} ${parsed.error.message}`);
  return parsed.value;
}

export const useBasin = create<BasinState>()(() => ({
  experiment: mustParse(DEFAULT_PRESET.experiment),
  fault: null,
  engine: {report: null, request: 'auto', lanes: 0, notices: []},
  phase: 'starting',
  speed: 'max',
  runs: [],
  data: null,
  landscape: null,
  landscapeProgress: null,
  boundaries: {},
  probe: null,
  findings: [],
}));
const get = useBasin.getState;
const set = useBasin.setState;

/** Telemetry is shown at most this often, in milliseconds. */
const FLUSH_INTERVAL = 100;
const PROBE_SIDE = 60;

/** What the page's session holds besides the visible state. */
class Session {
  readonly engine: EngineClient;
  readonly instruments: InstrumentClient;
  readonly looking: Looking;
  #running = false;
  #lastRun = 0;
  #keys = new Map<string, string>();
  #loadedData = '';
  /** Runs changed since the last flush. */
  #pending = new Map<string, RunView>();
  #flushTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    const broken = (message: string): void => set({phase: 'broken', fault: {field: 'engine', message: `stopped: ${message}. Reload the page.`}});
    this.instruments = new InstrumentClient(broken);
    this.looking = new Looking(this.instruments, {
      current: () => ({experiment: get().experiment, runIds: get().runs.map((run) => run.runId), running: this.#running}),
      landscape: (landscape, progress) => set(landscape ? {landscape, landscapeProgress: null} : {landscapeProgress: progress}),
      boundary: (runId, boundary) => set(({boundaries}) => ({boundaries: {...boundaries, [runId]: boundary}})),
    });
    this.engine = new EngineClient({
      ready: (report, lanes) => set(({engine}) => ({engine: {...engine, report, lanes}})),
      telemetry: (runId, telemetry) => {
        this.instruments.observe(runId, telemetry.snapshots);
        if (telemetry.snapshots.length > 0) this.looking.runChanged(runId);
        this.#update(runId, (run) => withTelemetry(run, telemetry, this.#running));
      },
      refused: (runId, fault) => this.#update(runId, (run) => withFailure(run, `${fault.field} ${fault.message}`)),
      restarted: (runId) => {
        this.instruments.forget(runId);
        this.#update(runId, () => freshRun(runId));
      },
      notice: (text) => set(({engine}) => ({engine: {...engine, notices: [...engine.notices, text]}})),
      broken,
    });
  }

  /** Runs whose inputs did not change are kept; the others start anew. */
  reconcile(experiment: Experiment): void {
    const old = new Map(get().runs.map((run) => [this.#keys.get(run.runId) ?? '', run]));
    const keys = new Map<string, string>();
    const runs = experiment.contestants.map((_, index) => {
      const key = runKey(experiment, index);
      const kept = old.get(key);
      if (kept) old.delete(key);
      const run = kept ?? freshRun(this.#newId());
      keys.set(run.runId, key);
      return {run, index, isNew: !kept};
    });
    for (const run of get().runs) if (!keys.has(run.runId)) this.#drop(run.runId);
    this.#keys = keys;
    set({experiment, runs: runs.map(({run}) => this.#pending.get(run.runId) ?? run)});
    this.#loadData(experiment);
    for (const {run, index, isNew} of runs) if (isNew) this.engine.add(run.runId, experiment, index);
    this.#flush();
    this.looking.viewChanged();
  }

  setRunning(running: boolean): void {
    this.#running = running;
    if (running) this.engine.run();
    else this.engine.pause();
    set(({runs}) => ({runs: runs.map((run) => ({...run, status: statusOf(run, running)}))}));
    this.#flush();
    if (!running) this.looking.viewChanged();
  }

  /** Every run again from the start. */
  reset(): void {
    for (const run of get().runs) this.#drop(run.runId);
    this.#keys.clear();
    set({runs: [], probe: null});
    this.setRunning(false);
    this.reconcile(get().experiment);
  }

  #newId(): string {
    this.#lastRun += 1;
    return `run${this.#lastRun}`;
  }

  #drop(runId: string): void {
    this.engine.remove(runId);
    this.instruments.forget(runId);
    this.#pending.delete(runId);
    set(({boundaries}) => ({boundaries: Object.fromEntries(Object.entries(boundaries).filter(([id]) => id !== runId))}));
  }

  #loadData(experiment: Experiment): void {
    const key = JSON.stringify([experiment.dataset, experiment.problem]);
    if (key === this.#loadedData) return;
    this.#loadedData = key;
    set({data: null, landscape: null, boundaries: {}, probe: null});
    void this.instruments.load(experiment).then((result) => {
      if (!result) return;
      if (result.ok) set({data: result.value});
      else set({fault: result.error});
    });
  }

  #update(runId: string, change: (run: RunView) => RunView): void {
    const run = this.#pending.get(runId) ?? get().runs.find((one) => one.runId === runId);
    if (!run) return;
    this.#pending.set(runId, change(run));
    this.#flushTimer ??= setTimeout(() => this.#flush(), FLUSH_INTERVAL);
  }

  /** Shows what has come in. */
  #flush(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    const {experiment, engine, data} = get();
    const runs = get().runs.map((run) => this.#pending.get(run.runId) ?? run);
    this.#pending.clear();
    const phase = phaseOf(runs, engine.report !== null, this.#running);
    set({runs, phase: get().phase === 'broken' ? 'broken' : phase, findings: findingsOf(experiment, runs, data?.task === 'regression')});
    if (phase === 'finished' && this.#running) this.setRunning(false);
  }
}

let session: Session | null = null;
const here = (): Session => {
  if (!session) throw new Error('start() has not been called');
  return session;
};

/** Validates a draft as a whole; a refused one changes nothing but the banner. */
function attempt(edit: Edit): Fault | null {
  const before = get().experiment;
  const draft = edit(before);
  const parsed = draft.ok ? parseExperiment(draft.value, CATALOGUE) : draft;
  if (!parsed.ok) {
    set({fault: parsed.error});
    return parsed.error;
  }
  set({fault: null});
  here().reconcile(parsed.value);
  writeLocation(encodeLink(parsed.value), get().engine.request);
  return null;
}

/** A change of data may leave out contestants that can't run there; that is said. */
function attemptOnData(edit: Edit): void {
  const before = get().experiment;
  if (attempt(edit)) return;
  const missing = leftOut(before, get().experiment);
  if (missing.length > 0) set({fault: {field: 'contestants', message: `were reduced: ${missing.join(', ')} can't run on this data.`}});
}

export const actions: BasinActions = {
  setTitle: (title) => void attempt(edits.merge({title})),
  setSeed: (seed) => void attempt(edits.merge({seed})),
  setDataset: (id) => attemptOnData(edits.dataset(id)),
  setDatasetParams: (values) => attemptOnData(edits.datasetParams(values)),
  setProblemParam: (key, value) => void attempt(edits.problemParam(key, value)),
  setBudget: (budget) => void attempt((experiment) => edits.merge({budget: {...experiment.budget, ...budget}})(experiment)),
  setView: (view) => void attempt((experiment) => edits.merge({view: {...experiment.view, ...view}})(experiment)),
  addContestant: (solverId) => void attempt(edits.add(solverId)),
  duplicateContestant: (index) => void attempt(edits.duplicate(index)),
  removeContestant: (index) => void attempt(edits.remove(index)),
  renameContestant: (index, name) => void attempt(edits.contestant(index, {name})),
  recolourContestant: (index, colour) => void attempt(edits.contestant(index, {colour})),
  setSolverParam: (index, key, value) => void attempt(edits.solverParam(index, key, value)),
  setModelParam: (index, key, value) => void attempt(edits.modelParam(index, key, value)),
  loadPreset: (preset) => {
    here().setRunning(false);
    attempt(() => ({ok: true, value: preset.experiment}));
  },
  dismissFault: () => set({fault: null}),

  run: () => {
    if (get().phase === 'finished') here().reset();
    here().setRunning(true);
  },
  pause: () => here().setRunning(false),
  step: () => {
    here().setRunning(false);
    here().engine.step();
  },
  reset: () => here().reset(),
  setSpeed: (speed) => {
    set({speed});
    here().engine.setSpeed(speed);
  },
  forceBackend: (request) => {
    set(({engine}) => ({engine: {...engine, request, report: null}, phase: 'starting'}));
    here().engine.start(request);
    writeLocation(encodeLink(get().experiment), request);
  },

  probeAt: (a, b) =>
    void here()
      .instruments.networkAt(a, b, PROBE_SIDE)
      .then((result) => {
        if (result?.ok) set({probe: {a, b, ...result.value}});
      }),
  clearProbe: () => set({probe: null}),

  shareLink: () => `${location.origin}${location.pathname}#${encodeLink(get().experiment)}`,
  exportResults: () => JSON.stringify(resultsSoFar(), null, 1),
};

function resultsSoFar(): ResultsDocument {
  const {experiment, engine, data, runs} = get();
  return {
    format: 'basin-results',
    formatVersion: 1,
    experiment,
    backend: engine.report,
    data: data && {train: data.trainCount, test: data.testCount, notes: data.notes},
    contestants: runs.map((run, index) => contestantResult(experiment, index, run.history, run.progress, run.ending, run.notices)),
  };
}

/** Opens what the address says; a bad link is explained and leaves the present experiment as it is. */
function openLocation(): void {
  const content = readLocation();
  if (!content.ok) return set({fault: content.error});
  const {experiment, backend} = content.value;
  set({fault: null});
  if (backend !== get().engine.request) {
    set(({engine}) => ({engine: {...engine, request: backend}}));
    if (get().engine.report) here().engine.start(backend);
  }
  here().reconcile(experiment ?? mustParse(DEFAULT_PRESET.experiment));
}

/** Reads the address, starts the workers, and keeps address and experiment together from then on. */
export function start(): void {
  session = new Session();
  const content = readLocation();
  const experiment = (content.ok && content.value.experiment) || mustParse(DEFAULT_PRESET.experiment);
  const request = content.ok ? content.value.backend : 'auto';
  set(({engine}) => ({engine: {...engine, request}, fault: content.ok ? null : content.error}));
  session.engine.start(request);
  session.reconcile(experiment);
  watchLocation(openLocation);
  // For the console and for tests: the results so far, and a GPU fault on demand.
  Object.assign(globalThis, {basin: {results: resultsSoFar, loseDevice: () => here().engine.loseDevice()}});
}
