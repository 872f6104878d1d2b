import {describe, expect, it} from 'vitest';
import type {CertifiedInterval, Certifier} from '../../src/core/certificate.ts';
import type {HostLoss} from '../../src/core/hostProblem.ts';
import {randomStream} from '../../src/core/random.ts';
import {tf} from '../../src/engine/tf.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {readFrom} from '../../src/headless/runExperiment.ts';
import hinge from '../../src/losses/hinge/host.ts';
import logistic from '../../src/losses/logistic/host.ts';
import squared from '../../src/losses/squared/host.ts';
import {arrange} from '../../src/numerics/arrangement.ts';
import {float32Gate} from '../../src/numerics/certificate/float32Gate.ts';
import {reluCertifier} from '../../src/numerics/certificate/reluCertifier.ts';
import {objectiveAlone} from '../helpers/studies.ts';

prepareNodeBackends();
const LOSSES: Readonly<Record<string, HostLoss>> = {squared, logistic, hinge};

interface Task {
  readonly points: readonly (readonly number[])[];
  readonly targets: readonly number[];
}

/** Points of a square with normal targets, or with the classes of its quadrants. */
function taskOf(n: number, classes: boolean): Task {
  const random = randomStream(n, 'small beta');
  const points = Array.from({length: n}, () => [2 * random.uniform() - 1, 2 * random.uniform() - 1]);
  return {points, targets: points.map(([a, b]) => (classes ? (a * b > 0 ? 1 : -1) : random.normal()))};
}

function begun({points, targets}: Task, loss: string, beta: number, {gated = false, scale = 1} = {}): Certifier {
  const train = {n: points.length, x: Float64Array.from(points.flatMap((point) => [...point, 1].map((value) => scale * value))), y: Float64Array.from(targets)};
  const test = {n: 0, x: new Float64Array(0), y: new Float64Array(0)};
  const data = {task: 'regression', d: points[0].length + 1, k: 1, train, test, featureNames: [], targetName: '', classNames: [], notes: []} as const;
  const made = reluCertifier({data, params: {beta}, loss: LOSSES[loss], sample: null}, gated);
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

function closed(certifier: Certifier): CertifiedInterval {
  let interval = certifier.advance();
  while (interval.improvable && interval.relativeGap > 1e-6) {
    const next = certifier.advance();
    expect(next.lower).toBeGreaterThanOrEqual(interval.lower);
    expect(next.upper).toBeLessThanOrEqual(interval.upper);
    interval = next;
  }
  return interval;
}

/** J of the network handed out, neuron by neuron. */
function objectiveOf(certifier: Certifier, {points, targets}: Task, loss: string, beta: number): number {
  const {shapes, values} = certifier.network();
  const [m, d] = shapes.u;
  const f = new Float64Array(points.length);
  let penalty = 0;
  for (let j = 0; j < m; j++) {
    const u = values.subarray(j * d, (j + 1) * d);
    const alpha = values[m * d + j];
    penalty += Math.abs(alpha) * Math.hypot(...u);
    for (const [i, point] of points.entries()) f[i] += alpha * Math.max(0, [...point, 1].reduce((sum, value, c) => sum + value * u[c], 0));
  }
  const y = Float64Array.from(targets);
  return points.reduce((sum, _, i) => sum + LOSSES[loss].value(f, y, i, 1), 0) + beta * penalty;
}

describe('ordinary data at a small beta', () => {
  it.each([
    ['squared', 30, 1e-4],
    ['squared', 30, 1e-5],
    ['squared', 50, 1e-3],
    ['logistic', 30, 1e-4],
  ] as const)('%s loss, %i points, beta %f: closes, on the J of its network', (loss, n, beta) => {
    const task = taskOf(n, loss === 'logistic');
    const certifier = begun(task, loss, beta);
    const {upper, relativeGap} = closed(certifier);
    expect(relativeGap).toBeLessThanOrEqual(1e-6);
    expect(Math.abs(objectiveOf(certifier, task, loss, beta) / upper - 1)).toBeLessThan(1e-5);
  });

  it('is below what convex ADMM reaches with every pattern', async () => {
    await tf.setBackend('wasm');
    const task = taskOf(30, false);
    const {upper} = closed(begun(task, 'squared', 1e-4));
    const race = {
      dataset: {id: 'inline', params: {...task, task: 'regression'}},
      problem: {id: 'two-layer-relu', params: {beta: 1e-4, loss: 'squared'}},
      contestants: [{solver: {id: 'convex-admm', params: {source: 'all'}}}],
      budget: {axis: 'iterations', amount: 200},
    };
    const reached = await objectiveAlone(race, 1, readFrom('public/data'));
    expect(upper).toBeLessThan(reached);
  });

  it.each(['squared', 'hinge'])('is the same when data and beta are measured in other units (%s)', (loss) => {
    const task = taskOf(15, loss === 'hinge');
    const plain = closed(begun(task, loss, 1e-3));
    for (const scale of [1e-4, 1e4]) {
      const scaled = closed(begun(task, loss, scale * 1e-3, {scale}));
      expect(scaled.relativeGap).toBeLessThan(1e-4);
      expect(Math.abs(scaled.upper / plain.upper - 1)).toBeLessThan(1e-4);
    }
  });

  it.each([false, true])('closes on equal targets, below the best constant (gated: %s)', (gated) => {
    const {points} = taskOf(15, false);
    const beta = 1e-5;
    const {upper, relativeGap} = closed(begun({points, targets: points.map(() => 1)}, 'squared', beta, {gated}));
    expect(relativeGap).toBeLessThanOrEqual(1e-6);
    // min over a of 15/2 (a - 1)^2 + beta a.
    expect(upper).toBeLessThanOrEqual((beta - beta ** 2 / 30) * (1 + 1e-6));
  });

  it('says that cells are too thin only where some are', () => {
    const near = Array.from({length: 8}, (_, i) => [0.5 + 1e-9 * i, 0.2 - 1e-9 * i * i]);
    const thin = begun({points: near, targets: near.map((_, i) => (i % 2 ? -1 : 1))}, 'squared', 0.1, {gated: true});
    expect(closed(thin).relativeGap).toBeGreaterThan(1e-6);
    expect(thin.remainder).toMatch(/too thin for a gate in float32/);
    const wide = begun(taskOf(15, false), 'squared', 0.1, {gated: true});
    closed(wide);
    expect(wide.remainder).toBeUndefined();
  });
});

describe('gates in float32', () => {
  /** Cells of the points whose gates have the pattern, counted by an evaluation of their own. */
  function reproduced(points: readonly (readonly number[])[]): {readonly found: number; readonly count: number} {
    const n = points.length;
    const x = Float64Array.from(points.flatMap((point) => [...point, 1]));
    const cells = arrange(x, n, 3);
    if (!cells.ok) throw new Error(cells.error.message);
    const {count, mask, inside} = cells.value;
    let found = 0;
    for (let p = 0; p < count; p++) {
      const gate = float32Gate(inside.slice(3 * p, 3 * p + 3), {n, d: 3, x, mask: mask.subarray(p * n, (p + 1) * n)});
      if (!gate) continue;
      found++;
      expect([...gate]).toEqual([...Float32Array.from(gate)]);
      for (const [i, [a, b]] of points.entries()) expect(a * gate[0] + b * gate[1] + gate[2] >= 0 ? 1 : 0).toBe(mask[p * n + i]);
    }
    return {found, count};
  }
  const grid = (offset: number): number[][] => Array.from({length: 16}, (_, i) => [offset + (i >> 2), offset - (i & 3)]);

  it('are found for every pattern of ordinary points', () => {
    const {found, count} = reproduced(taskOf(12, false).points);
    // 2 (1 + 11 + 55) cells of 12 generic points.
    expect([found, count]).toEqual([134, 134]);
  });

  it('are found far from the origin for all but the thinnest patterns', () => {
    const near = reproduced(grid(0));
    const far = reproduced(grid(1e6));
    expect(near.found).toBe(near.count);
    expect(far.count).toBe(near.count);
    expect(far.found).toBeGreaterThan(0.9 * far.count);
  });

  it('are not made up where there is none', () => {
    // No plane has the first point on one side and its own copy on the other.
    expect(float32Gate(Float64Array.of(1, 1), {n: 2, d: 2, x: Float64Array.of(2, 1, 2, 1), mask: Uint8Array.of(1, 0)})).toBeNull();
  });
});
