import {spectralNorm} from './leastEigenvalue.ts';
import {normalise, product, rowProducts, type Rows} from './rows.ts';

export type StepRule = 'fixed' | 'armijo' | 'bb';

/** Share of the linear decrease that a step must bring (Armijo). */
const SUFFICIENT = 1e-4;
/** Values that the non-monotone search looks back on. */
const MEMORY = 8;
const MOST_TRIALS = 60;

/** A point of the descent with what is known there. */
export interface Descent {
  readonly rows: Rows;
  /** C V. */
  readonly cv: Float64Array;
  readonly f: number;
  /** R = G - rowdot(G, V) o V with G = 2 C V: the gradient along the spheres. */
  readonly r: Float64Array;
  /** The latest values of f, oldest first. */
  readonly recent: readonly number[];
  /** The step to try next. */
  readonly step: number;
}

/** 1/L with L = 2 (|C_off|_2 + max_i sum_{j != i} |C_ij|); |C_off|_2 alone is too small a bound. */
export function safeStep(matrix: Float64Array, n: number): number {
  const off = matrix.slice();
  let most = 0;
  for (let i = 0; i < n; i++) {
    off[i * n + i] = 0;
    let row = 0;
    for (let j = 0; j < n; j++) row += Math.abs(off[i * n + j]);
    most = Math.max(most, row);
  }
  const bound = 2 * (spectralNorm(off, n) + most);
  // Without any coupling f does not depend on V, and any step will do.
  return bound > 0 ? 1 / bound : 1;
}

function tangent({n, k, v}: Rows, cv: Float64Array, y: Float64Array): Float64Array {
  const r = new Float64Array(n * k);
  for (let i = 0; i < n; i++) for (let t = 0; t < k; t++) r[i * k + t] = 2 * (cv[i * k + t] - y[i] * v[i * k + t]);
  return r;
}

function at(matrix: Float64Array, rows: Rows, recent: readonly number[], step: number): Descent {
  const cv = product(matrix, rows);
  const y = rowProducts(rows, cv);
  const f = y.reduce((sum, value) => sum + value, 0);
  return {rows, cv, f, r: tangent(rows, cv, y), recent: [...recent, f].slice(-MEMORY), step};
}

export const beginDescent = (matrix: Float64Array, rows: Rows): Descent => at(matrix, rows, [], safeStep(matrix, rows.n));

function retracted({rows: {n, k, v}, r}: Descent, step: number): Rows {
  const moved = {n, k, v: v.map((value, i) => value - step * r[i])};
  normalise(moved);
  return moved;
}

const square = (a: Float64Array): number => a.reduce((sum, value) => sum + value * value, 0);

/** <s, s>/|<s, q>| with s the last move and q the change of R (Barzilai and Borwein), within 1e-3 to 1e6 safe steps. */
function spectralStep(from: Descent, to: Descent, safe: number): number {
  let ss = 0;
  let sq = 0;
  for (let i = 0; i < from.r.length; i++) {
    const s = to.rows.v[i] - from.rows.v[i];
    ss += s * s;
    sq += s * (to.r[i] - from.r[i]);
  }
  const step = sq !== 0 ? ss / Math.abs(sq) : safe;
  return Math.min(Math.max(step, 1e-3 * safe), 1e6 * safe);
}

/**
 * V <- normalise(V - t R). `fixed`: t = 1/L. `armijo`: twice the last step, halved until f falls by 1e-4 t |R|^2.
 * `bb`: Barzilai and Borwein's step, halved until f is that much below the largest of the last 8 values.
 * @param safe `safeStep` of the matrix
 * @returns the new point and the products with C that it took
 */
export function riemannianStep(matrix: Float64Array, now: Descent, rule: StepRule, safe: number): {readonly next: Descent; readonly products: number} {
  const slope = square(now.r);
  if (slope === 0) return {next: now, products: 1};
  if (rule === 'fixed') return {next: at(matrix, retracted(now, safe), now.recent, safe), products: 1};
  const reference = rule === 'bb' ? Math.max(...now.recent) : now.f;
  let step = rule === 'bb' ? now.step : 2 * now.step;
  for (let products = 1; products <= MOST_TRIALS; products++) {
    const next = at(matrix, retracted(now, step), now.recent, step);
    if (next.f <= reference - SUFFICIENT * step * slope) {
      return {next: rule === 'bb' ? {...next, step: spectralStep(now, next, safe)} : next, products};
    }
    step /= 2;
  }
  // No step lowers f: it is at rest as far as float64 can tell.
  return {next: {...now, step: safe}, products: MOST_TRIALS};
}
