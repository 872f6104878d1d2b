import * as tf from '@tensorflow/tfjs-core';
import type {TensorLoss} from '../../core/problem.ts';

/** f shifted by its largest entry, a constant for the derivative, so that exponentials stay at or below 1. */
const shifted = (f: tf.Tensor): tf.Tensor => tf.sub(f, tf.max(f, -1, true));

/** log sum_j exp f_j - f_c with one-hot y. */
const crossEntropy: TensorLoss = {
  values: (f, y) => {
    const g = shifted(f);
    return tf.sub(tf.log(tf.sum(tf.exp(g), -1)), tf.sum(tf.mul(g, y), -1));
  },
  derivative: (f, y) => {
    const e = tf.exp(shifted(f));
    return tf.sub(tf.div(e, tf.sum(e, -1, true)), y);
  },
};

export default crossEntropy;
