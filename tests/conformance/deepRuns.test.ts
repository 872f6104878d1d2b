import {describe, expect, it} from 'vitest';
import {tf} from '../../src/engine/tf.ts';
import {advance, openRun} from '../helpers/runs.ts';

/** Small cases of the three deep problems. */
const DEEP = [
  ['classifier', 2000, {dataset: {id: 'modular-addition', params: {p: 5}}, problem: {id: 'mlp-classifier'}, contestants: [{solver: {id: 'adam', params: {batchSize: 0, perpGrad: 'rescaled'}}, model: {depth: 2, width: 8, norm: 'batch'}}]}],
  ['transformer', 600, {dataset: {id: 'clock-grammar', params: {vocabulary: 4, length: 4}}, problem: {id: 'transformer'}, contestants: [{solver: {id: 'lamb', params: {batchSize: 4}}, model: {depth: 1, placement: 'peri', attention: 'selective'}}]}],
  ['attention on sets', 600, {dataset: {id: 'needle', params: {n: 64}}, problem: {id: 'needle-attention'}, contestants: [{solver: {id: 'adagrad-norm', params: {batchSize: 8}}, model: {attention: 'sum'}}]}],
] as const;

describe('memory', () => {
  it.each(DEEP)('%s: the number of tensors stays the same over %i steps, and none is left', async (_, steps, race) => {
    await tf.setBackend('wasm');
    const before = tf.memory().numTensors;
    const {run, close} = await openRun({...race, budget: {amount: steps}}, 'wasm');
    await run.start();
    await advance(run, steps / 10);
    const early = tf.memory().numTensors;
    await advance(run, steps);
    expect(tf.memory().numTensors).toBe(early);
    close();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('numbers that break', () => {
  const clock = (model: object, params: object): object => ({
    dataset: {id: 'clock-grammar', params: {vocabulary: 4, length: 4}},
    problem: {id: 'transformer'},
    contestants: [{solver: {id: 'sgd', params: {batchSize: 4, ...params}}, model: {width: 16, ...model}}],
    budget: {amount: 400},
  });

  it('are named with their layer where the start is too large', async () => {
    const {run, close} = await openRun(clock({depth: 24, placement: 'none', outputScale: 20}, {}), 'cpu');
    const {ending} = await run.start();
    expect(ending?.kind).toBe('diverged');
    expect(ending?.reason).toMatch(/^J was not a finite number at the start, first at iteration 0 in the hidden state of layer \d+\. Start from smaller weights\.$/);
    close();
  });

  it('are named with iteration and place where steps overshoot, and leave no tensors behind', async () => {
    const before = tf.memory().numTensors;
    const {run, close} = await openRun(clock({depth: 4, placement: 'none'}, {learningRate: 30}), 'cpu');
    await run.start();
    const {ending} = await advance(run, 400);
    expect(ending?.kind).toBe('diverged');
    expect(ending?.reason).toMatch(/^J was no longer a finite number by iteration \d+, first at iteration \d+ in the (hidden state of layer|gradient at|step of the variable) .*: the steps overshoot\./);
    close();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('growing batches', () => {
  const race = (dataset: object, model: object, params: object, amount: number): object => ({
    dataset, problem: {id: 'mlp-classifier'}, contestants: [{solver: {id: 'adagrad-norm', params}, model}], budget: {amount},
  });

  it('learn under BatchNorm, whose batches are more than their parts', async () => {
    const {run, close} = await openRun(race({id: 'spiral', params: {n: 600, arms: 3, turns: 0.5}}, {depth: 3, norm: 'batch'}, {batchSize: 8, normTestEta: 10}, 200), 'wasm');
    const started = await run.start();
    const {metrics} = await advance(run, 200);
    expect(metrics.trainScore.at(-1)).toBeGreaterThan(0.6);
    expect(metrics['rms/1'].at(-1)).not.toBe(started.metrics['rms/1'][0]);
    close();
  });

  it('keep their size where the gradient overflows, and are no fault', async () => {
    const {run, close} = await openRun(race({id: 'digits', params: {classes: 'all'}}, {depth: 3, activation: 'square', initScale: 100}, {}, 20), 'cpu');
    await run.start();
    const {ending, metrics} = await advance(run, 20);
    expect(ending?.kind).toMatch(/^(finished|diverged)$/);
    expect([...metrics.batchSize].every(Number.isFinite)).toBe(true);
    close();
  });
});

describe('a transformer on a table', () => {
  it('reads each feature as a token, also where their number is a square', async () => {
    const {run, close} = await openRun({dataset: {id: 'iris'}, problem: {id: 'transformer'}, contestants: [{solver: {id: 'adam'}, model: {depth: 1}}], budget: {amount: 2}}, 'cpu');
    const {snapshots} = await run.start();
    expect(snapshots[0].shapes).toMatchObject({embed: [1, 16], place: [4, 16]});
    close();
  });
});
