import type {Curvature, NewtonFacet, NewtonObjective} from '../../core/problem.ts';
import {defineSolver, type SolverContext, type SolverState} from '../../core/solver.ts';
import {dot} from '../../numerics/dense.ts';
import {MOST_TRIES, type NewtonState, newtonStart, newtonStep, plainNewtonStep} from '../../numerics/optim/newton.ts';

/** Gradient-regularised Newton, or plain Newton, on J/n in float64 on the host; see `newtonStep`. */
interface State extends SolverState {
  readonly f: NewtonObjective;
  readonly now: NewtonState;
  /** Whether the last step was given up, so that there is nothing more to do. */
  readonly stuck: boolean;
}

const MOST_WEIGHTS = 1000;
/** |g| of J/n at which the run ends. */
const SMALL_GRADIENT = 1e-10;

function facetOf({problem}: SolverContext): NewtonFacet {
  const {newton} = problem;
  if (!newton) throw new Error('this problem offers no Hessian to Newton');
  if (newton.dimension > MOST_WEIGHTS) {
    throw new Error(`regularised Newton solves a system with as many unknowns as weights, at most ${MOST_WEIGHTS}; these data need ${newton.dimension}. Pick data with fewer inputs or classes.`);
  }
  return newton;
}

export default defineSolver<State>({
  init(context) {
    const {params} = context;
    const facet = facetOf(context);
    const f = facet.objective(params.curvature as Curvature);
    const w = new Float64Array(facet.dimension).fill(Number(params.start));
    return {f, now: newtonStart(f, w, Number(params.gamma0)), stuck: false};
  },

  step({params}, state) {
    if (state.stuck) return {state, evaluations: 0};
    const next = params.regularised ? newtonStep(state.f, state.now) : plainNewtonStep(state.f, state.now);
    if (!next) return {state: {...state, now: {...state.now, solves: 0}, stuck: true}, evaluations: params.regularised ? 1 + MOST_TRIES : 1};
    return {state: {...state, now: next}, evaluations: 1 + next.solves};
  },

  /** Of a step whose first try is accepted. */
  cost: () => 2,

  weights: (context, {now}) => facetOf(context).toNetwork(now.w),

  metrics: (_context, {now}) => ({gradientNorm: Math.sqrt(dot(now.point.gradient, now.point.gradient)), gamma: now.gamma, solves: now.solves}),

  stop({gradientNorm, solves}, {regularised}) {
    if (gradientNorm < SMALL_GRADIENT) return `the gradient of J/n is ${gradientNorm.toExponential(1)} long: w is optimal as far as float64 can tell`;
    if (solves > 0) return null;
    return regularised ? 'no damping of the step lowers J any further in float64' : 'the matrix is not positive definite in float64, so that plain Newton has no step';
  },
});
