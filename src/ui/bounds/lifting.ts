import {CATALOGUE} from '../../catalogue.ts';
import type {Experiment} from '../../core/experiment.ts';
import type {RunView} from '../../state/types.ts';

/** The iteration at which a column along the eigenvector is appended, or why none can be. */
export type Lifting = {readonly at: number} | {readonly refusal: string};

/** An eigenvalue above minus this (of the scale of J) is zero up to rounding: nothing can be gained along it. */
const ZERO = 2e-6;
/** A relaxation within this of where it ended stands still. */
const STILL = 1e-6;

const last = (values: readonly number[] | undefined): number => values?.findLast(Number.isFinite) ?? Number.NaN;

/** While a run goes on: now. Once it is over: where it had come to a stand, so that there is time to see what follows. */
function placeOf({history, progress, ending}: RunView): number {
  if (ending === null) return progress.iteration;
  const values = history.metrics.relaxation ?? [];
  const end = last(values);
  const at = values.findIndex((value) => Math.abs(value - end) <= STILL * (1 + Math.abs(end)));
  return history.iterations[at] ?? progress.iteration;
}

export function liftingOf(experiment: Experiment, index: number, run: RunView): Lifting {
  const {solver} = experiment.contestants[index];
  const spec = CATALOGUE.solvers[solver.id];
  const param = spec.params.liftAt;
  if (param?.kind !== 'number') return {refusal: `${spec.label} has no columns to add to`};
  if (run.ending?.kind === 'converged') return {refusal: run.ending.reason};
  const least = last(run.history.metrics.leastEigenvalue);
  if (!Number.isFinite(least)) return {refusal: 'no eigenvalue is known yet; take a step first'};
  if (least >= -ZERO * (1 + Math.abs(last(run.history.metrics.objective)))) return {refusal: 'λ_min is not negative: no direction leads further down'};
  const at = Math.max(placeOf(run), 1);
  const lifted = Number(solver.params.liftAt);
  if (lifted > 0 && run.progress.iteration >= lifted) return {refusal: `it was lifted once already, at iteration ${lifted}`};
  if (at > param.max) return {refusal: `it can be lifted up to iteration ${param.max}`};
  const {axis, amount} = experiment.budget;
  if (axis === 'iterations' && at >= amount) return {refusal: 'the budget ends here; raise it to see what follows'};
  return {at};
}
