import * as tf from '@tensorflow/tfjs-core';
import {softmaxPullback} from '../heads/softmax.ts';
import {leftTransposed, rightTransposed} from '../products.ts';

/** Queries, keys and values, [..., n, d], [..., m, d] and [..., m, e]. */
export interface Attended {
  readonly q: tf.Tensor;
  readonly k: tf.Tensor;
  readonly v: tf.Tensor;
}

/** What softmax never recovers from: added to the logits of keys that a query may not see. */
const UNSEEN = -1e30;

/** [n, n], 0 where key j <= query i and -1e30 after it; to be made once and added to logits. */
export function causalMask(n: number): tf.Tensor2D {
  const mask = new Float32Array(n * n);
  for (let i = 0; i < n; i++) mask.fill(UNSEEN, i * n + i + 1, (i + 1) * n);
  return tf.tensor2d(mask, [n, n]);
}

export interface AttentionTrace extends Attended {
  /** Queries divided by sqrt(d). */
  readonly scaled: tf.Tensor;
  /** Attention weights P, [..., n, m]: rows sum to 1. */
  readonly weights: tf.Tensor;
}

/**
 * P V with P = softmax(Q K' / sqrt(d) + mask) (Vaswani et al. 2017). The scale goes to the queries, which are fewer numbers than
 * the logits.
 */
export function attentionForward({q, k, v}: Attended, mask: tf.Tensor | null): AttentionTrace & {readonly value: tf.Tensor} {
  const scaled = tf.mul(q, 1 / Math.sqrt(q.shape[q.rank - 1]));
  const logits = rightTransposed(scaled, k);
  const weights = tf.softmax(mask ? tf.add(logits, mask) : logits);
  return {value: tf.matMul(weights, v), scaled, weights, q, k, v};
}

/** dV = P' dO; with G = P (dO V' - rowsum of P dO V'): dQ = G K / sqrt(d), dK = G' Q / sqrt(d). */
export function attentionPullback(dy: tf.Tensor, {scaled, weights, k, v}: Omit<AttentionTrace, 'q'>): Attended {
  const slope = softmaxPullback(weights, rightTransposed(dy, v));
  const scale = 1 / Math.sqrt(k.shape[k.rank - 1]);
  return {q: tf.mul(tf.matMul(slope, k), scale), k: leftTransposed(slope, scaled), v: leftTransposed(weights, dy)};
}

export function attention({q, k, v}: Attended, mask: tf.Tensor | null): tf.Tensor {
  return tf.customGrad((...inputs) => {
    const [a, b, c, save] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const {value, scaled, weights} = attentionForward({q: a, k: b, v: c}, mask);
    save([scaled, weights, b, c]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const gradient = attentionPullback(dy, {scaled: saved[0], weights: saved[1], k: saved[2], v: saved[3]});
        return [gradient.q, gradient.k, gradient.v];
      },
    };
  })(q, k, v);
}

/** [B, n, H e] -> [B, H, n, e]. */
export const splitHeads = (x: tf.Tensor, heads: number): tf.Tensor => {
  const [batch, n, width] = x.shape;
  return tf.transpose(tf.reshape(x, [batch, n, heads, width / heads]), [0, 2, 1, 3]);
};

/** [B, H, n, e] -> [B, n, H e]. */
export const mergeHeads = (x: tf.Tensor): tf.Tensor => {
  const [batch, heads, n, width] = x.shape;
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch, n, heads * width]);
};

/** Keys that a query effectively attends to: e^H, H = -sum_j P_j ln P_j; between 1 and m. Last axis away. */
export const effectiveKeys = (weights: tf.Tensor): tf.Tensor =>
  tf.exp(tf.neg(tf.sum(tf.mul(weights, tf.log(tf.maximum(weights, SMALLEST_WEIGHT))), -1)));

/** Weights below count as this inside the logarithm; their own factor makes the term vanish. */
const SMALLEST_WEIGHT = 1e-30;
