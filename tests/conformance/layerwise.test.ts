import {beforeAll, describe, expect, it} from 'vitest';
import {tf} from '../../src/engine/tf.ts';
import {course, open, read} from '../helpers/course.ts';

/** Full-batch steps of LARS and LAMB as solvers, against their equations written out in float64 on the problem's own gradients. */
const STEPS = 6;
const BETA = 0.8;
const json = (id: string, params: object): object => ({
  dataset: {id: 'iris', params: {}},
  problem: {id: 'mlp-classifier', params: {beta: BETA}},
  contestants: [{solver: {id, params: {batchSize: 0, ...params}}, model: {depth: 1, width: 5}}],
  budget: {amount: STEPS},
});

interface Slots {
  m: number[];
  s: number[];
}

type Rule = (w: readonly number[], g: readonly number[], slots: Slots, lambda: number, bias: boolean, t: number) => number[];

const length = (v: readonly number[]): number => Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));

const lars: Rule = (w, g, slots, lambda, bias) => {
  const rate = 0.5 * (bias ? 0.03 : (0.03 * length(w)) / (length(g) + lambda * length(w)));
  slots.m = slots.m.map((v, i) => 0.8 * v + rate * (g[i] + lambda * w[i]));
  return w.map((value, i) => value - slots.m[i]);
};

const lamb: Rule = (w, g, slots, lambda, _bias, t) => {
  slots.m = slots.m.map((m, i) => 0.8 * m + 0.2 * g[i]);
  slots.s = slots.s.map((s, i) => 0.95 * s + 0.05 * g[i] ** 2);
  const u = w.map((value, i) => slots.m[i] / (1 - 0.8 ** t) / (Math.sqrt(slots.s[i] / (1 - 0.95 ** t)) + 1e-6) + lambda * value);
  return w.map((value, i) => value - 0.04 * Math.min(10, length(w) / length(u)) * u[i]);
};

const CASES = [
  ['lars', {learningRate: 0.5, trust: 0.03, momentum: 0.8}, lars],
  ['lamb', {learningRate: 0.04, beta1: 0.8, beta2: 0.95, epsilon: 1e-6}, lamb],
] as const;

describe.each(CASES)('%s', (id, params, rule) => {
  beforeAll(() => tf.setBackend('wasm'));

  it('takes the steps of its equations, tensor by tensor', async () => {
    const {experiment, data, problem} = await open(json(id, params));
    const {weights, passes} = await course(experiment, problem, STEPS);
    expect(passes).toEqual(new Array(STEPS).fill(1));
    const {gradients, train} = problem;
    if (!gradients) throw new Error('no gradients');
    const {model} = experiment.contestants[0];
    const shapes = Object.fromEntries(Object.entries(gradients.init(model, experiment.seed)).map(([name, tensor]) => [name, tensor.shape]));
    const slots: Record<string, Slots> = Object.fromEntries(Object.entries(weights[0]).map(([name, w]) => [name, {m: w.map(() => 0), s: w.map(() => 0)}]));
    let now = weights[0];
    for (let t = 1; t <= STEPS; t++) {
      const vars = Object.fromEntries(Object.entries(now).map(([name, w]) => [name, tf.tensor(w, shapes[name])]));
      const g = await read(gradients.gradient(vars, train, false, model));
      now = Object.fromEntries(Object.entries(now).map(([name, w]) => {
        const bias = name.startsWith('b');
        return [name, rule(w, g[name], slots[name], bias ? 0 : BETA / data.train.n, bias, t)];
      }));
    }
    for (const [name, w] of Object.entries(now)) w.forEach((value, i) => expect(weights[STEPS][name][i]).toBeCloseTo(value, 4));
    problem.dispose();
  });
});
