import * as tf from '@tensorflow/tfjs-core';
import type {Vars} from '../../core/problem.ts';
import {innerProduct, scaledBy} from './tensorNorms.ts';

/**
 * AdaGrad-norm (Ward, Wu and Bottou 2019), one rate for all variables: b^2 <- b^2 + |g|^2, w <- w - eta g / b.
 * @param accumulated b^2, [1, 1]
 */
export function adagradNormStep(vars: Vars, gradient: Vars, accumulated: tf.Tensor, learningRate: number): {readonly vars: Vars; readonly accumulated: tf.Tensor} {
  const sum = Object.values(gradient).reduce((total: tf.Tensor, g) => tf.add(total, innerProduct(g, g)), accumulated);
  const rate = tf.mul(learningRate, tf.rsqrt(sum));
  const next: Record<string, tf.Tensor> = {};
  for (const [name, w] of Object.entries(vars)) next[name] = tf.sub(w, scaledBy(gradient[name], rate));
  return {vars: next, accumulated: sum};
}
