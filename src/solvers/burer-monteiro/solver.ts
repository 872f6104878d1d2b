import {commonMethod} from '../../numerics/binary/netMethod.ts';
import {netSolver} from '../../numerics/binary/netTraining.ts';

/**
 * w = sign(mu + Z r), G_mu = g, G_Z = g r' with g the gradient at w, projected on the tangent of each row's sphere; Adam;
 * rows of length 1. Orecchia et al. (2024); one r for each neuron, Adam and the projection are this project's.
 */
export default netSolver((params) => ({
  ...commonMethod(params),
  rank: Number(params.rank),
  zRate: Number(params.zRate),
  zInit: Number(params.zInit),
  start: 'sphere',
  tangent: params.tangent === true,
  clip: false,
  noise: 'none',
  antithetic: params.antithetic === true,
  annealing: params.annealing === true,
}));
