import * as tf from '@tensorflow/tfjs-core';

/** Euclidean norms along an axis, or of the whole tensor. (tf.norm goes through pow, which is slower and less exact.) */
export const norm2 = (a: tf.Tensor, axis?: number, keepDims = false): tf.Tensor => tf.sqrt(tf.sum(tf.square(a), axis, keepDims));
