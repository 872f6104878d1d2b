import * as tf from '@tensorflow/tfjs-core';

/** Newton's steps in `projectOnCone`; five were the most that points from all over needed. */
const NEWTON_STEPS = 8;
/** Binary digits of a multiplier in [0, 1]: float32's resolution. */
const DIGITS = 24;
/** Digits found at a time: many values side by side are cheaper than one after the other, until the arrays are large. */
const DIGITS_AT_ONCE = 4;
const LARGE = 20_000;

/** A group's pre-activations, signed by its pattern, and its scaled weights (the constant's row is zero). */
export interface ConePoint {
  /** [n, groups] */
  readonly s: tf.Tensor2D;
  /** [d, groups] */
  readonly p: tf.Tensor2D;
}

/**
 * The nearest point, column by column, of {(s, p): s_k >= e |p|_1 for all k}. With the multiplier mu >= 0 of the norm
 *
 *   p = soft(p0, mu),  s = max(s0, e tau),  tau = |p|_1,   mu = e sum_k (e tau - s0_k)_+.
 *
 * psi(mu) = mu - e sum_k (e tau(mu) - s0_k)_+ is piecewise linear, increasing and concave, so Newton's method from
 * mu = 0 climbs to its root and reaches it after finitely many steps.
 */
export function projectOnCone({s, p}: ConePoint, e: number): ConePoint {
  if (e === 0) return {s: tf.relu(s), p};
  const size = tf.abs(p);
  let mu = tf.zeros([1, s.shape[1]]) as tf.Tensor;
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const left = tf.sub(size, mu);
    const short = tf.sub(tf.mul(e, tf.sum(tf.relu(left), 0, true)), s);
    const value = tf.sub(mu, tf.mul(e, tf.sum(tf.relu(short), 0, true)));
    const slope = tf.add(1, tf.mul(e * e, tf.mul(tf.sum(tf.step(short), 0, true), tf.sum(tf.step(left), 0, true))));
    mu = tf.relu(tf.sub(mu, tf.div(value, slope)));
  }
  const kept = tf.relu(tf.sub(size, mu));
  const tau = tf.sum(kept, 0, true);
  return {s: tf.maximum(s, tf.mul(e, tau)) as tf.Tensor2D, p: tf.mul(tf.sign(p), kept) as tf.Tensor2D};
}

/**
 * argmin_b max(0, 1 - y x.b + epsilon |b_bar|_1) + (rho/2) |b - q|^2 for each row, where b_bar leaves out the constant:
 * the prox of a linear model's worst hinge loss over the box. For the multiplier lambda in [0, 1] of the loss
 *
 *   b = soft(q + lambda y x / rho, lambda epsilon / rho)   (no threshold for the constant),
 *
 * and 1 - y x.b + epsilon |b_bar|_1 falls in lambda; its root, or the end of [0, 1] next to it, is found digit by digit.
 * @param q [n, d]
 * @param yx y_i x_i, [n, d], the last column y_i
 * @param radii [d]: epsilon, and 0 for the constant
 */
export function proxWorstHinge(q: tf.Tensor2D, yx: tf.Tensor2D, radii: tf.Tensor1D, rho: number): tf.Tensor2D {
  const at = (lambda: tf.Tensor): tf.Tensor => {
    const moved = tf.add(q, tf.mul(lambda, pull));
    return tf.mul(tf.sign(moved), tf.relu(tf.sub(tf.abs(moved), tf.mul(lambda, threshold))));
  };
  const pull = tf.mul(1 / rho, yx);
  const threshold = tf.mul(1 / rho, radii);
  const digits = q.size > LARGE ? 1 : DIGITS_AT_ONCE;
  const choices = 2 ** digits - 1;
  let lambda = tf.zeros([1, q.shape[0], 1]) as tf.Tensor;
  for (let found = digits; found <= DIGITS; found += digits) {
    const unit = 2 ** -found;
    const tried = tf.add(lambda, tf.tensor3d(Array.from({length: choices}, (_, c) => unit * (c + 1)), [choices, 1, 1]));
    // The function falls, so the choices below its root are the first ones.
    const below = tf.sum(tf.step(worstMarginLoss(at(tried), yx, radii)), 0, true);
    lambda = tf.add(lambda, tf.mul(unit, below));
  }
  // Where even lambda = 1 falls short all digits are set, which is 1 up to rounding.
  return tf.squeeze(at(lambda), [0]) as tf.Tensor2D;
}

/** 1 - y x.b + epsilon |b_bar|_1 for each row of b [..., n, d]: [..., n, 1]. */
export const worstMarginLoss = (b: tf.Tensor, yx: tf.Tensor, radii: tf.Tensor): tf.Tensor =>
  tf.sub(1, tf.sum(tf.sub(tf.mul(yx, b), tf.mul(radii, tf.abs(b))), -1, true));
