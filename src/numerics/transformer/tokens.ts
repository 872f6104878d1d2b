import * as tf from '@tensorflow/tfjs-core';
import type {DataPart, PreparedData} from '../../core/data.ts';
import type {Batch} from '../../core/problem.ts';
import type {Reading} from './layout.ts';

/** Rows of x as the data has them -> tokens [n, T w], one after the other: one-hot rows, or the numbers of patches. */
function tokensOf({kind, length, width, columns}: Reading, x: Float64Array, n: number, d: number): tf.Tensor2D {
  const tokens = new Float32Array(n * length * width);
  for (let i = 0; i < n; i++) {
    const [from, to] = [i * d, i * length * width];
    if (kind === 'sequence') for (let t = 0; t < length; t++) tokens[to + t * width + x[from + t]] = 1;
    else for (const [c, column] of columns.entries()) tokens[to + c] = x[from + column];
  }
  return tf.tensor2d(tokens, [n, length * width]);
}

/** Targets as one-hot rows: [n, T V], zero where a position is not scored, or [n, C]. */
function targetsOf({kind, length, outputs}: Reading, {n, y}: DataPart, k: number): tf.Tensor2D {
  if (kind === 'patches' && k > 1) return tf.tensor2d(Float32Array.from(y), [n, k]);
  const positions = kind === 'sequence' ? length : 1;
  const labels = new Float32Array(n * positions * outputs);
  for (const [at, target] of y.entries()) {
    const label = kind === 'sequence' ? target : target > 0 ? 1 : 0;
    if (label >= 0) labels[at * outputs + label] = 1;
  }
  return tf.tensor2d(labels, [n, positions * outputs]);
}

/** A part of the data on the device. */
export const tokenBatch = (reading: Reading, part: DataPart, {d, k}: PreparedData): Batch => ({
  x: tokensOf(reading, part.x, part.n, d),
  y: targetsOf(reading, part, k),
});

/** The same of rows x [n, d] that are on the device already. */
export function tokensOnDevice({kind, length, width, columns}: Reading, x: tf.Tensor2D): tf.Tensor2D {
  if (kind === 'patches') return tf.gather(x, tf.tensor1d(columns, 'int32'), 1);
  const indices = tf.cast(tf.slice(x, [0, 0], [x.shape[0], length]), 'int32');
  return tf.reshape(tf.cast(tf.oneHot(indices, width), 'float32'), [x.shape[0], length * width]);
}
