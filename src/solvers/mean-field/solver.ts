import {commonMethod} from '../../numerics/binary/netMethod.ts';
import {netSolver} from '../../numerics/binary/netTraining.ts';

/** w = sign(mu + sqrt(1 - mu^2) e), e normal for each weight; mu <- clip(mu - eta Adam(gradient at w), -1, 1). */
export default netSolver((params) => ({
  ...commonMethod(params),
  rank: 0, zRate: 1, zInit: 0, start: 'uniform', tangent: false, clip: true, noise: 'matching', antithetic: false, annealing: false,
}));
