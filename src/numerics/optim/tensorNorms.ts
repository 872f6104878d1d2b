import * as tf from '@tensorflow/tfjs-core';

/** <a, b> over all entries, [1, 1], as one product of a row with a column. */
export const innerProduct = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
  tf.matMul(tf.reshape(a, [1, a.size]), tf.reshape(b, [b.size, 1]));

/** |a|, [1, 1]. */
export const length = (a: tf.Tensor): tf.Tensor => tf.sqrt(innerProduct(a, a));

/** Multiplies a by a factor of shape [1, 1]. */
export const scaledBy = (a: tf.Tensor, factor: tf.Tensor): tf.Tensor => tf.mul(a, tf.reshape(factor, []));

/** 1 where a > b and else 0. */
export const whereGreater = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.cast(tf.greater(a, b), 'float32');

/** A denominator that is never 0: where the numerator is 0 as well, the quotient is 0. */
export const awayFromZero = (a: tf.Tensor): tf.Tensor => tf.maximum(a, 1e-37);
