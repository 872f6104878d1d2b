import {create} from 'zustand';
import {CATALOGUE} from '../catalogue.ts';
import {type Experiment, parseExperiment} from '../core/experiment.ts';
import type {BackendRequest} from '../core/protocol.ts';
import {contestantResult, type ResultsDocument} from '../core/results.ts';
import type {Fault} from '../core/result.ts';
import {DEFAULT_PRESET} from '../presets/registry.ts';
import {type Edit, edits} from './edits.ts';
import {fetchExample} from './example.ts';
import {consequences} from './fitting.ts';
import {NO_BASINS, NO_THEORY} from './labStudies.ts';
import {readLocation, shareLink, watchLocation, writeLocation} from './location.ts';
import {isSameRace} from './runs.ts';
import {Session} from './session.ts';
import {NO_CERTIFICATE, NO_CURVATURE, NO_GRADIENT_CHECK, NO_PATH, NO_STARTS, NO_SWEEP} from './studies.ts';
import type {BasinActions, BasinState} from './types.ts';

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
  racing: false,
  speed: 'max',
  runs: [],
  example: false,
  data: null,
  landscape: null,
  line: null,
  landscapeMissing: null,
  landscapeProgress: null,
  boundaries: {},
  neurons: {},
  weights: {},
  attention: null,
  readout: 'rounded',
  probe: null,
  certificate: NO_CERTIFICATE,
  path: NO_PATH,
  starts: NO_STARTS,
  curvature: NO_CURVATURE,
  gradientCheck: NO_GRADIENT_CHECK,
  sweep: NO_SWEEP,
  basins: NO_BASINS,
  theory: NO_THEORY,
  momentum: null,
  findings: [],
}));
const get = useBasin.getState;
const set = useBasin.setState;

const PROBE_SIDE = 60;

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
  writeLocation(parsed.value, get().engine.request);
  return null;
}

/** A change of data or problem may change more than was asked for; that is said. */
function attemptAndTell(field: string, edit: Edit): void {
  const before = get().experiment;
  if (attempt(edit)) return;
  const said = consequences(before, get().experiment);
  if (said !== null) set({fault: {field, message: `changed. ${said}`}});
}

export const actions: BasinActions = {
  setTitle: (title) => void attempt(edits.merge({title})),
  setSeed: (seed) => void attempt(edits.merge({seed})),
  setDataset: (id) => attemptAndTell('The data', edits.dataset(id)),
  setDatasetParams: (values) => attemptAndTell('The data', edits.datasetParams(values)),
  setProblem: (id) => attemptAndTell('The problem', edits.problem(id)),
  setProblemParam: (key, value) => attemptAndTell('The problem', edits.problemParam(key, value)),
  setCertificate: (certificate) => void attempt(edits.merge({certificate})),
  setBudget: (budget) => void attempt((experiment) => edits.merge({budget: {...experiment.budget, ...budget}})(experiment)),
  showInstrument: (instrument) => {
    const {experiment, engine} = get();
    const shown = {...experiment, view: {...experiment.view, instrument}};
    here().reconcile(shown);
    writeLocation(shown, engine.request, 'replace');
  },
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
  step: () => here().step(),
  reset: () => here().reset(),
  setSpeed: (speed) => {
    set({speed});
    here().engine.setSpeed(speed);
  },
  forceBackend: (request) => {
    startBackend(request);
    writeLocation(get().experiment, request);
  },

  probeAt: (a, b) => {
    if (get().example) return set({fault: {field: 'landscape', message: 'belongs to a finished example; start the race, then click to see networks'}});
    void here()
      .instruments.networkAt(a, b, PROBE_SIDE)
      .then((result) => {
        if (result?.ok) set({probe: {a, b, landscapeId: get().landscape?.id ?? 0, ...result.value}});
      });
  },
  clearProbe: () => set({probe: null}),
  setReadout: (readout) => {
    set({readout});
    here().readoutChanged();
  },
  watchWeights: (on) => here().watchWeights(on),
  watchAttention: (asked) => here().watchAttention(asked),
  lift: (index, iteration) => {
    here().setRunning(false);
    if (attempt(edits.solverParam(index, 'liftAt', iteration)) === null) here().setRunning(true);
  },

  stopCertificate: () => here().studies.stopCertificate(),
  resumeCertificate: () => here().studies.resumeCertificate(),
  computePath: () => here().studies.startPath(),
  stopPath: () => here().studies.stopPath(),
  computeStarts: (contestant, count) => here().studies.startStarts(contestant, count),
  stopStarts: () => here().studies.stopStarts(),
  watchSharpness: (on) => here().engine.measureSharpness(on),
  measureCurvature: (contestant) => {
    const network = here().networkOf(contestant);
    if (network) here().studies.startCurvature(contestant, network);
  },
  stopCurvature: () => here().studies.stopCurvature(),
  checkGradient: (contestant) => {
    const network = here().networkOf(contestant);
    if (network) here().studies.startGradientCheck(contestant, network);
  },
  stopGradientCheck: () => here().studies.stopGradientCheck(),
  sweepRates: (contestants) => here().studies.startSweep(contestants),
  stopSweep: () => here().studies.stopSweep(),
  setStart: (x, y) => {
    if (attempt(edits.start(x, y)) === null) set({probe: null});
  },
  computeBasins: (contestant, side) => here().lab.startBasins(contestant, side),
  stopBasins: () => here().lab.stopBasins(),
  computeTheory: (settings) => here().lab.startTheory(settings),
  stopTheory: () => here().lab.stopTheory(),
  watchMomentum: (on) => here().watchMomentum(on),

  shareLink: () => shareLink(get().experiment),
  exportResults: () => JSON.stringify(resultsSoFar(), null, 1),
};

function resultsSoFar(): ResultsDocument {
  const {experiment, engine, data, certificate: view} = get();
  const certificate = experiment.certificate ? view.certificate : null;
  return {
    format: 'basin-results',
    formatVersion: 1,
    experiment,
    backend: engine.report,
    data: data && {train: data.trainCount, test: data.testCount, notes: data.notes},
    certificate,
    contestants: here().runs.map((run, index) => contestantResult(experiment, index, run.history, run.progress, run.ending, run.notices, certificate)),
  };
}

function startBackend(request: BackendRequest): void {
  set(({engine}) => ({engine: {...engine, request, report: null}, phase: 'starting'}));
  here().engine.start(request);
}

/** Opens what the address says; a bad link is explained and leaves the present experiment as it is. */
function openLocation(): void {
  const content = readLocation();
  if (!content.ok) return set({fault: content.error});
  const {experiment, backend} = content.value;
  set({fault: null});
  const target = experiment ?? mustParse(DEFAULT_PRESET.experiment);
  if (!isSameRace(target, get().experiment)) here().setRunning(false);
  if (backend !== get().engine.request) startBackend(backend);
  here().reconcile(target);
}

/** Reads the address, starts the workers, and keeps address and experiment together from then on. */
export function start(): void {
  session = new Session({get, set});
  const content = readLocation();
  const experiment = (content.ok && content.value.experiment) || mustParse(DEFAULT_PRESET.experiment);
  const request = content.ok ? content.value.backend : 'auto';
  set(({engine}) => ({engine: {...engine, request}, fault: content.ok ? null : content.error}));
  session.engine.start(request);
  session.reconcile(experiment);
  if (content.ok && !content.value.experiment) void fetchExample().then((example) => example && here().showExample(example));
  watchLocation(openLocation);
  // For the console and for tests: the results so far, and a GPU fault on demand.
  Object.assign(globalThis, {basin: {results: resultsSoFar, loseDevice: () => here().engine.loseDevice()}});
}
