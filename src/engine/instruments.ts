import type {PreparedData} from '../core/data.ts';
import type {Experiment} from '../core/experiment.ts';
import type {HostProblem, Plane, PlaneKernel, SharedSpace} from '../core/hostProblem.ts';
import type {InstrumentCommand, InstrumentEvent, LandscapeSpec, Snapshot} from '../core/protocol.ts';
import {failure, type Result} from '../core/result.ts';
import {summaryOf} from '../numerics/scatter.ts';
import {boundaryOf} from './boundary.ts';
import {castOf, type RunPath} from './cast.ts';
import {gridLine, planGrid, SLICE} from './landscapeGrid.ts';
import {neuronsOf} from './neurons.ts';
import {extents, planeFor, pointOf, projectPath} from './planes.ts';

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
}

/** Networks kept of one path. Slow speeds deliver one an iteration, and principal directions cost their number cubed. */
const LONGEST_PATH = 160;

/** Every second network, with the first and the last. */
const thinned = (path: readonly Snapshot[]): Snapshot[] => path.filter((_, i) => i % 2 === 0 || i === path.length - 1);

function allFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

/** One request that may be superseded; whoever ends it clears `live`. */
interface Job {
  readonly requestId: number;
  live: boolean;
}

type CommandOf<T extends InstrumentCommand['type']> = Extract<InstrumentCommand, {type: T}>;

/**
 * The instrument lane: keeps every run's path and looks at it on request. Answers the returned promise
 * when the command is dealt with. Commands that need the data wait for a `load` under way. A newer
 * landscape (or load) takes the place of an older one, which ends with `cancelled`.
 */
export function createInstruments(services: InstrumentServices): (command: InstrumentCommand) => Promise<void> {
  const {emit, pause} = services;
  const clock = (): number => performance.now();
  const paths = new Map<string, RunPath>();
  let objectives = new WeakMap<Snapshot, number>();
  let loading: Promise<Result<LoadedProblem>> = Promise.resolve(failure('experiment', 'is not loaded yet'));
  let loadJob: Job | null = null;
  let landscapeJob: Job | null = null;
  let shown: {readonly space: SharedSpace; readonly plane: Plane} | null = null;
  let landscapes = 0;

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
    shown = null;
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

  /** J at every grid point, with pauses; null when the job ended meanwhile. */
  const evaluateGrid = async (job: Job, kernel: PlaneKernel, a: Float64Array, b: Float64Array, piece: number): Promise<Float64Array | null> => {
    const values = new Float64Array(a.length * b.length);
    let sliceStart = clock();
    for (let row = 0; row < b.length; row++) {
      for (let from = 0; from < a.length; from += piece) {
        const to = Math.min(a.length, from + piece);
        const at = row * a.length;
        kernel.evaluateRow(b[row], a.subarray(from, to), values.subarray(at + from, at + to));
        if (clock() - sliceStart < SLICE) continue;
        emit({type: 'progress', requestId: job.requestId, share: (at + to) / values.length});
        await pause();
        if (!job.live) return null;
        sliceStart = clock();
      }
    }
    return values;
  };

  const drawLandscape = async (job: Job, loaded: LoadedProblem, spec: LandscapeSpec): Promise<void> => {
    const cast = castOf(loaded.host, (runId) => paths.get(runId), spec, objectiveOf(loaded));
    if (!cast.ok) {
      job.live = false;
      refuse(job.requestId, cast.error.field, cast.error.message);
      return;
    }
    const {runIds, names, of, notes} = cast.value;
    await pause();
    if (!job.live) return;
    const space = loaded.host.share(cast.value.paths);
    await pause();
    if (!job.live) return;
    const chosen = planeFor(space, {kind: spec.plane, names, of, seed: spec.seed});
    const projected = space.paths.map((path, i) => projectPath(chosen.plane, path, runIds[i]));
    const {aRange, bRange} = chosen.ranges ?? extents(projected, chosen.reach);
    await pause();
    if (!job.live) return;
    const kernel = space.kernel(chosen.plane);
    const grid = planGrid(kernel, aRange, bRange, spec.side, clock);
    const values = await evaluateGrid(job, kernel, gridLine(aRange, grid.side), gridLine(bRange, grid.side), grid.piece);
    if (!values) return;
    job.live = false;
    shown = {space, plane: chosen.plane};
    landscapes++;
    emit({
      type: 'landscape',
      requestId: job.requestId,
      landscape: {
        id: landscapes,
        plane: spec.plane,
        side: grid.side,
        aRange,
        bRange,
        aLabel: chosen.aLabel,
        bLabel: chosen.bLabel,
        values,
        paths: projected,
        notes: [...notes, ...chosen.notes, ...grid.notes],
      },
    });
  };

  const landscape = async ({requestId, spec}: CommandOf<'landscape'>): Promise<void> => {
    end(landscapeJob);
    const job: Job = {requestId, live: true};
    landscapeJob = job;
    const loaded = await loading;
    if (!job.live) return;
    if (loaded.ok) return drawLandscape(job, loaded.value, spec);
    job.live = false;
    refuse(requestId, loaded.error.field, loaded.error.message);
  };

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

  const networkAt = async ({requestId, a, b, side}: CommandOf<'networkAt'>): Promise<void> => {
    const loaded = await loading;
    if (!loaded.ok) return refuse(requestId, loaded.error.field, loaded.error.message);
    if (!shown) return refuse(requestId, 'landscape', 'is not drawn yet');
    const {host, data} = loaded.value;
    const snapshot = shown.space.network(pointOf(shown.plane, a, b));
    // The map's own value: for distributions over networks that is not the J of the network whose boundary is drawn.
    const objective = new Float64Array(1);
    shown.space.kernel(shown.plane).evaluateRow(b, Float64Array.of(a), objective);
    emit({type: 'networkAt', requestId, objective: objective[0], boundary: boundaryOf(host, data, snapshot, side)});
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
      case 'boundary':
        return boundary(command);
      case 'neurons':
        return neurons(command);
      case 'weights':
        return weights(command);
      case 'attention':
        return attention(command);
      case 'networkAt':
        return networkAt(command);
      case 'cancel':
        return cancel(command.requestId);
    }
  };
}
