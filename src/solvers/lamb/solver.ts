import {firstOrderSolver} from '../../numerics/firstOrder.ts';
import {lamb} from '../../numerics/optim/layerwise.ts';

export default firstOrderSolver(lamb);
