import * as tf from '@tensorflow/tfjs-core';

/**
 * Matrix products over the last two axes whose transposes are made first on WASM: its fast path takes untransposed factors only,
 * and [256, 32]' [256, 96] by flags takes nine times as long.
 */
const explicit = (): boolean => tf.getBackend() === 'wasm';

/** a with its last two axes exchanged. */
export function exchanged(a: tf.Tensor): tf.Tensor {
  const axes = Array.from({length: a.rank}, (_, i) => i);
  return tf.transpose(a, [...axes.slice(0, -2), a.rank - 1, a.rank - 2]);
}

/** A' B. */
export const leftTransposed = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => (explicit() ? tf.matMul(exchanged(a), b) : tf.matMul(a, b, true, false));

/** A B'. */
export const rightTransposed = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => (explicit() ? tf.matMul(a, exchanged(b)) : tf.matMul(a, b, false, true));

/** A B, both of equal rank and equal leading axes, with the gradients dA = C B' and dB = A' C. */
export function product(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return tf.customGrad((...inputs) => {
    const [x, y, save] = inputs as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    save([x, y]);
    return {value: tf.matMul(x, y), gradFunc: (dy: tf.Tensor, [left, right]: tf.Tensor[]) => [rightTransposed(dy, right), leftTransposed(left, dy)]};
  })(a, b);
}
