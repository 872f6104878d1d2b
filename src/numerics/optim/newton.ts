import {cholesky, choleskySolve} from '../cholesky.ts';
import {dot} from '../dense.ts';

/** A smooth function at a point, in float64. */
export interface NewtonPoint {
  readonly value: number;
  readonly gradient: Float64Array;
  /** The Hessian, or a positive semi-definite stand-in, row-major. */
  curvature(): Float64Array;
}

export type NewtonObjective = (w: Float64Array) => NewtonPoint;

export interface NewtonState {
  readonly w: Float64Array;
  readonly point: NewtonPoint;
  /** lambda = |g| / gamma. */
  readonly gamma: number;
  /** Systems solved for this step; the last one was accepted. */
  readonly solves: number;
}

/** Rounding of a difference of two values, relative to them: near the minimum the decrease is below it. */
const SLACK = 4 * Number.EPSILON;

/** Tries before a step is given up: by then lambda has grown by 2^40. */
const MOST_TRIES = 40;

export const newtonStart = (f: NewtonObjective, w: Float64Array, gamma = 1): NewtonState => ({w, point: f(w), gamma, solves: 0});

/**
 * A step of gradient-regularised Newton (Mishchenko 2023; Doikov, Mishchenko and Nesterov 2024):
 * w+ = w - (H + lambda I)^-1 g with lambda = |g| / gamma, accepted when
 * f - f+ >= |g+|^2 / (8 lambda) up to rounding. Accepted: gamma <- 2 gamma;
 * refused: gamma <- gamma / 2 and again.
 * @returns null where the gradient is 0 or no try is accepted: w is optimal as far as float64 can tell
 */
export function newtonStep(f: NewtonObjective, state: NewtonState): NewtonState | null {
  const {w, point} = state;
  const size = Math.sqrt(dot(point.gradient, point.gradient));
  if (size === 0) return null;
  const curvature = point.curvature();
  let {gamma} = state;
  for (let solves = 1; solves <= MOST_TRIES; solves++) {
    const lambda = size / gamma;
    const next = moved(w, point.gradient, curvature, lambda);
    const at = next && f(next);
    const wanted = at ? dot(at.gradient, at.gradient) / (8 * lambda) : 0;
    if (at && point.value - at.value >= wanted - SLACK * Math.abs(point.value)) return {w: next, point: at, gamma: 2 * gamma, solves};
    gamma /= 2;
  }
  return null;
}

/** w - (H + lambda I)^-1 g, or null where the matrix is not positive definite. */
function moved(w: Float64Array, gradient: Float64Array, curvature: Float64Array, lambda: number): Float64Array | null {
  const d = w.length;
  const system = curvature.slice();
  for (let i = 0; i < d; i++) system[i * d + i] += lambda;
  const factor = cholesky(system, d);
  if (!factor) return null;
  const step = choleskySolve(factor, d, gradient.slice());
  return w.map((value, i) => value - step[i]);
}
