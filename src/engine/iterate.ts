import type {Solver, SolverContext, SolverState} from '../core/solver.ts';
import {disposeReplaced, readArrays, tidyState} from './tensors.ts';
import {tf} from './tf.ts';

/**
 * `count` iterations from `before`, whose tensors are disposed where the new state does not hold them, and the solver's
 * host work where it asks for it. Without a burst `count` must be 1.
 * @param first iteration of the first step, from 1
 */
export async function iterate(
  solver: Solver,
  context: SolverContext,
  before: SolverState,
  first: number,
  count: number,
): Promise<{readonly state: SolverState; readonly evaluations: number}> {
  const {burst, host} = solver;
  const result = tidyState(() => (burst ? burst.steps(context, before, first, count) : solver.step(context, before, first)));
  disposeReplaced(before, result.state);
  if (!host?.at(first + count - 1, context)) return result;
  const measured = await readArrays(tf.tidy(() => host.measure(context, result.state)));
  const worked = tidyState(() => host.apply(context, result.state, measured));
  disposeReplaced(result.state, worked.state);
  return {state: worked.state, evaluations: result.evaluations + worked.evaluations};
}
