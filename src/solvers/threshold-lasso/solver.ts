import * as tf from '@tensorflow/tfjs-core';
import type {ConvexThresholdFacet, Problem} from '../../core/problem.ts';
import {defineSolver, type SolverContext, type SolverState} from '../../core/solver.ts';
import {norm2} from '../../numerics/norms.ts';
import {type Setup, setUp} from './setup.ts';

/**
 * ADMM on the LASSO min 1/2 |D w - y|^2 + beta |v|_1 s.t. w = v, with scaled dual u and relaxation a:
 *
 *   w = q + D' (rho I + D D')^{-1} (y - D q),  q = v - u      (the ridge regression, by Woodbury's identity)
 *   v = S_{beta/rho}(a w + (1 - a) v + u);   u += a w + (1 - a) v_old - v.
 *
 * The network is that of v: one unit for each column, most of weight zero. Boyd et al. (2011), section 6.4.
 */
interface LassoState extends SolverState {
  /** [P, 1] each. */
  readonly w: tf.Tensor2D;
  readonly v: tf.Tensor2D;
  readonly u: tf.Tensor2D;
  readonly before: tf.Tensor2D;
  /** D, [n, P]. */
  readonly columns: tf.Tensor2D;
  /** [P, d]. */
  readonly gates: tf.Tensor2D;
  readonly inverse: tf.Tensor2D;
  readonly setup: Setup;
}

/** A product with D and one with D': as much as a gradient. */
const PASSES = 1;
/** Relative residuals below this are float32 at rest. */
const AT_REST = 1e-6;

function facetOf(problem: Problem): ConvexThresholdFacet {
  if (!problem.convexThreshold) throw new Error('this problem is no LASSO over activation patterns');
  return problem.convexThreshold;
}

function init({problem, params, seed}: SolverContext): LassoState {
  const {train, d} = problem.data;
  const setup = setUp(problem.data, params, facetOf(problem).beta, seed);
  const {count, mask, gates} = setup.patterns;
  const zero = tf.zeros<tf.Rank.R2>([count, 1]);
  return {
    w: zero,
    v: zero,
    u: zero,
    before: zero,
    columns: tf.tensor2d(Float32Array.from(mask), [train.n, count]),
    gates: tf.tensor2d(Float32Array.from(gates), [count, d]),
    inverse: tf.tensor2d(Float32Array.from(setup.inverse), [train.n, train.n]),
    setup,
  };
}

function step({problem, params}: SolverContext, state: LassoState): {readonly state: LassoState; readonly evaluations: number} {
  const {v, u, columns, inverse, setup} = state;
  const a = Number(params.relaxation);
  const q = tf.sub(v, u) as tf.Tensor2D;
  const misfit = tf.sub(problem.train.y, tf.matMul(columns, q)) as tf.Tensor2D;
  const w = tf.add(q, tf.matMul(columns, tf.matMul(inverse, misfit), true, false)) as tf.Tensor2D;
  const target = tf.add(tf.add(tf.mul(a, w), tf.mul(1 - a, v)), u) as tf.Tensor2D;
  const by = facetOf(problem).beta / setup.rho;
  const next = tf.sub(target, tf.clipByValue(target, -by, by)) as tf.Tensor2D;
  return {state: {...state, w, v: next, u: tf.sub(target, next) as tf.Tensor2D, before: v}, evaluations: PASSES};
}

/** |a| / |b| with 0/0 = 0. */
const ratio = (a: tf.Tensor, b: tf.Tensor): tf.Scalar => tf.divNoNan(norm2(a), b) as tf.Scalar;

/**
 * (J - lower) / J. With z = y - D v and c = clip(z.y / |z|^2, 0, beta / max |D'z|), c z is feasible for the dual, whose
 * value c z.y - c^2 |z|^2 / 2 bounds J of these columns from below.
 */
function dualGap(problem: Problem, {v, columns}: LassoState): tf.Scalar {
  const {beta} = facetOf(problem);
  const {y} = problem.train;
  const z = tf.sub(y, tf.matMul(columns, v));
  const square = tf.sum(tf.square(z));
  const along = tf.sum(tf.mul(z, y));
  const most = tf.max(tf.abs(tf.matMul(columns, z as tf.Tensor2D, true, false)));
  const reach = tf.where(tf.greater(most, 0), tf.divNoNan(beta, most), tf.scalar(1));
  const c = tf.relu(tf.minimum(tf.divNoNan(along, square), reach));
  const lower = tf.sub(tf.mul(c, along), tf.mul(tf.mul(0.5, tf.square(c)), square));
  const objective = tf.add(tf.mul(0.5, square), tf.mul(beta, tf.sum(tf.abs(v))));
  return tf.divNoNan(tf.sub(objective, lower), objective) as tf.Scalar;
}

export default defineSolver<LassoState>({
  init,
  step,
  cost: () => PASSES,
  notices: (_context, {setup}) => setup.notices,
  weights: ({problem}, {v, gates}) => facetOf(problem).toNetwork(gates, tf.reshape(v, [v.shape[0]])),
  metrics: ({problem}, state) => ({
    primalResidual: ratio(tf.sub(state.w, state.v), tf.maximum(norm2(state.w), norm2(state.v))),
    dualResidual: ratio(tf.sub(state.v, state.before), norm2(state.u)),
    dualGap: dualGap(problem, state),
    activeNeurons: tf.sum(tf.cast(tf.notEqual(state.v, 0), 'float32')) as tf.Scalar,
  }),
  stop: ({primalResidual, dualResidual}) =>
    Math.max(primalResidual, dualResidual) < AT_REST ? `both relative residuals are below ${AT_REST}: the programme is solved to float32` : null,
});
