import {beforeAll, describe, expect, it} from 'vitest';
import {iterate} from '../../src/engine/iterate.ts';
import {tidyState} from '../../src/engine/tensors.ts';
import {tf} from '../../src/engine/tf.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {readingOf} from '../../src/numerics/transformer/layout.ts';
import {machineOf} from '../../src/numerics/transformer/machine.ts';
import {positionsOf} from '../../src/numerics/transformer/pass.ts';
import formulate from '../../src/problems/transformer/problem.ts';
import adam from '../../src/solvers/adam/solver.ts';
import {clockData, modelOf, moved, pictureData, plainGradient, plainLoss} from '../helpers/transformer.ts';
import {describeGradients, facetOf, plainOf} from '../helpers/transformerChecks.ts';

prepareNodeBackends();
const PARAMS = {beta: 0, patch: '2'};
const numbers = async (tensor: tf.Tensor): Promise<number[]> => [...(await tensor.data())];

describe.each(['cpu', 'wasm'] as const)('transformer on %s', (backend) => {
  beforeAll(async () => {
    if (!(await tf.setBackend(backend))) throw new Error(`no ${backend}`);
  });

  describeGradients();

  it('measures the loss that the gradient is of, and J with the penalty on matrices alone', async () => {
    const data = clockData(4, 5);
    const model = modelOf({placement: 'peri'});
    const problem = formulate(data, {...PARAMS, beta: 0.7});
    const vars = moved(facetOf(problem).init(model, 2));
    const [objective, trainLoss, testLoss, penalty] = await numbers(problem.evaluate(vars, model));
    const plain = plainOf(data, model);
    const test = problem.test as NonNullable<typeof problem.test>;
    expect(trainLoss).toBeCloseTo((await plainLoss(plain, vars, problem.train.x, problem.train.y).data())[0], 4);
    expect(testLoss).toBeCloseTo((await plainLoss(plain, vars, test.x, test.y).data())[0], 4);
    let squares = 0;
    for (const [name, w] of Object.entries(vars)) if (!/gain|shift/i.test(name)) for (const value of await w.data()) squares += value * value;
    expect(penalty / (0.35 * squares)).toBeCloseTo(1, 4);
    expect(objective / (data.train.n * trainLoss + penalty)).toBeCloseTo(1, 5);

    const [bare, decayed] = [false, true].map((decay) => facetOf(problem).gradient(vars, problem.train, decay, model));
    expect(await numbers(decayed.gainA1)).toEqual(await numbers(bare.gainA1));
    const [w, d0, d1] = [await numbers(vars.up1), await numbers(bare.up1), await numbers(decayed.up1)];
    for (const [i, value] of w.entries()) expect(d1[i]).toBeCloseTo(d0[i] + (0.7 / data.train.n) * value, 5);

    const twice = Object.fromEntries(Object.entries(vars).map(([name, v]) => [name, tf.stack([v, tf.mul(0.5, v)])]));
    const half = Object.fromEntries(Object.entries(vars).map(([name, v]) => [name, tf.mul(0.5, v)]));
    const [first, second] = await numbers(problem.objectives(twice, model));
    expect(first / objective).toBeCloseTo(1, 5);
    expect(second / (await numbers(problem.evaluate(half, model)))[0]).toBeCloseTo(1, 5);
  });

  it('looks at no later token', async () => {
    const data = clockData(5, 6);
    const reading = readingOf(data, PARAMS);
    for (const attention of ['softmax', 'selective']) {
      const positions = positionsOf(reading);
      const machine = machineOf(modelOf({attention}), reading, positions);
      const problem = formulate(data, PARAMS);
      const vars = moved(facetOf(problem).init(modelOf({attention}), 1));
      const oneHot = (tokens: number[]): tf.Tensor2D => tf.reshape(tf.cast(tf.oneHot(tf.tensor1d(tokens, 'int32'), 5), 'float32'), [1, 30]);
      const [a, b] = [await numbers(machine.transformer.logits(vars, oneHot([0, 1, 2, 3, 4, 0]))), await numbers(machine.transformer.logits(vars, oneHot([0, 1, 2, 3, 1, 0])))];
      for (let i = 0; i < 20; i++) expect(a[i]).toBeCloseTo(b[i], 5);
      expect(Math.max(...a.slice(20).map((value, i) => Math.abs(value - b[20 + i])))).toBeGreaterThan(0.01);
    }
  });

  it('predicts next tokens for sequences, scores for classes and a difference for two', async () => {
    const data = clockData(4, 5);
    const problem = formulate(data, PARAMS);
    const vars = facetOf(problem).init(modelOf(), 1);
    const rows = tf.tensor2d(Float32Array.from(data.train.x), [data.train.n, data.d]);
    const next = problem.predict(vars, rows, modelOf());
    expect(next.shape).toEqual([data.train.n, 5]);
    expect(await numbers(next)).toEqual(await numbers(problem.predict(vars, problem.train.x, modelOf())));
    let right = 0;
    const guesses = await numbers(next);
    for (const [i, target] of data.train.y.entries()) if (target >= 0 && guesses[i] === target) right++;
    expect((await numbers(problem.evaluate(vars, modelOf())))[4]).toBeCloseTo(right / (data.train.n * 4), 5);
    for (const classes of [2, 3]) {
      const pictures = pictureData(classes);
      const reader = formulate(pictures, PARAMS);
      const weights = facetOf(reader).init(modelOf(), 1);
      const inputs = tf.tensor2d(Float32Array.from(pictures.train.x), [pictures.train.n, pictures.d]);
      const f = reader.predict(weights, inputs, modelOf());
      expect(f.shape).toEqual([pictures.train.n, classes === 2 ? 1 : 3]);
      expect(await numbers(f)).toEqual(await numbers(reader.predict(weights, reader.train.x, modelOf())));
    }
  });

  it("takes Adam's steps, all variables as one vector, and no memory while it does", async () => {
    const data = clockData(4, 5);
    const model = modelOf({placement: 'peri'});
    const problem = formulate(data, {...PARAMS, beta: 0.5});
    const params = {learningRate: 0.02, batchSize: 0, schedule: 'constant', scheduleLength: 100, perpGrad: 'off', beta1: 0.9, beta2: 0.99, epsilon: 1e-4};
    const context = {problem, params, model, seed: 4};
    let state = tidyState(() => ({state: adam.init(context)})).state;
    const start = facetOf(problem).init(model, 4);
    const vars = Object.fromEntries(Object.entries(start).map(([name, value]) => [name, tf.variable(value)]));
    const optimizer = tf.train.adam(0.02, 0.9, 0.99, 1e-4);
    const held: number[] = [];
    for (let i = 1; i <= 4; i++) {
      const before = tf.memory().numTensors;
      ({state} = await iterate(adam, context, state, i, 1));
      held.push(tf.memory().numTensors - before);
      const gradient = plainGradient(plainOf(data, model), vars, problem.train.x, problem.train.y);
      const decayed = tf.tidy(() =>
        Object.fromEntries(Object.entries(vars).map(([name, w]) => [w.name, /gain|shift/i.test(name) ? tf.clone(gradient[name]) : tf.add(gradient[name], tf.mul(0.5 / data.train.n, w))])),
      );
      optimizer.applyGradients(decayed as Parameters<typeof optimizer.applyGradients>[0]);
      tf.dispose([gradient, decayed] as unknown as tf.TensorContainer);
    }
    const own = adam.weights(context, state);
    expect(Object.keys(own)).toEqual(Object.keys(vars));
    for (const [name, w] of Object.entries(own)) {
      const [a, b] = [await numbers(w), await numbers(vars[name])];
      expect(w.shape).toEqual(vars[name].shape);
      for (const [i, value] of a.entries()) expect(Math.abs(value - b[i]), name).toBeLessThan(2e-4);
    }
    // From the second step on, when the weights before it are kept too.
    expect(held.slice(1)).toEqual([0, 0, 0]);
  });

  it('keeps no tensor that it does not hand out', () => {
    for (const data of [clockData(4, 5), pictureData(2)]) {
      const before = tf.memory().numTensors;
      const problem = formulate(data, PARAMS);
      for (const attention of data.task === 'sequence' ? ['softmax', 'selective'] : ['softmax', 'soft', 'nystrom']) {
        const model = modelOf({attention, placement: 'peri', landmarks: 4});
        const vars = facetOf(problem).init(model, 1);
        const held = tf.memory().numTensors;
        const results = [facetOf(problem).gradient(vars, problem.train, true, model), problem.evaluate(vars, model), problem.measures?.(vars, model), problem.predict(vars, problem.train.x, model)];
        tf.dispose(results as unknown as tf.TensorContainer);
        expect(tf.memory().numTensors).toBe(held);
        tf.dispose(vars as unknown as tf.TensorContainer);
      }
      problem.dispose();
      expect(tf.memory().numTensors).toBe(before);
    }
  });
});

describe('transformers at the start', () => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
  });

  it('grow as the norms let them when every sublayer output is scaled', async () => {
    const problem = formulate(clockData(12, 16), PARAMS);
    const scales = [0.5, 1, 2, 4, 10];
    const grown = async (placement: string): Promise<number[]> => {
      const sizes: number[] = [];
      for (const outputScale of scales) {
        const model = modelOf({placement, outputScale, depth: 12, width: 32});
        const vars = facetOf(problem).init(model, 1);
        const {rms} = problem.measures?.(vars, model) ?? {};
        sizes.push((await rms.data())[12]);
      }
      return sizes;
    };
    // The specification's numbers, of another generator's draws.
    const pre = await grown('pre');
    [2.4, 4.5, 9.0, 18.3, 46.3].forEach((size, i) => {
      expect(pre[i] / size).toBeGreaterThan(0.8);
      expect(pre[i] / size).toBeLessThan(1.25);
    });
    const peri = await grown('peri');
    for (const size of peri) expect(size / peri[1]).toBeCloseTo(1, 3);
    expect(peri[1] / 4.893).toBeGreaterThan(0.9);
    expect(peri[1] / 4.893).toBeLessThan(1.1);
    for (const size of await grown('post')) expect(size).toBeCloseTo(1, 3);
  });

  it('share all matrices between placements', async () => {
    const problem = formulate(clockData(4, 5), PARAMS);
    const [pre, peri] = ['pre', 'peri'].map((placement) => facetOf(problem).init(modelOf({placement}), 5));
    for (const name of Object.keys(pre)) expect(await numbers(pre[name])).toEqual(await numbers(peri[name]));
    expect(Object.keys(peri).length).toBe(Object.keys(pre).length + 8);
  });

  it('refuse what can not work, in words', () => {
    const sequences = formulate(clockData(4, 5), PARAMS);
    expect(() => facetOf(sequences).init(modelOf({attention: 'soft'}), 1)).toThrow(/sequences/);
    const long = formulate(clockData(8, 128), PARAMS);
    const model = modelOf({depth: 24, width: 128, heads: 8});
    expect(() => facetOf(long).admit?.(model, long.train.x.shape[0])).toThrow(/48 samples of 128 tokens .* about \d+\.\d GB/);
    expect(() => facetOf(long).admit?.(modelOf({depth: 2}), 4)).not.toThrow();
  });
});
