import type {MapKind} from '../core/experiment.ts';
import type {HostProblem, PlaneKernel, SharedSpace} from '../core/hostProblem.ts';
import type {InstrumentEvent, Landscape, LandscapeSpec, ProjectedPath, Snapshot} from '../core/protocol.ts';
import type {Fault} from '../core/result.ts';
import {type Cast, castOf, isCommon, type Objective, type RunPath} from './cast.ts';
import type {GpuGrid} from './gpuGrid.ts';
import {evaluated, gridLine, type GridServices, type Job, planGrid} from './landscapeGrid.ts';
import type {ChosenPlane} from './planeAxes.ts';
import {extents, planeFor, pointOf, projectPath} from './planes.ts';
import type {Slowness} from './slowness.ts';

export interface LandscapeServices {
  readonly emit: (event: InstrumentEvent) => void;
  readonly pause: () => Promise<void>;
  readonly clock: () => number;
  readonly pathOf: (runId: string) => RunPath | undefined;
  readonly slowness: Slowness;
  readonly gpu: GpuGrid;
}

/** A plane with its ranges and J on it, at the finest resolution so far. */
interface Field {
  /** The same at every resolution, so that coordinates keep their meaning. */
  readonly id: number;
  readonly space: SharedSpace;
  readonly kernel: PlaneKernel;
  readonly chosen: ChosenPlane;
  readonly aRange: readonly [number, number];
  readonly bRange: readonly [number, number];
  /** Kin of its networks, and which path of the space each contestant has, by seat. */
  readonly kin: string;
  readonly placeOf: ReadonlyMap<number, number>;
  /** Which plane was asked for. */
  readonly asked: {readonly plane: MapKind; readonly seed: number; readonly seat: number; readonly name: string};
  grid: {readonly side: number; readonly values: Float64Array; readonly notes: readonly string[]} | null;
}

/** A field with the paths on it. */
interface Drawing {
  readonly field: Field;
  readonly paths: readonly ProjectedPath[];
  readonly notes: readonly string[];
}

/** A contestant's seat by its place in the race. */
const seatAt = ({seats}: LandscapeSpec, index: number): number => seats?.[index] ?? index;

const askedBy = (spec: LandscapeSpec): Field['asked'] => {
  const index = spec.runs.indexOf(spec.of);
  return {plane: spec.plane, seed: spec.seed, seat: seatAt(spec, index), name: spec.names[index]};
};

const hasSeat = (spec: LandscapeSpec, seat: number): boolean => spec.runs.some((_, index) => seatAt(spec, index) === seat);

/** A plane that stays, and the seat that is asked about since: another one where the contestant that it was drawn about has left. */
interface Kept {
  readonly field: Field;
  readonly seat: number;
}

/** Whether a plane of before answers the question: it's of the same kind, and no other contestant is asked about but for want of that one. */
function answers({field: {asked}, seat: before}: Kept, spec: LandscapeSpec): boolean {
  const {plane, seed, seat} = askedBy(spec);
  return asked.plane === plane && asked.seed === seed && (isCommon(plane) || before === seat || !hasSeat(spec, before));
}

/** All that is asked but the resolution and whether the plane stays. */
const questionOf = (spec: LandscapeSpec): string =>
  JSON.stringify([spec.plane, spec.runs, spec.names, spec.seats, spec.of, spec.seed, measuredOf(spec)]);

function fieldOf(id: number, {runIds, names, of, kin}: Cast, space: SharedSpace, spec: LandscapeSpec): Drawing {
  const {directions} = spec;
  const chosen = planeFor(space, {kind: spec.plane, names, of, seed: spec.seed, ...(directions ? {directions} : {})});
  const projected = space.paths.map((path, i) => projectPath(chosen.plane, path, runIds[i]));
  const {aRange, bRange} = chosen.ranges ?? extents(projected, chosen.reach);
  const placeOf = new Map(runIds.map((runId, i) => [seatAt(spec, spec.runs.indexOf(runId)), i]));
  const field = {id, space, kernel: space.kernel(chosen.plane), chosen, aRange, bRange, kin, placeOf, asked: askedBy(spec), grid: null};
  return {field, paths: projected, notes: chosen.notes};
}

/** Paths as they are now on a plane of before: each contestant's units stand where they stood then. */
function onFrozen(field: Field, {runIds, names, paths}: Cast, spec: LandscapeSpec): Drawing {
  const absent: string[] = [];
  const partly: string[] = [];
  const projected = runIds.flatMap((runId, i) => {
    const place = field.placeOf.get(seatAt(spec, spec.runs.indexOf(runId)));
    const placed = paths[i].flatMap((snapshot) => {
      const point = place === undefined ? null : field.space.place(snapshot, place);
      return point ? [{point, iteration: snapshot.iteration}] : [];
    });
    if (placed.length === 0) absent.push(names[i]);
    else if (placed.length < paths[i].length) partly.push(names[i]);
    if (placed.length === 0) return [];
    return [projectPath(field.chosen.plane, {iterations: Int32Array.from(placed, ({iteration}) => iteration), point: (index) => placed[index].point}, runId)];
  });
  const {plane, seat, name} = field.asked;
  const hasLeft = !isCommon(plane) && !hasSeat(spec, seat);
  const notes = [`This map is frozen: it keeps the plane that it had then${hasLeft ? `, about ${name}, which has left the race` : ''}.`];
  if (absent.length > 0) notes.push(`Not on the frozen map, which has no place for these networks: ${absent.join(', ')}. Follow again to see them.`);
  if (partly.length > 0) notes.push(`Drawn in part, as neurons have come to life that the frozen map has no place for: ${partly.join(', ')}. Follow again to see all.`);
  return {field, paths: projected, notes};
}

/**
 * Draws landscapes: who is on them, the plane, the paths, J. The same question at a finer resolution keeps plane and paths, and a
 * frozen plane keeps its J too, so that only the paths are drawn anew while runs go on.
 */
export function createLandscapes({emit, pause, clock, pathOf, slowness, gpu}: LandscapeServices) {
  let frozen: Kept | null = null;
  /** What was drawn last and for which question; snapshots are compared by identity. */
  let last: {readonly spec: LandscapeSpec; readonly ends: readonly (Snapshot | undefined)[]; readonly drawing: Drawing} | null = null;
  let shown: Field | null = null;
  let fields = 0;

  const endsOf = ({runs}: LandscapeSpec): readonly (Snapshot | undefined)[] => runs.map((runId) => pathOf(runId)?.snapshots.at(-1));

  /** Whether nothing but the resolution differs from what was drawn last. */
  const isFiner = (spec: LandscapeSpec, ends: readonly (Snapshot | undefined)[]): boolean =>
    last !== null && spec.freeze === last.spec.freeze && questionOf(spec) === questionOf(last.spec) && ends.every((end, i) => end === last?.ends[i]);

  /** The plane that stays, if one does: that of before, or the one on show. */
  const keptBy = (spec: LandscapeSpec): Field | null => {
    if (spec.freeze !== true) return null;
    const kept = frozen ?? (shown && {field: shown, seat: shown.asked.seat});
    return kept && answers(kept, spec) ? kept.field : null;
  };

  const refuse = (job: Job, {field, message}: Fault): null => {
    job.live = false;
    emit({type: 'refused', requestId: job.requestId, field, message});
    return null;
  };

  const drawingOf = async (job: Job, host: HostProblem, spec: LandscapeSpec, objective: Objective): Promise<Drawing | null> => {
    const ends = endsOf(spec);
    if (last && isFiner(spec, ends)) return last.drawing;
    const kept = keptBy(spec);
    const cast = castOf(host, pathOf, {...spec, ...(kept && {kin: kept.kin})}, objective, slowness);
    if (!cast.ok) return refuse(job, cast.error);
    await pause();
    if (!job.live) return null;
    const drawing = kept ? onFrozen(kept, cast.value, spec) : await followed(job, host, cast.value, spec);
    if (!drawing) return null;
    frozen = spec.freeze === true ? {field: drawing.field, seat: askedBy(spec).seat} : null;
    const all = {...drawing, notes: [...cast.value.notes, ...drawing.notes]};
    last = {spec, ends, drawing: all};
    return all;
  };

  const followed = async (job: Job, host: HostProblem, cast: Cast, spec: LandscapeSpec): Promise<Drawing | null> => {
    const space = host.share(cast.paths);
    await pause();
    if (!job.live) return null;
    fields++;
    return fieldOf(fields, cast, space, spec);
  };

  /** J on the field at so many points a side, or as many as there is time for; what is known already is not computed again. */
  const gridOf = async (job: Job, field: Field, side: number): Promise<NonNullable<Field['grid']> | null> => {
    if (field.grid && field.grid.side >= side) return field.grid;
    const {kernel, aRange, bRange} = field;
    const services: GridServices = {clock, pause, progress: (share) => emit({type: 'progress', requestId: job.requestId, share})};
    const onGpu = await gpu.values(job, kernel, gridLine(aRange, side), gridLine(bRange, side), services);
    if (!job.live) return null;
    if (onGpu) {
      field.grid = {side, values: onGpu, notes: []};
      return field.grid;
    }
    const planned = planGrid(kernel, aRange, bRange, side, clock);
    if (!planned.ok) {
      slowness.remember(field.kin, planned.error);
      last = null;
      return refuse(job, planned.error);
    }
    const plan = planned.value;
    if (field.grid && field.grid.side >= plan.side) return {...field.grid, notes: plan.notes};
    const values = await evaluated(job, kernel, gridLine(aRange, plan.side), gridLine(bRange, plan.side), plan.piece, services);
    if (!values) return null;
    field.grid = {side: plan.side, values, notes: plan.notes};
    return field.grid;
  };

  const draw = async (job: Job, host: HostProblem, spec: LandscapeSpec, objective: Objective): Promise<void> => {
    const drawing = await drawingOf(job, host, spec, objective);
    if (!drawing) return;
    await pause();
    if (!job.live) return;
    const {field, paths, notes} = drawing;
    const grid = await gridOf(job, field, spec.side);
    if (!grid) return;
    job.live = false;
    shown = field;
    const {id, aRange, bRange, chosen: {aLabel, bLabel}} = field;
    const landscape: Landscape = {
      id, plane: spec.plane, side: grid.side, aRange, bRange, aLabel, bLabel, values: grid.values, paths, notes: [...notes, ...grid.notes],
    };
    emit({type: 'landscape', requestId: job.requestId, landscape});
  };

  /** The network at a point of the map last drawn, and J there: for distributions over networks that is not the J of the network. */
  const at = (a: number, b: number): {readonly network: Snapshot; readonly objective: number} | null => {
    if (!shown) return null;
    const objective = new Float64Array(1);
    shown.kernel.evaluateRow(b, Float64Array.of(a), objective);
    return {network: shown.space.network(pointOf(shown.chosen.plane, a, b)), objective: objective[0]};
  };

  const forget = (): void => {
    frozen = null;
    last = null;
    shown = null;
    slowness.forget();
  };

  return {draw, at, forget};
}

/** What tells one measurement of directions from another. */
const measuredOf = ({of, directions}: LandscapeSpec): string =>
  !directions ? '' : 'missing' in directions ? directions.missing : JSON.stringify([of, directions.network.iteration, directions.eigenvalues]);
