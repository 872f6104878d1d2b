import {describe, expect, it} from 'vitest';
import {randomStream} from '../../src/core/random.ts';
import {type Patterns, patternsOfGates, samplePatterns} from '../../src/numerics/patterns.ts';

/** n generic points of the plane, with the constant column. */
function points(n: number, seed: number): Float64Array {
  const random = randomStream(seed, 'points');
  return Float64Array.from({length: 3 * n}, (_, e) => (e % 3 === 2 ? 1 : random.normal()));
}

const columnsOf = ({count, mask}: Patterns, n: number): string[] =>
  Array.from({length: count}, (_, p) => Array.from({length: n}, (_row, i) => mask[i * count + p]).join(''));

const binomial = (n: number, k: number): number => (k === 0 ? 1 : (binomial(n, k - 1) * (n - k + 1)) / k);
/** Cover (1965): ways to cut n generic points of R^d by a hyperplane through the origin. */
const cover = (n: number, d: number): number => 2 * Array.from({length: d}, (_, k) => binomial(n - 1, k)).reduce((sum, term) => sum + term, 0);

/**
 * All patterns of points in R^3 by brute force: every cell of the arrangement has an edge, which is the
 * normal of two points' plane or its opposite; the two points themselves may fall on either side.
 */
function allPatterns(x: Float64Array, n: number): Set<string> {
  const row = (i: number): readonly number[] => [...x.subarray(3 * i, 3 * i + 3)];
  const found = new Set<string>();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const [[a, b, c], [p, q, r]] = [row(i), row(j)];
      const normal = [b * r - c * q, c * p - a * r, a * q - b * p];
      for (let corner = 0; corner < 8; corner++) {
        const side = corner & 4 ? 1 : -1;
        const bits = Array.from({length: n}, (_, k) => {
          if (k === i) return corner & 1;
          if (k === j) return (corner & 2) >> 1;
          return side * row(k).reduce((sum, value, e) => sum + value * normal[e], 0) >= 0 ? 1 : 0;
        });
        found.add(bits.join(''));
      }
    }
  }
  return found;
}

describe('samplePatterns', () => {
  it.each([3, 6, 12, 20])('finds distinct patterns of %d points, all of them possible, and never more than there are', (n) => {
    const x = points(n, 11);
    const possible = allPatterns(x, n);
    // The brute force is itself checked by the formula.
    expect(possible.size).toBe(cover(n, 3));
    const patterns = samplePatterns(x, n, 3, 2000, 1);
    const columns = columnsOf(patterns, n);
    expect(new Set(columns).size).toBe(patterns.count);
    expect(columns.every((column) => possible.has(column))).toBe(true);
    expect(columns).not.toContain('0'.repeat(n));
    expect(patterns.count).toBeLessThanOrEqual(cover(n, 3) - 1);
    // 100 000 draws find nearly every cell of so few points.
    expect(patterns.count).toBeGreaterThan(0.9 * (cover(n, 3) - 1));
  });

  it('has at most 382 patterns for 20 points of the plane', () => expect(cover(20, 3)).toBe(382));

  it('gives as many as wanted where there are enough, entries 0 or 1', () => {
    const n = 40;
    const patterns = samplePatterns(points(n, 3), n, 3, 100, 7);
    expect(patterns.count).toBe(100);
    expect(patterns.mask).toHaveLength(100 * n);
    expect(patterns.mask.every((entry) => entry === 0 || entry === 1)).toBe(true);
  });

  it('is the same for the same seed, another for another, and a longer draw begins with the shorter', () => {
    const n = 30;
    const x = points(n, 4);
    const draw = (wanted: number, seed: number): string[] => columnsOf(samplePatterns(x, n, 3, wanted, seed), n);
    expect(draw(50, 9)).toEqual(draw(50, 9));
    expect(draw(50, 9)).not.toEqual(draw(50, 10));
    expect(draw(80, 9).slice(0, 50)).toEqual(draw(50, 9));
  });

  it('ends where the data have hardly any: one point, equal points, one column', () => {
    expect(samplePatterns(Float64Array.of(1, 2, 1), 1, 3, 50, 1)).toMatchObject({count: 1, mask: Float64Array.of(1)});
    expect(samplePatterns(Float64Array.of(1, 1, 1, 1), 2, 2, 50, 1)).toMatchObject({count: 1, mask: Float64Array.of(1, 1)});
    // In one dimension (value and constant) n points are cut in 2n ways, one of which is the useless zero.
    const line = Float64Array.from({length: 20}, (_, e) => (e % 2 === 0 ? (e + 1) ** 1.5 - 30 : 1));
    expect(samplePatterns(line, 10, 2, 500, 1).count).toBeLessThanOrEqual(19);
  });
});

describe('gates', () => {
  it('come with the patterns: a direction of each', () => {
    const n = 30;
    const x = points(n, 5);
    const {count, gates, mask} = samplePatterns(x, n, 3, 40, 2);
    expect(gates).toHaveLength(3 * count);
    for (let p = 0; p < count; p++) {
      for (let i = 0; i < n; i++) {
        const z = [0, 1, 2].reduce((sum, c) => sum + x[3 * i + c] * gates[3 * p + c], 0);
        expect(mask[i * count + p]).toBe(z >= 0 ? 1 : 0);
      }
    }
  });
});

describe('patternsOfGates', () => {
  const x = Float64Array.of(1, 0, 1, -1, 0, 1, 0, 2, 1);

  it('takes gates in order, a row on the hyperplane counts as active, and copies are dropped', () => {
    const gates = [[1, 0, 0], [2, 0, 0], [-1, 0, -0.5], [0, 1, 0], [0, 0, 1]];
    // By hand: x1 >= 0 holds for rows 1 and 3 (on the border); twice that is the same; -x1 - 1/2 >= 0 for row 2 alone;
    // x2 >= 0 for all, as does the constant.
    expect(columnsOf(patternsOfGates(x, 3, 3, gates), 3)).toEqual(['101', '010', '111']);
  });

  it('keeps a given pattern that is active nowhere, once, and is empty without gates', () => {
    expect(patternsOfGates(x, 3, 3, [[0, 0, -1], [0, 0, -2]])).toEqual({count: 1, mask: new Float64Array(3), gates: Float64Array.of(0, 0, -1)});
    expect(patternsOfGates(x, 3, 3, [])).toEqual({count: 0, mask: new Float64Array(0), gates: new Float64Array(0)});
  });
});
