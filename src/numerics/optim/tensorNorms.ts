import * as tf from '@tensorflow/tfjs-core';

/**
 * <a, b> over all entries, [1, 1]. Not a row times a column: WASM's matMul keeps its right factor prepared by the tensor's data, so
 * that weights which were one in another shape would give wrong numbers and writes past the result.
 */
export const innerProduct = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.reshape(tf.sum(tf.mul(a, b)), [1, 1]);

/**
 * Sum of scalars, by way of a vector: tfjs's addN hands all its terms to one shader, and on WebGPU from eight terms on the device drops
 * that command and those sent with it.
 */
export const totalOf = (terms: readonly tf.Tensor[]): tf.Scalar => tf.sum(tf.concat(terms.map((term) => tf.reshape(term, [1]))));

/** |a|, [1, 1]. */
export const length = (a: tf.Tensor): tf.Tensor => tf.sqrt(innerProduct(a, a));

/** Multiplies a by a factor of shape [1, 1]. */
export const scaledBy = (a: tf.Tensor, factor: tf.Tensor): tf.Tensor => tf.mul(a, tf.reshape(factor, []));

/** 1 where a > b and else 0. */
export const whereGreater = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.cast(tf.greater(a, b), 'float32');

/** A denominator that is never 0: where the numerator is 0 as well, the quotient is 0. */
export const awayFromZero = (a: tf.Tensor): tf.Tensor => tf.maximum(a, 1e-37);
