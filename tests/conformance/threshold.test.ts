import {readFileSync} from 'node:fs';
import {afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import type {PreparedData} from '../../src/core/data.ts';
import type {BackendName, Snapshot, Telemetry} from '../../src/core/protocol.ts';
import type {Vars} from '../../src/core/problem.ts';
import {randomStream} from '../../src/core/random.ts';
import {appendColumns, EMPTY_COLUMNS} from '../../src/core/results.ts';
import {loadData} from '../../src/engine/data.ts';
import {formulateProblem} from '../../src/engine/formulate.ts';
import {Run} from '../../src/engine/loop.ts';
import {solverFor} from '../../src/engine/tensorPlugins.ts';
import {tf} from '../../src/engine/tf.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {readFrom} from '../../src/headless/runExperiment.ts';
import squaredHost from '../../src/losses/squared/host.ts';
import squaredTensor from '../../src/losses/squared/tensor.ts';
import hostProblem from '../../src/problems/threshold-network/host.ts';
import formulate from '../../src/problems/threshold-network/problem.ts';
import {experimentOf, runOn} from '../helpers/session.ts';
import {randomData} from '../helpers/twoLayerRelu.ts';

prepareNodeBackends();

const BETA = 0.3;
const STRAIGHT = {estimator: 'straight-through'};

function randomNetwork(m: number, d: number, seed: number): Snapshot {
  const random = randomStream(seed, 'threshold network');
  return {iteration: 0, shapes: {gates: [m, d], alpha: [m, 1]}, values: Float32Array.from({length: m * (d + 1)}, () => random.normal())};
}

function varsOf({shapes, values}: Snapshot): Vars {
  const [m, d] = shapes.gates;
  return {gates: tf.tensor2d(values.slice(0, m * d), [m, d]), alpha: tf.tensor2d(values.slice(m * d), [m, 1])};
}

/** The documented gradient of J/n, in plain loops: the step's derivative replaced by max(0, 1 - |z|). */
function documentedGradient({shapes, values}: Snapshot, {train: {n, x, y}, d}: PreparedData): Float64Array {
  const m = shapes.gates[0];
  const gradient = Float64Array.from(values, (value, at) => (at < m * d ? 0 : (BETA / n) * Math.sign(value)));
  for (let i = 0; i < n; i++) {
    const z = Array.from({length: m}, (_, j) => Array.from({length: d}, (_c, c) => x[i * d + c] * values[j * d + c]).reduce((sum, term) => sum + term, 0));
    const g = (z.reduce((sum, one, j) => sum + (one >= 0 ? values[m * d + j] : 0), 0) - y[i]) / n;
    for (const [j, one] of z.entries()) {
      if (one >= 0) gradient[m * d + j] += g;
      const slope = Math.max(0, 1 - Math.abs(one));
      for (let c = 0; c < d; c++) gradient[j * d + c] += g * values[m * d + j] * slope * x[i * d + c];
    }
  }
  return gradient;
}

const gradientOf = async (data: PreparedData, network: Snapshot, model: Readonly<Record<string, string>>, decay = true): Promise<number[]> => {
  const problem = formulate(data, {beta: BETA}, squaredTensor);
  const made = problem.gradients?.gradient(varsOf(network), problem.train, decay, model);
  if (!made) throw new Error('no gradients');
  return [...(await made.gates.data()), ...(await made.alpha.data())];
};

describe.each(['cpu', 'wasm'])('threshold network on %s', (backend) => {
  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true);
  });
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it.each(['regression', 'binary'] as const)('measures what the host measures (%s)', async (task) => {
    const data = randomData({task, n: 17, testCount: 5, d: 4}, 5);
    const network = randomNetwork(6, 4, 7);
    const host = hostProblem(data, {beta: BETA}, squaredHost).evaluate(network);
    const found = await formulate(data, {beta: BETA}, squaredTensor).evaluate(varsOf(network), {}).data();
    const expected = [host.objective, host.trainLoss, host.testLoss, host.penalty, host.trainScore, host.testScore];
    for (const [i, value] of expected.entries()) expect(Math.abs(found[i] - value)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(value)));
  });

  it('evaluates many points at once', async () => {
    const data = randomData({task: 'binary', n: 17, d: 4}, 5);
    const host = hostProblem(data, {beta: BETA}, squaredHost);
    const networks = Array.from({length: 9}, (_, i) => randomNetwork(6, 4, 100 + i));
    const points = {
      gates: tf.tensor3d(Float32Array.from(networks.flatMap(({values}) => [...values.subarray(0, 24)])), [9, 6, 4]),
      alpha: tf.tensor3d(Float32Array.from(networks.flatMap(({values}) => [...values.subarray(24)])), [9, 6, 1]),
    };
    const found = await formulate(data, {beta: BETA}, squaredTensor).objectives(points, {}).data();
    for (const [i, network] of networks.entries()) expect(Math.abs(found[i] / host.evaluate(network).objective - 1)).toBeLessThan(1e-5);
  });

  it('has the documented gradient, on an example worked out by hand', async () => {
    const data: PreparedData = {
      ...randomData({task: 'regression', n: 2, d: 2}, 1),
      train: {n: 2, x: Float64Array.of(1, 1, -2, 1), y: Float64Array.of(1, 0.5)},
    };
    // z = 0.75 (on, slope 1/4) and -1.5 (off, outside the window); f = (2, 0); residuals (1, -1/2), halved by n.
    const network: Snapshot = {iteration: 0, shapes: {gates: [1, 2], alpha: [1, 1]}, values: Float32Array.of(0.75, 0, 2)};
    expect(await gradientOf(data, network, STRAIGHT)).toEqual([0.25, 0.25, Math.fround(0.5 + 0.15)]);
    expect(await gradientOf(data, network, {estimator: 'true'})).toEqual([0, 0, Math.fround(0.5 + 0.15)]);
    // The penalty is not quadratic, so it is never left to a method that decays weights apart.
    expect(await gradientOf(data, network, STRAIGHT, false)).toEqual([0.25, 0.25, Math.fround(0.5 + 0.15)]);
  });

  it('has the documented gradient, on random networks', async () => {
    const data = randomData({task: 'regression', n: 15, d: 3}, 8);
    for (const seed of [1, 2, 3]) {
      const network = randomNetwork(7, 3, seed);
      const expected = documentedGradient(network, data);
      const found = await gradientOf(data, network, STRAIGHT);
      expect(Math.hypot(...found.map((value, i) => value - expected[i]))).toBeLessThan(1e-5 * Math.hypot(...expected));
    }
  });

  it('has true derivatives of J/n in the output weights', async () => {
    const data = randomData({task: 'regression', n: 15, d: 3}, 8);
    const network = randomNetwork(5, 3, 4);
    const found = await gradientOf(data, network, {estimator: 'true'});
    const host = hostProblem(data, {beta: BETA}, squaredHost);
    const h = 2 ** -8;
    for (let j = 15; j < 20; j++) {
      const moved = (by: number): number => host.evaluate({...network, values: network.values.map((value, at) => (at === j ? value + by : value))}).objective / 15;
      // J is quadratic in a weight on each side of zero, so central differences are exact up to float32.
      expect(found[j]).toBeCloseTo((moved(h) - moved(-h)) / (2 * h), 4);
    }
    expect(found.slice(0, 15)).toEqual(new Array(15).fill(0));
  });
});

const {instances} = JSON.parse(readFileSync('tests/fixtures/convex_reference.json', 'utf8')) as {
  readonly instances: readonly {
    readonly name: string;
    readonly beta: number;
    readonly points: readonly (number | readonly number[])[];
    readonly targets: readonly number[];
    readonly threshold_lasso_upper: number;
  }[];
};
const [xor, moons, , sine] = instances;
const datasetOf = ({points, targets}: typeof xor): unknown => ({
  id: 'inline',
  params: {points: points.map((point) => (typeof point === 'number' ? [point] : point)), targets, task: 'regression'},
});
const raceOf = (one: typeof xor, contestants: readonly unknown[], amount: number, beta = one.beta): unknown => ({
  seed: 3,
  dataset: datasetOf(one),
  problem: {id: 'threshold-network', params: {beta}},
  contestants,
  budget: {axis: 'iterations', amount},
});
const lasso = (params: unknown = {}): unknown => ({solver: {id: 'threshold-lasso', params}});

async function openRun(json: unknown, backend: BackendName): Promise<{readonly run: Run; readonly close: () => void}> {
  await tf.setBackend(backend);
  const experiment = experimentOf(json);
  const data = await loadData(experiment, readFrom('public/data'));
  if (!data.ok) throw new Error(data.error.message);
  const problem = await formulateProblem(experiment, data.value);
  const run = new Run(problem, await solverFor(experiment.contestants[0].solver, problem), experiment, 0, () => performance.now());
  const close = (): void => {
    run.dispose();
    problem.dispose();
  };
  return {run, close};
}

describe('the LASSO as a contestant', () => {
  it.each([xor, moons, sine])('ends at the reference optimum on $name, on both backends', async (one) => {
    for (const backend of ['cpu', 'wasm'] as const) {
      const [result] = await runOn(backend, raceOf(one, [lasso()], 1000));
      const {objective, dualGap, activeNeurons} = result.final;
      expect(Math.abs((objective ?? Number.NaN) / one.threshold_lasso_upper - 1)).toBeLessThan(1e-5);
      expect(dualGap).toBeLessThan(1e-2);
      expect(dualGap).toBeGreaterThan(-1e-5);
      expect(activeNeurons).toBeGreaterThan(0);
    }
  });

  it('has fallen to a percent above it within 50 iterations on the first, and says so by a gap that is a bound', async () => {
    const [{history}] = await runOn('cpu', raceOf(xor, [lasso()], 50));
    for (const [i, objective] of history.objective.entries()) {
      const gap = history.dualGap[i] ?? Number.NaN;
      expect((objective ?? Number.NaN) * (1 - gap)).toBeLessThanOrEqual(xor.threshold_lasso_upper * (1 + 1e-5));
    }
    expect((history.objective.at(-1) ?? Number.NaN) / xor.threshold_lasso_upper).toBeLessThan(1.01);
  });

  it('ends at the same optimum with another penalty and without over-relaxation', async () => {
    const results = await runOn('cpu', raceOf(xor, [lasso({penalty: 'fixed', rho: 40}), lasso({relaxation: 1})], 4000));
    for (const {final} of results) expect(Math.abs((final.objective ?? Number.NaN) / xor.threshold_lasso_upper - 1)).toBeLessThan(1e-4);
  });

  it.each(['wasm', 'cpu'] as const)('keeps the number of live tensors constant on %s and leaves none behind', async (backend) => {
    await tf.setBackend(backend);
    const before = tf.memory().numTensors;
    const {run, close} = await openRun(raceOf(sine, [lasso({relaxation: 1.7})], 600, 0.001), backend);
    await run.start();
    await run.advance({iterations: 50, milliseconds: Number.POSITIVE_INFINITY});
    const early = tf.memory().numTensors;
    await run.advance({iterations: 550, milliseconds: Number.POSITIVE_INFINITY});
    expect(tf.memory().numTensors).toBe(early);
    close();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('has the same history however the grants are cut', async () => {
    const race = raceOf(xor, [lasso()], 60);
    const columns = (parts: readonly Telemetry[]) => ({...parts.reduce(appendColumns, EMPTY_COLUMNS), seconds: []});
    const pieces = async (cuts: readonly number[]): Promise<unknown> => {
      const {run, close} = await openRun(race, 'cpu');
      const parts = [await run.start()];
      for (const iterations of cuts) parts.push(await run.advance({iterations, milliseconds: Number.POSITIVE_INFINITY}));
      close();
      return columns(parts);
    };
    expect(await pieces([1, 2, 7, 1, 19, 100])).toEqual(await pieces([1000]));
  });

  it('samples where there are more than two inputs and says so; asked for all patterns, it refuses', async () => {
    const json = {
      dataset: {id: 'breast-cancer'},
      problem: {id: 'threshold-network', params: {beta: 0.5}},
      contestants: [lasso({patterns: 80})],
      budget: {amount: 300},
    };
    const [result] = await runOn('wasm', json);
    expect(result.notices.join(' ')).toMatch(/80 patterns are sampled because these data have more than two inputs/);
    expect(result.notices.join(' ')).toMatch(/optimum of these columns/);
    expect(result.final.objective ?? Number.NaN).toBeLessThan(result.history.objective[0] ?? Number.NaN);
    await expect(runOn('wasm', {...json, contestants: [lasso({source: 'all'})]})).rejects.toThrow(/one or two inputs only/);
  });

  it('says when zero is optimal, and ends there', async () => {
    const [result] = await runOn('cpu', raceOf(xor, [lasso()], 100, 50));
    expect(result.notices.join(' ')).toMatch(/zero network/);
    expect(result.final).toMatchObject({objective: 10, penalty: 0, activeNeurons: 0});
  });

  it.each([
    ['beta = 0', {points: [[0, 1], [1, 0], [2, 2]], targets: [1, -2, 0.5]}, 0, 0],
    ['one sample', {points: [[0.5, 2]], targets: [3]}, 0.5, 0.5 * 3 - 0.125],
    ['equal targets', {points: [[0, 1], [1, 0], [2, 2], [1, 1]], targets: [2, 2, 2, 2]}, 0.4, 0.4 * 2 - 0.16 / 8],
    ['zero targets', {points: [[0, 1], [1, 0]], targets: [0, 0]}, 0.1, 0],
    ['equal points', {points: [[0, 1], [0, 1], [2, 2]], targets: [1, 3, 0]}, 0, 1],
  ] as const)('has finite numbers and the right end for %s', async (_, {points, targets}, beta, expected) => {
    const json = {
      dataset: {id: 'inline', params: {points, targets, task: 'regression'}},
      problem: {id: 'threshold-network', params: {beta}},
      contestants: [lasso()],
      budget: {amount: 500},
    };
    const [{final, history}] = await runOn('cpu', json);
    expect(final.objective).toBeCloseTo(expected, 5);
    for (const name of ['objective', 'primalResidual', 'dualResidual', 'dualGap']) for (const value of history[name]) expect(Number.isFinite(value)).toBe(true);
  });
});

describe('gradient methods', () => {
  const adam = (estimator: string): unknown => ({solver: {id: 'adam', params: {learningRate: 0.03, batchSize: 0}}, model: {width: 30, estimator}});

  it('move the gates by straight-through only', async () => {
    for (const [estimator, moves] of [['true', false], ['straight-through', true]] as const) {
      const {run, close} = await openRun(raceOf(xor, [adam(estimator)], 50), 'cpu');
      const [first] = (await run.start()).snapshots;
      const last = (await run.advance({iterations: 50, milliseconds: Number.POSITIVE_INFINITY})).snapshots.at(-1);
      const gates = (snapshot: Snapshot | undefined): readonly number[] => [...(snapshot?.values ?? []).slice(0, 90)];
      expect(gates(last)).toHaveLength(90);
      if (moves) expect(gates(last)).not.toEqual(gates(first));
      else expect(gates(last)).toEqual(gates(first));
      expect(last?.values.slice(90)).not.toEqual(first.values.slice(90));
      close();
    }
  });

  it('never get below the optimum over all patterns; straight-through gets nearer', async () => {
    const [straight, exact] = await runOn('wasm', raceOf(xor, [adam('straight-through'), adam('true')], 1500));
    const least = (result: typeof straight): number => Math.min(...result.history.objective.map((value) => value ?? Number.NaN));
    for (const result of [straight, exact]) expect(least(result)).toBeGreaterThan(xor.threshold_lasso_upper * (1 - 1e-6));
    expect(least(straight)).toBeLessThan(0.9 * least(exact));
  });

  it('decay nothing apart: AdamW is Adam', async () => {
    const method = (id: string): unknown => ({solver: {id, params: {learningRate: 0.03, batchSize: 0}}, model: {width: 10}});
    const [plain, decoupled] = await runOn('cpu', raceOf(xor, [method('adam'), method('adamw')], 100));
    expect(decoupled.history.objective).toEqual(plain.history.objective);
  });
});
