import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {randomStream} from '../../src/core/random.ts';
import {arrange} from '../../src/numerics/arrangement.ts';
import {cholesky, choleskySolve} from '../../src/numerics/cholesky.ts';
import {patternsOfGates} from '../../src/numerics/patterns.ts';
import {type LassoInterval, ThresholdLasso, type ThresholdProgramme} from '../../src/numerics/thresholdLasso.ts';

/** Points as rows with the constant. */
const rowsOf = (points: readonly (readonly number[])[]): Float64Array => Float64Array.from(points.flatMap((point) => [...point, 1]));

function programmeOf(points: readonly (readonly number[])[], targets: readonly number[]): ThresholdProgramme {
  const cells = arrange(rowsOf(points), points.length, points[0].length + 1);
  if (!cells.ok) throw new Error(cells.error.message);
  return {n: points.length, count: cells.value.count, columns: cells.value.mask, y: Float64Array.from(targets)};
}

/** All intervals until the last. */
function solved(lasso: ThresholdLasso): LassoInterval[] {
  const intervals = [lasso.advance()];
  while (intervals[intervals.length - 1].improvable) intervals.push(lasso.advance());
  return intervals;
}

const optimum = (programme: ThresholdProgramme, beta: number): LassoInterval => {
  const intervals = solved(new ThresholdLasso(programme, beta));
  return intervals[intervals.length - 1];
};

/** D_p' (y - D w) of all columns, and J, from the weights alone. */
function check({n, count, columns, y}: ThresholdProgramme, beta: number, lasso: ThresholdLasso) {
  const {patterns, weights} = lasso.solution();
  const z = y.map((target, i) => target - patterns.reduce((sum, p, at) => sum + columns[p * n + i] * weights[at], 0));
  const scores = Float64Array.from({length: count}, (_, p) => z.reduce((sum, entry, i) => sum + columns[p * n + i] * entry, 0));
  const objective = z.reduce((sum, entry) => sum + entry ** 2 / 2, 0) + beta * weights.reduce((sum, w) => sum + Math.abs(w), 0);
  return {objective, scores, patterns, weights};
}

/** min over all supports of independent columns and all signs of J at the stationary point there: every one is a J, and one is the least. */
function bruteForce({n, count, columns, y}: ThresholdProgramme, beta: number): number {
  let least = y.reduce((sum, target) => sum + target ** 2 / 2, 0);
  const inner = (p: number, other: ArrayLike<number>, from: number): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += columns[p * n + i] * other[from + i];
    return sum;
  };
  const visit = (support: readonly number[]): void => {
    const k = support.length;
    const gram = Float64Array.from({length: k * k}, (_, at) => inner(support[at % k], columns, support[Math.floor(at / k)] * n));
    const factor = cholesky(gram, k);
    // Gram matrices of integers have integer determinants, so a tiny one is zero.
    if (!factor || support.reduce((product, _, at) => product * factor[at * k + at] ** 2, 1) < 0.5) return;
    for (let bits = 0; bits < 2 ** k; bits++) {
      const w = choleskySolve(factor, k, Float64Array.from(support, (p, at) => inner(p, y, 0) - ((bits >> at) & 1 ? beta : -beta)));
      let value = beta * w.reduce((sum, entry) => sum + Math.abs(entry), 0);
      for (let i = 0; i < n; i++) value += (y[i] - support.reduce((sum, p, at) => sum + columns[p * n + i] * w[at], 0)) ** 2 / 2;
      least = Math.min(least, value);
    }
    if (k < n) for (let p = support[k - 1] + 1; p < count; p++) visit([...support, p]);
  };
  for (let p = 0; p < count; p++) visit([p]);
  return least;
}

/** The patterns that very many random gates find, each pattern once. */
function gatedProgramme(points: readonly (readonly number[])[], y: readonly number[]): ThresholdProgramme {
  const random = randomStream(5, 'gates');
  const d = points[0].length + 1;
  const gates = Array.from({length: 20_000}, () => Float64Array.from({length: d}, () => random.normal()));
  const {count, mask} = patternsOfGates(rowsOf(points), points.length, d, gates);
  const n = points.length;
  return {n, count, columns: Uint8Array.from({length: count * n}, (_, at) => mask[(at % n) * count + Math.floor(at / n)]), y: Float64Array.from(y)};
}

interface Instance {
  readonly name: string;
  readonly beta: number;
  readonly points: readonly (number | readonly number[])[];
  readonly targets: readonly number[];
  readonly patterns: number;
  readonly threshold_lasso_lower?: number;
  readonly threshold_lasso_upper?: number;
}
const {instances} = JSON.parse(readFileSync('tests/fixtures/convex_reference.json', 'utf8')) as {readonly instances: readonly Instance[]};
const squared = instances.filter((one) => one.threshold_lasso_upper !== undefined);

describe('the reference instances', () => {
  it('are four', () => expect(squared).toHaveLength(4));

  it.each(squared)('$name: the interval is narrower than 1e-10 and overlaps the reference', (one) => {
    const programme = programmeOf(one.points.map((point) => (typeof point === 'number' ? [point] : point)), one.targets);
    expect(programme.count).toBe(one.patterns);
    const intervals = solved(new ThresholdLasso(programme, one.beta));
    const {lower, upper} = intervals[intervals.length - 1];
    expect((upper - lower) / upper).toBeLessThan(1e-10);
    expect(lower).toBeLessThanOrEqual((one.threshold_lasso_upper ?? Number.NaN) * (1 + 1e-12));
    expect(upper).toBeGreaterThanOrEqual((one.threshold_lasso_lower ?? Number.NaN) * (1 - 1e-12));
    for (const [i, interval] of intervals.entries()) {
      expect(interval.lower).toBeLessThanOrEqual(interval.upper);
      if (i === 0) continue;
      expect(interval.lower).toBeGreaterThanOrEqual(intervals[i - 1].lower);
      expect(interval.upper).toBeLessThanOrEqual(intervals[i - 1].upper * (1 + 1e-14));
    }
  });

  it.each(squared)('$name: the weights satisfy the optimality conditions', (one) => {
    const programme = programmeOf(one.points.map((point) => (typeof point === 'number' ? [point] : point)), one.targets);
    const lasso = new ThresholdLasso(programme, one.beta);
    const intervals = solved(lasso);
    const {objective, scores, patterns, weights} = check(programme, one.beta, lasso);
    expect(objective).toBeCloseTo(intervals[intervals.length - 1].upper, 12);
    for (const score of scores) expect(Math.abs(score)).toBeLessThanOrEqual(one.beta * (1 + 1e-9));
    for (const [at, p] of patterns.entries()) expect(scores[p]).toBeCloseTo(one.beta * Math.sign(weights[at]), 10);
  });
});

describe('brute force over supports and signs', () => {
  const cases = [3, 4].flatMap((n) => [0.01, 0.3, 1].map((beta) => ({n, dims: 2, beta}))).concat([5, 6].flatMap((n) => [0.05, 0.5].map((beta) => ({n, dims: 1, beta}))));
  it.each(cases)('agrees for n = $n points in $dims dimensions, beta = $beta', ({n, dims, beta}) => {
    const random = randomStream(n, 'brute', dims);
    const points = Array.from({length: n}, () => Array.from({length: dims}, () => random.normal()));
    const programme = gatedProgramme(points, points.map(() => random.normal()));
    const {lower, upper} = optimum(programme, beta);
    const least = bruteForce(programme, beta);
    expect(upper).toBeCloseTo(least, 10);
    expect(lower).toBeCloseTo(least, 10);
    expect(optimum({...programmeOf(points, [...programme.y])}, beta).upper).toBeCloseTo(least, 10);
  });
});

describe('degenerate programmes', () => {
  const random = randomStream(3, 'degenerate');
  const cloud = Array.from({length: 12}, () => [random.normal(), random.normal()]);
  const values = cloud.map(() => random.normal());

  it('beta = 0 on distinct points: interpolation', () => {
    const lasso = new ThresholdLasso(programmeOf(cloud, values), 0);
    const intervals = solved(lasso);
    expect(intervals[intervals.length - 1]).toMatchObject({lower: 0, upper: 0, improvable: false});
    expect(check(programmeOf(cloud, values), 0, lasso).objective).toBeLessThan(1e-24);
  });

  it('beta = 0 on equal points with different targets: what is left is their spread', () => {
    const programme = programmeOf([[0, 0], [0, 0], [0, 0], [1, 2]], [1, 2, 6, -5]);
    // The mean of 1, 2, 6 is 3: (4 + 1 + 9) / 2.
    expect(optimum(programme, 0)).toMatchObject({lower: 7, upper: 7});
    const small = optimum(programme, 1e-9);
    expect(small.upper).toBeGreaterThan(7);
    expect(small.upper).toBeCloseTo(7, 7);
    expect(small.upper / small.lower - 1).toBeLessThan(1e-12);
  });

  it('beta = 0 on too few columns: least squares', () => {
    // One column of ones: the mean is left, and its spread is 2.
    expect(optimum({n: 2, count: 1, columns: Uint8Array.of(1, 1), y: Float64Array.of(1, 5)}, 0)).toMatchObject({lower: 4, upper: 4});
    // A column that leaves out the middle sample fits the others and misses 3.
    expect(optimum({n: 3, count: 1, columns: Uint8Array.of(1, 0, 1), y: Float64Array.of(2, 3, 2)}, 0).upper).toBeCloseTo(4.5, 12);
  });

  it('beta above the largest score: the zero network, proved in the first round', () => {
    const programme = programmeOf(cloud, values);
    const pull = Math.max(...check(programme, 1, new ThresholdLasso(programme, 1)).scores.map(Math.abs));
    const zero = values.reduce((sum, y) => sum + y * y, 0) / 2;
    const lasso = new ThresholdLasso(programme, pull * 1.001);
    const {lower, upper, improvable} = lasso.advance();
    expect(upper).toBeCloseTo(zero, 13);
    expect(lower).toBeCloseTo(zero, 13);
    expect(improvable).toBe(false);
    expect(lasso.solution().weights).toHaveLength(0);
    expect(optimum(programme, pull * 0.9).upper).toBeLessThan(zero);
  });

  it('one sample, equal targets, zero targets: closed forms', () => {
    // One unit that is on everywhere, shrunk by beta / n: J = beta |c| - beta^2 / (2 n).
    expect(optimum(programmeOf([[0.3, -2]], [4]), 0.5).upper).toBeCloseTo(0.5 * 4 - 0.125, 12);
    const equal = optimum(programmeOf(cloud, cloud.map(() => -3)), 2);
    expect(equal.upper).toBeCloseTo(2 * 3 - 4 / 24, 12);
    expect(equal.lower).toBeCloseTo(2 * 3 - 4 / 24, 12);
    expect(optimum(programmeOf(cloud, cloud.map(() => 0)), 2)).toMatchObject({lower: 0, upper: 0, improvable: false});
    expect(optimum(programmeOf(cloud, cloud.map(() => 0)), 0)).toMatchObject({lower: 0, upper: 0, improvable: false});
  });

  it('collinear and equal points close the interval', () => {
    const line = [[0, 0], [1, 1], [2, 2], [2, 2], [3, 3], [-1, -1]];
    for (const beta of [1e-6, 0.1, 1]) {
      const {lower, upper} = optimum(programmeOf(line, [1, -1, 2, 0, -2, 1]), beta);
      expect(upper - lower).toBeLessThanOrEqual(1e-12 * upper);
      expect(lower).toBeGreaterThan(0.99);
    }
  });

  it('tiny beta: the interval closes although J is far below the loss at zero', () => {
    const {lower, upper} = optimum(programmeOf(cloud, values), 1e-10);
    expect(upper).toBeLessThan(1e-7);
    expect((upper - lower) / upper).toBeLessThan(1e-9);
  });
});

describe('another beta from the same working set', () => {
  it('ends where a cold start ends, down and up the path', () => {
    const [one] = squared;
    const programme = programmeOf(one.points as readonly (readonly number[])[], one.targets);
    let warm = new ThresholdLasso(programme, 1);
    solved(warm);
    for (const beta of [0.5, 0.1, 0.02, 0, 0.003, 0.7]) {
      warm = warm.withBeta(beta);
      const intervals = solved(warm);
      const {lower, upper} = intervals[intervals.length - 1];
      const cold = optimum(programme, beta);
      expect(upper).toBeCloseTo(cold.upper, 11);
      expect(lower).toBeCloseTo(cold.lower, 11);
    }
  });
});
