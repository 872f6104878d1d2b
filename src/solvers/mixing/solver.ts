import {mixingSweep} from '../../numerics/binary/mixing.ts';
import {relaxationSolver} from '../../numerics/binary/relaxationSolver.ts';
import type {Rows} from '../../numerics/binary/rows.ts';

/** One sweep of the mixing method an iteration; see `mixingSweep`. */
export default relaxationSolver<Rows>({
  begin: (_matrix, rows) => rows,
  rows: (rows) => rows,
  advance: (matrix, rows) => {
    const point = {...rows, v: rows.v.slice()};
    mixingSweep(matrix, point);
    return {point, products: 1};
  },
  products: () => 1,
});
