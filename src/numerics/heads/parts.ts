import * as tf from '@tensorflow/tfjs-core';

/** A loss at given logits and labels, each half computed when asked for: a training step needs no values, a record no slopes. */
export interface LossParts {
  /** Loss of each example, [..., N]. */
  values(): tf.Tensor;
  /** Its derivative in the example's logits, [..., N, C]. */
  slope(): tf.Tensor;
}

/**
 * A loss of logits z [..., N, C] and one-hot labels y [N, C] in a form that float32 bears: finite for every |z| <= 1e4. The
 * examples' losses are independent, so the gradient of their mean is slope / N.
 */
export type LabelLoss = (z: tf.Tensor, y: tf.Tensor) => LossParts;

/** The examples' losses as an operation that tfjs can differentiate in z by the loss's own slope; y is a constant. */
export function differentiable(loss: LabelLoss): (z: tf.Tensor, y: tf.Tensor) => tf.Tensor {
  return (z, y) =>
    tf.customGrad((logits, save) => {
      const parts = loss(logits as tf.Tensor, y);
      const values = parts.values();
      (save as tf.GradSaveFunc)([parts.slope()]);
      return {value: values, gradFunc: (dy: tf.Tensor, [slope]: tf.Tensor[]) => tf.mul(tf.expandDims(dy, -1), slope)};
    })(z);
}

/** sum_j a_j over the classes, [..., N, 1]. */
export const overClasses = (a: tf.Tensor): tf.Tensor => tf.sum(a, -1, true);

/** sum_j a_j over the classes, [..., N]. */
export const perExample = (a: tf.Tensor): tf.Tensor => tf.sum(a, -1);

/** z shifted by its largest entry, so that exponentials stay at or below 1; derivatives take the shift as a constant. */
export const shifted = (z: tf.Tensor): tf.Tensor => tf.sub(z, tf.max(z, -1, true));

/**
 * One-hot rows at the largest entry; of equal ones the first. (WebGPU may take a later one of equals from 32 classes on. The
 * callers then have another valid subgradient, or the same numbers.) Cast, since WASM's one-hot writes integers whatever it is asked for.
 */
export const largest = (z: tf.Tensor): tf.Tensor => tf.cast(tf.oneHot(tf.argMax(z, -1) as tf.Tensor1D, z.shape[z.shape.length - 1]), 'float32');
