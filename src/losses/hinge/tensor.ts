import * as tf from '@tensorflow/tfjs-core';
import type {TensorLoss} from '../../core/problem.ts';

/**
 * max(0, 1 - y f), y in {-1, +1}; the subgradient at the kink is 0.
 * With m = y q its prox is y * clip(1, m, m + 1/rho): m when m >= 1, m + 1/rho while that is <= 1, else 1.
 */
const hinge: TensorLoss = {
  values: (f, y) => tf.sum(tf.relu(tf.sub(1, tf.mul(f, y))), -1),
  derivative: (f, y) => tf.mul(tf.neg(y), tf.step(tf.sub(1, tf.mul(f, y)))),
  convex: {
    prox: (q, y, rho) => {
      const m = tf.mul(y, q);
      return tf.mul(y, tf.maximum(m, tf.minimum(1, tf.add(m, 1 / rho))));
    },
    pull: (f, y) => tf.mul(y, tf.step(tf.sub(1, tf.mul(f, y)))),
    kinked: true,
    pullAtZero: (y) => y,
  },
};

export default hinge;
