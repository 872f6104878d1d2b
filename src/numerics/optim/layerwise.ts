import * as tf from '@tensorflow/tfjs-core';
import {adamDirection, axpy, type UpdateRule} from '../firstOrder.ts';
import {awayFromZero, length, scaledBy, whereGreater} from './tensorNorms.ts';

/** Keeps LARS's ratio finite where gradient and weights vanish. */
const LARS_FLOOR = 1e-9;

/**
 * LARS (You, Gitman and Ginsburg 2017): each tensor's rate is r = trust |w| / (|g| + lambda |w| + 1e-9), and
 * v <- mu v + eta r (g + lambda w);  w <- w - v. Biases and gains take r = trust, and so do weights at 0, which would stay there.
 * Parameters `trust` and `momentum`.
 */
export const lars: UpdateRule = {
  slots: ['v'],
  decayInGradient: false,
  update: ({w, g, slots, learningRate, decayRate, params, bias}) => {
    const trust = Number(params.trust);
    const decayed = decayRate === 0 ? g : axpy(g, decayRate, w);
    const step = bias ? tf.mul(learningRate * trust, decayed) : scaledBy(decayed, tf.mul(learningRate, larsRatio(w, g, trust, decayRate)));
    const v = axpy(step, Number(params.momentum), slots.v);
    return {w: tf.sub(w, v), slots: {v}};
  },
};

function larsRatio(w: tf.Tensor, g: tf.Tensor, trust: number, decayRate: number): tf.Tensor {
  const size = length(w);
  const ratio = tf.div(tf.mul(trust, size), tf.add(axpy(length(g), decayRate, size), LARS_FLOOR));
  const atZero = tf.sub(1, whereGreater(size, tf.zerosLike(size)));
  return axpy(ratio, trust, atZero);
}

/** Largest ratio of a tensor's length to its step's. */
const LAMB_CAP = 10;

/**
 * LAMB (You et al. 2020): u = Adam's direction + lambda w, and w <- w - eta min(10, |w| / |u|) u; the ratio is 1 where a length
 * is 0.
 */
export const lamb: UpdateRule = {
  slots: ['m', 's'],
  decayInGradient: false,
  update: (input) => {
    const {w, learningRate, decayRate} = input;
    const {direction, slots} = adamDirection(input);
    const u = decayRate === 0 ? direction : axpy(direction, decayRate, w);
    return {w: tf.sub(w, scaledBy(u, tf.mul(learningRate, lambRatio(length(w), length(u))))), slots};
  },
};

function lambRatio(weights: tf.Tensor, step: tf.Tensor): tf.Tensor {
  const both = whereGreater(tf.minimum(weights, step), tf.zerosLike(step));
  const ratio = tf.minimum(LAMB_CAP, tf.div(weights, awayFromZero(step)));
  return tf.add(tf.mul(both, ratio), tf.sub(1, both));
}
