import * as tf from '@tensorflow/tfjs-core';
import {adamDirection, descended, firstOrderSolver, rateFactor} from '../../numerics/firstOrder.ts';

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
    const {w, learningRate, decayRate, bias, params} = input;
    const decay = decayRate + (bias ? 0 : Number(params.weightDecay));
    const decayed = tf.mul(rateFactor(learningRate, w, (eta) => 1 - eta * decay), w);
    return {w: descended(decayed, learningRate, direction), slots};
  },
});
