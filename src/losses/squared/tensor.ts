import * as tf from '@tensorflow/tfjs-core';
import type {TensorLoss} from '../../core/problem.ts';

/** 1/2 |f - y|^2 per sample; prox: (y + rho q) / (1 + rho). */
const squared: TensorLoss = {
  values: (f, y) => tf.mul(0.5, tf.sum(tf.square(tf.sub(f, y)), -1)),
  derivative: (f, y) => tf.sub(f, y),
  convex: {
    prox: (q, y, rho) => tf.mul(tf.add(y, tf.mul(rho, q)), 1 / (1 + rho)),
    pull: (f, y) => tf.sub(y, f),
    quadratic: true,
    pullAtZero: (y) => y,
  },
};

export default squared;
