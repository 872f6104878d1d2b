import {firstOrderSolver} from '../../numerics/firstOrder.ts';
import {lars} from '../../numerics/optim/layerwise.ts';

export default firstOrderSolver(lars);
