import * as tf from '@tensorflow/tfjs-core';
import type {ParamValues} from '../../core/params.ts';
import type {ConvexReluFacet, Problem} from '../../core/problem.ts';
import {defineSolver, type SolverContext, type SolverState} from '../../core/solver.ts';
import {norm2} from '../../numerics/norms.ts';
import {type Patterns, patternsOfGates, samplePatterns} from '../../numerics/patterns.ts';
import {factorise, type Penalties, type Setup, setUp, startingPenalties} from './factor.ts';

/**
 * ADMM on the convex programme of a two-layer ReLU network with fixed activation patterns D_i, E_i = 2 D_i - I:
 *
 *   min loss(F u, y) + beta sum |u_g|   s.t. G u >= 0,      F u = sum_i D_i X (v_i - w_i),   G stacks E_i X,
 *
 * split as u = v (rho1), G u = s >= 0 (rho2), F u = r (rho3) with scaled duals lam, nu, eta:
 *
 *   U = argmin of the quadratic (factor.ts);  over-relax U, GU, FU by a;
 *   V = shrink(U + lam, beta/rho1) by columns;  S = max(0, GU + nu);  r = prox_{loss/rho3}(FU + eta);
 *   lam += U - V;  nu += GU - S;  eta += FU - r.
 *
 * Sources: Bai, Gautam and Sojoudi (2022) for the splitting; the n x n linear step, the starting penalties and
 * the balancing schedule are this project's own. Columns 0..P-1 are the v_i, P..2P-1 the w_i.
 */
interface Iterates {
  /** [d, 2P] */
  readonly u: tf.Tensor2D;
  readonly v: tf.Tensor2D;
  readonly lam: tf.Tensor2D;
  /** [n, 2P] */
  readonly gu: tf.Tensor2D;
  readonly s: tf.Tensor2D;
  readonly nu: tf.Tensor2D;
  /** [n, 1] */
  readonly fu: tf.Tensor2D;
  readonly r: tf.Tensor2D;
  readonly eta: tf.Tensor2D;
}

interface AdmmState extends SolverState {
  readonly now: Iterates;
  /** V, S and r one iteration earlier, for the dual residuals. */
  readonly before: {readonly v: tf.Tensor2D; readonly s: tf.Tensor2D; readonly r: tf.Tensor2D};
  /** [D, -D] and [E, E], [n, 2P]. */
  readonly masks: {readonly signedD: tf.Tensor2D; readonly e: tf.Tensor2D};
  readonly inverses: {readonly b: tf.Tensor2D; readonly m: tf.Tensor2D};
  readonly penalties: Penalties;
  readonly setup: Setup;
  readonly patterns: Patterns;
}

/** Iterations after which residuals are balanced: often at first, then ever more rarely, so that ADMM's convergence holds. */
const BALANCE_AT = new Set([5, 7, 10, 15, 22, 33, 49, 73, 109, 163, 244, 366]);
/** Two products with X and two with X': as much as two gradients of a network of the same size. */
const PASSES = 2;
/** Arrays of n x 2P floats that an iteration holds at once, temporaries included, and the bytes that all may take. */
const WIDE_ARRAYS = 14;
const MEMORY_LIMIT = 1e9;
/** n^2 (P + n), the cost of the products and the factorisation: about a quarter of a minute. */
const WORK_LIMIT = 1.2e10;
/** Relative residuals below this are float32 at rest. */
const AT_REST = 1e-7;
const SPLITTINGS = [1, 2, 3] as const;

function facetOf(problem: Problem): ConvexReluFacet {
  if (!problem.convexRelu) throw new Error('this problem has no convex reformulation');
  return problem.convexRelu;
}

function choosePatterns({problem, params, seed}: SolverContext): Patterns {
  const {train, d} = problem.data;
  const gates = params.gates as readonly (readonly number[])[];
  if (gates.length === 0) return samplePatterns(train.x, train.n, d, Number(params.patterns), seed);
  const wrong = gates.findIndex((gate) => gate.length !== d);
  if (wrong >= 0) throw new Error(`gate ${wrong + 1} has ${gates[wrong].length} numbers, but the data have ${d} columns (the constant included)`);
  return patternsOfGates(train.x, train.n, d, gates);
}

function uploadInverses(setup: Setup, penalties: Penalties): AdmmState['inverses'] {
  const {bInverse, mInverse} = factorise(setup, penalties);
  return {
    b: tf.tensor2d(Float32Array.from(bInverse), [setup.d, setup.d]),
    m: tf.tensor2d(Float32Array.from(mInverse), [setup.n, setup.n]),
  };
}

function uploadMasks({mask, count}: Patterns, n: number): AdmmState['masks'] {
  const signedD = new Float32Array(n * 2 * count);
  const e = new Float32Array(n * 2 * count);
  for (let i = 0; i < n; i++) {
    for (let p = 0; p < count; p++) {
      const on = mask[i * count + p];
      signedD[i * 2 * count + p] = on;
      signedD[i * 2 * count + count + p] = -on;
      e[i * 2 * count + p] = 2 * on - 1;
      e[i * 2 * count + count + p] = 2 * on - 1;
    }
  }
  return {signedD: tf.tensor2d(signedD, [n, 2 * count]), e: tf.tensor2d(e, [n, 2 * count])};
}

function init(context: SolverContext): AdmmState {
  const {train, d} = context.problem.data;
  const facet = facetOf(context.problem);
  const patterns = choosePatterns(context);
  if (patterns.count === 0) throw new Error('none of the patterns is active on any sample; draw more, or give other gates');
  const bytes = WIDE_ARRAYS * 4 * train.n * 2 * patterns.count;
  if (bytes > MEMORY_LIMIT) {
    const gigabytes = (bytes / 1e9).toFixed(1);
    throw new Error(`${patterns.count} patterns on ${train.n} samples need about ${gigabytes} GB; at most ${MEMORY_LIMIT / 1e9} GB can be used. Take fewer patterns or samples`);
  }
  const work = train.n ** 2 * (patterns.count + train.n);
  if (work > WORK_LIMIT) {
    throw new Error(`${patterns.count} patterns on ${train.n} samples need ${work.toExponential(0)} operations to set up, which takes minutes. Take fewer patterns or samples`);
  }
  const pullAtZero = Float64Array.from(train.y, (y) => facet.loss.pullAtZero(y));
  const setup = setUp(train, d, patterns, pullAtZero);
  const rho = Number(context.params.rho);
  const penalties = context.params.penalties === 'fixed' ? {rho1: rho, rho2: rho, rho3: rho} : startingPenalties(setup, facet.beta);
  const zeros = (rows: number, columns: number): tf.Tensor2D => tf.zeros([rows, columns]);
  const [columns, n] = [2 * patterns.count, train.n];
  const now: Iterates = {
    u: zeros(d, columns), v: zeros(d, columns), lam: zeros(d, columns),
    gu: zeros(n, columns), s: zeros(n, columns), nu: zeros(n, columns),
    fu: zeros(n, 1), r: zeros(n, 1), eta: zeros(n, 1),
  };
  return {
    now,
    before: {v: now.v, s: now.s, r: now.r},
    masks: uploadMasks(patterns, n),
    inverses: uploadInverses(setup, penalties),
    penalties,
    setup,
    patterns,
  };
}

/**
 * The linear step. With c = r - eta and h = B^{-1} (rho1 (V - lam) + rho2 G'(S - nu)), Woodbury's identity gives
 *
 *   U = h + B^{-1} F' M^{-1} (c - F h),
 *
 * where the large terms rho3 F'c have cancelled on paper; subtracting them in float32 would cost digits.
 */
function solveLinear(x: tf.Tensor2D, {now, masks, inverses, penalties}: AdmmState): tf.Tensor2D {
  const cones = tf.mul(masks.e, tf.mul(penalties.rho2, tf.sub(now.s, now.nu))) as tf.Tensor2D;
  const near = tf.mul(penalties.rho1, tf.sub(now.v, now.lam));
  const h = tf.matMul(inverses.b, tf.add(near, tf.matMul(x, cones, true, false)) as tf.Tensor2D);
  const fh = tf.sum(tf.mul(masks.signedD, tf.matMul(x, h)), 1, true);
  const q = tf.matMul(inverses.m, tf.sub(tf.sub(now.r, now.eta), fh) as tf.Tensor2D);
  const pull = tf.matMul(x, tf.mul(masks.signedD, q) as tf.Tensor2D, true, false);
  return tf.add(h, tf.matMul(inverses.b, pull)) as tf.Tensor2D;
}

/** Columns shortened by `by`, or zero where shorter than that. */
function shrinkColumns(a: tf.Tensor2D, by: number): tf.Tensor2D {
  const norms = norm2(a, 0, true);
  return tf.mul(a, tf.relu(tf.sub(1, tf.divNoNan(by, norms)))) as tf.Tensor2D;
}

function step(context: SolverContext, state: AdmmState): {readonly state: AdmmState; readonly evaluations: number} {
  const {problem} = context;
  const facet = facetOf(problem);
  const {now, masks, penalties} = state;
  const a = Number(context.params.relaxation);
  const relax = (fresh: tf.Tensor2D, old: tf.Tensor2D): tf.Tensor2D => tf.add(tf.mul(a, fresh), tf.mul(1 - a, old)) as tf.Tensor2D;

  const u = solveLinear(problem.train.x, state);
  const xu = tf.matMul(problem.train.x, u);
  const gu = tf.mul(masks.e, xu) as tf.Tensor2D;
  const fu = tf.sum(tf.mul(masks.signedD, xu), 1, true) as tf.Tensor2D;

  const uPlus = tf.add(relax(u, now.v), now.lam) as tf.Tensor2D;
  const guPlus = tf.add(relax(gu, now.s), now.nu) as tf.Tensor2D;
  const fuPlus = tf.add(relax(fu, now.r), now.eta) as tf.Tensor2D;
  const v = shrinkColumns(uPlus, facet.beta / penalties.rho1);
  const s = tf.relu(guPlus);
  const r = facet.loss.prox(fuPlus, problem.train.y, penalties.rho3) as tf.Tensor2D;
  const next: Iterates = {
    u, v, lam: tf.sub(uPlus, v) as tf.Tensor2D,
    gu, s, nu: tf.sub(guPlus, s) as tf.Tensor2D,
    fu, r, eta: tf.sub(fuPlus, r) as tf.Tensor2D,
  };
  return {state: {...state, now: next, before: {v: now.v, s: now.s, r: now.r}}, evaluations: PASSES};
}

/** |a - b| / max(|a|, |b|), with 0/0 = 0. */
const relativeDistance = (a: tf.Tensor, b: tf.Tensor): tf.Scalar =>
  tf.divNoNan(norm2(tf.sub(a, b)), tf.maximum(norm2(a), norm2(b))) as tf.Scalar;

/**
 * Relative residuals of each splitting: primal |A u - z| / max(|A u|, |z|), dual |A'(z - z_before)| / |A' dual|
 * (rho cancels), where A is I, G or F.
 */
function residuals(x: tf.Tensor2D, {now, before, masks}: AdmmState): Readonly<Record<string, tf.Scalar>> {
  const back = (mask: tf.Tensor2D, z: tf.Tensor2D): tf.Tensor2D => tf.matMul(x, tf.mul(mask, z) as tf.Tensor2D, true, false);
  const ratio = (change: tf.Tensor, dual: tf.Tensor): tf.Scalar => tf.divNoNan(norm2(change), norm2(dual)) as tf.Scalar;
  const {e, signedD} = masks;
  return {
    primal1: relativeDistance(now.u, now.v),
    primal2: relativeDistance(now.gu, now.s),
    primal3: relativeDistance(now.fu, now.r),
    dual1: ratio(tf.sub(now.v, before.v), now.lam),
    dual2: ratio(back(e, tf.sub(now.s, before.s) as tf.Tensor2D), back(e, now.nu)),
    dual3: ratio(back(signedD, tf.sub(now.r, before.r) as tf.Tensor2D), back(signedD, now.eta)),
  };
}

/** rho_k *= clip(sqrt(primal_k / dual_k), 0.2, 5); the scaled duals are divided by the same factor. */
function balance(_context: SolverContext, state: AdmmState, measured: Readonly<Record<string, number>>): AdmmState {
  const [f1, f2, f3] = SPLITTINGS.map((k) => {
    const ratio = measured[`primal${k}`] / measured[`dual${k}`];
    return Number.isFinite(ratio) && ratio > 0 ? Math.min(5, Math.max(0.2, Math.sqrt(ratio))) : 1;
  });
  const {rho1, rho2, rho3} = state.penalties;
  const penalties = {rho1: rho1 * f1, rho2: rho2 * f2, rho3: rho3 * f3};
  const scale = (dual: tf.Tensor2D, factor: number): tf.Tensor2D => tf.mul(dual, 1 / factor) as tf.Tensor2D;
  const {now} = state;
  return {
    ...state,
    now: {...now, lam: scale(now.lam, f1), nu: scale(now.nu, f2), eta: scale(now.eta, f3)},
    penalties,
    inverses: uploadInverses(state.setup, penalties),
  };
}

function notices(context: SolverContext, {patterns, setup}: AdmmState): readonly string[] {
  const {beta} = facetOf(context.problem);
  const given = (context.params.gates as readonly unknown[]).length;
  const wanted = given || Number(context.params.patterns);
  const said: string[] = [];
  if (patterns.count < wanted) {
    said.push(`${patterns.count} distinct patterns ${given ? `among the ${given} given gates` : `were found where ${wanted} were asked for`}.`);
  }
  if (beta >= setup.pull) {
    said.push(`With beta at or above ${setup.pull.toPrecision(4)} the optimum of this programme is the zero network.`);
  }
  return said;
}

export default defineSolver<AdmmState>({
  init,
  step,
  cost: () => PASSES,
  notices,
  weights: ({problem}, {now}) => facetOf(problem).toNetwork(now.v),
  metrics: (context, state) => {
    const measured = residuals(context.problem.train.x, state);
    const largest = (name: string): tf.Scalar => tf.max(tf.stack(SPLITTINGS.map((k) => measured[`${name}${k}`])));
    return {
      primalResidual: largest('primal'),
      dualResidual: largest('dual'),
      activeNeurons: tf.sum(tf.cast(tf.greater(norm2(state.now.v, 0), 0), 'float32')) as tf.Scalar,
      ...state.penalties,
    };
  },
  stop: ({primalResidual, dualResidual}) =>
    Math.max(primalResidual, dualResidual) < AT_REST ? `all relative residuals are below ${AT_REST}: the programme is solved to float32` : null,
  host: {
    at: (iteration: number, params: ParamValues) => params.penalties === 'automatic' && BALANCE_AT.has(iteration),
    measure: (context, state) => residuals(context.problem.train.x, state),
    apply: balance,
  },
});
