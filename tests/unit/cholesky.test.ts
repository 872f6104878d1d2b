import {CholeskyDecomposition, inverse as inverseOf, Matrix} from 'ml-matrix';
import {describe, expect, it} from 'vitest';
import {randomStream} from '../../src/core/random.ts';
import {cholesky, choleskyInverse, choleskySolve} from '../../src/numerics/cholesky.ts';

/** B B' / n + I / 10: condition numbers of some tens. */
function randomSpd(n: number, seed: number): Float64Array {
  const random = randomStream(seed, 'spd', n);
  const b = Matrix.from1DArray(n, n, Array.from({length: n * n}, () => random.normal()));
  return flat(b.mmul(b.transpose()).div(n).add(Matrix.eye(n).mul(0.1)));
}

const flat = (matrix: Matrix): Float64Array => Float64Array.from(matrix.to1DArray());
const square = (a: Float64Array, n: number): Matrix => Matrix.from1DArray(n, n, [...a]);
/** Largest difference of two tables, relative to the largest entry of the second. */
const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const scale = Math.max(...Array.from(b, Math.abs));
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]))) / scale;
};

function factor(a: Float64Array, n: number): Float64Array {
  const l = cholesky(a, n);
  if (!l) throw new Error('was found not positive definite');
  return l;
}

describe.each([1, 2, 3, 4, 5, 17, 64, 101])('n = %d', (n) => {
  const a = randomSpd(n, 5);
  const untouched = a.slice();
  const l = factor(a, n);

  it('finds the lower factor', () => {
    expect(distance(l, new CholeskyDecomposition(square(a, n)).lowerTriangularMatrix.to1DArray())).toBeLessThan(1e-12);
    const lower = square(l, n);
    expect(distance(flat(lower.mmul(lower.transpose())), a)).toBeLessThan(1e-13);
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) expect(l[i * n + j]).toBe(0);
    expect(a).toEqual(untouched);
  });

  it('reads the lower half only', () => {
    const lopsided = a.slice();
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) lopsided[i * n + j] = Number.NaN;
    expect(cholesky(lopsided, n)).toEqual(l);
  });

  it('solves in place', () => {
    const random = randomStream(6, 'right-hand side', n);
    const b = Float64Array.from({length: n}, () => random.normal());
    const x = b.slice();
    expect(choleskySolve(l, n, x)).toBe(x);
    const residual = square(a, n).mmul(Matrix.columnVector([...x])).to1DArray();
    expect(distance(residual, b)).toBeLessThan(1e-12);
  });

  it('inverts', () => {
    const inverse = choleskyInverse(l, n);
    expect(distance(flat(square(a, n).mmul(square(inverse, n))), Matrix.eye(n).to1DArray())).toBeLessThan(1e-12);
    expect(distance(inverse, inverseOf(square(a, n)).to1DArray())).toBeLessThan(1e-12);
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) expect(inverse[i * n + j]).toBe(inverse[j * n + i]);
  });

  it('says no where a pivot is not positive, wherever it stands', () => {
    for (const at of new Set([0, Math.floor(n / 2), n - 1])) {
      for (const pivot of [-1, 0, Number.NaN]) {
        const broken = a.slice();
        broken[at * n + at] = pivot;
        expect(cholesky(broken, n)).toBeNull();
      }
    }
  });
});

it('says no to indefinite and singular matrices with a positive diagonal', () => {
  expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeNull();
  expect(cholesky(Float64Array.of(1, 1, 1, 1), 2)).toBeNull();
  expect(cholesky(Float64Array.of(2, 0, 0, 0, 1, 3, 0, 3, 1), 3)).toBeNull();
  expect(cholesky(new Float64Array(9), 3)).toBeNull();
});

it('copes with rows of very different size', () => {
  const n = 6;
  const scales = Float64Array.from({length: n}, (_, i) => 10 ** (3 * i - 7));
  const a = randomSpd(n, 9).map((value, e) => value * scales[Math.floor(e / n)] * scales[e % n]);
  const product = square(a, n).mmul(square(choleskyInverse(factor(a, n), n), n));
  // Entry (i, j) of A A^{-1} scales as s_i / s_j; without the scales it must be the unit matrix.
  const plain = product.to1DArray().map((value, e) => (value * scales[e % n]) / scales[Math.floor(e / n)]);
  expect(distance(plain, Matrix.eye(n).to1DArray())).toBeLessThan(1e-12);
});
