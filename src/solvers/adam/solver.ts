import {adamDirection, descended, firstOrderSolver} from '../../numerics/firstOrder.ts';

/** Kingma and Ba (2015), Algorithm 1; the penalty's gradient is part of g. */
export default firstOrderSolver({
  slots: ['m', 's'],
  decayInGradient: true,
  elementwise: true,
  update: (input) => {
    const {direction, slots} = adamDirection(input);
    return {w: descended(input.w, input.learningRate, direction), slots};
  },
});
