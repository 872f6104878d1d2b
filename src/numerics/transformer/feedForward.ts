import * as tf from '@tensorflow/tfjs-core';
import {leftTransposed, rightTransposed} from '../products.ts';
import type {Piece} from './traced.ts';

interface FeedForwardTrace {
  readonly x: tf.Tensor2D;
  /** max(0, x up), [B T, r d]. */
  readonly hidden: tf.Tensor2D;
}

/**
 * The MLP of layer l on every token, max(0, x up) down. With c = (dy down') where hidden units are on, else 0: d down = hidden' dy,
 * d up = x' c, dx = c up'.
 */
export function feedForwardPiece(l: number): Piece<FeedForwardTrace> {
  const [up, down] = [`up${l}`, `down${l}`];
  return {
    forward(x, vars) {
      const hidden: tf.Tensor2D = tf.relu(tf.matMul(x, vars[up] as tf.Tensor2D));
      return {value: tf.matMul(hidden, vars[down] as tf.Tensor2D), trace: {x, hidden}};
    },
    pullback(dy, {x, hidden}, vars) {
      const c = tf.mul(rightTransposed(dy, vars[down]), tf.step(hidden));
      return {x: rightTransposed(c, vars[up]) as tf.Tensor2D, gradient: {[up]: leftTransposed(x, c), [down]: leftTransposed(hidden, dy)}};
    },
  };
}
