import * as tf from '@tensorflow/tfjs-core';
import {type LabelLoss, largest, overClasses, perExample, shifted} from './parts.ts';

interface Absorbed {
  /** z - z_k, k the largest entry. */
  readonly g: tf.Tensor;
  /** exp g. */
  readonly e: tf.Tensor;
  /** One-hot k. */
  readonly k: tf.Tensor;
  /** S = sum_{j != k} exp(z_j - z_k), [..., N, 1]: what the 1 of the largest class may absorb. */
  readonly rest: tf.Tensor;
}

function absorb(z: tf.Tensor): Absorbed {
  const g = shifted(z);
  const e = tf.exp(g);
  const k = largest(z);
  return {g, e, k, rest: overClasses(tf.mul(e, tf.sub(1, k)))};
}

/** round(S 2^m) / 2^m, halves to even: S as a sum that starts at 1 and keeps m bits of mantissa would see it. */
const rounded = (rest: tf.Tensor, bits: number): tf.Tensor => tf.mul(2 ** -bits, tf.round(tf.mul(2 ** bits, rest)));

/** Exponentials below this are 0 at m bits: the smallest subnormal of 16-bit floats where m = 10, no limit elsewhere. */
export const flushBelow = (bits: number): number => (bits === 10 ? 2 ** -24 : 0);

/** p_j = e_j / (1 + S_m), with e below `flush` as 0. */
function probabilities({e, rest}: Absorbed, bits: number, flush: number): tf.Tensor {
  const kept = flush > 0 ? tf.mul(e, tf.cast(tf.greaterEqual(e, flush), 'float32')) : e;
  return tf.div(kept, tf.add(1, rounded(rest, bits)));
}

/** Softmax whose normaliser Z = 1 + S keeps m bits of mantissa (Prieto et al. 2025: absorption errors). No gradient is defined. */
export const absorbingSoftmax = (z: tf.Tensor, bits: number, flush = flushBelow(bits)): tf.Tensor => probabilities(absorb(z), bits, flush);

/**
 * Cross-entropy at a chosen precision: Z = 1 + round(S 2^m)/2^m, loss ln Z - (z_y - z_k), slope p - y. Where the label leads and
 * S rounds to 0 the example has collapsed: its loss is 0 and it teaches nothing any more.
 */
export const absorbingCrossEntropy =
  (bits: number, flush = flushBelow(bits)): LabelLoss =>
  (z, y) => {
    const parts = absorb(z);
    return {
      values: () => tf.sub(tf.log(tf.add(1, tf.squeeze(rounded(parts.rest, bits), [-1]))), perExample(tf.mul(parts.g, y))),
      slope: () => tf.sub(probabilities(parts, bits, flush), y),
    };
  };

/** 1 where an example has collapsed at m bits (round(S 2^m) = 0 and k = y), else 0; [..., N]. 23 bits are float32 itself. */
export function collapsed(z: tf.Tensor, y: tf.Tensor, bits: number): tf.Tensor {
  const {k, rest} = absorb(z);
  const absorbed = tf.cast(tf.equal(tf.round(tf.mul(2 ** bits, rest)), 0), 'float32');
  return tf.mul(tf.squeeze(absorbed, [-1]), perExample(tf.mul(k, y)));
}

/**
 * Cross-entropy without absorption: loss log1p(S) - (z_y - z_k), and the label's slope p_y - 1 formed as -sum_{j != y} p_j, so
 * that an example's slopes always sum to zero. The control beside the precision slider.
 */
export const exactCrossEntropy: LabelLoss = (z, y) => {
  const {g, e, rest} = absorb(z);
  return {
    values: () => tf.sub(tf.log1p(tf.squeeze(rest, [-1])), perExample(tf.mul(g, y))),
    slope: () => {
      const others = tf.div(tf.mul(e, tf.sub(1, y)), tf.add(1, rest));
      return tf.sub(others, tf.mul(y, overClasses(others)));
    },
  };
};
