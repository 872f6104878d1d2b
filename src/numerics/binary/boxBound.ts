import {largestEnergy, type Quadratic} from './quadratic.ts';

const MOST_SWEEPS = 4000;
/** Gap at which the box is solved, relative to its value. */
const CLOSED = 1e-10;

/** h_i = sum_j C_ij w_j with the head w_0 = 1. */
function pulls(matrix: Float64Array, n: number, w: Float64Array): Float64Array {
  const h = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += matrix[i * n + j] * w[j];
    h[i] = sum;
  }
  return h;
}

/** One sweep of exact coordinate minimisation over the box, w and h in place. */
function sweep(matrix: Float64Array, n: number, w: Float64Array, h: Float64Array): void {
  for (let i = 1; i < n; i++) {
    const curvature = matrix[i * n + i];
    if (curvature <= 0) continue;
    const next = Math.max(-1, Math.min(1, w[i] - h[i] / curvature));
    const move = next - w[i];
    if (move === 0) continue;
    w[i] = next;
    for (let j = 0; j < n; j++) h[j] += move * matrix[i * n + j];
  }
}

/** E(w) and the least value that its tangent at w takes over the box: E(w) - sum_i (|g_i| + g_i w_i). */
function interval(matrix: Float64Array, n: number, w: Float64Array): {readonly value: number; readonly lower: number} {
  const h = pulls(matrix, n, w);
  let value = 0;
  let drop = 0;
  for (let i = 0; i < n; i++) value += w[i] * h[i];
  for (let i = 1; i < n; i++) drop += Math.abs(2 * h[i]) + 2 * h[i] * w[i];
  return {value, lower: value - drop};
}

export interface BoxBound {
  /** The relaxed weights, in [-1, 1]^p. */
  readonly w: Float64Array;
  /** E there. */
  readonly value: number;
  /** Proved: no weights in the box, so none in {-1, +1}^p, have a smaller E. */
  readonly lower: number;
}

/**
 * min E over the box [-1, 1]^p, a convex programme, by coordinate descent. The bound is the tangent's at the last
 * iterate and holds whether or not that has converged, less what float64 may be off.
 */
export function boxBound({p, matrix, rounding}: Quadratic): BoxBound {
  const n = p + 1;
  const slack = rounding + 4 * n * Number.EPSILON * largestEnergy({p, matrix});
  const w = new Float64Array(n);
  w[0] = 1;
  let best = Number.NEGATIVE_INFINITY;
  let value = 0;
  for (let done = 0; done < MOST_SWEEPS; ) {
    // Fresh products now and then: the ones kept up to date gather rounding.
    const h = pulls(matrix, n, w);
    for (let t = 0; t < 20; t++, done++) sweep(matrix, n, w, h);
    const now = interval(matrix, n, w);
    value = now.value;
    best = Math.max(best, now.lower);
    if (value - best <= CLOSED * Math.max(value, 1e-3 * matrix[0])) break;
  }
  return {w: w.slice(1), value, lower: Math.max(0, best - slack)};
}
