import * as tf from '@tensorflow/tfjs-core';

/** What a normalisation keeps for its pullback. */
export interface NormTrace {
  /** The normalised input before gain and shift, shaped as x. */
  readonly unit: tf.Tensor;
  /** 1 / sqrt(variance + epsilon) of each row, last axis 1. */
  readonly perSigma: tf.Tensor;
}

export interface Normalised extends NormTrace {
  readonly value: tf.Tensor;
}

export interface NormGradient {
  readonly x: tf.Tensor;
  readonly gain: tf.Tensor;
  readonly shift: tf.Tensor;
}

/** The usual epsilon under the root. */
export const NORM_EPSILON = 1e-5;

/** Sum over all axes but the last, [d]. */
export const overRows = (a: tf.Tensor): tf.Tensor => tf.sum(a.rank === 2 ? a : tf.reshape(a, [-1, a.shape[a.rank - 1]]), 0);

/**
 * LayerNorm over the last axis: (x - mean) / sqrt(var + epsilon) * gain + shift, population variance (Ba, Kiros and Hinton 2016).
 * The mean is subtracted twice: the first mean of numbers near 1e4 is off by a rounding that the second removes, while
 * E[x^2] - mean^2 would lose all digits.
 */
export function layerNormForward(x: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor, epsilon = NORM_EPSILON): Normalised {
  const once = tf.sub(x, tf.mean(x, -1, true));
  const centred = tf.sub(once, tf.mean(once, -1, true));
  const perSigma = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon));
  const unit = tf.mul(centred, perSigma);
  return {value: tf.add(tf.mul(unit, gain), shift), unit, perSigma};
}

/** With u = gain * dy: dx = (u - mean u - unit mean(u unit)) / sigma, d gain = sum dy unit, d shift = sum dy. */
export function layerNormPullback(dy: tf.Tensor, gain: tf.Tensor, {unit, perSigma}: NormTrace): NormGradient {
  const u = tf.mul(dy, gain);
  const centred = tf.sub(u, tf.mean(u, -1, true));
  const along = tf.mean(tf.mul(u, unit), -1, true);
  return {x: tf.mul(tf.sub(centred, tf.mul(unit, along)), perSigma), gain: overRows(tf.mul(dy, unit)), shift: overRows(dy)};
}

export function layerNorm(x: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor, epsilon = NORM_EPSILON): tf.Tensor {
  return tf.customGrad((...inputs) => {
    const [a, g, b, save] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const {value, unit, perSigma} = layerNormForward(a, g, b, epsilon);
    save([g, unit, perSigma]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const gradient = layerNormPullback(dy, saved[0], {unit: saved[1], perSigma: saved[2]});
        return [gradient.x, gradient.gain, gradient.shift];
      },
    };
  })(x, gain, shift);
}

/** RMSNorm over the last axis: x / sqrt(mean x^2 + epsilon) * gain (Zhang and Sennrich 2019). */
export function rmsNormForward(x: tf.Tensor, gain: tf.Tensor, epsilon = NORM_EPSILON): Normalised {
  const perSigma = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon));
  const unit = tf.mul(x, perSigma);
  return {value: tf.mul(unit, gain), unit, perSigma};
}

/** With u = gain * dy: dx = (u - unit mean(u unit)) / rms, d gain = sum dy unit. */
export function rmsNormPullback(dy: tf.Tensor, gain: tf.Tensor, {unit, perSigma}: NormTrace): Omit<NormGradient, 'shift'> {
  const u = tf.mul(dy, gain);
  const along = tf.mean(tf.mul(u, unit), -1, true);
  return {x: tf.mul(tf.sub(u, tf.mul(unit, along)), perSigma), gain: overRows(tf.mul(dy, unit))};
}

export function rmsNorm(x: tf.Tensor, gain: tf.Tensor, epsilon = NORM_EPSILON): tf.Tensor {
  return tf.customGrad((...inputs) => {
    const [a, g, save] = inputs as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const {value, unit, perSigma} = rmsNormForward(a, g, epsilon);
    save([g, unit, perSigma]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const gradient = rmsNormPullback(dy, saved[0], {unit: saved[1], perSigma: saved[2]});
        return [gradient.x, gradient.gain];
      },
    };
  })(x, gain);
}
