import * as tf from '@tensorflow/tfjs-core';
import {type LabelLoss, overClasses} from './parts.ts';

/** Positive scores s(z_j) that take the place of e^{z_j}: p = s / sum s. */
export interface Scores {
  /** s and ds/dz, entry by entry. */
  at(z: tf.Tensor): {readonly s: tf.Tensor; readonly slope: tf.Tensor};
  /** ln s, entry by entry. */
  log(z: tf.Tensor): tf.Tensor;
}

/**
 * StableMax: s(x) = x + 1 for x >= 0 and 1/(1 - x) for x < 0, slope 1 or s^2, continuous at 0 (Prieto et al. 2025). Written
 * without branches as max(x, 0) + r with r = 1/(1 + max(-x, 0)), slope r^2: nothing divides by zero on either side.
 */
export const stableMax: Scores = {
  at(z) {
    const {above, below} = sides(z);
    const r = tf.reciprocal(tf.add(1, below));
    return {s: tf.add(above, r), slope: tf.square(r)};
  },
  log(z) {
    const {above, below} = sides(z);
    return tf.sub(tf.log1p(above), tf.log1p(below));
  },
};

function sides(z: tf.Tensor): {readonly above: tf.Tensor; readonly below: tf.Tensor} {
  const above = tf.relu(z);
  return {above, below: tf.sub(above, z)};
}

/** Taylor softmax of second order: s = 1 + z + z^2/2 = 1/2 + (1 + z)^2/2, slope 1 + z. Even about -1: predict with p, not with z. */
export const taylor: Scores = {
  at(z) {
    const slope = tf.add(z, 1);
    return {s: tf.add(0.5, tf.mul(0.5, tf.square(slope))), slope};
  },
  log: (z) => tf.log(taylor.at(z).s),
};

/** Spherical softmax: s = z^2 + epsilon, slope 2 z (de Brebisson and Vincent 2016). Even about 0: predict with p, not with z. */
export const spherical = (epsilon: number): Scores => ({
  at: (z) => ({s: tf.add(tf.square(z), epsilon), slope: tf.mul(2, z)}),
  log: (z) => tf.log(tf.add(tf.square(z), epsilon)),
});

/** p = s / sum s. For a cotangent c of p: dz = s' (c - <c, p>) / sum s. */
export function normalised({at}: Scores, z: tf.Tensor): tf.Tensor {
  return tf.customGrad((logits, save) => {
    const {s, slope} = at(logits as tf.Tensor);
    const total = overClasses(s);
    const p = tf.div(s, total);
    (save as tf.GradSaveFunc)([p, tf.div(slope, total)]);
    return {value: p, gradFunc: (dy: tf.Tensor, [q, share]: tf.Tensor[]) => tf.mul(share, tf.sub(dy, overClasses(tf.mul(dy, q))))};
  })(z);
}

/** ln p = ln s - ln sum s. For a cotangent c: dz = s' (c / s - sum_j c_j / sum s). */
export function logNormalised(scores: Scores, z: tf.Tensor): tf.Tensor {
  return tf.customGrad((logits, save) => {
    const {s, slope} = scores.at(logits as tf.Tensor);
    const total = overClasses(s);
    (save as tf.GradSaveFunc)([tf.div(slope, s), tf.div(slope, total)]);
    const value = tf.sub(scores.log(logits as tf.Tensor), tf.log(total));
    return {value, gradFunc: (dy: tf.Tensor, [relative, share]: tf.Tensor[]) => tf.sub(tf.mul(relative, dy), tf.mul(share, overClasses(dy)))};
  })(z);
}

/**
 * ln sum s - ln s_y as log1p(r), r = sum_{j != y} s_j / s_y, which keeps its digits where the label has nearly all of the mass.
 * Slope s'_j / sum s for j != y, and -r s'_y / sum s for the label: never formed as a difference of nearly equal numbers.
 */
export const scoreLoss =
  (scores: Scores): LabelLoss =>
  (z, y) => {
    const {s, slope} = scores.at(z);
    const labelled = tf.mul(s, y);
    const own = overClasses(labelled);
    const others = overClasses(tf.sub(s, labelled));
    const ratio = tf.div(others, own);
    return {
      values: () => tf.log1p(tf.squeeze(ratio, [-1])),
      slope: () => {
        const side = tf.sub(tf.sub(1, y), tf.mul(y, ratio));
        return tf.mul(tf.mul(slope, side), tf.reciprocal(tf.add(others, own)));
      },
    };
  };

