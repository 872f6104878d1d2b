import {symmetricEigen} from '../symmetricEigen.ts';

/** Singular values below this share of the largest have no direction. */
const NOTHING = 1e-7;

/** Takes the parts along the given unit rows out of u, and says how long the rest is. */
function orthogonal(u: Float64Array, others: readonly Float64Array[]): number {
  for (let pass = 0; pass < 2; pass++) {
    for (const other of others) {
      const along = u.reduce((sum, x, i) => sum + x * other[i], 0);
      for (let i = 0; i < u.length; i++) u[i] -= along * other[i];
    }
  }
  return Math.sqrt(u.reduce((sum, x) => sum + x * x, 0));
}

/** The unit vector of the canonical basis that is farthest from the others' span, made orthogonal to them. */
function completing(m: number, others: readonly Float64Array[]): Float64Array {
  let best = new Float64Array(m);
  let longest = -1;
  for (let i = 0; i < m; i++) {
    const u = new Float64Array(m);
    u[i] = 1;
    const length = orthogonal(u, others);
    if (length > longest) [best, longest] = [u.map((x) => x / length), length];
  }
  return best;
}

/**
 * The orthogonal Q that is nearest to M (m x m, row-major): U W' for M = U S W'. Where M is singular, one of them.
 * W and S^2 come from M'M, which is accurate enough for pictures.
 */
export function polarFactor(matrix: Float64Array, m: number): Float64Array {
  const square = new Float64Array(m * m);
  for (let r = 0; r < m; r++) for (let s = 0; s < m; s++) for (let t = 0; t < m; t++) square[s * m + t] += matrix[r * m + s] * matrix[r * m + t];
  const {values, vectors} = symmetricEigen(square, m);
  const left: Float64Array[] = [];
  for (let j = 0; j < m; j++) {
    const w = vectors.subarray(j * m, (j + 1) * m);
    const u = Float64Array.from({length: m}, (_, r) => w.reduce((sum, x, t) => sum + matrix[r * m + t] * x, 0));
    const known = values[j] > NOTHING ** 2 * values[0];
    const length = known ? orthogonal(u, left) : 0;
    left.push(length > 0 ? u.map((x) => x / length) : completing(m, left));
  }
  const q = new Float64Array(m * m);
  for (const [j, u] of left.entries()) for (let r = 0; r < m; r++) for (let t = 0; t < m; t++) q[r * m + t] += u[r] * vectors[j * m + t];
  return q;
}
