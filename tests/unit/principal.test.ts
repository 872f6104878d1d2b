import {EigenvalueDecomposition, Matrix, SingularValueDecomposition} from 'ml-matrix';
import {describe, expect, it} from 'vitest';
import {randomStream} from '../../src/core/random.ts';
import {principalPlane, scoresOn} from '../../src/numerics/principal.ts';
import {symmetricEigen} from '../../src/numerics/symmetricEigen.ts';

const normals = (count: number, ...keys: (string | number)[]): Float64Array => {
  const {normal} = randomStream('principal test', ...keys);
  return Float64Array.from({length: count}, normal);
};

function symmetric(n: number): Float64Array {
  const a = normals(n * n, 'symmetric', n);
  return a.map((x, index) => x + a[(index % n) * n + Math.floor(index / n)]);
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i], 0);
const isFinite = (values: Float64Array): boolean => values.every(Number.isFinite);

describe('symmetricEigen', () => {
  it.each([1, 2, 3, 7, 20, 60])('agrees with ml-matrix on a random %i x %i matrix', (n) => {
    const a = symmetric(n);
    const {values, vectors} = symmetricEigen(a, n);
    const matrix = Matrix.from1DArray(n, n, a);
    const reference = new EigenvalueDecomposition(matrix, {assumeSymmetric: true}).realEigenvalues.sort((x, y) => y - x);
    for (let j = 0; j < n; j++) expect(values[j]).toBeCloseTo(reference[j], 10);

    const rows = Matrix.from1DArray(n, n, vectors);
    const gram = rows.mmul(rows.transpose());
    expect(Matrix.sub(gram, Matrix.eye(n)).norm('frobenius')).toBeLessThan(1e-12 * n);
    const rebuilt = rows.transpose().mmul(Matrix.diag([...values])).mmul(rows);
    expect(Matrix.sub(rebuilt, matrix).norm('frobenius')).toBeLessThan(1e-12 * n * matrix.norm('frobenius'));
  });

  it('leaves its argument alone and reads the upper triangle only', () => {
    const a = Float64Array.of(2, 1, 99, 2);
    const {values} = symmetricEigen(a, 2);
    expect([...a]).toEqual([2, 1, 99, 2]);
    expect(values[0]).toBeCloseTo(3, 14);
    expect(values[1]).toBeCloseTo(1, 14);
  });

  it('handles zero, diagonal, huge and tiny matrices', () => {
    expect([...symmetricEigen(new Float64Array(9), 3).values]).toEqual([0, 0, 0]);
    expect([...symmetricEigen(Float64Array.of(1, 0, 0, 5), 2).values]).toEqual([5, 1]);
    for (const scale of [1e200, 1e-200]) {
      const {values} = symmetricEigen(Float64Array.of(2 * scale, scale, scale, 2 * scale), 2);
      expect(values[0] / scale).toBeCloseTo(3, 12);
      expect(values[1] / scale).toBeCloseTo(1, 12);
    }
    expect(symmetricEigen(new Float64Array(0), 0).values.length).toBe(0);
  });
});

describe('principalPlane', () => {
  it.each([[40, 5], [6, 30], [12, 12], [50, 2], [3, 200]])('agrees with the singular values of %i x %i centred rows', (n, d) => {
    const rows = normals(n * d, n, d).map((x, index) => x * (1 + (index % d)) + 3);
    const plane = principalPlane(rows, n, d);
    const matrix = Matrix.from1DArray(n, d, rows).center('column');
    const svd = new SingularValueDecomposition(matrix, {autoTranspose: true});
    const squares = svd.diagonal.map((s) => s * s);
    const total = squares.reduce((sum, s) => sum + s, 0);
    expect(plane.share).toBeCloseTo((squares[0] + squares[1]) / total, 10);
    for (const [c, scores] of [plane.x, plane.y].entries()) {
      expect(dot(scores, scores)).toBeCloseTo(squares[c], 7);
      const reference = Float64Array.from(svd.rightSingularVectors.getColumn(c));
      expect(Math.abs(dot(plane.directions[c], reference))).toBeCloseTo(1, 9);
      const largest = plane.directions[c].reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0);
      expect(largest).toBeGreaterThan(0);
    }
    expect(dot(plane.directions[0], plane.directions[1])).toBeCloseTo(0, 10);
  });

  it('gives the same plane from either product', () => {
    const rows = normals(8 * 12, 'sides');
    const byRows = principalPlane(rows, 8, 12);
    // Every row twice: the same directions, but now there are more rows than features.
    const byFeatures = principalPlane(new Float64Array([...rows, ...rows]), 16, 12);
    for (const c of [0, 1]) {
      for (let j = 0; j < 12; j++) expect(byFeatures.directions[c][j]).toBeCloseTo(byRows.directions[c][j], 10);
    }
    expect(byFeatures.share).toBeCloseTo(byRows.share, 12);
  });

  it('takes a single feature as it is', () => {
    const plane = principalPlane(Float64Array.of(1, 2, 6), 3, 1);
    expect([...plane.x]).toEqual([-2, -1, 3]);
    expect([...plane.y]).toEqual([0, 0, 0]);
    expect(plane.share).toBe(1);
  });

  it.each([[4, 3], [3, 7]])('gives rank-one rows (%i x %i) a zero second direction', (n, d) => {
    const rows = Float64Array.from({length: n * d}, (_, index) => (Math.floor(index / d) + 1) * ((index % d) + 0.3));
    const plane = principalPlane(rows, n, d);
    expect([...plane.directions[1]]).toEqual(new Array<number>(d).fill(0));
    expect([...plane.y]).toEqual(new Array<number>(n).fill(0));
    expect(plane.share).toBeCloseTo(1, 12);
    expect(isFinite(plane.x)).toBe(true);
  });

  it.each([[1, 5], [7, 3], [2000, 4], [5, 40]])('finds nothing in %i equal rows of %i features', (n, d) => {
    const rows = Float64Array.from({length: n * d}, (_, index) => 0.1 + (index % d) / 3);
    const plane = principalPlane(rows, n, d);
    expect(plane.share).toBe(1);
    expect([...plane.x, ...plane.y].every((v) => v === 0)).toBe(true);
    expect([...plane.mean].map((m) => m.toFixed(12))).toEqual([...rows.slice(0, d)].map((m) => m.toFixed(12)));
  });

  it('projects other rows by the fitted mean and directions', () => {
    const rows = normals(30 * 4, 'project');
    const plane = principalPlane(rows, 30, 4);
    const again = scoresOn(plane.mean, plane.directions[0], rows.subarray(8, 16), 2);
    expect(again[0]).toBeCloseTo(plane.x[2], 14);
    expect(again[1]).toBeCloseTo(plane.x[3], 14);
  });
});
