import {commonMethod} from '../../numerics/binary/netMethod.ts';
import {netSolver} from '../../numerics/binary/netTraining.ts';

/** w = sign(mu), mu <- mu - eta Adam(gradient at w); with `clip` mu <- clip(mu, -1, 1). Bengio et al. (2013). */
export default netSolver((params) => ({
  ...commonMethod(params),
  rank: 0, zRate: 1, zInit: 0, start: 'normal', tangent: false, clip: params.clip === true, noise: 'none', antithetic: false, annealing: false,
}));
