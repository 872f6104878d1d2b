import * as tf from '@tensorflow/tfjs-core';
import {isFullBatch} from '../core/data.ts';
import type {Batch} from '../core/problem.ts';
import {randomStream} from '../core/random.ts';

/**
 * Mini-batches as a function of (seed, iteration): epoch e shuffles the n samples by the stream
 * (seed, 'epoch', e) and cuts the order into pieces of B; the last piece may be smaller. Every
 * contestant with the same seed and batch size sees the same batches in the same order.
 */
export interface BatchPlan {
  /** Samples a step sees at most; n for the full batch. */
  readonly size: number;
  readonly perEpoch: number;
  readonly full: boolean;
}

/** @param batchSize 0, or at least n, means the full batch. */
export function batchPlan(n: number, batchSize: number): BatchPlan {
  const full = isFullBatch(batchSize, n);
  const size = full ? n : batchSize;
  return {size, perEpoch: Math.ceil(n / size), full};
}

/** Where iteration (from 1) stands: epoch, and the range of the epoch's order that it takes. */
export function batchAt(plan: BatchPlan, n: number, iteration: number): {readonly epoch: number; readonly start: number; readonly count: number} {
  const epoch = Math.floor((iteration - 1) / plan.perEpoch);
  const start = ((iteration - 1) % plan.perEpoch) * plan.size;
  return {epoch, start, count: Math.min(plan.size, n - start)};
}

/** The training set in the order of an epoch: new tensors. */
export function shuffled(train: Batch, seed: number, epoch: number): Batch {
  const order = randomStream(seed, 'epoch', epoch).permutation(train.x.shape[0]);
  return tf.tidy(() => {
    const indices = tf.tensor1d(order, 'int32');
    return {x: tf.gather(train.x, indices), y: tf.gather(train.y, indices)};
  });
}

/** Rows start..start+count as a batch. */
export const sliced = (batch: Batch, start: number, count: number): Batch => ({
  x: tf.slice(batch.x, [start, 0], [count, batch.x.shape[1]]),
  y: tf.slice(batch.y, [start, 0], [count, batch.y.shape[1]]),
});
