import type {HostProblem, PlaneKernel, SharedSpace} from '../core/hostProblem.ts';
import type {InstrumentEvent, LandscapeLine, LineCurve, LineSpec} from '../core/protocol.ts';
import {castOf, type Objective, type RunPath} from './cast.ts';
import {evaluated, type Job} from './landscapeGrid.ts';
import {dot} from '../numerics/dense.ts';
import {chosen, difference, endOf, newDirection, NOISE, norm} from './planeAxes.ts';
import type {Slowness} from './slowness.ts';

export interface LineServices {
  readonly emit: (event: InstrumentEvent) => void;
  readonly pause: () => Promise<void>;
  readonly clock: () => number;
  readonly pathOf: (runId: string) => RunPath | undefined;
  readonly objective: Objective;
  readonly slowness: Slowness;
}

/** Shown from -0.2 to 1.2. */
const BEYOND = 0.2;
/** Steps of t from 0 to 1, finest first, and the time there is for a curve in milliseconds. */
const STEPS = [100, 50, 25, 10] as const;
const BUDGET = 5000;
/** Curves nearer than this share of their spread are one. */
const SAME = 1e-6;

/** t from -0.2 to 1.2 in steps of 1/steps. */
const places = (steps: number): Float64Array => Float64Array.from({length: Math.round((1 + 2 * BEYOND) * steps) + 1}, (_, i) => i / steps - BEYOND);

/** max over 0 <= t <= 1 of J(t) - (1 - t) J(0) - t J(1), and where; points that are not finite count as infinitely high. */
export function barrierOf(t: Float64Array, values: Float64Array): {readonly barrier: number; readonly at: number} {
  const inside = [...t.keys()].filter((i) => t[i] > -1e-9 && t[i] < 1 + 1e-9);
  const [first, last] = [values[inside[0]], values[inside[inside.length - 1]]];
  let [barrier, at] = [0, 0];
  for (const i of inside) {
    const above = Number.isFinite(values[i]) ? values[i] - (1 - t[i]) * first - t[i] * last : Number.POSITIVE_INFINITY;
    if (above > barrier) [barrier, at] = [above, t[i]];
  }
  return {barrier, at};
}

/** A kernel whose rows run from the end of path `of` (a = 0) to the end of path `to` (a = length); null where they coincide. */
function kernelAlong(space: SharedSpace, of: number, to: number): {readonly kernel: PlaneKernel; readonly length: number} | null {
  const [from, other] = [endOf(space.paths[of]), endOf(space.paths[to])];
  const step = difference(other, from);
  const direction = newDirection(step, [], NOISE * Math.max(norm(from), norm(other)));
  if (!direction) return null;
  const {plane} = chosen(from, [{direction, label: ''}], space, 1, []);
  return {kernel: space.kernel(plane), length: dot(step, direction)};
}

/** So fine that a curve fits into its time, by the cost of one point. */
function stepsFor(kernel: PlaneKernel, clock: () => number): number {
  const from = clock();
  kernel.evaluateRow(0, Float64Array.of(0), new Float64Array(1));
  const cost = clock() - from;
  return STEPS.find((steps) => cost * places(steps).length <= BUDGET) ?? STEPS[STEPS.length - 1];
}

const isSame = (one: LineCurve, other: LineCurve): boolean => {
  const low = Math.min(...one.values);
  const spread = Math.max(...one.values) - low + Math.abs(low);
  return one.values.every((value, i) => Math.abs(value - other.values[i]) <= SAME * spread);
};

/** The barriers in words. */
function matchingNote([matched, stored]: readonly LineCurve[]): string {
  if (!stored) return 'Matching neurons changes nothing here.';
  if (matched.barrier >= stored.barrier) return 'Matching neurons does not lower the barrier here.';
  const left = stored.barrier < Number.POSITIVE_INFINITY ? ` to ${Math.round((100 * matched.barrier) / stored.barrier)} %` : '';
  return `Matching neurons lowers the barrier${left}: the rest of it came from the order of the neurons.`;
}

/** J between the latest networks of two contestants, with units matched and as stored where the problem matches them. */
export async function drawLine(job: Job, host: HostProblem, spec: LineSpec, {emit, pause, clock, pathOf, objective, slowness}: LineServices): Promise<void> {
  const refuse = (field: string, message: string): void => {
    job.live = false;
    emit({type: 'refused', requestId: job.requestId, field, message});
  };
  const cast = castOf(host, pathOf, {...spec, plane: 'line'}, objective, slowness);
  if (!cast.ok) return refuse(cast.error.field, cast.error.message);
  const {runIds, names, of, paths} = cast.value;
  const to = runIds.indexOf(spec.to);
  if (to < 0 || to === of) return refuse('to', 'a line needs two contestants with networks of one kind; pick another one to go to');
  const picked = [paths[of], paths[to]];
  const curves: LineCurve[] = [];
  let t: Float64Array = new Float64Array(0);
  let matches = false;
  for (const asStored of [false, true]) {
    if (asStored && !matches) break;
    await pause();
    if (!job.live) return;
    const space = host.share(picked, asStored);
    matches ||= space.matched === true;
    const along = kernelAlong(space, 0, 1);
    if (!along && curves.length === 0) return refuse('to', `${names[of]} and ${names[to]} have the same network so far; let them run on, or pick another one to go to`);
    if (!along) break;
    if (t.length === 0) t = places(stepsFor(along.kernel, clock));
    const share = (done: number): void => emit({type: 'progress', requestId: job.requestId, share: (done + curves.length) / 2});
    const a = t.map((one) => one * along.length);
    const values = await evaluated(job, along.kernel, a, new Float64Array(1), 1, {clock, pause, progress: share});
    if (!values) return;
    curves.push({label: !matches ? 'J' : asStored ? 'neurons in their own order' : 'neurons matched', values, ...barrierOf(t, values)});
  }
  const shown = curves.length === 2 && isSame(curves[0], curves[1]) ? [{...curves[0], label: 'J'}] : curves;
  const notes = matches ? [matchingNote(shown)] : [];
  job.live = false;
  const line: LandscapeLine = {of: spec.of, to: spec.to, t, curves: shown, notes: [...cast.value.notes.filter((note) => note.includes(names[of]) || note.includes(names[to])), ...notes]};
  emit({type: 'line', requestId: job.requestId, line});
}
