import * as tf from '@tensorflow/tfjs-core';
import {adamDirection, axpy, firstOrderSolver} from '../../numerics/firstOrder.ts';

/**
 * Adam on the loss alone, with decoupled decay: w <- (1 - eta beta/n) w - eta direction.
 * Loshchilov and Hutter (2019); their lambda is the problem's beta/n and the contestant's own lambda here, and follows the schedule.
 */
export default firstOrderSolver({
  slots: ['m', 's'],
  decayInGradient: false,
  elementwise: true,
  update: (input) => {
    const {direction, slots} = adamDirection(input);
    const decayed = tf.mul(1 - input.learningRate * (input.decayRate + (input.bias ? 0 : Number(input.params.weightDecay))), input.w);
    return {w: axpy(decayed, -input.learningRate, direction), slots};
  },
});
