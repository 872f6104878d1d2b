import type {NewtonObjective, NewtonPoint} from '../../core/problem.ts';
import {cholesky, choleskySolve} from '../cholesky.ts';
import {dot} from '../dense.ts';

export interface NewtonState {
  readonly w: Float64Array;
  readonly point: NewtonPoint;
  /** lambda = |g| / gamma of the next try. */
  readonly gamma: number;
  /** Systems solved for this step; the last one was accepted. */
  readonly solves: number;
}

/** Rounding of a difference of two values, relative to them: near the minimum the decrease is below it. */
const SLACK = 4 * Number.EPSILON;

/** Tries before a step is given up: by then lambda has grown by 2^40. */
export const MOST_TRIES = 40;

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

/** Damping of plain Newton, relative to the mean diagonal of H: it settles directions that cost nothing, as equal shifts of all biases. */
const TRACE = 1e-12;

/** Plain Newton, w+ = w - H^-1 g, taken whatever it does to f. Null where the gradient is 0 or H not positive definite in float64. */
export function plainNewtonStep(f: NewtonObjective, {w, point, gamma}: NewtonState): NewtonState | null {
  if (dot(point.gradient, point.gradient) === 0) return null;
  const curvature = point.curvature();
  const d = w.length;
  let diagonal = 0;
  for (let i = 0; i < d; i++) diagonal += curvature[i * d + i] / d;
  const next = moved(w, point.gradient, curvature, TRACE * diagonal);
  return next && {w: next, point: f(next), gamma, solves: 1};
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
