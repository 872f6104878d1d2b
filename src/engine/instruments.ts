import type {PreparedData} from '../core/data.ts';
import type {Experiment} from '../core/experiment.ts';
import type {HostProblem} from '../core/hostProblem.ts';
import type {InstrumentCommand, InstrumentEvent, Snapshot} from '../core/protocol.ts';
import {failure, type Result} from '../core/result.ts';
import {summaryOf} from '../numerics/scatter.ts';
import {boundaryOf} from './boundary.ts';
import type {RunPath} from './cast.ts';
import {createGpuGrid} from './gpuGrid.ts';
import {createLandscapes} from './landscapes.ts';
import {drawLine} from './landscapeLine.ts';
import type {Job} from './landscapeGrid.ts';
import {momentumOverlay} from './momentumOverlay.ts';
import {neuronsOf} from './neurons.ts';
import {Slowness} from './slowness.ts';

export interface LoadedProblem {
  readonly data: PreparedData;
  readonly host: HostProblem;
}

export interface InstrumentServices {
  readonly emit: (event: InstrumentEvent) => void;
  /** Prepares an experiment's data and problem; `base` is where the data files are. */
  readonly load: (experiment: Experiment, base: string) => Promise<Result<LoadedProblem>>;
  /** Resolves in a later macrotask, so that commands that came in meanwhile are handled first. */
  readonly pause: () => Promise<void>;
  /** A GPU to draw maps with once that is allowed; left out where there is none. */
  readonly openGpu?: () => Promise<GPUDevice | null>;
}

/** Networks kept of one path. Slow speeds deliver one an iteration, and principal directions cost their number cubed. */
const LONGEST_PATH = 160;

/** Every second network, with the first and the last. */
const thinned = (path: readonly Snapshot[]): Snapshot[] => path.filter((_, i) => i % 2 === 0 || i === path.length - 1);

function allFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

type CommandOf<T extends InstrumentCommand['type']> = Extract<InstrumentCommand, {type: T}>;

/**
 * The instrument lane: keeps every run's path and looks at it on request. Answers the returned promise
 * when the command is dealt with. Commands that need the data wait for a `load` under way. A newer
 * landscape (or load) takes the place of an older one, which ends with `cancelled`.
 */
export function createInstruments(services: InstrumentServices): (command: InstrumentCommand) => Promise<void> {
  const {emit, pause} = services;
  const paths = new Map<string, RunPath>();
  let objectives = new WeakMap<Snapshot, number>();
  let loading: Promise<Result<LoadedProblem>> = Promise.resolve(failure('experiment', 'is not loaded yet'));
  let loadJob: Job | null = null;
  let landscapeJob: Job | null = null;

  const pathOf = (runId: string): RunPath | undefined => paths.get(runId);
  const clock = (): number => performance.now();
  const slowness = new Slowness(clock);
  const gpu = createGpuGrid(services.openGpu ?? (async () => null));
  const landscapes = createLandscapes({emit, pause, pathOf, clock, slowness, gpu});

  const refuse = (requestId: number, field: string, message: string): void => emit({type: 'refused', requestId, field, message});

  const end = (job: Job | null): void => {
    if (!job?.live) return;
    job.live = false;
    emit({type: 'cancelled', requestId: job.requestId});
  };

  const lastOf = (runId: string): Snapshot | null => paths.get(runId)?.snapshots.at(-1) ?? null;

  const loadExperiment = async (experiment: Experiment, base: string): Promise<Result<LoadedProblem>> => {
    try {
      return await services.load(experiment, base);
    } catch (thrown) {
      return failure('experiment', `could not be loaded: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  };

  const load = async ({requestId, experiment, base}: CommandOf<'load'>): Promise<void> => {
    end(loadJob);
    end(landscapeJob);
    paths.clear();
    objectives = new WeakMap();
    landscapes.forget();
    const job: Job = {requestId, live: true};
    loadJob = job;
    loading = loadExperiment(experiment, base);
    const loaded = await loading;
    if (!job.live) return;
    job.live = false;
    if (loaded.ok) emit({type: 'summary', requestId, summary: summaryOf(loaded.value.data)});
    else refuse(requestId, loaded.error.field, loaded.error.message);
  };

  const observe = ({runId, snapshots}: CommandOf<'observe'>): void => {
    const path = paths.get(runId) ?? {snapshots: [], overflowed: false};
    paths.set(runId, path);
    for (const snapshot of snapshots) {
      if (allFinite(snapshot.values)) path.snapshots.push(snapshot);
      else path.overflowed = true;
    }
    while (path.snapshots.length > LONGEST_PATH) path.snapshots = thinned(path.snapshots);
  };

  /** J of a network, remembered: each look at the landscape asks for the ends of all paths. */
  const objectiveOf = ({host}: LoadedProblem) => (snapshot: Snapshot): number => {
    const known = objectives.get(snapshot);
    if (known !== undefined) return known;
    const value = host.evaluate(snapshot).objective;
    objectives.set(snapshot, value);
    return value;
  };

  /** What is asked of the map or of a line takes the place of what was asked before. */
  const picture = async (requestId: number, draw: (job: Job, loaded: LoadedProblem) => Promise<void>): Promise<void> => {
    end(landscapeJob);
    const job: Job = {requestId, live: true};
    landscapeJob = job;
    const loaded = await loading;
    if (!job.live) return;
    if (loaded.ok) return draw(job, loaded.value);
    job.live = false;
    refuse(requestId, loaded.error.field, loaded.error.message);
  };

  const landscape = ({requestId, spec}: CommandOf<'landscape'>): Promise<void> =>
    picture(requestId, (job, loaded) => landscapes.draw(job, loaded.host, spec, objectiveOf(loaded)));

  const line = ({requestId, spec}: CommandOf<'line'>): Promise<void> =>
    picture(requestId, (job, loaded) => drawLine(job, loaded.host, spec, {emit, pause, clock, pathOf, objective: objectiveOf(loaded), slowness}));

  const boundary = async ({requestId, runId, side, readout}: CommandOf<'boundary'>): Promise<void> => {
    const loaded = await loading;
    if (!loaded.ok) return refuse(requestId, loaded.error.field, loaded.error.message);
    const snapshot = lastOf(runId);
    if (!snapshot) return refuse(requestId, 'runId', 'this contestant has no network yet; take a step first');
    const {host, data} = loaded.value;
    emit({type: 'boundary', requestId, runId, boundary: boundaryOf(host, data, snapshot, side, readout)});
  };

  const neurons = async ({requestId, runId}: CommandOf<'neurons'>): Promise<void> => {
    const loaded = await loading;
    if (!loaded.ok) return refuse(requestId, loaded.error.field, loaded.error.message);
    const snapshot = lastOf(runId);
    if (!snapshot) return refuse(requestId, 'runId', 'this contestant has no network yet; take a step first');
    emit({type: 'neurons', requestId, runId, neurons: neuronsOf(snapshot)});
  };

  const weights = async ({requestId, runId}: CommandOf<'weights'>): Promise<void> => {
    const loaded = await loading;
    if (!loaded.ok) return refuse(requestId, loaded.error.field, loaded.error.message);
    const {host} = loaded.value;
    const snapshot = lastOf(runId);
    if (!host.weights) return refuse(requestId, 'problem', 'has no binary weights');
    if (!snapshot) return refuse(requestId, 'runId', 'this contestant has no network yet; take a step first');
    emit({type: 'weights', requestId, runId, weights: host.weights(snapshot)});
  };

  const attention = async ({requestId, runId, example}: CommandOf<'attention'>): Promise<void> => {
    const loaded = await loading;
    if (!loaded.ok) return refuse(requestId, loaded.error.field, loaded.error.message);
    const {host} = loaded.value;
    const snapshot = lastOf(runId);
    if (!host.attention) return refuse(requestId, 'problem', 'has no attention');
    if (!snapshot) return refuse(requestId, 'runId', 'this contestant has no network yet; take a step first');
    emit({type: 'attention', requestId, runId, attention: host.attention(snapshot, example)});
  };

  const overlay = async ({requestId, experiment}: CommandOf<'momentumOverlay'>): Promise<void> => {
    const loaded = await loading;
    if (!loaded.ok) return refuse(requestId, loaded.error.field, loaded.error.message);
    emit({type: 'momentumOverlay', requestId, overlay: momentumOverlay(experiment, loaded.value.data)});
  };

  const networkAt = async ({requestId, a, b, side}: CommandOf<'networkAt'>): Promise<void> => {
    const loaded = await loading;
    if (!loaded.ok) return refuse(requestId, loaded.error.field, loaded.error.message);
    const found = landscapes.at(a, b);
    if (!found) return refuse(requestId, 'landscape', 'is not drawn yet');
    const {host, data} = loaded.value;
    const {network: snapshot, objective} = found;
    const boundary = data.surface ? null : boundaryOf(host, data, snapshot, side);
    emit({type: 'networkAt', requestId, objective, boundary});
  };

  const cancel = (requestId: number): void => {
    for (const job of [loadJob, landscapeJob]) if (job?.requestId === requestId) end(job);
  };

  return async (command) => {
    switch (command.type) {
      case 'load':
        return load(command);
      case 'observe':
        return observe(command);
      case 'forget':
        paths.delete(command.runId);
        return;
      case 'landscape':
        return landscape(command);
      case 'line':
        return line(command);
      case 'boundary':
        return boundary(command);
      case 'neurons':
        return neurons(command);
      case 'weights':
        return weights(command);
      case 'attention':
        return attention(command);
      case 'momentumOverlay':
        return overlay(command);
      case 'networkAt':
        return networkAt(command);
      case 'useGpu':
        return gpu.allow(command.on);
      case 'reconsider':
        return slowness.forget();
      case 'cancel':
        return cancel(command.requestId);
    }
  };
}
