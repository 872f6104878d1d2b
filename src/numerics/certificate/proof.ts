import {failure, type Result, success} from '../../core/result.ts';
import type {Arrangement} from '../arrangement.ts';
import {intoDomain, lowerBound, networkObjective, type Neuron} from './bounds.ts';
import type {ConeData} from './groupStep.ts';
import {paddedRows, priceCells} from './pricing.ts';

/** A claim that the optimum over all widths lies in [lower, upper], with its two witnesses. */
export interface Proof {
  readonly neurons: readonly Neuron[];
  readonly residual: Float64Array;
  readonly lower: number;
  readonly upper: number;
}

/** Rounding that a claim may differ by, relative. */
const ROUNDING = 1e-9;

/**
 * Checks a claim from its witnesses alone, however they were found: the network's J must not exceed the upper bound, the
 * residual, scaled until no neuron of any cell gains more than beta, must give at least the lower bound, and the interval
 * must be no wider than the tolerance.
 * @returns the interval as recomputed, or which part of the claim is wrong and by how much
 */
export function checkProof(data: ConeData, cells: Arrangement, gated: boolean, claim: Proof, tolerance: number): Result<{readonly lower: number; readonly upper: number}> {
  const {n, d, x, y, dual, beta} = data;
  const {neurons, residual, lower, upper} = claim;
  if (residual.length !== n) return failure('residual', `has ${residual.length} entries for ${n} samples`);
  const numbers = [lower, upper, ...residual, ...neurons.flatMap(({v}) => [...v])];
  if (!numbers.every(Number.isFinite)) return failure('claim', 'holds numbers that are not finite');
  const objective = networkObjective(data, neurons);
  if (objective > upper + ROUNDING * Math.abs(upper)) return failure('upper', `is claimed to be ${upper}, but the network has J = ${objective}`);
  const feasible = intoDomain(dual, residual, y);
  const {most} = priceCells(cells, paddedRows(x, n, d), feasible, Number.POSITIVE_INFINITY, gated);
  const bound = lowerBound(dual, feasible, y, most, beta);
  if (lower > bound + ROUNDING * Math.abs(bound)) return failure('lower', `is claimed to be ${lower}, but the residual proves only ${bound}`);
  const width = objective - bound;
  if (width > tolerance * Math.abs(objective) + ROUNDING) return failure('claim', `leaves ${width} between ${bound} and ${objective}, more than the tolerance ${tolerance}`);
  return success({lower: bound, upper: objective});
}
