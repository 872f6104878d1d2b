import * as tf from '@tensorflow/tfjs-core';
import type {Scalar, Vars} from '../../core/problem.ts';

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

/** Root of the mean square of all entries. */
export const rootMeanSquare = (a: tf.Tensor): tf.Tensor => tf.sqrt(tf.mean(tf.square(a)));

/** Cosine of the angle between minus the gradient and the weights, all variables taken as one vector; 0 where one of them is 0. */
export function descentCosine(vars: Vars, gradient: Vars): Scalar {
  const total = (a: Vars, b: Vars): tf.Tensor => totalOf(Object.keys(vars).map((name) => innerProduct(a[name], b[name])));
  // Kept from zero under the root: where squares underflow the cosine is too small, never above 1.
  const lengths = tf.mul(tf.sqrt(awayFromZero(total(vars, vars))), tf.sqrt(awayFromZero(total(gradient, gradient))));
  return tf.reshape(tf.neg(tf.div(total(vars, gradient), lengths)), []) as Scalar;
}
