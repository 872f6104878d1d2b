import {describe, expect, it} from 'vitest';
import {randomStream} from '../../src/core/random.ts';
import {arrange, type Arrangement, exactPatterns, genericCellCount} from '../../src/numerics/arrangement.ts';

function cellsOf(rows: readonly (readonly number[])[]): Arrangement {
  const found = arrange(Float64Array.from(rows.flat()), rows.length, rows[0].length);
  if (!found.ok) throw new Error(found.error.message);
  return found.value;
}

const keysOf = ({count, n, mask}: Arrangement): string[] => Array.from({length: count}, (_, p) => mask.subarray(p * n, (p + 1) * n).join(''));

/** A direction with sign_i x_i . g > 0 for all rows, by the perceptron; null where it has not found one in 20,000 corrections. */
function separates(rows: readonly (readonly number[])[], signs: readonly number[]): boolean {
  const g = rows[0].map(() => 0);
  for (let corrections = 0; corrections < 20_000; ) {
    let isDone = true;
    for (const [i, row] of rows.entries()) {
      if (signs[i] * row.reduce((sum, value, c) => sum + value * g[c], 0) > 0) continue;
      for (const c of row.keys()) g[c] += signs[i] * row[c];
      corrections++;
      isDone = false;
    }
    if (isDone) return true;
  }
  return false;
}

/** All patterns 1[X g >= 0] of directions on no plane, sign vector by sign vector. Zero rows are always on. */
function bruteForce(rows: readonly (readonly number[])[]): string[] {
  const live = rows.map((row) => row.some((value) => value !== 0));
  const found = new Set<string>();
  const active = rows.filter((_, i) => live[i]);
  for (let bits = 0; bits < 2 ** active.length; bits++) {
    const signs = active.map((_, i) => ((bits >> i) & 1 ? 1 : -1));
    if (!separates(active, signs)) continue;
    let next = 0;
    found.add(live.map((isLive) => (isLive ? (signs[next++] > 0 ? 1 : 0) : 1)).join(''));
  }
  return [...found].sort();
}

const random = randomStream(7, 'arrangement test');
const normalRows = (n: number, inputs: number): number[][] =>
  Array.from({length: n}, () => [...Array.from({length: inputs}, () => random.normal()), 1]);

describe('patterns of generic data', () => {
  it.each([1, 2, 3, 5, 20, 40, 60, 100])('has 2 sum C(n-1, k) of them for n = %i', (n) => {
    expect(cellsOf(normalRows(n, 2)).count).toBe(2 + 2 * (n - 1) + (n - 1) * (n - 2));
    expect(cellsOf(normalRows(n, 1)).count).toBe(2 * n);
  });

  it('knows the formula', () => expect([20, 40, 60, 100].map((n) => genericCellCount(n, 3))).toEqual([382, 1562, 3542, 9902]));

  it('gives each pattern once, with a direction inside its cell', () => {
    const rows = normalRows(30, 2);
    const cells = cellsOf(rows);
    expect(new Set(keysOf(cells)).size).toBe(cells.count);
    for (let p = 0; p < cells.count; p++) {
      for (const [i, row] of rows.entries()) {
        const margin = row.reduce((sum, value, c) => sum + value * cells.inside[3 * p + c], 0);
        expect(margin > 0 ? 1 : 0).toBe(cells.mask[p * 30 + i]);
      }
    }
  });
});

describe('patterns against brute force over all sign vectors', () => {
  it.each(Array.from({length: 12}, (_, i) => i))('small random lattices (%i), full of collinear, equal and opposite rows', (seed) => {
    const draw = randomStream(seed, 'lattice');
    const n = 1 + draw.below(8);
    const inputs = 1 + draw.below(2);
    const rows = Array.from({length: n}, () => [...Array.from({length: inputs}, () => draw.below(4) - 1), seed % 3 === 0 ? draw.below(2) : 1]);
    expect(keysOf(cellsOf(rows)).sort()).toEqual(bruteForce(rows));
  });

  it.each([
    ['one sample', [[2, 3, 1]]],
    ['equal rows', [[1, 2, 1], [1, 2, 1], [1, 2, 1]]],
    ['collinear points', [[0, 0, 1], [1, 1, 1], [2, 2, 1], [3, 3, 1], [5, 5, 1]]],
    ['three lines through one point', [[0, 0, 1], [1, 0, 1], [2, 0, 1], [0, 1, 1], [1, 1, 1], [2, 2, 1]]],
    ['zero rows', [[0, 0, 0], [1, 0, 1], [0, 0, 0], [0, 1, 1]]],
    ['opposite rows', [[1, 2, 1], [-1, -2, -1], [3, 1, 1]]],
    ['a constant feature', [[1, 1], [1, 1], [2, 1]]],
  ])('%s', (_, rows) => expect(keysOf(cellsOf(rows)).sort()).toEqual(bruteForce(rows)));

  it('has one cell where all rows are zero', () => expect(keysOf(cellsOf([[0, 0, 0], [0, 0, 0]]))).toEqual(['11']));
});

describe('edges', () => {
  it('bound the cell: inward, and with the cell’s direction strictly on their inner side', () => {
    const cells = cellsOf(normalRows(15, 2));
    for (let p = 0; p < cells.count; p++) {
      expect(cells.edgeStart[p + 1] - cells.edgeStart[p]).toBeGreaterThanOrEqual(2);
      for (let e = cells.edgeStart[p]; e < cells.edgeStart[p + 1]; e++) {
        let inner = 0;
        for (let c = 0; c < 3; c++) inner += cells.normals[3 * e + c] * cells.inside[3 * p + c];
        expect(inner).toBeGreaterThan(0);
      }
    }
  });
});

describe('what can’t be listed', () => {
  it('refuses more than two inputs', () => {
    expect(arrange(new Float64Array(8), 2, 4)).toMatchObject({ok: false, error: {field: 'patterns', message: expect.stringContaining('one or two inputs')}});
  });

  it('refuses what would not fit into memory, before it tries', () => {
    expect(arrange(new Float64Array(3 * 2000), 2000, 3)).toMatchObject({ok: false, error: {message: expect.stringContaining('more than can be held')}});
  });

  it('refuses more patterns than the caller can use, with both numbers', () => {
    const x = Float64Array.from(normalRows(20, 2).flat());
    expect(exactPatterns(x, 20, 3, 100)).toMatchObject({ok: false, error: {message: expect.stringMatching(/38[12] in all.*100/)}});
    const all = exactPatterns(x, 20, 3, 400);
    if (!all.ok) throw new Error(all.error.message);
    // The pattern that is active nowhere is no neuron.
    const silent = Array.from({length: all.value.count}, (_, p) => Array.from({length: 20}, (__, i) => all.value.mask[i * all.value.count + p])).filter((column) => !column.includes(1));
    expect(silent).toEqual([]);
    expect(all.value.gates.length).toBe(3 * all.value.count);
  });
});
