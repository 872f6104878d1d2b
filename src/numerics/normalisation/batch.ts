import * as tf from '@tensorflow/tfjs-core';
import {NORM_EPSILON, type NormGradient, type Normalised, type NormTrace} from './rows.ts';

/** Running statistics that evaluation uses, [d] each. */
export interface RunningStatistics {
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
}

export interface BatchNormalised extends Normalised {
  /** Of this batch, [d]; population variance. */
  readonly batch: RunningStatistics;
}

/**
 * BatchNorm in training: each feature of x [n, d] over the batch, (x - mean) / sqrt(var + epsilon) * gain + shift with
 * population variance, centred twice like LayerNorm (Ioffe and Szegedy 2015).
 */
export function batchNormForward(x: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor, epsilon = NORM_EPSILON): BatchNormalised {
  const mean = tf.mean(x, 0);
  const once = tf.sub(x, mean);
  const residue = tf.mean(once, 0);
  const centred = tf.sub(once, residue);
  const variance = tf.mean(tf.square(centred), 0);
  const perSigma = tf.rsqrt(tf.add(variance, epsilon));
  const unit = tf.mul(centred, perSigma);
  return {value: tf.add(tf.mul(unit, gain), shift), unit, perSigma, batch: {mean: tf.add(mean, residue), variance}};
}

/** dx = gain (dy - mean dy - unit mean(dy unit)) / sigma over the batch; d gain = sum dy unit, d shift = sum dy. */
export function batchNormPullback(dy: tf.Tensor, gain: tf.Tensor, {unit, perSigma}: NormTrace): NormGradient {
  const perSample = 1 / dy.shape[0];
  const dGain = tf.sum(tf.mul(dy, unit), 0);
  const dShift = tf.sum(dy, 0);
  const around = tf.add(tf.mul(perSample, dShift), tf.mul(unit, tf.mul(perSample, dGain)));
  return {x: tf.mul(tf.sub(dy, around), tf.mul(gain, perSigma)), gain: dGain, shift: dShift};
}

export function batchNorm(x: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor, epsilon = NORM_EPSILON): tf.Tensor {
  return tf.customGrad((...inputs) => {
    const [a, g, b, save] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const {value, unit, perSigma} = batchNormForward(a, g, b, epsilon);
    save([g, unit, perSigma]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const gradient = batchNormPullback(dy, saved[0], {unit: saved[1], perSigma: saved[2]});
        return [gradient.x, gradient.gain, gradient.shift];
      },
    };
  })(x, gain, shift);
}

/** running <- (1 - momentum) running + momentum batch; starts at mean 0 and variance 1. */
export function updatedStatistics(running: RunningStatistics, batch: RunningStatistics, momentum: number): RunningStatistics {
  const moved = (old: tf.Tensor, fresh: tf.Tensor): tf.Tensor => tf.add(tf.mul(1 - momentum, old), tf.mul(momentum, fresh));
  return {mean: moved(running.mean, batch.mean), variance: moved(running.variance, batch.variance)};
}

/** BatchNorm in evaluation: with running statistics, a fixed affine map; tfjs's own gradients are right for it. */
export function batchNormAtRest(x: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor, running: RunningStatistics, epsilon = NORM_EPSILON): tf.Tensor {
  const scale = tf.mul(gain, tf.rsqrt(tf.add(running.variance, epsilon)));
  return tf.add(tf.mul(tf.sub(x, running.mean), scale), shift);
}
