import * as tf from '@tensorflow/tfjs-core';
import {assertNever} from '../../core/result.ts';

/**
 * How an inverse temperature depends on the token's gate f and on its position's logarithm l = ln(pos), with s = sigmoid(alpha):
 * sum tanh f + 1 + s l; product (1 + tanh f)(1 + s l); token 1 + tanh f; position 1 + s l.
 */
export type TemperatureForm = 'sum' | 'product' | 'token' | 'position';

interface Factors {
  /** 1 + tanh f. */
  readonly token: tf.Tensor;
  /** 1 + s l. */
  readonly position: tf.Tensor;
}

function combined(form: TemperatureForm, {token, position}: Factors): tf.Tensor {
  switch (form) {
    case 'sum':
      return tf.sub(tf.add(token, position), 1);
    case 'product':
      return tf.mul(token, position);
    case 'token':
      return tf.add(token, tf.zerosLike(position));
    case 'position':
      return tf.add(tf.zerosLike(token), position);
    default:
      return assertNever(form);
  }
}

/** Cotangent dy of tau brought to the two factors. */
function factorPullback(form: TemperatureForm, dy: tf.Tensor, {token, position}: Factors): Factors {
  switch (form) {
    case 'sum':
      return {token: dy, position: dy};
    case 'product':
      return {token: tf.mul(dy, position), position: tf.mul(dy, token)};
    case 'token':
      return {token: dy, position: tf.zerosLike(dy)};
    case 'position':
      return {token: tf.zerosLike(dy), position: dy};
    default:
      return assertNever(form);
  }
}

/**
 * Inverse temperatures tau [..., n] of selective self-attention (Zhang et al. 2024): logits become tau_i q_i . k_j / sqrt(d), and
 * with a gate of their own values become tau_j v_j. The product form is this project's variant.
 * Gradient: df = (1 - tanh^2 f) d token, d alpha = s (1 - s) sum l d position.
 * @param gate f(x) [..., n], linear or with a hidden layer
 * @param alpha one number
 * @param logPosition ln(pos) [n], a constant; ln n where a query sees all n keys
 */
export function inverseTemperature(form: TemperatureForm, gate: tf.Tensor, alpha: tf.Tensor, logPosition: tf.Tensor): tf.Tensor {
  return tf.customGrad((...inputs) => {
    const [f, a, save] = inputs as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const s = tf.sigmoid(a);
    const factors = {token: tf.add(1, tf.tanh(f)), position: tf.add(1, tf.mul(s, logPosition))};
    save([factors.token, factors.position, s, logPosition]);
    return {
      value: combined(form, factors),
      gradFunc: (dy: tf.Tensor, [token, position, weight, logs]: tf.Tensor[]) => {
        const back = factorPullback(form, dy, {token, position});
        // With t = 1 + tanh f, 1 - tanh^2 f = t (2 - t).
        const df = tf.mul(back.token, tf.mul(token, tf.sub(2, token)));
        const slope = tf.mul(weight, tf.sub(1, weight));
        return [df, tf.mul(tf.reshape(slope, a.shape), tf.sum(tf.mul(back.position, logs)))];
      },
    };
  })(gate, alpha);
}
