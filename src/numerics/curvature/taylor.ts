import type {TaylorCheck} from '../../core/curvature.ts';
import {dot} from './lanczos.ts';

/** What a check is of. A value at a point, and the place that was really evaluated where the point had to be rounded. */
export interface TaylorObjective {
  value(w: Float64Array): number | Promise<number>;
  /** The point as it is evaluated (rounded to float32, say); left out where points are taken as they are. */
  readonly rounded?: (w: Float64Array) => Float64Array;
}

export interface TaylorOptions {
  /** Largest step. */
  readonly from: number;
  /** Smallest step. */
  readonly to: number;
  readonly count: number;
  /** Relative error of a right gradient's entries by rounding: 1e-15 in float64, 5e-7 in float32. */
  readonly precision: number;
  /** Length of the error that rounding may leave in the gradient besides, where cancellation makes it worse than `precision`. */
  readonly slack?: number;
}

/** For J in float64 and gradients in float32. */
export const TAYLOR_FLOAT32: TaylorOptions = {from: 0.3, to: 1e-4, count: 15, precision: 5e-7};
export const TAYLOR_FLOAT64: TaylorOptions = {from: 0.1, to: 1e-5, count: 17, precision: 1e-15};

/** Errors this much above what rounding can make are taken for the fit. */
const CLEAR = 10;
/** Steps that are fitted at most: the smallest clear ones, where higher orders matter least. */
const FIT = 5;

function slopeOf(steps: readonly number[], errors: readonly number[]): number {
  if (steps.length < 3) return Number.NaN;
  const x = steps.map(Math.log);
  const y = errors.map(Math.log);
  const meanX = x.reduce((sum, one) => sum + one, 0) / x.length;
  const meanY = y.reduce((sum, one) => sum + one, 0) / y.length;
  const covariance = x.reduce((sum, one, i) => sum + (one - meanX) * (y[i] - meanY), 0);
  return covariance / x.reduce((sum, one) => sum + (one - meanX) ** 2, 0);
}

/** Rounding of a difference of two values of J. */
const grainOf = (value: number, base: number): number => 4 * Number.EPSILON * (Math.abs(value) + Math.abs(base));

/** How far J may be from its parabola, as a share of |H|, on the scale that it bends on. */
const BENT = 0.2;
/** Halvings of the largest step: down to float64's resolution. */
const HALVINGS = 48;

/**
 * The scale s <= `from` on which J bends along a line: up to there it is a parabola with the curvature c. Steps h, each half of the one
 * before, are looked at for whether 4 (J(h) - 2 J(h/2) + J(0)) / h^2, which is c + h J'''/2 + O(h^2), is within a fifth of |H| of c. It is
 * not where J bends otherwise, above s, nor where rounding rules, far below; s is the largest step of the longest stretch between. It
 * holds no gradient, so that what a gradient is checked on does not depend on it.
 * @param along J at a step
 * @param curvature c
 * @param size |H|
 */
export function bendingScale(along: (h: number) => number, from: number, curvature: number, size: number): number {
  const base = along(0);
  let best = {top: from, length: 0};
  let top = from;
  let length = 0;
  for (let k = 0; k <= HALVINGS; k++) {
    const h = from * 2 ** -k;
    const found = (4 * (along(h) - 2 * along(h / 2) + base)) / h ** 2;
    if (!(Math.abs(found - curvature) <= BENT * size)) {
      length = 0;
      continue;
    }
    if (length === 0) top = h;
    length++;
    if (length > best.length) best = {top, length};
  }
  return best.top;
}

/** The steps that move the rounded point to a new place where J is defined, with their lengths there. */
async function takenSteps({value, rounded = (w) => w}: TaylorObjective, point: Float64Array, direction: Float64Array, {from, to, count}: TaylorOptions) {
  const length = Math.sqrt(dot(direction, direction));
  const taken: {readonly h: number; readonly moved: Float64Array; readonly value: number}[] = [];
  for (let i = 0; i < count; i++) {
    const wanted = from * (to / from) ** (i / (count - 1));
    const w = rounded(point.map((x, j) => x + (wanted / length) * direction[j]));
    const moved = w.map((x, j) => x - point[j]);
    const h = Math.sqrt(dot(moved, moved));
    if (h === 0 || h >= (taken.at(-1)?.h ?? Number.POSITIVE_INFINITY)) continue;
    const there = await value(w);
    if (Number.isFinite(there)) taken.push({h, moved, value: there});
  }
  return taken;
}

/**
 * Compares J with its linear model along a direction: by Taylor's theorem the error is h^2/2 v'Hv + O(h^3) for the right gradient,
 * and h |(g - grad J).v| for another.
 *
 * The slope is fitted on the smallest steps whose error is clear of rounding, which is at most
 * 4 eps |J| + h (precision |g| + slack) (of the values, and of the gradient). Where no three steps are, a gradient can't be told right from
 * wrong.
 */
export async function taylorSlope(
  objective: TaylorObjective, gradient: Float64Array, point: Float64Array, direction: Float64Array, options: TaylorOptions,
): Promise<TaylorCheck> {
  const {precision, slack = 0} = options;
  const base = await objective.value(point);
  const gradientLength = Math.sqrt(dot(gradient, gradient));
  const spread = Math.sqrt(direction.reduce((sum, x) => sum + (x === 0 ? 0 : 1), 0));
  const taken = (await takenSteps(objective, point, direction, options)).map(({h, moved, value}) => {
    const error = Math.abs(value - base - dot(moved, gradient));
    const grain = grainOf(value, base);
    return {h, error, clear: error > CLEAR * (grain + h * (precision * gradientLength + slack)), seen: h * gradientLength > CLEAR * grain};
  });
  const fit = taken.filter(({clear}) => clear).slice(-FIT);
  const shares = taken.filter(({seen}) => seen).map(({h, error}) => (error * spread) / (h * gradientLength));
  return {
    steps: Float64Array.from(taken, ({h}) => h),
    errors: Float64Array.from(taken, ({error}) => error),
    mismatch: shares.length > 0 ? Math.min(...shares) : Number.NaN,
    slope: slopeOf(fit.map(({h}) => h), fit.map(({error}) => error)),
    fitted: fit.map(({h}) => h),
  };
}
