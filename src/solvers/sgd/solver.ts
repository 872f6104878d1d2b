import {descended, firstOrderSolver} from '../../numerics/firstOrder.ts';

/** w <- w - eta g. Robbins and Monro (1951). */
export default firstOrderSolver({
  slots: [],
  decayInGradient: true,
  elementwise: true,
  update: ({w, g, learningRate}) => ({w: descended(w, learningRate, g), slots: {}}),
});
