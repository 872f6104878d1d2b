import type {RandomStream} from '../../core/random.ts';

/** V, n unit rows of length k, row-major. Row 0 is the head: what counts is how the others stand to it. */
export interface Rows {
  readonly n: number;
  readonly k: number;
  readonly v: Float64Array;
}

/** Shorter vectors have no direction. */
export const SHORT = 1e-12;
/** Entries of the columns by which a start of lower rank is widened. */
const APPENDED = 0.1;

/** Scales every row to length 1, in place; a row without a direction becomes e_1. */
export function normalise({n, k, v}: Rows): void {
  for (let i = 0; i < n; i++) {
    let square = 0;
    for (let c = 0; c < k; c++) square += v[i * k + c] ** 2;
    const length = Math.sqrt(square);
    if (length < SHORT) v.fill(0, i * k, (i + 1) * k)[i * k] = 1;
    else for (let c = 0; c < k; c++) v[i * k + c] /= length;
  }
}

const normalised = (rows: Rows): Rows => {
  normalise(rows);
  return rows;
};

export const randomRows = (n: number, k: number, random: RandomStream): Rows =>
  normalised({n, k, v: Float64Array.from({length: n * k}, () => random.normal())});

/** Rows (cos a_i, sin a_i). */
export const rowsAtAngles = (angles: readonly number[]): Rows => ({
  n: angles.length,
  k: 2,
  v: Float64Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)])),
});

/** a_i = 2 pi q i/n + 0.05 (-1)^i: q turns on the way round, a little uneven. */
export const twistedAngles = (n: number, turns: number): readonly number[] =>
  Array.from({length: n}, (_, i) => (2 * Math.PI * turns * i) / n + (i % 2 === 0 ? 0.05 : -0.05));

/** Rank 1: the head 1, then the weights; zero counts as +1. */
export const rowsOfSigns = (w: ArrayLike<number>): Rows => ({n: w.length + 1, k: 1, v: Float64Array.from([1, ...Array.from(w, (one) => (one >= 0 ? 1 : -1))])});

/** V with a column beside it, rows scaled to length 1 again. */
export function withColumn({n, k, v}: Rows, column: ArrayLike<number>): Rows {
  const wide = new Float64Array(n * (k + 1));
  for (let i = 0; i < n; i++) {
    wide.set(v.subarray(i * k, (i + 1) * k), i * (k + 1));
    wide[i * (k + 1) + k] = column[i];
  }
  return normalised({n, k: k + 1, v: wide});
}

/**
 * V at rank k: cut to its first columns, or widened by 0.1 in every row. Further columns are waves, since equal ones
 * would leave the rank as it is.
 */
export function atRank(rows: Rows, k: number): Rows {
  const {n} = rows;
  if (k < rows.k) {
    const v = Float64Array.from({length: n * k}, (_, at) => rows.v[Math.floor(at / k) * rows.k + (at % k)]);
    return normalised({n, k, v});
  }
  let wide = rows;
  for (let extra = 0; wide.k < k; extra++) {
    wide = withColumn(wide, Array.from({length: n}, (_, i) => APPENDED * Math.cos((Math.PI * extra * (i + 0.5)) / n)));
  }
  return wide;
}

/** C V, n x k. */
export function product(matrix: Float64Array, {n, k, v}: Rows): Float64Array {
  const out = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const c = matrix[i * n + j];
      if (c === 0) continue;
      for (let t = 0; t < k; t++) out[i * k + t] += c * v[j * k + t];
    }
  }
  return out;
}

/** y_i = v_i . (C V)_i for all rows; f(V) is their sum. */
export function rowProducts({n, k, v}: Rows, cv: Float64Array): Float64Array {
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let t = 0; t < k; t++) y[i] += v[i * k + t] * cv[i * k + t];
  return y;
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

/** f(V) = <C, V V'>. */
export const relaxation = (matrix: Float64Array, rows: Rows): number => sum(rowProducts(rows, product(matrix, rows)));

/** The rank from which generic instances have no spurious local minimum, ceil(sqrt(2 n)). */
export const sufficientRank = (n: number): number => Math.ceil(Math.sqrt(2 * n));
