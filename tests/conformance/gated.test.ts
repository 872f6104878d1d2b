import {afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import type {PreparedData} from '../../src/core/data.ts';
import type {HostLoss} from '../../src/core/hostProblem.ts';
import type {Snapshot} from '../../src/core/protocol.ts';
import {randomStream} from '../../src/core/random.ts';
import {tf} from '../../src/engine/tf.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import hostProblem from '../../src/problems/gated-relu/host.ts';
import formulate from '../../src/problems/gated-relu/problem.ts';
import {BETA, distance, LOSS_CASES, type LossCase, norm} from '../helpers/problem.ts';
import {advance, openRun, rowsOf} from '../helpers/runs.ts';
import {runOn} from '../helpers/session.ts';
import {randomData} from '../helpers/twoLayerRelu.ts';

prepareNodeBackends();

const ONE_OUTPUT = LOSS_CASES.filter(({id}) => id !== 'cross-entropy');
const M = 6;
const D = 4;

function gatedNetwork(seed: number): Snapshot {
  const random = randomStream(seed, 'network');
  const values = Float32Array.from({length: M * (2 * D + 1)}, () => random.normal());
  return {iteration: 0, shapes: {u: [M, D], alpha: [M, 1], gates: [M, D]}, values};
}

const varsOf = (network: Snapshot) => ({
  u: tf.tensor2d(rowsOf(network, 'u')),
  alpha: tf.tensor2d(rowsOf(network, 'alpha')),
  gates: tf.tensor2d(rowsOf(network, 'gates')),
});

function settingOf(loss: LossCase) {
  const data = randomData({task: loss.id === 'squared' ? 'regression' : 'binary', n: 23, testCount: 9, d: D}, 5);
  const problem = formulate(data, {beta: BETA}, loss.tensor);
  const network = gatedNetwork(8);
  return {data, problem, network, vars: varsOf(network), host: hostProblem(data, {beta: BETA}, loss.host)};
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);

/** J_raw / n from the definition, in plain loops; `weights` are u and alpha, the gates stay. */
function definition(weights: Float64Array, gates: number[][], data: PreparedData, loss: HostLoss): number {
  const {train: {n, x, y}} = data;
  const f = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const row = x.subarray(i * D, (i + 1) * D);
    for (let j = 0; j < M; j++) if (dot(gates[j], row) >= 0) f[i] += weights[M * D + j] * dot(weights.subarray(j * D, (j + 1) * D), row);
  }
  let total = (BETA / 2) * weights.reduce((sum, w) => sum + w * w, 0);
  for (let i = 0; i < n; i++) total += loss.value(f, y, i, 1);
  return total / n;
}

async function checkGradient(loss: LossCase): Promise<void> {
  const {data, problem, network, vars} = settingOf(loss);
  const weights = Float64Array.from(network.values.subarray(0, M * (D + 1)));
  const gates = rowsOf(network, 'gates');
  const h = 1e-6;
  const expected = weights.map((_, at) => {
    const moved = (by: number): number => definition(weights.map((w, i) => (i === at ? w + by : w)), gates, data, loss.host);
    return (moved(h) - moved(-h)) / (2 * h);
  });
  const gradient = problem.gradients?.gradient(vars, problem.train, true, {});
  if (!gradient) throw new Error('no gradients');
  const found = [...(await gradient.u.data()), ...(await gradient.alpha.data())];
  expect(distance(found, expected) / norm(expected)).toBeLessThan(1e-3);
  expect(norm(await gradient.gates.data())).toBe(0);
}

async function checkEvaluation(loss: LossCase): Promise<void> {
  const {problem, network, vars, host} = settingOf(loss);
  const {objective, trainLoss, testLoss, penalty, trainScore, testScore} = host.evaluate(network);
  const found = await problem.evaluate(vars, {}).data();
  for (const [i, value] of [objective, trainLoss, testLoss, penalty, trainScore, testScore].entries()) {
    expect(Math.abs(found[i] - value)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(value)));
  }
  const networks = [1, 2, 3].map(gatedNetwork);
  const stack = (name: 'u' | 'alpha' | 'gates'): tf.Tensor => tf.stack(networks.map((one) => varsOf(one)[name]));
  const many = await problem.objectives({u: stack('u'), alpha: stack('alpha'), gates: stack('gates')}, {}).data();
  for (const [i, one] of networks.entries()) expect(many[i] / host.evaluate(one).objective).toBeCloseTo(1, 5);
}

describe.each(['cpu', 'wasm'] as const)('gated ReLU on %s', (backend) => {
  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true);
  });
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  describe.each(ONE_OUTPUT)('$id loss', (loss) => {
    it('has the gradient of its definition, by central differences, and none in the gates', () => checkGradient(loss));
    it('measures what the host measures, one network or many', () => checkEvaluation(loss));
  });
});

describe('the host side', () => {
  const loss = LOSS_CASES.find(({id}) => id === 'logistic') as LossCase;
  const data = randomData({task: 'binary', n: 23, testCount: 9, d: D}, 5);
  const host = hostProblem(data, {beta: BETA}, loss.host);

  it('gives a network back from its point: the same outputs and J', () => {
    const network = gatedNetwork(4);
    const space = host.share([[network], [gatedNetwork(5)]]);
    const again = space.network(space.paths[0].point(0));
    const [before, after] = [network, again].map((one) => host.predict(one, data.train.x, data.train.n));
    expect(distance(before, after) / norm(before)).toBeLessThan(1e-5);
    expect(host.evaluate(again).objective).toBeCloseTo(host.evaluate(network).objective, 4);
  });

  it('measures J over a plane as at each of its networks', () => {
    const space = host.share([[gatedNetwork(4)], [gatedNetwork(5)]]);
    const [origin, other] = space.paths.map((path) => path.point(0));
    const du = other.map((value, i) => value - origin[i]);
    const random = randomStream(2, 'plane');
    const dv = du.map(() => random.normal());
    const out = new Float64Array(5);
    const a = Float64Array.of(-0.5, 0, 0.5, 1, 1.5);
    space.kernel({origin, du, dv}).evaluateRow(0.3, a, out);
    for (const [t, value] of a.entries()) {
      const at = space.network(origin.map((entry, i) => entry + value * du[i] + 0.3 * dv[i]));
      expect(out[t]).toBeCloseTo(host.evaluate(at).objective, 6);
    }
  });
});

describe('gated training', () => {
  const json = (solver: object, amount: number, more: object = {}): object => ({
    dataset: {id: 'moons', params: {n: 40, trainFraction: 1}},
    problem: {id: 'gated-relu', params: {loss: 'squared', beta: 0.3}},
    contestants: [{solver, ...more}],
    budget: {amount},
  });

  it.each(['sgd', 'momentum', 'nesterov', 'rmsprop', 'adam', 'adamw', 'lars', 'lamb', 'adagrad-norm'])('%s leaves every gate on its side of every sample', async (id) => {
    const {run, data, close} = await openRun(json({id, params: {batchSize: 8}}, 200, {model: {width: 12}}), 'cpu');
    const start = await run.start();
    const end = await advance(run, 200);
    close();
    const {train: {n, x}, d} = data;
    const pattern = (network: Snapshot): string =>
      rowsOf(network, 'gates').map((gate) => Array.from({length: n}, (_, i) => (dot(gate, x.subarray(i * d, (i + 1) * d)) >= 0 ? 1 : 0)).join('')).join(' ');
    const [first, last] = [start.snapshots[0], end.snapshots[end.snapshots.length - 1]];
    expect(pattern(last)).toBe(pattern(first));
    expect(distance(first.values, last.values)).toBeGreaterThan(0);
  });

  it('by convex ADMM satisfies the conditions of the group LASSO: no gate pulls above beta, active ones at beta along their weights', async () => {
    const beta = 0.3;
    const {run, data, close} = await openRun(json({id: 'convex-admm', params: {source: 'sampled', patterns: 30}}, 2000), 'cpu');
    await run.start();
    const {snapshots} = await advance(run, 2000);
    close();
    const network = snapshots[snapshots.length - 1];
    const {train: {n, x, y}, d} = data;
    const row = (i: number): Float64Array => x.subarray(i * d, (i + 1) * d);
    const [u, alpha, gates] = [rowsOf(network, 'u'), rowsOf(network, 'alpha').map(([a]) => a), rowsOf(network, 'gates')];
    const isOn = (j: number, i: number): boolean => dot(gates[j], row(i)) >= 0;
    const z = Array.from({length: n}, (_, i) => y[i] - u.reduce((sum, weights, j) => sum + (isOn(j, i) ? alpha[j] * dot(weights, row(i)) : 0), 0));
    let active = 0;
    for (const [j, weights] of u.entries()) {
      const pull = Array.from({length: d}, (_, t) => z.reduce((sum, value, i) => sum + (isOn(j, i) ? value * row(i)[t] : 0), 0));
      expect(norm(pull)).toBeLessThan(beta * 1.002);
      if (alpha[j] === 0) continue;
      active++;
      const direction = weights.map((value) => (Math.sign(alpha[j]) * value) / norm(weights));
      expect(distance(pull, direction.map((value) => beta * value)) / beta).toBeLessThan(0.01);
    }
    expect(active).toBeGreaterThan(1);
  });

  it('by convex ADMM over all patterns ends no higher than the ReLU optimum, which has cones besides', async () => {
    const over = async (problem: string): Promise<number> => {
      const [result] = await runOn('wasm', {...json({id: 'convex-admm', params: {source: 'all'}}, 1500), dataset: {id: 'moons', params: {n: 16, trainFraction: 1}}, problem: {id: problem, params: {loss: 'squared', beta: 0.3}}});
      return Number(result.final.objective);
    };
    expect(await over('gated-relu')).toBeLessThan((await over('two-layer-relu')) * 1.002);
  });

  it('by pursuit gets below sampled patterns, and random features are a gated network too; nothing gets below all patterns', async () => {
    const data = {dataset: {id: 'moons', params: {n: 16, trainFraction: 1}}};
    const over = async (solver: object, amount: number): Promise<number> => {
      const [result] = await runOn('wasm', {...json(solver, amount), ...data});
      return Number(result.final.objective);
    };
    const all = await over({id: 'convex-admm', params: {source: 'all'}}, 1500);
    const pursued = await over({id: 'convex-admm', params: {source: 'pursuit'}}, 400);
    expect(pursued).toBeLessThan(await over({id: 'convex-admm', params: {source: 'sampled', patterns: 30}}, 1500));
    expect(pursued).toBeGreaterThan(all * 0.999);
    expect(await over({id: 'random-features'}, 600)).toBeGreaterThan(all * 0.999);
  });

  it('is refused for several classes, in words', async () => {
    await expect(runOn('cpu', {...json({id: 'sgd'}, 1), dataset: {id: 'iris', params: {classes: 'all'}}})).rejects.toThrow(/gated networks have one output/);
  });
});
