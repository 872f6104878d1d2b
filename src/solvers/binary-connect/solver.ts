import {commonMethod} from '../../numerics/binary/netMethod.ts';
import {netSolver} from '../../numerics/binary/netTraining.ts';

/** w = sign(mu), or 1 with probability (1 + mu) / 2; mu <- clip(mu - eta Adam(gradient at w), -1, 1). Courbariaux et al. (2015). */
export default netSolver((params) => ({
  ...commonMethod(params),
  rank: 0, zRate: 1, zInit: 0, start: 'uniform', tangent: false, clip: true,
  noise: params.rounding === 'stochastic' ? 'rounding' : 'none', antithetic: false, annealing: false,
}));
