import * as tf from '@tensorflow/tfjs-core';
import type {ConvexReluFacet, Problem, Vars} from '../../core/problem.ts';
import {defineSolver, type SolverContext, type SolverState, type StepResult} from '../../core/solver.ts';
import {norm2} from '../../numerics/norms.ts';
import {factorise, type Features, makeFeatures, type Penalties, startingPenalties} from './features.ts';

/**
 * The sampled convex programme: first-layer directions u_j are drawn on the unit sphere and stay, so with the features
 * Phi = [relu(X u_j)] training is a LASSO in the output weights,
 *
 *   min loss(Phi a, y) + beta |a|_1,
 *
 * split as a = v (rho1), Phi a = r (rho3) with scaled duals lam, eta. With h = v - lam and w = r - eta - Phi h,
 *
 *   a = h + (I rho1/rho3 + Phi'Phi)^{-1} Phi' w  =  h + Phi' (I rho1/rho3 + Phi Phi')^{-1} w;
 *   over-relax a and Phi a;  v = shrink(a + lam, beta/rho1);  r = prox_{loss/rho3}(Phi a + eta);
 *   lam += a - v;  eta += Phi a - r.
 *
 * A ReLU unit is a unit gated by its own direction, so the network is one of a gated problem too.
 * Source: Bai, Gautam and Sojoudi (2022) for the programme; penalties and balancing as in convex ADMM.
 */
interface FeatureState extends SolverState {
  /** a, v, lam [m, 1]; image = Phi a, r, eta [n, 1]. */
  readonly now: Readonly<Record<'a' | 'v' | 'lam' | 'image' | 'r' | 'eta', tf.Tensor2D>>;
  /** One iteration earlier. */
  readonly before: {readonly v: tf.Tensor2D; readonly r: tf.Tensor2D};
  /** phi [n, m] and its transpose, which the WASM backend is slow to multiply by; directions [m, d]. */
  readonly fixed: {readonly phi: tf.Tensor2D; readonly phiT: tf.Tensor2D; readonly directions: tf.Tensor2D};
  readonly inverse: tf.Tensor2D;
  readonly penalties: Penalties;
  readonly features: Features;
}

/** Iterations after which residuals are balanced, as in convex ADMM. */
const BALANCE_AT = new Set([5, 7, 10, 15, 22, 33, 49, 73, 109, 163, 244, 366]);
/** Two products with the features and two with their transpose, counted as in convex ADMM. */
const PASSES = 2;
/** n m min(n, m), the cost of the Gram matrix: about ten seconds. */
const WORK_LIMIT = 6e9;
/** Relative residuals below this are float32 at rest. */
const AT_REST = 1e-7;
const SPLITTINGS = [1, 3] as const;

function facetOf(problem: Problem): ConvexReluFacet {
  if (!problem.convexRelu) throw new Error('this problem has no convex reformulation');
  return problem.convexRelu;
}

const columnOf = (rows: number): tf.Tensor2D => tf.zeros([rows, 1]);

function uploadInverse(features: Features, penalties: Penalties): tf.Tensor2D {
  const size = Math.min(features.n, features.m);
  return tf.tensor2d(Float32Array.from(factorise(features, penalties)), [size, size]);
}

function init({problem, params, seed}: SolverContext): FeatureState {
  const {train, d} = problem.data;
  const {beta, loss} = facetOf(problem);
  const m = Number(params.features);
  const work = train.n * m * Math.min(train.n, m);
  if (work > WORK_LIMIT) throw new Error(`${m} features of ${train.n} samples need ${work.toExponential(0)} operations to set up, which takes minutes. Take fewer features or samples`);
  const features = makeFeatures(train, d, m, seed, Float64Array.from(train.y, (y) => loss.pullAtZero(y)));
  const penalties = startingPenalties(features, beta);
  const phi = tf.tensor2d(Float32Array.from(features.phi), [train.n, m]);
  const now = {a: columnOf(m), v: columnOf(m), lam: columnOf(m), image: columnOf(train.n), r: columnOf(train.n), eta: columnOf(train.n)};
  return {
    now,
    before: {v: now.v, r: now.r},
    fixed: {phi, phiT: tf.transpose(phi), directions: tf.tensor2d(Float32Array.from(features.directions), [m, d])},
    inverse: uploadInverse(features, penalties),
    penalties,
    features,
  };
}

function solveLinear({now, fixed: {phi, phiT}, inverse, features: {n, m}}: FeatureState): tf.Tensor2D {
  const h = tf.sub(now.v, now.lam) as tf.Tensor2D;
  const w = tf.sub(tf.sub(now.r, now.eta), tf.matMul(phi, h)) as tf.Tensor2D;
  const change: tf.Tensor2D = m < n ? tf.matMul(inverse, tf.matMul(phiT, w)) : tf.matMul(phiT, tf.matMul(inverse, w));
  return tf.add(h, change) as tf.Tensor2D;
}

function step({problem, params}: SolverContext, state: FeatureState): StepResult<FeatureState> {
  const {beta, loss} = facetOf(problem);
  const {now, fixed, penalties: {rho1, rho3}} = state;
  const by = Number(params.relaxation);
  const relax = (fresh: tf.Tensor, old: tf.Tensor): tf.Tensor => tf.add(tf.mul(by, fresh), tf.mul(1 - by, old));
  const a = solveLinear(state);
  const image: tf.Tensor2D = tf.matMul(fixed.phi, a);
  const aPlus = tf.add(relax(a, now.v), now.lam) as tf.Tensor2D;
  const imagePlus = tf.add(relax(image, now.r), now.eta) as tf.Tensor2D;
  const v = tf.mul(tf.sign(aPlus), tf.relu(tf.sub(tf.abs(aPlus), beta / rho1))) as tf.Tensor2D;
  const r = loss.prox(imagePlus, problem.train.y, rho3) as tf.Tensor2D;
  const next = {a, v, lam: tf.sub(aPlus, v) as tf.Tensor2D, image, r, eta: tf.sub(imagePlus, r) as tf.Tensor2D};
  return {state: {...state, now: next, before: {v: now.v, r: now.r}}, evaluations: PASSES};
}

/** Relative residuals: primal |A a - z| / max(|A a|, |z|), dual |A'(z - z_before)| / |A' dual|, A being I or Phi. */
function residuals({now, before, fixed: {phiT}}: FeatureState): Readonly<Record<string, tf.Scalar>> {
  const ratio = (over: tf.Tensor, under: tf.Tensor): tf.Scalar => tf.divNoNan(over, under) as tf.Scalar;
  const distance = (a: tf.Tensor, b: tf.Tensor): tf.Scalar => ratio(norm2(tf.sub(a, b)), tf.maximum(norm2(a), norm2(b)));
  return {
    primal1: distance(now.a, now.v),
    primal3: distance(now.image, now.r),
    dual1: ratio(norm2(tf.sub(now.v, before.v)), norm2(now.lam)),
    dual3: ratio(norm2(tf.matMul(phiT, tf.sub(now.r, before.r) as tf.Tensor2D)), norm2(tf.matMul(phiT, now.eta))),
  };
}

/** rho_k *= clip(sqrt(primal_k / dual_k), 0.2, 5); the scaled duals are divided by the same factor. */
function balance(_context: SolverContext, state: FeatureState, measured: Readonly<Record<string, Float32Array>>): StepResult<FeatureState> {
  const [f1, f3] = SPLITTINGS.map((k) => {
    const ratio = measured[`primal${k}`][0] / measured[`dual${k}`][0];
    return Number.isFinite(ratio) && ratio > 0 ? Math.min(5, Math.max(0.2, Math.sqrt(ratio))) : 1;
  });
  const penalties = {rho1: state.penalties.rho1 * f1, rho3: state.penalties.rho3 * f3};
  const {now} = state;
  const scaled = {...now, lam: tf.mul(now.lam, 1 / f1) as tf.Tensor2D, eta: tf.mul(now.eta, 1 / f3) as tf.Tensor2D};
  return {state: {...state, now: scaled, penalties, inverse: uploadInverse(state.features, penalties)}, evaluations: 0};
}

/** v_j = max(0, a_j) u_j and w_j = max(0, -a_j) u_j: a unit's length is its output weight. */
function networkOf({problem}: SolverContext, {now, fixed: {directions}}: FeatureState): Vars {
  const rows = [now.v, tf.neg(now.v)].map((weights) => tf.mul(tf.relu(weights), directions));
  return facetOf(problem).toNetwork(tf.transpose(tf.concat(rows, 0)) as tf.Tensor2D, directions);
}

export default defineSolver<FeatureState>({
  init,
  step,
  cost: () => PASSES,
  notices({problem}, {features: {pull}}) {
    return facetOf(problem).beta >= pull ? [`With beta at or above ${pull.toPrecision(4)} the optimum of this programme is the zero network.`] : [];
  },
  weights: networkOf,
  metrics(_context, state) {
    const measured = residuals(state);
    const largest = (name: string): tf.Scalar => tf.max(tf.stack(SPLITTINGS.map((k) => measured[`${name}${k}`])));
    return {
      primalResidual: largest('primal'),
      dualResidual: largest('dual'),
      activeNeurons: tf.sum(tf.cast(tf.notEqual(state.now.v, 0), 'float32')) as tf.Scalar,
      ...state.penalties,
    };
  },
  stop: ({primalResidual, dualResidual}) =>
    Math.max(primalResidual, dualResidual) < AT_REST ? `all relative residuals are below ${AT_REST}: the programme is solved to float32` : null,
  host: {
    at: (iteration) => BALANCE_AT.has(iteration),
    measure: (_context, state) => residuals(state),
    apply: balance,
  },
});
