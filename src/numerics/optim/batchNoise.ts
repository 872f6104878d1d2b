import * as tf from '@tensorflow/tfjs-core';
import type {ParamValues} from '../../core/params.ts';
import type {Batch, GradientFacet, Vars} from '../../core/problem.ts';
import {sliced} from '../batches.ts';
import {leftTransposed} from '../products.ts';
import {innerProduct, totalOf} from './tensorNorms.ts';

/** Parts that a batch is cut into where the variance has no closed form. */
const PARTS = 8;

export interface NoisyGradient {
  readonly gradient: Vars;
  /** V = sum_i |g_i - mean|^2 / (B - 1), the variance of one sample's gradient: in closed form or estimated. */
  readonly spread: tf.Scalar;
}

/** |g|^2 over all variables. */
export const squaredLength = (gradient: Vars): tf.Scalar => totalOf(Object.values(gradient).map((g) => innerProduct(g, g)));

/**
 * V of a linear model z = W'x + b in closed form: sample i's gradient is x_i s_i', s_i the slope of its loss in z, with
 * |x_i|^2 |s_i|^2 for its squared length.
 * @param x [B, d] with the constant input, where there are biases
 * @param slopes [B, C]
 */
export function linearSpread(x: tf.Tensor2D, slopes: tf.Tensor2D): tf.Scalar {
  const count = x.shape[0];
  const own = tf.sum(tf.mul(tf.sum(tf.square(x), 1), tf.sum(tf.square(slopes), 1)));
  const total = leftTransposed(x, slopes);
  return tf.div(tf.sub(own, tf.div(tf.sum(tf.square(total)), count)), count - 1) as tf.Scalar;
}

/**
 * The gradient of a batch of B >= 2 samples and its noise. Without a closed form the batch is cut into M = min(8, B) parts of
 * s_m samples, equal up to one: the gradient is the mean of the parts' g_m and V is estimated without bias by
 * sum_m s_m |g_m - mean|^2 / (M - 1). Each sample's gradient is taken once, but twice where samples see each other: then the
 * gradient is that of the batch as a whole.
 */
export function noisyGradient(facet: GradientFacet, vars: Vars, batch: Batch, decay: boolean, model: ParamValues): NoisyGradient {
  const closed = facet.spread?.(vars, batch, model);
  if (closed) return {gradient: facet.gradient(vars, batch, decay, model), spread: closed};
  const count = batch.x.shape[0];
  const parts = Math.min(PARTS, count);
  const edge = (m: number): number => Math.floor((m * count) / parts);
  const sizes = Array.from({length: parts}, (_, m) => edge(m + 1) - edge(m));
  const all = sizes.map((size, m) => facet.gradient(vars, sliced(batch, edge(m), size), decay, model));
  const mean: Record<string, tf.Tensor> = {};
  for (const name of Object.keys(vars)) mean[name] = all.map((own, m) => tf.mul(sizes[m] / count, own[name])).reduce((sum, part) => tf.add(sum, part));
  const distance = (own: Vars): tf.Scalar => squaredLength(Object.fromEntries(Object.keys(vars).map((name) => [name, tf.sub(own[name], mean[name])])));
  const spread = totalOf(all.map((own, m) => tf.mul(sizes[m] / (parts - 1), distance(own))));
  return {gradient: facet.couples?.(model) ? facet.gradient(vars, batch, decay, model) : mean, spread};
}
