import type {PlaneKernel} from '../core/hostProblem.ts';
import {type Result, success} from '../core/result.ts';
import {fairly, LONGEST, tooSlow} from './slowness.ts';

/** Work between two pauses, in milliseconds. */
const SLICE = 12;
/** Sides that a slow J falls back to, finest first. */
const SIDES = [81, 61, 41, 31, 21, 15, 11] as const;
/** A map of more points a side than this is drawn while nothing trains, and may take longer. */
const LIVE_SIDE = 31;
const LIVE_BUDGET = 8000;
const REST_BUDGET = 20_000;
/** Points of the short row that is timed beside a single point; fewer where that took longer than the second. */
const TIMED = 3;
const TIMED_IF_SLOW = 2;
const SLOW = 1000;
/** What took less is timed twice, as it may have been another's work that took the time. */
const DOUBTFUL = 100;

export interface GridPlan {
  /** Points a side. */
  readonly side: number;
  /** Points of a row that are evaluated in one go, so that pauses are not far apart. */
  readonly piece: number;
  readonly notes: readonly string[];
}

/** Milliseconds that a grid of so many points a side may take. */
export const budgetOf = (side: number): number => (side > LIVE_SIDE ? REST_BUDGET : LIVE_BUDGET);

/** `side` evenly spaced coordinates from end to end of a range. */
export const gridLine = ([low, high]: readonly [number, number], side: number): Float64Array =>
  Float64Array.from({length: side}, (_, i) => low + ((high - low) * i) / (side - 1));

/**
 * How finely J can be mapped in the time that there is (8 s while the race is on, 20 s at rest), from the cost of a few points. A row
 * of n points is taken to cost s + n c. The coarsest grid may take longer, but it is refused where it would take minutes.
 * @param wanted points a side, all of them where J is fast
 * @param clock milliseconds
 */
export function planGrid(kernel: PlaneKernel, aRange: readonly [number, number], bRange: readonly [number, number], wanted: number, clock: () => number): Result<GridPlan> {
  const line = gridLine(aRange, wanted);
  const middle = (bRange[0] + bRange[1]) / 2;
  const coarser = SIDES.filter((side) => side < wanted);
  const least = coarser.at(-1) ?? wanted;
  const row = (points: number) => (): void => kernel.evaluateRow(middle, line.subarray(0, points), new Float64Array(points));
  const took = (points: number): number => {
    const first = fairly(row(points), LONGEST / least, clock);
    return first < DOUBTFUL && first * wanted > 4 * SLICE ? Math.min(first, fairly(row(points), LONGEST, clock)) : first;
  };
  const single = took(1);
  if (single * wanted <= 4 * SLICE) return success({side: wanted, piece: wanted, notes: []});
  // Every row costs a point's time at least.
  if (single * least > LONGEST) return {ok: false, error: tooSlow(single, single * least)};
  const beside = single > SLOW ? TIMED_IF_SLOW : TIMED;
  const several = took(beside);
  const point = Math.max(0, several - single) / (beside - 1);
  const start = Math.max(0, single - point);
  const costOf = (side: number): number => side * (start + side * point);
  if (costOf(least) > LONGEST) return {ok: false, error: tooSlow(point, costOf(least))};
  const budget = budgetOf(wanted);
  const side = costOf(wanted) <= budget ? wanted : (coarser.find((one) => costOf(one) <= budget) ?? least);
  // Pieces so long that the start of each costs at most a quarter of it.
  const piece = point > 0 ? Math.min(side, Math.max(1, Math.ceil(Math.max(SLICE, 4 * start) / point))) : side;
  const each = costOf(side) / side ** 2;
  const notes = side < wanted ? [`The map has ${side} x ${side} points: one costs ${each < 9.5 ? each.toFixed(1) : Math.round(each)} ms here.`] : [];
  return success({side, piece, notes});
}

/** One request that may be superseded; whoever ends it clears `live`. */
export interface Job {
  readonly requestId: number;
  live: boolean;
}

export interface GridServices {
  readonly clock: () => number;
  readonly pause: () => Promise<void>;
  /** Told in the pauses: the share that is done. */
  readonly progress: (share: number) => void;
}

/** Pauses where enough was done since the last pause; then answers false when the job ended meanwhile. */
export function breather(job: Job, {clock, pause, progress}: GridServices): (share: number) => Promise<boolean> {
  let from = clock();
  return async (share) => {
    if (clock() - from < SLICE) return true;
    progress(share);
    await pause();
    from = clock();
    return job.live;
  };
}

/** J at every grid point, side x side, with pauses; null when the job ended meanwhile. */
export async function evaluated(job: Job, kernel: PlaneKernel, a: Float64Array, b: Float64Array, piece: number, services: GridServices): Promise<Float64Array | null> {
  const values = new Float64Array(a.length * b.length);
  const breathe = breather(job, services);
  for (let row = 0; row < b.length; row++) {
    for (let from = 0; from < a.length; from += piece) {
      const to = Math.min(a.length, from + piece);
      const at = row * a.length;
      kernel.evaluateRow(b[row], a.subarray(from, to), values.subarray(at + from, at + to));
      if (!(await breathe((at + to) / values.length))) return null;
    }
  }
  return values;
}
