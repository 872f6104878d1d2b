import {cholesky, choleskySolve} from '../cholesky.ts';

/** Diagonal d and the entries e_1..e_{n-1} beside it (e_0 is unused) of a symmetric tridiagonal matrix. */
interface Tridiagonal {
  readonly d: Float64Array;
  readonly e: Float64Array;
}

function dotPrefix(a: Float64Array, at: number, u: Float64Array, length: number): number {
  let sum = 0;
  for (let j = 0; j < length; j++) sum += a[at + j] * u[j];
  return sum;
}

/** A <- H A H on the leading block of size `size`, H = I - u u'/h: A -= u q' + q u' with q = A u / h - (u' A u / 2h^2) u. */
function reflect(a: Float64Array, n: number, u: Float64Array, h: number, size: number, q: Float64Array): void {
  for (let j = 0; j < size; j++) q[j] = dotPrefix(a, j * n, u, size) / h;
  const along = dotPrefix(q, 0, u, size) / (2 * h);
  for (let j = 0; j < size; j++) q[j] -= along * u[j];
  for (let j = 0; j < size; j++) {
    const at = j * n;
    const uj = u[j];
    const qj = q[j];
    for (let k = 0; k < size; k++) a[at + k] -= uj * q[k] + qj * u[k];
  }
}

const NOTHING = 1e-60;

/** A symmetric matrix with entries of order 1 in tridiagonal form, by Householder reflections from the last row up (Golub and Van Loan, 8.3.1). */
function tridiagonal(matrix: Float64Array, n: number): Tridiagonal {
  const a = matrix.slice();
  const d = new Float64Array(n);
  const e = new Float64Array(n);
  const u = new Float64Array(n);
  const q = new Float64Array(n);
  for (let i = n - 1; i > 0; i--) {
    u.set(a.subarray(i * n, i * n + i));
    const last = u[i - 1];
    const rest = dotPrefix(u, 0, u, i - 1);
    d[i] = a[i * n + i];
    e[i] = last;
    // Entries are at most about 1: what is left out here lies far below their rounding, and has no direction in float64.
    if (rest < NOTHING) continue;
    const length = Math.sqrt(rest + last * last);
    e[i] = last >= 0 ? -length : length;
    u[i - 1] = last - e[i];
    reflect(a, n, u, rest / 2 + (u[i - 1] * u[i - 1]) / 2, i, q);
  }
  d[0] = a[0];
  return {d, e};
}

/** Eigenvalues below x, by Sturm's sequence. */
function below({d, e}: Tridiagonal, x: number, tiny: number): number {
  let count = 0;
  let pivot = 1;
  for (let i = 0; i < d.length; i++) {
    pivot = d[i] - x - (i > 0 ? (e[i] * e[i]) / pivot : 0);
    if (Math.abs(pivot) < tiny) pivot = -tiny;
    if (pivot < 0) count++;
  }
  return count;
}

/** The eigenvalue with `rank` others below it, by bisection to the last bits. */
function bisect(matrix: Tridiagonal, rank: number): number {
  const {d, e} = matrix;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < d.length; i++) {
    const reach = Math.abs(e[i]) * (i > 0 ? 1 : 0) + (i + 1 < d.length ? Math.abs(e[i + 1]) : 0);
    low = Math.min(low, d[i] - reach);
    high = Math.max(high, d[i] + reach);
  }
  const scale = Math.max(Math.abs(low), Math.abs(high));
  if (scale === 0) return 0;
  for (let pass = 0; pass < 80 && high - low > Number.EPSILON * scale; pass++) {
    const middle = (low + high) / 2;
    if (below(matrix, middle, Number.EPSILON ** 2 * scale) > rank) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/** A power of two near the largest entry: what it is divided by neither overflows nor vanishes in products, and is not rounded. */
const unitOf = (a: Float64Array): number => 2 ** Math.max(-1000, Math.floor(Math.log2(a.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0))));

/** Largest absolute eigenvalue of a symmetric matrix. */
export function spectralNorm(a: Float64Array, n: number): number {
  const unit = unitOf(a);
  const reduced = tridiagonal(a.map((entry) => entry / unit), n);
  return unit * Math.max(Math.abs(bisect(reduced, 0)), Math.abs(bisect(reduced, n - 1)));
}

export interface LeastEigenvalue {
  /** To about n eps |A|. */
  readonly estimate: number;
  /** Proved: no eigenvalue of A is smaller. */
  readonly lower: number;
  /** Cholesky factor of A/unit less a shift a little below its least eigenvalue, for inverse iteration. */
  readonly factor: Float64Array;
}

/**
 * The least eigenvalue of a symmetric matrix. The estimate comes from its tridiagonal form. The bound does not rest on
 * it: where the float64 Cholesky factorisation of B = fl(A - s I) runs to its end, B's eigenvalues are at least
 * -(n + 3) eps tr(B), so those of A at least s less that (Rump, Verification of positive definiteness, BIT 2006).
 */
export function leastEigenvalue(matrix: Float64Array, n: number): LeastEigenvalue {
  const unit = unitOf(matrix);
  const a = matrix.map((entry) => entry / unit);
  const estimate = bisect(tridiagonal(a, n), 0);
  let size = 1;
  for (let i = 0; i < n; i++) size += Math.abs(a[i * n + i] - estimate);
  const margin = 4 * (n + 4) * Number.EPSILON * size;
  const b = a.slice();
  for (let wider = 1; wider < 1e15; wider *= 8) {
    const shift = estimate - wider * margin;
    let trace = 0;
    for (let i = 0; i < n; i++) {
      b[i * n + i] = a[i * n + i] - shift;
      trace += b[i * n + i];
    }
    const factor = cholesky(b, n);
    if (factor) return {estimate: unit * estimate, lower: unit * (shift - (n + 4) * Number.EPSILON * trace - Number.EPSILON * Math.abs(shift)), factor};
  }
  throw new Error('the least eigenvalue could not be bounded; the data hold numbers that float64 can not hold');
}

/** A unit eigenvector of the least eigenvalue, by inverse iteration from a fixed start. */
export function leastEigenvector({factor}: LeastEigenvalue, n: number): Float64Array {
  // No special symmetry, so that it is orthogonal to no eigenvector of a structured matrix.
  let u = Float64Array.from({length: n}, (_, i) => 1 + 0.5 * Math.sin(1.7 * i + 0.3));
  for (let pass = 0; pass < 6; pass++) {
    const next = choleskySolve(factor, n, u.slice());
    const length = Math.sqrt(next.reduce((sum, x) => sum + x * x, 0));
    u = next.map((x) => x / length);
  }
  return u;
}
