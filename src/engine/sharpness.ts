import {CATALOGUE} from '../catalogue.ts';
import {largestStableRate, MOST_LIVE_WEIGHTS, stabilityOf} from '../core/curvature.ts';
import {isFullBatch} from '../core/data.ts';
import type {Choice} from '../core/experiment.ts';
import type {Problem, Vars} from '../core/problem.ts';
import type {Snapshot} from '../core/protocol.ts';
import type {SolverContext} from '../core/solver.ts';
import {learningRateAt} from '../numerics/firstOrder.ts';
import {sharpnessOf} from './curvature.ts';
import {unpackVars} from './flatGradient.ts';
import {tf} from './tf.ts';

/** Larger networks are looked at more rarely. */
const LARGE = 4000;
const RARELY = 4;

/**
 * Of how many networks kept along a run one is asked for its sharpness; 0 where none can be: it takes a contestant that trains one
 * network by gradients, and not too large a one.
 */
export function sharpnessStride(problem: Problem, solver: Choice, vars: Vars): number {
  const {needs} = CATALOGUE.solvers[solver.id];
  const weights = Object.values(vars).reduce((sum, {size}) => sum + size, 0);
  if (!problem.gradients || (needs !== 'gradients' && needs !== 'newton') || weights > MOST_LIVE_WEIGHTS) return 0;
  return weights > LARGE ? RARELY : 1;
}

/** The largest eigenvalue at which steps of a contestant's method don't grow: 2/eta for gradient descent. Null for adaptive methods. */
function sharpnessLimit({id, params}: Choice, iteration: number): number | null {
  const product = largestStableRate(id, Number(params.momentum ?? 0), 1);
  return product === null ? null : product / learningRateAt(params, iteration);
}

/** Metrics of a record: the sharpness, and where the method has one, the limit that the next step's learning rate sets it. */
export async function sharpnessMetrics({problem, model, seed}: SolverContext, solver: Choice, vars: Vars, iteration: number): Promise<Record<string, number>> {
  const sharpness = await sharpnessOf(problem, vars, model, seed).catch(() => Number.NaN);
  const limit = sharpnessLimit(solver, iteration + 1);
  return limit === null ? {sharpness} : {sharpness, sharpnessLimit: limit};
}

/** The last network of a run whose J was no higher than at the start: what a divergence can be explained by. */
export class Foothold {
  #network: Pick<Snapshot, 'iteration' | 'shapes' | 'values'> | null = null;

  note({iteration, shapes, values}: Snapshot, objective: number, startObjective: number): void {
    if (!(objective <= startObjective) || values.length > MOST_LIVE_WEIGHTS) return;
    // A copy, as snapshots are handed over.
    this.#network = {iteration, shapes, values: values.slice()};
  }

  /** What the curvature there says of the learning rate of a contestant that has diverged, or null where it is not what explains it. */
  async explain(context: SolverContext, solver: Choice): Promise<string | null> {
    const {problem, model, params, seed} = context;
    const network = this.#network;
    if (!network || !problem.gradients || sharpnessLimit(solver, 1) === null) return null;
    const {iteration, shapes, values} = network;
    const vars = unpackVars(shapes, values);
    // What can't be measured explains nothing, and the run has diverged all the same.
    const sharpness = await sharpnessOf(problem, vars, model, seed).catch(() => Number.NaN);
    tf.dispose(Object.values(vars));
    if (!Number.isFinite(sharpness)) return null;
    const stability = stabilityOf(solver.id, Number(params.momentum ?? 0), learningRateAt(params, iteration + 1), sharpness, !isFullBatch(params.batchSize, problem.train.x.shape[0]), `at iteration ${iteration}`);
    return stability?.verdict === 'grows' ? stability.text : null;
  }
}
