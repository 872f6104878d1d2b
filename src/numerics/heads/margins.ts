import * as tf from '@tensorflow/tfjs-core';
import {type LabelLoss, largest, overClasses, perExample} from './parts.ts';

/** Squared distance of the logits from the one-hot label: sum_j (z_j - y_j)^2, slope 2 (z - y). */
export const oneHotSquares: LabelLoss = (z, y) => ({
  values: () => perExample(tf.squaredDifference(z, y)),
  slope: () => tf.mul(2, tf.sub(z, y)),
});

/** One-vs-rest squared hinge: sum_k max(0, 1 - t_k z_k)^2 with t = +1 for the label and -1 elsewhere; slope -2 t max(0, 1 - t z). */
export const squaredHinge: LabelLoss = (z, y) => {
  const t = tf.sub(tf.mul(2, y), 1);
  const short = tf.relu(tf.sub(1, tf.mul(t, z)));
  return {
    values: () => perExample(tf.square(short)),
    slope: () => tf.mul(tf.mul(-2, t), short),
  };
};

/** Far below every logit: takes the label's class out of a maximum. */
const OUT = 1e30;

/**
 * Crammer and Singer (2001): max(0, 1 + max_{k != y} z_k - z_y). Slope +1 at the first of the largest other classes and -1 at the
 * label where the margin is violated, else 0.
 */
export const crammerSinger: LabelLoss = (z, y) => {
  const rivals = tf.sub(z, tf.mul(OUT, y));
  const short = tf.relu(tf.sub(tf.add(1, tf.max(rivals, -1, true)), overClasses(tf.mul(z, y))));
  return {
    values: () => tf.squeeze(short, [-1]),
    slope: () => tf.mul(tf.sub(largest(rivals), y), tf.sign(short)),
  };
};

/** Under the root of `zLoss`. */
const VARIANCE_FLOOR = 1e-6;

/** Offset b at which `zLoss` is meant to be used: the largest standardised logit that C classes can have, sqrt(C - 1). */
export const zLossOffset = (classes: number): number => Math.sqrt(classes - 1);

/**
 * Z-loss (de Brebisson and Vincent 2016): L = softplus(a (b - q)) / a of the standardised logit q = (z_y - mean) / sigma,
 * sigma^2 = population variance + 1e-6, in two passes. It is invariant under z -> c z + d. Slope
 * -sigmoid(a (b - q)) (y - 1/C - q (z - mean) / (C sigma)) / sigma. Not the ln^2 Z of `crossEntropyWithLogZ`.
 */
export const zLoss =
  (a: number, b: number, epsilon = VARIANCE_FLOOR): LabelLoss =>
  (z, y) => {
    const classes = z.shape[z.shape.length - 1];
    const centred = tf.sub(z, tf.mean(z, -1, true));
    const perSigma = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon));
    const unit = tf.mul(centred, perSigma);
    const q = overClasses(tf.mul(unit, y));
    const pressure = tf.mul(a, tf.sub(b, q));
    return {
      values: () => tf.mul(1 / a, tf.squeeze(tf.softplus(pressure), [-1])),
      slope: () => {
        const direction = tf.sub(tf.sub(y, 1 / classes), tf.mul(tf.mul(q, 1 / classes), unit));
        return tf.mul(tf.mul(tf.neg(tf.sigmoid(pressure)), perSigma), direction);
      },
    };
  };
