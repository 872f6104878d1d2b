import {describe, expect, it} from 'vitest';
import {randomStream} from '../../src/core/random.ts';

/** Pearson's statistic against equal expected counts; its mean is (cells - 1), its variance twice that. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, c) => sum + c, 0) / counts.length;
  return counts.reduce((sum, c) => sum + (c - expected) ** 2 / expected, 0);
}

/** Within five standard deviations of what a uniform source gives, on both sides: too even is suspect too. */
function expectUniform(counts: readonly number[]): void {
  const freedom = counts.length - 1;
  expect(Math.abs(chiSquare(counts) - freedom)).toBeLessThan(5 * Math.sqrt(2 * freedom));
}

const draws = (n: number, draw: () => number): Float64Array => Float64Array.from({length: n}, draw);
const mean = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0) / values.length;

function correlation(a: Float64Array, b: Float64Array): number {
  const [ma, mb] = [mean(a), mean(b)];
  const product = (x: Float64Array, mx: number, y: Float64Array, my: number): number => mean(x.map((v, i) => (v - mx) * (y[i] - my)));
  return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
}

describe('uniform', () => {
  it('fills 100 cells evenly, for several seeds', () => {
    for (const seed of [0, 1, 2, 12345, 4294967295]) {
      const {uniform} = randomStream(seed, 'uniform');
      const counts = new Array<number>(100).fill(0);
      for (let i = 0; i < 50000; i++) counts[Math.floor(uniform() * 100)]++;
      expectUniform(counts);
    }
  });

  it('fills a 20 x 20 grid evenly with successive pairs', () => {
    const {uniform} = randomStream(7, 'pairs');
    const counts = new Array<number>(400).fill(0);
    for (let i = 0; i < 40000; i++) counts[20 * Math.floor(uniform() * 20) + Math.floor(uniform() * 20)]++;
    expectUniform(counts);
  });

  it('stays in [0, 1) and uses the low bits as well', () => {
    const values = draws(20000, randomStream(3, 'bits').uniform);
    expect(values.every((u) => u >= 0 && u < 1)).toBe(true);
    const counts = new Array<number>(16).fill(0);
    for (const u of values) counts[(u * 2 ** 53) % 16]++;
    expectUniform(counts);
  });

  it('has no serial correlation at small lags', () => {
    const values = draws(20000, randomStream(5, 'lags').uniform);
    for (const lag of [1, 2, 3, 10, 64]) {
      expect(Math.abs(correlation(values.slice(lag), values.slice(0, -lag)))).toBeLessThan(5 / Math.sqrt(20000));
    }
  });
});

describe('streams', () => {
  it('repeat for equal keys and differ for any other key', () => {
    const first = (...keys: (number | string)[]): string => draws(4, randomStream(...keys).uniform).join();
    expect(first(1, 'a', 2)).toBe(first(1, 'a', 2));
    const keys: (number | string)[][] = [[1], [2], [1, 'a'], [1, 'b'], [1, 'a', 1], [1, 'a', 2], ['a', 1], [1, 'ab'], [1, 'a', 'b'], [2 ** 32 + 1]];
    expect(new Set(keys.map((key) => first(...key))).size).toBe(keys.length);
  });

  it('of neighbouring seeds, epochs and names are uncorrelated', () => {
    const n = 5000;
    const pairs: [(number | string)[], (number | string)[]][] = [
      [[1, 'batches'], [2, 'batches']],
      [[1, 'batches', 0], [1, 'batches', 1]],
      [[1, 'batches'], [1, 'weights']],
      [[0], [4294967295]],
    ];
    for (const [a, b] of pairs) {
      const r = correlation(draws(n, randomStream(...a).uniform), draws(n, randomStream(...b).uniform));
      expect(Math.abs(r)).toBeLessThan(5 / Math.sqrt(n));
    }
  });

  it('have uniform first draws over consecutive seeds', () => {
    const counts = new Array<number>(50).fill(0);
    for (let seed = 0; seed < 20000; seed++) counts[Math.floor(randomStream(seed, 'split').uniform() * 50)]++;
    expectUniform(counts);
  });

  it('do not share draws: no value of one turns up in another', () => {
    const seen = new Set(draws(20000, randomStream(1, 'x').uniform));
    expect(seen.size).toBeGreaterThan(19995);
    expect(draws(20000, randomStream(2, 'x').uniform).filter((u) => seen.has(u)).length).toBeLessThan(3);
  });
});

describe('normal', () => {
  it('has the first four moments of N(0, 1)', () => {
    const n = 100000;
    const z = draws(n, randomStream(11, 'normal').normal);
    const moment = (p: number): number => mean(z.map((v) => v ** p));
    // Standard errors of the raw moments of N(0, 1): 1, sqrt 2, sqrt 15, sqrt 96 over sqrt n.
    expect(Math.abs(moment(1))).toBeLessThan((5 * 1) / Math.sqrt(n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan((5 * Math.sqrt(2)) / Math.sqrt(n));
    expect(Math.abs(moment(3))).toBeLessThan((5 * Math.sqrt(15)) / Math.sqrt(n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan((5 * Math.sqrt(96)) / Math.sqrt(n));
  });

  it('has independent halves of each Box-Muller pair, and is always finite', () => {
    const z = draws(40000, randomStream(12, 'normal').normal);
    expect(z.every(Number.isFinite)).toBe(true);
    const even = z.filter((_, i) => i % 2 === 0);
    const odd = z.filter((_, i) => i % 2 === 1);
    expect(Math.abs(correlation(even, odd))).toBeLessThan(5 / Math.sqrt(even.length));
    expect(Math.abs(correlation(even.map((v) => v * v), odd.map((v) => v * v)))).toBeLessThan(5 / Math.sqrt(even.length));
  });
});

describe('below and permutation', () => {
  it('below(n) takes 0..n-1 evenly', () => {
    const {below} = randomStream(4, 'below');
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 14000; i++) counts[below(7)]++;
    expect(counts.length).toBe(7);
    expectUniform(counts);
  });

  it('a permutation holds every index once', () => {
    for (const n of [0, 1, 2, 17, 1000]) {
      const order = randomStream(n, 'permutation').permutation(n);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({length: n}, (_, i) => i));
    }
  });

  it('takes all 24 orders of four things equally often', () => {
    const {permutation} = randomStream(9, 'orders');
    const counts = new Map<string, number>();
    for (let i = 0; i < 12000; i++) {
      const key = permutation(4).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expectUniform([...counts.values()]);
  });
});
