import {axpy, descended, firstOrderSolver} from '../../numerics/firstOrder.ts';

/** v <- mu v + g;  w <- w - eta (g + mu v). Nesterov (1983), in the shifted variables of Sutskever et al. (2013). */
export default firstOrderSolver({
  slots: ['v'],
  decayInGradient: true,
  elementwise: true,
  update: ({w, g, slots, learningRate, params}) => {
    const mu = Number(params.momentum);
    const v = axpy(g, mu, slots.v);
    return {w: descended(w, learningRate, axpy(g, mu, v)), slots: {v}};
  },
});
