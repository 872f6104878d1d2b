import * as tf from '@tensorflow/tfjs-core';
import type {Task} from '../core/data.ts';

/**
 * Accuracy for classes, where an output of exactly zero decides nothing and counts as wrong; R^2 for regression and looked-up
 * values, NaN where the targets don't vary; for sequences (f and one-hot y are [n, T, V]) the share of next tokens that are right.
 * A surface has no score.
 */
export function score(task: Task, f: tf.Tensor, y: tf.Tensor): tf.Scalar {
  switch (task) {
    case 'binary':
      return tf.mean(tf.cast(tf.greater(tf.mul(f, y), 0), 'float32'));
    case 'multiclass':
      return tf.mean(tf.cast(tf.equal(tf.argMax(f, -1), tf.argMax(y, -1)), 'float32'));
    case 'sequence':
      // Rows of zeros are positions that are not scored.
      return tf.div(tf.sum(tf.mul(tf.oneHot(tf.argMax(f, -1) as tf.Tensor1D, f.shape[f.rank - 1]), y)), tf.sum(y));
    case 'retrieval':
    case 'regression': {
      const residual = tf.sum(tf.square(tf.sub(f, y)));
      const total = tf.sum(tf.square(tf.sub(y, tf.mean(y))));
      return tf.where(tf.greater(total, 0), tf.sub(1, tf.div(residual, total)), Number.NaN) as tf.Scalar;
    }
    case 'surface':
      return tf.scalar(Number.NaN);
  }
}

/** One part of the data seen by a network: its losses, one a sample, and its score. */
export interface PartSeen {
  readonly losses: tf.Tensor;
  readonly score: tf.Tensor;
}

/**
 * The vector of EVALUATION.
 * @param test null without a test set
 * @param objective J where it is not the sum of the training losses and the penalty
 */
export function evaluation(train: PartSeen, test: PartSeen | null, penalty: tf.Tensor | number, objective?: tf.Tensor): tf.Tensor1D {
  const sum = tf.sum(train.losses);
  const none = Number.NaN;
  const values = [
    objective ?? tf.add(sum, penalty),
    tf.div(sum, train.losses.size),
    test ? tf.mean(test.losses) : none,
    penalty,
    train.score,
    test ? test.score : none,
  ];
  return tf.concat(values.map((value) => (typeof value === 'number' ? tf.tensor1d([value]) : tf.reshape(value, [1])))) as tf.Tensor1D;
}
