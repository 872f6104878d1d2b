import {beforeAll, describe, expect, it} from 'vitest';
import type {Scalar, Tensor2D, Variable} from '@tensorflow/tfjs-core';
import {tf} from '../../src/engine/tf.ts';
import {formulateProblem} from '../../src/engine/formulate.ts';
import {loadData} from '../../src/engine/data.ts';
import {readFrom} from '../../src/headless/runExperiment.ts';
import {experimentOf, runOn} from '../helpers/session.ts';

/** tfjs's own optimizers and automatic differentiation are the oracle: other code, other derivation. */
const STEPS = 25;
const WIDTH = 7;
const ORACLES = [
  {id: 'sgd', params: {learningRate: 0.05}, make: () => tf.train.sgd(0.05)},
  {id: 'momentum', params: {learningRate: 0.02, momentum: 0.8}, make: () => tf.train.momentum(0.02, 0.8)},
  {id: 'nesterov', params: {learningRate: 0.02, momentum: 0.8}, make: () => tf.train.momentum(0.02, 0.8, true)},
  {id: 'rmsprop', params: {learningRate: 0.003, decay: 0.9, epsilon: 1e-10}, make: () => tf.train.rmsprop(0.003, 0.9, 0, 1e-14)},
  {id: 'adam', params: {learningRate: 0.01}, make: () => tf.train.adam(0.01, 0.9, 0.999, 1e-8)},
] as const;

const race = (id: string, params: object): unknown => ({
  seed: 4,
  dataset: {id: 'moons', params: {n: 40}},
  problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 0.3}},
  contestants: [{solver: {id, params: {batchSize: 0, ...params}}, model: {width: WIDTH}}],
  budget: {amount: STEPS},
});

/** J after STEPS full-batch steps of a tfjs optimizer on J_raw / n, from the same start. */
async function oracle(id: string, params: object, make: () => {minimize(f: () => Scalar): unknown}): Promise<number> {
  const experiment = experimentOf(race(id, params));
  const data = await loadData(experiment, readFrom('public/data'));
  if (!data.ok) throw new Error(data.error.message);
  const problem = await formulateProblem(experiment, data.value);
  const start = problem.gradients?.init(experiment.contestants[0].model, experiment.seed);
  if (!start) throw new Error('no start');
  const u = tf.variable(start.u) as Variable;
  const alpha = tf.variable(start.alpha) as Variable;
  const {x, y} = problem.train;
  const loss = (): Scalar => {
    const f = tf.matMul(tf.relu(tf.matMul(x, u as Tensor2D, false, true)), alpha as Tensor2D);
    const penalty = tf.mul(0.15, tf.add(tf.sum(tf.square(u)), tf.sum(tf.square(alpha))));
    return tf.div(tf.add(tf.mul(0.5, tf.sum(tf.square(tf.sub(f, y)))), penalty), x.shape[0]) as Scalar;
  };
  const optimizer = make();
  for (let i = 0; i < STEPS; i++) optimizer.minimize(loss);
  return (await problem.evaluate({u, alpha}, {}).data())[0];
}

describe('first-order methods against tfjs\'s own', () => {
  beforeAll(() => tf.setBackend('wasm'));

  it.each(ORACLES)('$id has the same J after 25 steps', async ({id, params, make}) => {
    const [result] = await runOn('wasm', race(id, params));
    const expected = await oracle(id, params, make);
    expect(Math.abs((result.final.objective ?? Number.NaN) / expected - 1)).toBeLessThan(2e-4);
  });

  it('adamw without decay is adam', async () => {
    const flat = (id: string): unknown => ({...(race(id, {learningRate: 0.01}) as object), problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 0}}});
    const [[adam], [adamw]] = [await runOn('cpu', flat('adam')), await runOn('cpu', flat('adamw'))];
    expect(adamw.final.objective).toBeCloseTo(adam.final.objective ?? Number.NaN, 4);
  });

  it('adamw shrinks weights by eta beta/n a step where the loss has no gradient', async () => {
    // Hinge loss, one point on the right side of its margin from the start: only the decay moves the weights.
    const quiet = {
      seed: 4,
      dataset: {id: 'inline', params: {points: [[1, 0], [-1, 0]], targets: [0, 1], task: 'classification'}},
      problem: {id: 'two-layer-relu', params: {loss: 'hinge', beta: 0.2}},
      contestants: [{solver: {id: 'adamw', params: {learningRate: 0.1, batchSize: 0}}, model: {width: 40, initScale: 10}}],
      budget: {amount: 3},
    };
    const [result] = await runOn('cpu', quiet);
    const loss = result.history.trainLoss.map(Number);
    const penalty = result.history.penalty.map(Number);
    if (loss.some((value) => value > 0)) throw new Error('this start was meant to be right on both points; pick another seed');
    for (let i = 1; i < penalty.length; i++) expect(penalty[i] / penalty[i - 1]).toBeCloseTo((1 - 0.1 * 0.1) ** 2, 5);
  });
});
