/**
 * Dense symmetric positive definite algebra in float64, row-major. Everything is arranged as inner
 * products of contiguous rows, two by two, which is what typed arrays do fast.
 */

/** Inner products of rows i, i+1 with rows j, j+1 of (a, b) over columns from..to, into out[0..3]. */
function dot2x2(a: Float64Array, i0: number, i1: number, b: Float64Array, j0: number, j1: number, from: number, to: number, out: Float64Array): void {
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  for (let k = from; k < to; k++) {
    const p = a[i0 + k];
    const q = a[i1 + k];
    const r = b[j0 + k];
    const s = b[j1 + k];
    s00 += p * r;
    s01 += p * s;
    s10 += q * r;
    s11 += q * s;
  }
  out[0] = s00;
  out[1] = s01;
  out[2] = s10;
  out[3] = s11;
}

function dot(a: Float64Array, i: number, b: Float64Array, j: number, from: number, to: number): number {
  let s0 = 0;
  let s1 = 0;
  let k = from;
  for (; k + 1 < to; k += 2) {
    s0 += a[i + k] * b[j + k];
    s1 += a[i + k + 1] * b[j + k + 1];
  }
  return k < to ? s0 + s1 + a[i + k] * b[j + k] : s0 + s1;
}

/**
 * Lower Cholesky factor L of a symmetric positive definite n x n matrix, A = L L'.
 * @returns L (upper part zero), or null when a pivot is not positive.
 */
export function cholesky(a: Float64Array, n: number): Float64Array | null {
  const l = new Float64Array(n * n);
  const s = new Float64Array(4);
  for (let i = 0; i < n; i += 2) {
    const two = i + 1 < n;
    const i0 = i * n;
    const i1 = two ? i0 + n : i0;
    let j = 0;
    for (; j + 1 < i; j += 2) {
      const j0 = j * n;
      const j1 = j0 + n;
      dot2x2(l, i0, i1, l, j0, j1, 0, j, s);
      solvePair(a, l, i0, j, j0, j1, s[0], s[1]);
      if (two) solvePair(a, l, i1, j, j0, j1, s[2], s[3]);
    }
    for (let row = i; row < i + (two ? 2 : 1); row++) {
      for (let c = j; c <= row; c++) {
        const rest = a[row * n + c] - dot(l, row * n, l, c * n, 0, c);
        if (c < row) l[row * n + c] = rest / l[c * n + c];
        else if (rest > 0) l[row * n + c] = Math.sqrt(rest);
        else return null;
      }
    }
  }
  return l;
}

/** Entries j and j+1 of one row of L, given the inner products over the columns before j. */
function solvePair(a: Float64Array, l: Float64Array, row: number, j: number, j0: number, j1: number, dotJ: number, dotNext: number): void {
  const first = (a[row + j] - dotJ) / l[j0 + j];
  l[row + j] = first;
  l[row + j + 1] = (a[row + j + 1] - dotNext - first * l[j1 + j]) / l[j1 + j + 1];
}

/** Solves A x = b in place, given A's Cholesky factor. */
export function choleskySolve(l: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = 0; i < n; i++) b[i] = (b[i] - dot(l, i * n, b, 0, 0, i)) / l[i * n + i];
  for (let i = n - 1; i >= 0; i--) {
    b[i] /= l[i * n + i];
    const v = b[i];
    for (let k = 0; k < i; k++) b[k] -= v * l[i * n + k];
  }
  return b;
}

/**
 * A^{-1} from A's Cholesky factor: V = (L^{-1})' row by row by forward substitution, then A^{-1} = V V'.
 * About n^3/3 multiply-adds.
 */
export function choleskyInverse(l: Float64Array, n: number): Float64Array {
  const v = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const row = j * n;
    v[row + j] = 1 / l[row + j];
    for (let i = j + 1; i < n; i++) v[row + i] = -dot(l, i * n, v, row, j, i) / l[i * n + i];
  }
  const inverse = new Float64Array(n * n);
  const s = new Float64Array(4);
  const put = (i: number, j: number, value: number): void => {
    inverse[i * n + j] = value;
    inverse[j * n + i] = value;
  };
  for (let i = 0; i < n; i += 2) {
    const i1 = Math.min(i + 1, n - 1);
    for (let j = 0; j <= i; j += 2) {
      const j1 = Math.min(j + 1, n - 1);
      // Rows of V are zero before their diagonal, so starting at the larger index loses nothing.
      dot2x2(v, i * n, i1 * n, v, j * n, j1 * n, i, n, s);
      put(i, j, s[0]);
      put(i, j1, s[1]);
      put(i1, j, s[2]);
      put(i1, j1, s[3]);
    }
  }
  return inverse;
}
