import * as tf from '@tensorflow/tfjs-core';
import type {HeadChoice} from './head.ts';
import {collapsed} from './precision.ts';

/** Bits of mantissa in which a head adds exponentials to the 1 of the largest class; null where it does no such thing. */
function bitsOf(choice: HeadChoice): number | null {
  switch (choice.kind) {
    case 'softmax-bits':
      return choice.bits;
    case 'softmax':
    case 'softmax-log-z':
    case 'comp-sum':
      return 23;
    default:
      return null;
  }
}

/**
 * 1 where an example has collapsed at the head's own precision, [N] (see `collapsed`): softmax heads at 23 bits or those chosen. Heads
 * that keep the small terms apart, or sum no exponentials, cannot collapse.
 */
export function collapseOf(choice: HeadChoice, z: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const bits = bitsOf(choice);
  return bits === null ? tf.zeros(z.shape.slice(0, -1)) : collapsed(z, y, bits);
}
