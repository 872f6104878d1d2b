import {axpy, descended, firstOrderSolver} from '../../numerics/firstOrder.ts';

/** v <- mu v + g;  w <- w - eta v. Polyak (1964); the velocity is not damped by 1 - mu. */
export default firstOrderSolver({
  slots: ['v'],
  decayInGradient: true,
  elementwise: true,
  update: ({w, g, slots, learningRate, params}) => {
    const v = axpy(g, Number(params.momentum), slots.v);
    return {w: descended(w, learningRate, v), slots: {v}};
  },
});
