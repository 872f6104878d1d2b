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

/**
 * Compares J with its linear model along a direction: by Taylor's theorem the error is h^2/2 v'Hv + O(h^3) for the right gradient,
 * and h |(g - grad J).v| for another.
 *
 * The slope is fitted on the smallest steps whose error is clear of rounding, which is at most
 * 4 eps |J| + precision h |g| (of the values, and of the gradient). Where no three steps are, a gradient can't be told right from wrong.
 */
export async function taylorSlope(
  objective: TaylorObjective, gradient: Float64Array, point: Float64Array, direction: Float64Array, options: TaylorOptions,
): Promise<TaylorCheck> {
  const {from, to, count, precision} = options;
  const length = Math.sqrt(dot(direction, direction));
  const base = await objective.value(point);
  const steps = Float64Array.from({length: count}, (_, i) => from * (to / from) ** (i / (count - 1)));
  const errors = new Float64Array(count);
  const clear: number[] = [];
  const gradientLength = Math.sqrt(dot(gradient, gradient));
  for (const [i, h] of steps.entries()) {
    const wanted = point.map((x, j) => x + (h / length) * direction[j]);
    const w = objective.rounded?.(wanted) ?? wanted;
    const value = await objective.value(w);
    const linear = w.reduce((sum, x, j) => sum + (x - point[j]) * gradient[j], 0);
    errors[i] = Math.abs(value - base - linear);
    const rounding = 4 * Number.EPSILON * (Math.abs(value) + Math.abs(base)) + precision * h * gradientLength;
    if (errors[i] > CLEAR * rounding) clear.push(i);
  }
  const used = clear.slice(-FIT);
  const fitted = used.map((i) => steps[i]);
  const moved = direction.reduce((sum, x) => sum + (x === 0 ? 0 : 1), 0);
  const mismatch = errors.reduce((least, error, i) => Math.min(least, (error * Math.sqrt(moved)) / (steps[i] * gradientLength)), Number.POSITIVE_INFINITY);
  return {steps, errors, mismatch, slope: slopeOf(fitted, used.map((i) => errors[i])), fitted};
}
