import {randomStream} from '../core/random.ts';
import {cholesky, choleskyInverse} from './cholesky.ts';

/** Dense products and inverses in float64, row-major, for set-ups that are made rarely. */

/** C = A B' for row-major A [n, k], B [m, k]. */
export function timesTransposed(a: Float64Array, b: Float64Array, n: number, m: number, k: number): Float64Array {
  const c = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let s = 0;
      for (let t = 0; t < k; t++) s += a[i * k + t] * b[j * k + t];
      c[i * m + j] = s;
    }
  }
  return c;
}

/** A' of a row-major A [n, m]. */
export function transposed(a: Float64Array, n: number, m: number): Float64Array {
  const t = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) t[j * n + i] = a[i * m + j];
  return t;
}

/** The largest eigenvalue of a symmetric positive semidefinite matrix, by power iteration from a fixed random start. */
export function largestEigenvalue(a: Float64Array, d: number): number {
  const random = randomStream(1, 'power iteration');
  let v = Float64Array.from({length: d}, () => random.normal());
  let value = 0;
  for (let pass = 0; pass < 300; pass++) {
    const w = timesTransposed(a, v, d, 1, d);
    const norm = Math.hypot(...w);
    if (norm === 0) return value;
    v = w.map((entry) => entry / norm);
    if (Math.abs(norm - value) <= 1e-12 * norm) return norm;
    value = norm;
  }
  return value;
}

/** The inverse of a symmetric positive definite matrix. */
export function inverseOf(a: Float64Array, n: number): Float64Array {
  const l = cholesky(a, n);
  if (!l) throw new Error('a matrix of the linear step is not positive definite; raise the penalties');
  return choleskyInverse(l, n);
}

/** <a, b>. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
