import {describe, expect, it} from 'vitest';
import {randomStream} from '../../src/core/random.ts';
import {assignment} from '../../src/numerics/assignment.ts';

/** Least cost over all injective maps of min(rows, columns) pairs. */
function bruteForce(cost: Float64Array, rows: number, columns: number): number {
  const at = (i: number, j: number): number => (rows <= columns ? cost[i * columns + j] : cost[j * columns + i]);
  const [few, many] = [Math.min(rows, columns), Math.max(rows, columns)];
  const search = (i: number, used: number): number => {
    if (i === few) return 0;
    let best = Number.POSITIVE_INFINITY;
    for (let j = 0; j < many; j++) if (!(used & (1 << j))) best = Math.min(best, at(i, j) + search(i + 1, used | (1 << j)));
    return best;
  };
  return search(0, 0);
}

describe('assignment', () => {
  it('is as good as the best of all permutations, square and rectangular, with negative and tied costs', () => {
    const random = randomStream(3, 'assignment');
    for (let trial = 0; trial < 120; trial++) {
      const rows = 1 + random.below(7);
      const columns = 1 + random.below(7);
      const tied = trial % 3 === 0;
      const cost = Float64Array.from({length: rows * columns}, () => (tied ? random.below(4) - 2 : random.normal()));
      const columnOf = assignment(cost, rows, columns);
      const used = columnOf.filter((column) => column >= 0);
      expect(used.length).toBe(Math.min(rows, columns));
      expect(new Set(used).size).toBe(used.length);
      const total = columnOf.reduce((sum, column, row) => sum + (column < 0 ? 0 : cost[row * columns + column]), 0);
      expect(total).toBeCloseTo(bruteForce(cost, rows, columns), 12);
    }
  });

  it('finds a hidden permutation of many rows', () => {
    const n = 200;
    const hidden = randomStream(4, 'hidden').permutation(n);
    const random = randomStream(5, 'noise');
    const isHidden = (e: number): boolean => hidden[Math.floor(e / n)] === e % n;
    const cost = Float64Array.from({length: n * n}, (_, e) => (isHidden(e) ? -1 : -0.9 * random.uniform()));
    expect(assignment(cost, n, n)).toEqual(hidden);
  });

  it('copes with nothing to assign', () => {
    expect(assignment(new Float64Array(0), 0, 3)).toEqual(new Int32Array(0));
    expect(assignment(new Float64Array(0), 2, 0)).toEqual(Int32Array.of(-1, -1));
  });
});
