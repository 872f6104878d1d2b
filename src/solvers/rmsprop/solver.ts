import * as tf from '@tensorflow/tfjs-core';
import {descended, firstOrderSolver, running} from '../../numerics/firstOrder.ts';

/** s <- gamma s + (1-gamma) g^2;  w <- w - eta g / (sqrt(s) + epsilon). Tieleman and Hinton (2012); epsilon outside the root. */
export default firstOrderSolver({
  slots: ['s'],
  decayInGradient: true,
  elementwise: true,
  update: ({w, g, slots, learningRate, params}) => {
    const s = running(slots.s, tf.square(g), Number(params.decay));
    return {w: descended(w, learningRate, tf.div(g, tf.add(tf.sqrt(s), Number(params.epsilon)))), slots: {s}};
  },
});
