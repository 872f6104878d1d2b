import * as tf from '@tensorflow/tfjs-core';
import type {UpdateRule} from '../firstOrder.ts';
import {awayFromZero, innerProduct, scaledBy, whereGreater} from './tensorNorms.ts';

/** A gradient whose part across the weights is shorter than this share of it points along them. */
const PARALLEL = 1e-6;

/**
 * The gradient without its part along the weights, g - (<w, g> / <w, w>) w, for each tensor; with `rescale` brought back to
 * |g|, as the authors' code does (Prieto et al. 2025). It takes away the direction in which only the logits' scale grows.
 * Unchanged where w = 0 or has fewer than two entries. 0 where the rest is below 1e-6 |g|: rescaling that rounding residue
 * would make a random gradient of full size.
 */
export function perpendicularGradient(w: tf.Tensor, g: tf.Tensor, rescale: boolean): tf.Tensor {
  if (w.size < 2) return g;
  const along = tf.div(innerProduct(w, g), awayFromZero(innerProduct(w, w)));
  const across = tf.sub(g, scaledBy(w, along));
  const whole = innerProduct(g, g);
  const left = innerProduct(across, across);
  const kept = whereGreater(left, tf.mul(PARALLEL ** 2, whole));
  return scaledBy(across, rescale ? tf.mul(kept, tf.sqrt(tf.div(whole, awayFromZero(left)))) : kept);
}

/**
 * Any method on perpendicular gradients. The penalty's gradient lies along the weights, so the rule should decay weights itself
 * where decay is wanted.
 */
export const onPerpendicular = (rule: UpdateRule, rescale: boolean): UpdateRule => ({
  ...rule,
  update: (input) => rule.update({...input, g: perpendicularGradient(input.w, input.g, rescale)}),
});
