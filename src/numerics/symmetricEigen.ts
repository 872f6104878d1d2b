/** Eigenpairs in descending order. */
export interface SymmetricEigen {
  /** n eigenvalues, largest first. */
  readonly values: Float64Array;
  /** n x n row-major: row j is the unit eigenvector of values[j]. */
  readonly vectors: Float64Array;
}

/** Convergence is quadratic: six to ten sweeps in practice, so this is only a guard. */
const MAX_SWEEPS = 50;

function offDiagonal(a: Float64Array, n: number): number {
  let sum = 0;
  for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) sum += a[p * n + q] ** 2;
  return sum;
}

/** Rotates rows p and q: (r_p, r_q) becomes (c r_p - s r_q, s r_p + c r_q). */
function rotateRows(a: Float64Array, n: number, p: number, q: number, c: number, s: number): void {
  for (let k = 0; k < n; k++) {
    const ap = a[p * n + k];
    const aq = a[q * n + k];
    a[p * n + k] = c * ap - s * aq;
    a[q * n + k] = s * ap + c * aq;
  }
}

/** J^T a J for the rotation J of the plane (p, q) that makes a_pq zero; the same rotation is applied to the rows of v. */
function annihilate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q];
  if (apq === 0) return;
  const theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  const app = a[p * n + p] - t * apq;
  const aqq = a[q * n + q] + t * apq;
  rotateRows(a, n, p, q, c, s);
  // The matrix stays symmetric: outside the 2 x 2 block its columns are copies of the rotated rows.
  for (let k = 0; k < n; k++) {
    a[k * n + p] = a[p * n + k];
    a[k * n + q] = a[q * n + k];
  }
  a[p * n + p] = app;
  a[q * n + q] = aqq;
  a[p * n + q] = 0;
  a[q * n + p] = 0;
  rotateRows(v, n, p, q, c, s);
}

/**
 * All eigenpairs of a symmetric matrix (n x n, row-major, finite), a = sum_j values[j] v_j v_j^T, by
 * cyclic Jacobi rotations in float64 (Golub and Van Loan, Matrix Computations, 8.5). Only the upper
 * triangle is read; `a` is left alone. O(n^3) a sweep: meant for n up to a few hundred.
 */
export function symmetricEigen(a: Float64Array, n: number): SymmetricEigen {
  // Scaled to largest entry 1, so that the squares below neither overflow nor vanish.
  const scale = a.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0) || 1;
  const work = new Float64Array(n * n);
  const rows = new Float64Array(n * n);
  for (let p = 0; p < n; p++) {
    rows[p * n + p] = 1;
    for (let q = p; q < n; q++) work[p * n + q] = work[q * n + p] = a[p * n + q] / scale;
  }
  const negligible = Number.EPSILON ** 2 * work.reduce((sum, x) => sum + x * x, 0);
  for (let sweep = 0; sweep < MAX_SWEEPS && offDiagonal(work, n) > negligible; sweep++) {
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) annihilate(work, rows, n, p, q);
  }
  const order = Array.from({length: n}, (_, j) => j).sort((i, j) => work[j * n + j] - work[i * n + i]);
  const vectors = new Float64Array(n * n);
  for (const [to, from] of order.entries()) vectors.set(rows.subarray(from * n, (from + 1) * n), to * n);
  return {values: Float64Array.from(order, (j) => scale * work[j * n + j]), vectors};
}
