import * as tf from '@tensorflow/tfjs-core';
import type {TensorLoss} from '../../core/problem.ts';

const NEWTON_STEPS = 20;

/**
 * Solves h(m) = m - y q - s(-m) / rho = 0 in the margin m = y r, s the logistic function. h is convex below 0 and
 * concave above, so Newton's method from the inflection at 0, or from y q where that is positive, moves towards the
 * root without ever passing it (from other starts it can cycle). Each step gains about one unit of m until it is
 * close, and the way is at most log(1/rho).
 */
function prox(q: tf.Tensor, y: tf.Tensor, rho: number): tf.Tensor {
  const target = tf.mul(y, q);
  let margin = tf.relu(target);
  for (let i = 0; i < NEWTON_STEPS; i++) {
    const s = tf.sigmoid(tf.neg(margin));
    const residual = tf.sub(tf.sub(margin, target), tf.mul(1 / rho, s));
    const slope = tf.add(1, tf.mul(1 / rho, tf.mul(s, tf.sub(1, s))));
    margin = tf.sub(margin, tf.div(residual, slope));
  }
  return tf.mul(y, margin);
}

/** log(1 + x) for 0 <= x <= 1: the rounding of w = 1 + x cancels in log(w)/(w - 1). The WASM kernel takes log(1 + x) as it stands. */
function log1p(x: tf.Tensor): tf.Tensor {
  const w = tf.add(1, x);
  const rounded = tf.sub(w, 1);
  return tf.where(tf.greater(rounded, 0), tf.divNoNan(tf.mul(x, tf.log(w)), rounded), x);
}

/**
 * log(1 + exp(-y f)), y in {-1, +1}, written as max(0, -m) + log(1 + exp(-|m|)) so that no exponential overflows.
 */
const logistic: TensorLoss = {
  values: (f, y) => {
    const m = tf.mul(f, y);
    const loss = tf.add(tf.relu(tf.neg(m)), log1p(tf.exp(tf.neg(tf.abs(m)))));
    return tf.sum(loss, -1);
  },
  derivative: (f, y) => tf.neg(tf.mul(y, tf.sigmoid(tf.neg(tf.mul(f, y))))),
  convex: {
    prox,
    pull: (f, y) => tf.mul(y, tf.sigmoid(tf.neg(tf.mul(f, y)))),
    pullAtZero: (y) => y / 2,
  },
};

export default logistic;
