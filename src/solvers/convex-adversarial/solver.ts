import * as tf from '@tensorflow/tfjs-core';
import type {ConvexRobustFacet, Problem} from '../../core/problem.ts';
import {defineSolver, type SolverContext, type SolverState, type StepResult} from '../../core/solver.ts';
import {norm2} from '../../numerics/norms.ts';
import type {Patterns} from '../../numerics/patterns.ts';
import {sampleRobustPatterns} from '../../numerics/robustPatterns.ts';
import {projectOnCone, proxWorstHinge, worstMarginLoss} from '../../numerics/robustProx.ts';
import {analyse, type Penalties, type Spectra, startingPenalties} from './factor.ts';

/**
 * ADMM on the convex programme of a two-layer ReLU network under l-infinity attacks, with fixed patterns D_i,
 * E_i = 2 D_i - I, and b_k = sum_i D_i(k,k) (v_i - w_i) the linear model that sample k sees:
 *
 *   min sum_k max(0, 1 - y_k x_k.b_k + epsilon |b_k,bar|_1) + beta sum_g |u_g|
 *   s.t. E_g X u_g >= epsilon |u_g,bar|_1 for every group u_g (the v_i, then the w_i),
 *
 * where a bar leaves out the constant's weight. Within the cones no neuron changes sides on a sample's box, so the
 * objective is exactly the network's worst case. Split as u = v (rho1), (E X u, kappa u_bar) = (s, p) in the cones
 * (rho2), B u = r (rho3) with scaled duals lam, (nu, pi), eta:
 *
 *   U = argmin of the quadratic;  over-relax by a;
 *   V = shrink(U + lam, beta/rho1) by columns;  (S, P) = projection on the cones;  R = prox of the worst hinge loss;
 *   lam += U - V;  nu += E X U - S;  pi += kappa U_bar - P;  eta += B U - R.
 *
 * Source of the programme: Bai, Gautam and Sojoudi (2022), section on adversarial training. Two things are this
 * project's own: only patterns with a non-empty cone are sampled (robustPatterns.ts), and the linear step, where U'
 * solves a Sylvester equation, is done in the eigenvectors of D D' and of X'X + kappa^2 I_bar, so that changing the
 * penalties needs no new factorisation.
 */
interface Iterates {
  /** [d, 2P] */
  readonly u: tf.Tensor2D;
  readonly v: tf.Tensor2D;
  readonly lam: tf.Tensor2D;
  readonly ku: tf.Tensor2D;
  readonly p: tf.Tensor2D;
  readonly pi: tf.Tensor2D;
  /** [n, 2P] */
  readonly gu: tf.Tensor2D;
  readonly s: tf.Tensor2D;
  readonly nu: tf.Tensor2D;
  /** [n, d] */
  readonly bu: tf.Tensor2D;
  readonly r: tf.Tensor2D;
  readonly eta: tf.Tensor2D;
}

type Copies = Pick<Iterates, 'v' | 's' | 'p' | 'r'>;

interface AdversarialState extends SolverState {
  readonly now: Iterates;
  /** The copies one iteration earlier, for the dual residuals. */
  readonly before: Copies;
  /** [D, -D] and [E, E], [n, 2P]; y_i x_i, [n, d]; epsilon for inputs and 0 for the constant, [d]; 1 and 0, [d, 1]. */
  readonly fixed: {
    readonly signedD: tf.Tensor2D;
    readonly e: tf.Tensor2D;
    readonly yx: tf.Tensor2D;
    readonly radii: tf.Tensor1D;
    readonly bar: tf.Tensor2D;
  };
  /** Bases [n, rank] and [d, d] with their eigenvalues [rank, 1] and [1, d]. */
  readonly spectra: {
    readonly sampleBasis: tf.Tensor2D;
    readonly shared: tf.Tensor2D;
    readonly inputBasis: tf.Tensor2D;
    readonly inputs: tf.Tensor2D;
  };
  readonly penalties: Penalties;
  readonly host: Spectra;
  readonly count: number;
}

/** Iterations after which residuals are balanced: often at first, then ever more rarely, so that ADMM's convergence holds. */
const BALANCE_AT = new Set([5, 7, 10, 15, 22, 33, 49, 73, 109, 163, 244, 366, 549, 823, 1234]);
/** Five products of n x 2P x d; a gradient of a network of that size takes two. */
const PASSES = 2.5;
/** Arrays of n x 2P floats that an iteration holds at once, temporaries included, and the bytes that all may take. */
const WIDE_ARRAYS = 30;
const MEMORY_LIMIT = 1e9;
/** Relative residuals below this are at rest for float32. */
const AT_REST = 1e-5;
const SPLITTINGS = [1, 2, 3] as const;

function facetOf(problem: Problem): ConvexRobustFacet {
  if (!problem.convexRobust) throw new Error('this problem has no convex programme under attack');
  return problem.convexRobust;
}

function upload({problem}: SolverContext, {mask, count}: Patterns, epsilon: number): AdversarialState['fixed'] {
  const {train: {n, x, y}, d} = problem.data;
  const signedD = new Float32Array(n * 2 * count);
  const e = new Float32Array(n * 2 * count);
  for (let i = 0; i < n; i++) {
    for (let p = 0; p < count; p++) {
      const on = mask[i * count + p];
      const at = i * 2 * count + p;
      signedD[at] = on;
      signedD[at + count] = -on;
      e[at] = e[at + count] = 2 * on - 1;
    }
  }
  const bar = Float32Array.from({length: d}, (_, t) => (t < d - 1 ? 1 : 0));
  return {
    signedD: tf.tensor2d(signedD, [n, 2 * count]),
    e: tf.tensor2d(e, [n, 2 * count]),
    yx: tf.tensor2d(Float32Array.from(x, (value, at) => value * y[Math.floor(at / d)]), [n, d]),
    radii: tf.tensor1d(bar.map((one) => epsilon * one)),
    bar: tf.tensor2d(bar, [d, 1]),
  };
}

function init(context: SolverContext): AdversarialState {
  const {train, d} = context.problem.data;
  const {beta, epsilon} = facetOf(context.problem);
  const {n} = train;
  const patterns = sampleRobustPatterns(train.x, n, d, Number(context.params.patterns), context.seed, epsilon);
  const {count} = patterns;
  const bytes = WIDE_ARRAYS * 4 * n * 2 * count;
  if (bytes > MEMORY_LIMIT) {
    throw new Error(`${count} patterns on ${n} samples need about ${(bytes / 1e9).toFixed(1)} GB; at most ${MEMORY_LIMIT / 1e9} GB can be used. Take fewer patterns or samples`);
  }
  const host = analyse(train, d, patterns);
  const zeros = (rows: number, columns: number): tf.Tensor2D => tf.zeros([rows, columns]);
  const columns = 2 * count;
  const now: Iterates = {
    u: zeros(d, columns), v: zeros(d, columns), lam: zeros(d, columns),
    ku: zeros(d, columns), p: zeros(d, columns), pi: zeros(d, columns),
    gu: zeros(n, columns), s: zeros(n, columns), nu: zeros(n, columns),
    bu: zeros(n, d), r: zeros(n, d), eta: zeros(n, d),
  };
  return {
    now,
    before: {v: now.v, s: now.s, p: now.p, r: now.r},
    fixed: upload(context, patterns, epsilon),
    spectra: {
      sampleBasis: tf.tensor2d(Float32Array.from(host.sampleBasis), [n, host.rank]),
      shared: tf.tensor2d(Float32Array.from(host.shared), [host.rank, 1]),
      inputBasis: tf.tensor2d(Float32Array.from(host.inputBasis), [d, d]),
      inputs: tf.tensor2d(Float32Array.from(host.inputs), [1, d]),
    },
    penalties: startingPenalties(host, n, beta),
    host,
    count,
  };
}

/**
 * The linear step. With C = X'X + kappa^2 I_bar, M = rho1 I + rho2 C and
 * N = rho1 (V - lam) + rho2 (X'(E o (S - nu)) + kappa (P - pi)_bar), the minimiser is
 *
 *   U' = H' + S' Z,   H = M^{-1} N,   2 rho3 D D' Z + Z M = rho3 (R - eta - B H),
 *
 * with S = [D, -D], so that B H = S H'. Both solves are divisions in the eigenvectors of C and D D'. The large terms
 * rho3 S'(R - eta) have cancelled on paper, as in convex ADMM.
 */
function solveLinear(x: tf.Tensor2D, {now, fixed, spectra, penalties, host}: AdversarialState): tf.Tensor2D {
  const {rho1, rho2, rho3} = penalties;
  const {sampleBasis, shared, inputBasis, inputs} = spectra;
  const eigenvalues = tf.add(rho1, tf.mul(rho2, inputs)) as tf.Tensor2D;
  const cones = tf.matMul(x, tf.mul(fixed.e, tf.sub(now.s, now.nu)) as tf.Tensor2D, true, false);
  const inner = tf.mul(host.kappa, tf.mul(fixed.bar, tf.sub(now.p, now.pi)));
  const right = tf.add(tf.mul(rho1, tf.sub(now.v, now.lam)), tf.mul(rho2, tf.add(cones, inner))) as tf.Tensor2D;
  const h = tf.matMul(inputBasis, tf.div(tf.matMul(inputBasis, right, true, false), tf.transpose(eigenvalues)) as tf.Tensor2D);
  const rest = tf.sub(tf.sub(now.r, now.eta), tf.matMul(fixed.signedD, h, false, true)) as tf.Tensor2D;
  const turned = tf.matMul(tf.matMul(sampleBasis, rest, true, false), inputBasis);
  const solved = tf.div(tf.mul(rho3, turned), tf.add(tf.mul(2 * rho3, shared), eigenvalues)) as tf.Tensor2D;
  const z = tf.matMul(tf.matMul(sampleBasis, solved), inputBasis, false, true);
  return tf.add(h, tf.matMul(z, fixed.signedD, true, false)) as tf.Tensor2D;
}

/** Columns shortened by `by`, or zero where shorter than that. */
function shrinkColumns(a: tf.Tensor2D, by: number): tf.Tensor2D {
  const norms = norm2(a, 0, true);
  return tf.mul(a, tf.relu(tf.sub(1, tf.divNoNan(by, norms)))) as tf.Tensor2D;
}

function step(context: SolverContext, state: AdversarialState): {readonly state: AdversarialState; readonly evaluations: number} {
  const {beta, epsilon} = facetOf(context.problem);
  const {x} = context.problem.train;
  const {now, fixed, penalties, host} = state;
  const a = Number(context.params.relaxation);
  const relax = (fresh: tf.Tensor2D, old: tf.Tensor2D, dual: tf.Tensor2D): tf.Tensor2D =>
    tf.add(tf.add(tf.mul(a, fresh), tf.mul(1 - a, old)), dual) as tf.Tensor2D;

  const u = solveLinear(x, state);
  const ku = tf.mul(host.kappa, tf.mul(fixed.bar, u)) as tf.Tensor2D;
  const gu = tf.mul(fixed.e, tf.matMul(x, u)) as tf.Tensor2D;
  const bu = tf.matMul(fixed.signedD, u, false, true) as tf.Tensor2D;

  const uPlus = relax(u, now.v, now.lam);
  const kuPlus = relax(ku, now.p, now.pi);
  const guPlus = relax(gu, now.s, now.nu);
  const buPlus = relax(bu, now.r, now.eta);
  const v = shrinkColumns(uPlus, beta / penalties.rho1);
  const {s, p} = projectOnCone({s: guPlus, p: kuPlus}, epsilon / host.kappa);
  const r = proxWorstHinge(buPlus, fixed.yx, fixed.radii, penalties.rho3);
  const dual = (plus: tf.Tensor2D, copy: tf.Tensor2D): tf.Tensor2D => tf.sub(plus, copy) as tf.Tensor2D;
  const next: Iterates = {
    u, v, lam: dual(uPlus, v),
    ku, p, pi: dual(kuPlus, p),
    gu, s, nu: dual(guPlus, s),
    bu, r, eta: dual(buPlus, r),
  };
  return {state: {...state, now: next, before: {v: now.v, s: now.s, p: now.p, r: now.r}}, evaluations: PASSES};
}

/**
 * Relative residuals of each splitting: primal |A u - z| / max(|A u|, |z|), dual |A'(z - z_before)| / |A' dual|
 * (rho cancels). Below the size of weights that give one sample an output of one, distances count in that unit, so that
 * a programme whose optimum is zero comes to rest too.
 */
function residuals(x: tf.Tensor2D, {now, before, fixed, host}: AdversarialState): Readonly<Record<string, tf.Scalar>> {
  const unit = 1 / Math.sqrt(host.meanSquare);
  const distance = (pairs: readonly (readonly [tf.Tensor, tf.Tensor])[], floor: number): tf.Scalar => {
    const length = (parts: readonly tf.Tensor[]): tf.Tensor => tf.sqrt(tf.addN(parts.map((part) => tf.sum(tf.square(part)))));
    const sizes = [length(pairs.map(([one]) => one)), length(pairs.map(([, other]) => other)), tf.scalar(floor)];
    return tf.div(length(pairs.map(([one, other]) => tf.sub(one, other))), tf.max(tf.stack(sizes))) as tf.Scalar;
  };
  const cones = (s: tf.Tensor, p: tf.Tensor): tf.Tensor =>
    tf.add(tf.matMul(x, tf.mul(fixed.e, s) as tf.Tensor2D, true, false), tf.mul(host.kappa, p));
  const sums = (r: tf.Tensor): tf.Tensor => tf.matMul(r as tf.Tensor2D, fixed.signedD, true, false);
  const ratio = (change: tf.Tensor, dual: tf.Tensor): tf.Scalar => tf.divNoNan(norm2(change), norm2(dual)) as tf.Scalar;
  return {
    primal1: distance([[now.u, now.v]], unit),
    primal2: distance([[now.gu, now.s], [now.ku, now.p]], 1),
    primal3: distance([[now.bu, now.r]], unit),
    dual1: ratio(tf.sub(now.v, before.v), now.lam),
    dual2: ratio(cones(tf.sub(now.s, before.s), tf.sub(now.p, before.p)), cones(now.nu, now.pi)),
    dual3: ratio(sums(tf.sub(now.r, before.r)), sums(now.eta)),
  };
}

/** rho_k *= clip(sqrt(primal_k / dual_k), 0.2, 5); the scaled duals are divided by the same factor. */
function balance(_context: SolverContext, state: AdversarialState, measured: Readonly<Record<string, Float32Array>>): StepResult<AdversarialState> {
  const [f1, f2, f3] = SPLITTINGS.map((k) => {
    const ratio = measured[`primal${k}`][0] / measured[`dual${k}`][0];
    return Number.isFinite(ratio) && ratio > 0 ? Math.min(5, Math.max(0.2, Math.sqrt(ratio))) : 1;
  });
  const {rho1, rho2, rho3} = state.penalties;
  const scale = (dual: tf.Tensor2D, factor: number): tf.Tensor2D => tf.mul(dual, 1 / factor) as tf.Tensor2D;
  const {now} = state;
  const balanced = {
    ...state,
    now: {...now, lam: scale(now.lam, f1), nu: scale(now.nu, f2), pi: scale(now.pi, f2), eta: scale(now.eta, f3)},
    penalties: {rho1: rho1 * f1, rho2: rho2 * f2, rho3: rho3 * f3},
  };
  return {state: balanced, evaluations: 0};
}

/** The programme's objective at V: the network's exact worst case as far as V keeps to the cones. */
function programmeObjective(context: SolverContext, {now, fixed}: AdversarialState): tf.Scalar {
  const {beta} = facetOf(context.problem);
  const b = tf.matMul(fixed.signedD, now.v, false, true);
  return tf.add(tf.sum(tf.relu(worstMarginLoss(b, fixed.yx, fixed.radii))), tf.mul(beta, tf.sum(norm2(now.v, 0)))) as tf.Scalar;
}

function notices(context: SolverContext, {count, host}: AdversarialState): readonly string[] {
  const {beta, epsilon} = facetOf(context.problem);
  const wanted = Number(context.params.patterns);
  const said: string[] = [];
  if (count === 1 && wanted > 1) {
    said.push(`At radius ${epsilon} no direction that was drawn leaves a gap between the samples' boxes for a neuron's boundary, so this programme holds only networks that are linear on the data.`);
  } else if (count < wanted) {
    said.push(`${count} patterns whose neurons keep out of the samples' boxes were found where ${wanted} were asked for.`);
  }
  if (beta >= host.pull) {
    said.push(`With beta at or above ${host.pull.toPrecision(4)} the optimum of this programme is the zero network.`);
  }
  return said;
}

function restReason({primalResidual, dualResidual, activeNeurons}: Readonly<Record<string, number>>): string | null {
  if (!(Math.max(primalResidual, dualResidual) < AT_REST)) return null;
  const rest = `all relative residuals are below ${AT_REST}: the programme is solved to float32`;
  return activeNeurons > 0 ? rest : `${rest}, and its optimum is the zero network; take a smaller radius or weight decay`;
}

export default defineSolver<AdversarialState>({
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
      programmeObjective: programmeObjective(context, state),
      patterns: state.count,
      ...state.penalties,
    };
  },
  stop: restReason,
  host: {
    at: (iteration: number) => BALANCE_AT.has(iteration),
    measure: (context, state) => residuals(context.problem.train.x, state),
    apply: balance,
  },
});
