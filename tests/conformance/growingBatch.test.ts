import {beforeAll, describe, expect, it} from 'vitest';
import type {PreparedData} from '../../src/core/data.ts';
import type {Experiment} from '../../src/core/experiment.ts';
import type {Problem, Vars} from '../../src/core/problem.ts';
import {randomStream} from '../../src/core/random.ts';
import {tf} from '../../src/engine/tf.ts';
import {batchAt, batchPlan} from '../../src/numerics/batches.ts';
import {noisyGradient} from '../../src/numerics/optim/batchNoise.ts';
import {course, open, read} from '../helpers/course.ts';

const SOFTMAX = {id: 'mlp-classifier', params: {beta: 0.4}};
const RELU = {id: 'two-layer-relu', params: {loss: 'squared', beta: 0.4}};
const MULTICLASS = {id: 'two-layer-relu', params: {loss: 'cross-entropy', beta: 0.4}};
const json = (dataset: object, problem: object, solver: object, model: object): object => ({seed: 6, dataset, problem, contestants: [{solver, model}], budget: {amount: 100}});

/** Softmax regression by AdaGrad-norm and the norm test, written out in float64. */
function writtenOut({train: {n, x, y}, d, k}: PreparedData, first: Record<string, number[]>, params: {rate: number; eta: number; beta: number; b0: number}, size: number, grows: boolean, steps: number) {
  let w = Array.from({length: d * k}, (_, at) => (at < (d - 1) * k ? first.w0[at] : first.b0[at - (d - 1) * k]));
  const decay = w.map((_, at) => (at < (d - 1) * k ? params.beta / n : 0));
  const gradientOf = (i: number): number[] => {
    const z = Array.from({length: k}, (_, c) => w.reduce((sum, value, at) => (at % k === c ? sum + value * x[i * d + Math.floor(at / k)] : sum), 0));
    const e = z.map((value) => Math.exp(value - Math.max(...z)));
    const total = e.reduce((a, b) => a + b);
    return w.map((_, at) => (e[at % k] / total - y[i * k + (at % k)]) * x[i * d + Math.floor(at / k)]);
  };
  const squared = (v: readonly number[]): number => v.reduce((sum, value) => sum + value * value, 0);
  let [batch, b2, epoch, order, used] = [size, params.b0 ** 2, -1, [] as number[], n];
  const sizes: number[] = [];
  for (let t = 0; t < steps; t++) {
    if (used >= n && batch < n) [epoch, used] = [epoch + 1, 0];
    order = Array.from(randomStream(6, 'epoch', epoch).permutation(n));
    const rows = batch >= n ? order : order.slice(used, used + batch);
    used += rows.length;
    const own = rows.map(gradientOf);
    const mean = w.map((_, at) => own.reduce((sum, g) => sum + g[at], 0) / rows.length);
    const g = mean.map((value, at) => value + decay[at] * w[at]);
    const variance = own.reduce((sum, one) => sum + squared(one.map((value, at) => value - mean[at])), 0) / (rows.length - 1);
    b2 += squared(g);
    w = w.map((value, at) => value - (params.rate * g[at]) / Math.sqrt(b2));
    if (grows && rows.length > 1) batch = Math.max(batch, Math.min(n, Math.ceil(variance / (params.eta ** 2 * squared(g)))));
    sizes.push(batch);
  }
  return {w, sizes};
}

const apart = (a: readonly number[], b: readonly number[]): number => Math.max(...a.map((value, i) => Math.abs(value - b[i])));
const flat = ({w0, b0}: Record<string, number[]>): number[] => [...w0, ...b0];

describe.each(['cpu', 'wasm'] as const)('AdaGrad-norm on %s', (backend) => {
  beforeAll(async () => void expect(await tf.setBackend(backend)).toBe(true));

  it.each([[true, 40], [false, 25]])('steps and grows as written out in float64 (growing: %s)', async (adaptive, steps) => {
    const params = {learningRate: 2, batchSize: 7, adaptive, normTestEta: 0.8, initialDenominator: 0.3};
    const {experiment, data, problem} = await open(json({id: 'iris', params: {}}, SOFTMAX, {id: 'adagrad-norm', params}, {depth: 0}));
    const {weights, sizes, passes} = await course(experiment, problem, steps);
    const expected = writtenOut(data, weights[0], {rate: 2, eta: 0.8, beta: 0.4, b0: 0.3}, 7, adaptive, steps);
    expect(sizes).toEqual(expected.sizes);
    expect(apart(flat(weights[steps]), expected.w)).toBeLessThan(1e-3);
    expect(sizes[steps - 1]).toBe(adaptive ? data.train.n : 7);
    expect(passes.every((value, i) => value <= Math.max(7, sizes[i]) / data.train.n + 1e-9)).toBe(true);
    problem.dispose();
  });

  it('takes the batches of every other method while their size stays put', async () => {
    const params = {learningRate: 0.5, batchSize: 11, adaptive: false, initialDenominator: 1000};
    const {experiment, data, problem} = await open(json({id: 'moons', params: {n: 40}}, RELU, {id: 'adagrad-norm', params}, {width: 3}));
    const {passes} = await course(experiment, problem, 12);
    const {n} = data.train;
    const plan = batchPlan(n, 11);
    expect(passes).toEqual(passes.map((_, i) => batchAt(plan, n, i + 1).count / n));
    problem.dispose();
  });

  it('keeps to its cap and to its rhythm', async () => {
    for (const [more, last] of [[{batchSize: 4, normTestEta: 0.01, largestBatch: 9}, 9], [{batchSize: 1, testEvery: 50}, 2], [{batchSize: 0}, 32]] as const) {
      const {experiment, problem} = await open(json({id: 'moons', params: {n: 40}}, RELU, {id: 'adagrad-norm', params: more}, {width: 3}));
      const {sizes} = await course(experiment, problem, 10);
      expect(sizes[9]).toBe(last);
      problem.dispose();
    }
  });
});

describe('the noise of a batch', () => {
  beforeAll(() => tf.setBackend('cpu'));

  /** From one call of the gradient for each sample. */
  async function fromSamples(problem: Problem, vars: Vars, rows: number, model: Experiment['contestants'][0]['model']): Promise<number> {
    const {gradients, train} = problem;
    if (!gradients) throw new Error('no gradients');
    const all: number[][] = [];
    for (let i = 0; i < rows; i++) all.push(Object.values(await read(gradients.gradient(vars, {x: tf.slice(train.x, i, 1), y: tf.slice(train.y, i, 1)}, false, model))).flat());
    const mean = all[0].map((_, j) => all.reduce((sum, g) => sum + g[j], 0) / rows);
    return all.reduce((sum, g) => sum + g.reduce((own, value, j) => own + (value - mean[j]) ** 2, 0), 0) / (rows - 1);
  }

  it.each([
    ['in closed form', SOFTMAX, {depth: 0}, 20], ['in closed form without biases', SOFTMAX, {depth: 0, bias: false, head: 'stablemax'}, 20],
    ['from parts', SOFTMAX, {depth: 1, width: 4}, 8], ['from few parts', MULTICLASS, {width: 4}, 5],
  ])('is that of its samples: %s', async (_, problemChoice, model, rows) => {
    const {experiment, problem} = await open(json({id: 'iris', params: {}}, problemChoice, {id: 'sgd'}, model));
    const facet = problem.gradients;
    if (!facet) throw new Error('no gradients');
    const full = experiment.contestants[0].model;
    const vars = facet.init(full, 3);
    const batch = {x: tf.slice(problem.train.x, 0, rows), y: tf.slice(problem.train.y, 0, rows)};
    const noisy = noisyGradient(facet, vars, batch, true, full);
    expect((await noisy.spread.data())[0] / (await fromSamples(problem, vars, rows, full))).toBeCloseTo(1, 4);
    const whole = await read(facet.gradient(vars, batch, true, full));
    for (const [name, values] of Object.entries(await read(noisy.gradient))) expect(apart(values, whole[name])).toBeLessThan(1e-6);
    problem.dispose();
  });

  it('is estimated without bias from larger parts', async () => {
    const {experiment, problem} = await open(json({id: 'iris', params: {}}, MULTICLASS, {id: 'sgd'}, {width: 4}));
    const facet = problem.gradients;
    if (!facet) throw new Error('no gradients');
    const {model} = experiment.contestants[0];
    const vars = facet.init(model, 3);
    const n = problem.train.x.shape[0];
    let mean = 0;
    for (let draw = 0; draw < 40; draw++) {
      const order = tf.tensor1d(Array.from(randomStream(draw, 'order').permutation(n)).slice(0, 37), 'int32');
      const {spread} = noisyGradient(facet, vars, {x: tf.gather(problem.train.x, order), y: tf.gather(problem.train.y, order)}, false, model);
      mean += (await spread.data())[0] / 40;
    }
    expect(mean / (await fromSamples(problem, vars, n, model))).toBeGreaterThan(0.85);
    expect(mean / (await fromSamples(problem, vars, n, model))).toBeLessThan(1.15);
    problem.dispose();
  });
});
