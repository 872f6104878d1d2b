import {symmetricEigen} from './symmetricEigen.ts';

/** The plane in which rows of a table vary most. */
export interface PrincipalPlane {
  /** d column means. */
  readonly mean: Float64Array;
  /** Two orthonormal directions of length d; a direction without variance is the zero vector. */
  readonly directions: readonly [Float64Array, Float64Array];
  /** n scores on the first and on the second direction. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Share of the variance that lies in the plane, 0..1 (1 where nothing varies). */
  readonly share: number;
}

/** Eigenvalues below this share of the total are rounding errors of the products they come from. */
const RANK_TOLERANCE = 1e-13;

/** Two passes: the second removes the rounding of the first, which a large n would let grow. */
function columnMeans(rows: Float64Array, n: number, d: number): Float64Array {
  const mean = new Float64Array(d);
  for (let pass = 0; pass < 2; pass++) {
    const correction = new Float64Array(d);
    for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) correction[j] += (rows[i * d + j] - mean[j]) / n;
    for (let j = 0; j < d; j++) mean[j] += correction[j];
  }
  return mean;
}

/** C^T C (d x d) of the centred rows, or C C^T (n x n), whichever is smaller; their non-zero eigenvalues agree. */
function smallerProduct(centred: Float64Array, n: number, d: number): Float64Array {
  const size = Math.min(n, d);
  const product = new Float64Array(size * size);
  if (d > n) {
    for (let p = 0; p < n; p++) {
      for (let q = p; q < n; q++) {
        let sum = 0;
        for (let j = 0; j < d; j++) sum += centred[p * d + j] * centred[q * d + j];
        product[p * n + q] = product[q * n + p] = sum;
      }
    }
    return product;
  }
  for (let i = 0; i < n; i++) {
    for (let p = 0; p < d; p++) {
      const left = centred[i * d + p];
      for (let q = p; q < d; q++) product[p * d + q] += left * centred[i * d + q];
    }
  }
  for (let p = 0; p < d; p++) for (let q = 0; q < p; q++) product[p * d + q] = product[q * d + p];
  return product;
}

/** C^T u for a left singular vector u: its direction among the features. */
function pullBack(centred: Float64Array, u: Float64Array, n: number, d: number): Float64Array {
  const v = new Float64Array(d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) v[j] += u[i] * centred[i * d + j];
  return v;
}

/** Unit length, and the loading of largest absolute value positive (the first of them where several are equal up to rounding). */
function oriented(v: Float64Array): Float64Array {
  const largest = v.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const pivot = v.find((x) => Math.abs(x) >= largest * (1 - 1e-9)) ?? 1;
  const length = largest * Math.sqrt(v.reduce((sum, x) => sum + (x / largest) ** 2, 0));
  return v.map((x) => x / (pivot < 0 ? -length : length));
}

/** Scores (row - mean) . direction of m rows, which need not be those the plane was fitted on. */
export function scoresOn(mean: Float64Array, direction: Float64Array, rows: Float64Array, m: number): Float64Array {
  const d = mean.length;
  const scores = new Float64Array(m);
  for (let i = 0; i < m; i++) for (let j = 0; j < d; j++) scores[i] += (rows[i * d + j] - mean[j]) * direction[j];
  return scores;
}

/**
 * First two principal components of n rows of d features (row-major, finite, n >= 1): the leading
 * eigenvectors of C^T C for the centred rows C, found on the smaller side when d > n. Signs are
 * fixed by making the largest loading positive. Where fewer than two directions hold variance, the
 * missing ones are zero vectors with zero scores. Source: Jolliffe, Principal Component Analysis, 2002.
 */
export function principalPlane(rows: Float64Array, n: number, d: number): PrincipalPlane {
  const mean = columnMeans(rows, n, d);
  const centred = rows.map((x, index) => x - mean[index % d]);
  const size = Math.min(n, d);
  const {values, vectors} = symmetricEigen(smallerProduct(centred, n, d), size);
  const total = values.reduce((sum, value) => sum + Math.max(value, 0), 0);
  // The mean is exact to a unit in the last place, so even equal rows may leave a trace of "variance".
  const squares = rows.reduce((sum, x) => sum + x * x, 0);
  const floor = Math.max(total * RANK_TOLERANCE, squares * (8 * Number.EPSILON) ** 2);
  const component = (c: number): Float64Array => {
    if (c >= size || !(values[c] > floor)) return new Float64Array(d);
    const vector = vectors.slice(c * size, (c + 1) * size);
    return oriented(d > n ? pullBack(centred, vector, n, d) : vector);
  };
  const directions = [component(0), component(1)] as const;
  const held = [0, 1].reduce((sum, c) => sum + (c < size && values[c] > floor ? values[c] : 0), 0);
  return {
    mean,
    directions,
    x: scoresOn(mean, directions[0], rows, n),
    y: scoresOn(mean, directions[1], rows, n),
    share: held > 0 ? held / total : 1,
  };
}
