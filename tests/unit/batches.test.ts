import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import {beforeAll, describe, expect, it} from 'vitest';
import type {Batch} from '../../src/core/problem.ts';
import {batchAt, batchPlan, shuffled, sliced} from '../../src/numerics/batches.ts';

beforeAll(async () => {
  // Keeps tfjs from advertising its native backend.
  tf.env().set('IS_TEST', true);
  await tf.setBackend('cpu');
});

/** Row i is (i, -i) with target 10 i, so that rows and targets can be told apart and matched. */
function numbered(n: number): Batch {
  const rows = Array.from({length: n}, (_, i) => i);
  return {x: tf.tensor2d(rows.map((i) => [i, -i])), y: tf.tensor2d(rows.map((i) => [10 * i]))};
}

/** The samples that an iteration sees, by number, as the solvers put it together. */
function samplesAt(train: Batch, batchSize: number, seed: number, iteration: number): number[] {
  return tf.tidy(() => {
    const n = train.x.shape[0];
    const plan = batchPlan(n, batchSize);
    const {epoch, start, count} = batchAt(plan, n, iteration);
    const batch = plan.full ? train : sliced(shuffled(train, seed, epoch), start, count);
    const x = batch.x.arraySync();
    expect(batch.y.arraySync()).toEqual(x.map(([i]) => [10 * i]));
    expect(x.every(([i, minus]) => minus === -i)).toBe(true);
    return x.map(([i]) => i);
  });
}

const everySample = (n: number): number[] => Array.from({length: n}, (_, i) => i);
const rising = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

describe.each([[10, 3], [10, 5], [10, 9], [10, 1], [7, 2], [455, 64]])('%d samples in batches of %d', (n, size) => {
  const perEpoch = Math.ceil(n / size);
  const epochOf = (train: Batch, epoch: number, seed = 3): number[][] =>
    Array.from({length: perEpoch}, (_, b) => samplesAt(train, size, seed, epoch * perEpoch + b + 1));

  it('sees every sample once an epoch; the last batch takes the rest', () => {
    const train = numbered(n);
    for (const epoch of [0, 1, 5]) {
      const batches = epochOf(train, epoch);
      expect(rising(batches.flat())).toEqual(everySample(n));
      expect(batches.slice(0, -1).every((batch) => batch.length === size)).toBe(true);
      expect(batches.at(-1)).toHaveLength(n % size || size);
    }
  });

  it('is a function of seed and iteration, whatever was asked before', () => {
    const train = numbered(n);
    const forwards = [1, 2, perEpoch, perEpoch + 1, 40].map((iteration) => samplesAt(train, size, 8, iteration));
    const backwards = [40, perEpoch + 1, perEpoch, 2, 1].map((iteration) => samplesAt(train, size, 8, iteration));
    expect(forwards).toEqual(backwards.reverse());
    expect(epochOf(train, 0)).not.toEqual(epochOf(train, 1));
    expect(epochOf(train, 0, 3)).not.toEqual(epochOf(train, 0, 4));
  });
});

describe('batchPlan', () => {
  it('is the full set, in its own order, for 0 and for anything as large as the set', () => {
    for (const size of [0, 6, 7, 2048]) {
      expect(batchPlan(6, size)).toEqual({size: 6, perEpoch: 1, full: true});
      for (const iteration of [1, 2, 99]) {
        expect(batchAt(batchPlan(6, size), 6, iteration)).toEqual({epoch: iteration - 1, start: 0, count: 6});
        expect(samplesAt(numbered(6), size, 1, iteration)).toEqual(everySample(6));
      }
    }
    expect(batchPlan(6, 5)).toEqual({size: 5, perEpoch: 2, full: false});
  });

  it('has a set of one', () => expect(batchAt(batchPlan(1, 64), 1, 3)).toEqual({epoch: 2, start: 0, count: 1}));
});

it('shuffles into new tensors and leaves no others behind', () => {
  const train = numbered(5);
  const before = tf.memory().numTensors;
  const order = shuffled(train, 1, 0);
  expect(tf.memory().numTensors).toBe(before + 2);
  expect(order.x.shape).toEqual([5, 2]);
  expect(rising(Array.from(order.y.dataSync()))).toEqual([0, 10, 20, 30, 40]);
  expect(Array.from(train.y.dataSync())).toEqual([0, 10, 20, 30, 40]);
});
