import * as tf from '@tensorflow/tfjs-core';
import {type LabelLoss, overClasses, perExample, shifted} from './parts.ts';

/**
 * p = softmax(z / T), T a constant temperature. For a cotangent c of p: dz = p (c - <c, p>) / T.
 * tfjs's kernel subtracts the row's maximum; on WASM it is one pass over the data.
 */
export function softmax(z: tf.Tensor, temperature = 1): tf.Tensor {
  const scale = 1 / temperature;
  return tf.customGrad((logits, save) => {
    const scaled = scale === 1 ? (logits as tf.Tensor) : tf.mul(logits as tf.Tensor, scale);
    const p = tf.softmax(scaled);
    (save as tf.GradSaveFunc)([p]);
    return {value: p, gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => softmaxPullback(saved, dy, scale)};
  })(z);
}

/** p (c - <c, p>) times `scale`: a cotangent c of p = softmax(scale z) pulled back to z. */
export function softmaxPullback(p: tf.Tensor, c: tf.Tensor, scale = 1): tf.Tensor {
  const weighted = tf.mul(p, scale === 1 ? c : tf.mul(c, scale));
  return tf.sub(weighted, tf.mul(p, overClasses(weighted)));
}

/**
 * log p, p = softmax(z): g - log sum_j exp g_j with g = z - max z. Stays finite where p underflows, unlike log(softmax).
 * For a cotangent c: dz = c - p sum_j c_j.
 */
export function logSoftmax(z: tf.Tensor): tf.Tensor {
  return tf.customGrad((logits, save) => {
    const g = shifted(logits as tf.Tensor);
    const value = tf.sub(g, tf.log(overClasses(tf.exp(g))));
    (save as tf.GradSaveFunc)([value]);
    return {value, gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.sub(dy, tf.mul(tf.exp(saved), overClasses(dy)))};
  })(z);
}

/** -log p_y, [..., N], from logits shifted by their maximum. */
function surprise(z: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const g = shifted(z);
  return tf.sub(tf.log(perExample(tf.exp(g))), perExample(tf.mul(g, y)));
}

/**
 * Cross-entropy in plain float32: log sum_j e^{z_j} - z_y, slope p - y. From a logit gap of 17 on the slope of the label's
 * class is exactly 0 while those of the others are not; `exactCrossEntropy` keeps them balanced.
 */
export const crossEntropy: LabelLoss = (z, y) => ({
  values: () => surprise(z, y),
  slope: () => tf.sub(tf.softmax(z), y),
});

/**
 * Cross-entropy + lambda ln^2 Z, Z = sum_j e^{z_j}: the auxiliary "z-loss" of language models, which pins ln Z near 0.
 * Slope p - y + 2 lambda ln Z p. Not to be confused with `zLoss`.
 */
export const crossEntropyWithLogZ =
  (lambda: number): LabelLoss =>
  (z, y) => {
    const logZ = (): tf.Tensor => tf.logSumExp(z, -1, true);
    return {
      values: () => tf.add(surprise(z, y), tf.mul(lambda, perExample(tf.square(logZ())))),
      slope: () => tf.sub(tf.mul(tf.softmax(z), tf.add(1, tf.mul(2 * lambda, logZ()))), y),
    };
  };

/** u above this counts as this for tau < 1, with slope 0, so that e^{(1 - tau) u} stays below 2e26. */
const LARGEST_SURPRISE = 60;

/** ln 2 in two parts, the first with so few digits that its products with the powers that occur are exact. */
const LN2_HIGH = 0.693145751953125;
const LN2_LOW = 1.428606765330187e-6;

/**
 * e^x = 2^n e^r with n = round(x / ln 2), as 2^n and expm1(r). A shader's exp is off by |x| roundings, at x = 60 by more than
 * the gradients bear.
 */
function splitExp(x: tf.Tensor): {readonly power: tf.Tensor; readonly rest: tf.Tensor} {
  const n = tf.round(tf.mul(x, Math.LOG2E));
  const r = tf.sub(tf.sub(x, tf.mul(n, LN2_HIGH)), tf.mul(n, LN2_LOW));
  return {power: tf.pow(2, n), rest: tf.expm1(r)};
}

/**
 * Comp-sum losses of u = -ln p_y (Mao, Mohri and Zhong 2023): (e^{(1 - tau) u} - 1) / (1 - tau); tau = 1 is cross-entropy,
 * tau = 0 the sum of exponentials, 1 < tau < 2 generalised cross-entropy, tau = 2 the mean absolute error 1 - p_y.
 * Slope: cross-entropy's times p_y^{tau - 1}. By expm1; u is clamped at 60 for tau < 1.
 */
export const compSum =
  (tau: number): LabelLoss =>
  (z, y) => {
    if (tau === 1) return crossEntropy(z, y);
    const u = surprise(z, y);
    const {power, rest} = splitExp(tf.mul(1 - tau, tau < 1 ? tf.minimum(u, LARGEST_SURPRISE) : u));
    return {
      values: () => tf.mul(1 / (1 - tau), tf.add(tf.mul(power, rest), tf.sub(power, 1))),
      slope: () => {
        const weight = tf.mul(power, tf.add(rest, 1));
        const counted = tau < 1 ? tf.mul(weight, tf.cast(tf.less(u, LARGEST_SURPRISE), 'float32')) : weight;
        return tf.mul(tf.expandDims(counted, -1), tf.sub(tf.softmax(z), y));
      },
    };
  };
