import {relaxationSolver} from '../../numerics/binary/relaxationSolver.ts';
import {beginDescent, type Descent, riemannianStep, safeStep, type StepRule} from '../../numerics/binary/riemannian.ts';

/** Measured over the reference instances: a backtracking search takes two products a step, the other rules one. */
const PRODUCTS: Readonly<Record<StepRule, number>> = {fixed: 1, armijo: 2, bb: 1.4};

interface Point extends Descent {
  /** 1/L, which a change of rank leaves as it is. */
  readonly safe: number;
}

/** One step of Riemannian gradient descent an iteration; see `riemannianStep`. */
export default relaxationSolver<Point>({
  begin: (matrix, rows) => ({...beginDescent(matrix, rows), safe: safeStep(matrix, rows.n)}),
  rows: ({rows}) => rows,
  advance: (matrix, point, {rule}) => {
    const {next, products} = riemannianStep(matrix, point, rule as StepRule, point.safe);
    return {point: {...next, safe: point.safe}, products};
  },
  products: ({rule}) => PRODUCTS[rule as StepRule],
  warning: ({k}) => (k === 1 ? 'At rank 1 the rows are signs and have no gradient: nothing moves. Take rank 2 or more.' : null),
});
