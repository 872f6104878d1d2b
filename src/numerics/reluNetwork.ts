import * as tf from '@tensorflow/tfjs-core';
import type {DataPart, PreparedData} from '../core/data.ts';
import type {ParamValues} from '../core/params.ts';
import type {Batch, Vars} from '../core/problem.ts';
import {randomStream} from '../core/random.ts';
import {norm2} from './norms.ts';

/** What the problems on two-layer ReLU networks, f(x) = sum_j alpha_j relu(u_j . x), share: u [m, d], alpha [m, k]. */

/** A part of the data on the device. */
export const toBatch = (part: DataPart, d: number, k: number): Batch => ({
  x: tf.tensor2d(Float32Array.from(part.x), [part.n, d]),
  y: tf.tensor2d(Float32Array.from(part.y), [part.n, k]),
});

/** u ~ N(0, 2 s^2 / d), alpha ~ N(0, s^2 / m), s the initial scale. */
export function initialWeights({d, k}: PreparedData, model: ParamValues, seed: number): {readonly u: Float32Array; readonly alpha: Float32Array} {
  const m = Number(model.width);
  const scale = Number(model.initScale);
  const random = randomStream(seed, 'init');
  const u = new Float32Array(m * d);
  const alpha = new Float32Array(m * k);
  // Neuron by neuron, so that a narrow network has the draws of a wide one's first neurons.
  for (let j = 0; j < m; j++) {
    for (let c = 0; c < d; c++) u[j * d + c] = scale * Math.sqrt(2 / d) * random.normal();
    for (let c = 0; c < k; c++) alpha[j * k + c] = scale * Math.sqrt(1 / m) * random.normal();
  }
  return {u, alpha};
}

/** The same on the device. */
export function initialNetwork(data: PreparedData, model: ParamValues, seed: number): Vars {
  const {u, alpha} = initialWeights(data, model, seed);
  const m = Number(model.width);
  return {u: tf.tensor2d(u, [m, data.d]), alpha: tf.tensor2d(alpha, [m, data.k])};
}

/**
 * Columns v_i (first half) and w_i (second half) of `groups` [d, 2P] as neurons: u = v/sqrt|v|,
 * alpha = +sqrt|v| for v and -sqrt|w| for w; a zero column gives a zero neuron.
 */
export function networkOfGroups(groups: tf.Tensor2D): Vars {
  const columns = tf.transpose(groups);
  const half = columns.shape[0] / 2;
  const root = tf.sqrt(norm2(columns, 1, true));
  const sign = tf.concat([tf.ones([half, 1]), tf.neg(tf.ones([half, 1]))], 0);
  return {u: tf.divNoNan(columns, root), alpha: tf.mul(sign, root)};
}
