import * as tf from '@tensorflow/tfjs-core';
import type {ConvexLoss} from '../../core/problem.ts';
import {norm2} from '../../numerics/norms.ts';
import type {Masks} from './columns.ts';
import type {Penalties} from './factor.ts';

/**
 * One iteration of ADMM on the convex programme of a two-layer ReLU network. Column c has the pattern D_c, the sign s_c
 * and E_c = 2 D_c - I:
 *
 *   min loss(F u, y) + beta sum_c |u_c|   s.t.  G u >= 0,      F u = sum_c s_c D_c X u_c,   G stacks E_c X,
 *
 * split as u = v (rho1), G u = s >= 0 (rho2), F u = r (rho3) with scaled duals lam, nu, eta:
 *
 *   U = argmin of the quadratic;  over-relax U, GU, FU by a;
 *   V = shrink(U + lam, beta/rho1) by columns;  S = max(0, GU + nu);  r = prox_{loss/rho3}(FU + eta);
 *   lam += U - V;  nu += GU - S;  eta += FU - r.
 *
 * A gated network has no cones: G, S and nu fall away (rho2 = 0). Sources: Bai, Gautam and Sojoudi (2022) for the
 * splitting; the n x n linear step, the starting penalties and the balancing schedule are this project's own.
 */
export interface Iterates {
  /** [d, C] */
  readonly u: tf.Tensor2D;
  readonly v: tf.Tensor2D;
  readonly lam: tf.Tensor2D;
  /** [n, 1] */
  readonly fu: tf.Tensor2D;
  readonly r: tf.Tensor2D;
  readonly eta: tf.Tensor2D;
}

/** [n, C] each. */
export interface Cones {
  readonly gu: tf.Tensor2D;
  readonly s: tf.Tensor2D;
  readonly nu: tf.Tensor2D;
}

/** V, S and r one iteration earlier, for the dual residuals. */
export interface Before {
  readonly v: tf.Tensor2D;
  readonly s: tf.Tensor2D | undefined;
  readonly r: tf.Tensor2D;
}

/**
 * What solves M q = c, M = I/rho3 + F B^{-1} F' (n x n): its inverse, or the last solution, which conjugate gradients
 * start from, with what follows from it linearly: M q, X'(F' q) by columns [d, C], and X B^{-1} of that [n, C].
 */
export interface Linear {
  /** B^{-1}, B = rho1 I + rho2 X'X. */
  readonly b: tf.Tensor2D;
  readonly inverse?: tf.Tensor2D;
  readonly diagonal?: tf.Tensor2D;
  readonly q?: tf.Tensor2D;
  readonly mq?: tf.Tensor2D;
  readonly back?: tf.Tensor2D;
  readonly image?: tf.Tensor2D;
}

/** Everything that an iteration reads and makes anew. */
export interface Point {
  readonly now: Iterates;
  readonly cones: Cones | null;
  readonly before: Before;
  readonly linear: Linear;
}

export interface Setting {
  readonly x: tf.Tensor2D;
  /** X', stored: the WASM backend multiplies by a transposed matrix many times slower. */
  readonly xt: tf.Tensor2D;
  readonly y: tf.Tensor2D;
  readonly beta: number;
  readonly loss: ConvexLoss;
  /** Over-relaxation a. */
  readonly relaxation: number;
}

/** Conjugate-gradient steps of one linear step. The start is good, so few do. */
export const CG_STEPS = 4;

const plus = (a: tf.Tensor | number, b: tf.Tensor): tf.Tensor2D => tf.add(a, b) as tf.Tensor2D;
const minus = (a: tf.Tensor, b: tf.Tensor): tf.Tensor2D => tf.sub(a, b) as tf.Tensor2D;
const times = (a: tf.Tensor | number, b: tf.Tensor): tf.Tensor2D => tf.mul(a, b) as tf.Tensor2D;
const overColumns = (z: tf.Tensor): tf.Tensor2D => tf.sum(z, 1, true) as tf.Tensor2D;

/** F' q before B^{-1} (X' of it), X B^{-1} of that, and M q. */
function applyM({x, xt}: Setting, {signedD}: Masks, b: tf.Tensor2D, rho3: number, q: tf.Tensor2D): {readonly mq: tf.Tensor2D; readonly back: tf.Tensor2D; readonly image: tf.Tensor2D} {
  const pulled: tf.Tensor2D = tf.matMul(xt, times(signedD, q));
  const image: tf.Tensor2D = tf.matMul(x, tf.matMul(b, pulled));
  return {mq: plus(times(1 / rho3, q), overColumns(times(signedD, image))), back: pulled, image};
}

/** Conjugate gradients' start at q for new columns or penalties, with Jacobi's preconditioner diag(M). */
export function startOfCg(setting: Setting, masks: Masks, b: tf.Tensor2D, rho3: number, q: tf.Tensor2D): Linear {
  const leverage = overColumns(times(tf.matMul(setting.x, b), setting.x));
  const counts = overColumns(tf.abs(masks.signedD));
  const diagonal = plus(1 / rho3, tf.mul(leverage, counts));
  return {b, diagonal, q, ...applyM(setting, masks, b, rho3, q)};
}

/** CG_STEPS preconditioned steps on M q = c from the last q. */
function conjugateGradients(setting: Setting, masks: Masks, rho3: number, linear: Linear, c: tf.Tensor2D): Required<Omit<Linear, 'inverse'>> {
  let {q, mq, back: pulled, image} = linear as Required<Omit<Linear, 'inverse'>>;
  const {b, diagonal} = linear as Required<Omit<Linear, 'inverse'>>;
  let residual = minus(c, mq);
  let z = tf.div(residual, diagonal) as tf.Tensor2D;
  let p = z;
  let rz = tf.sum(tf.mul(residual, z));
  for (let step = 0; step < CG_STEPS; step++) {
    const moved = applyM(setting, masks, b, rho3, p);
    const length = tf.divNoNan(rz, tf.sum(tf.mul(p, moved.mq)));
    q = plus(q, times(length, p));
    mq = plus(mq, times(length, moved.mq));
    pulled = plus(pulled, times(length, moved.back));
    image = plus(image, times(length, moved.image));
    if (step === CG_STEPS - 1) break;
    residual = minus(residual, times(length, moved.mq));
    z = tf.div(residual, diagonal) as tf.Tensor2D;
    const next = tf.sum(tf.mul(residual, z));
    p = plus(z, times(tf.divNoNan(next, rz), p));
    rz = next;
  }
  return {b, diagonal, q, mq, back: pulled, image};
}

/**
 * The linear step. With c = r - eta and h = B^{-1} (rho1 (V - lam) + rho2 G'(S - nu)), Woodbury's identity gives
 *
 *   U = h + B^{-1} F' M^{-1} (c - F h),
 *
 * where the large terms rho3 F'c have cancelled on paper; subtracting them in float32 would cost digits.
 * @returns U, X U and the solver's new state
 */
function solveLinear(setting: Setting, masks: Masks, {rho1, rho2, rho3}: Penalties, {now, cones, linear}: Point): {readonly u: tf.Tensor2D; readonly xu: tf.Tensor2D; readonly linear: Linear} {
  const {x, xt} = setting;
  const near = times(rho1, minus(now.v, now.lam));
  const pushed = cones ? plus(near, tf.matMul(xt, times(masks.e, times(rho2, minus(cones.s, cones.nu))))) : near;
  const h = tf.matMul(linear.b, pushed);
  const xh = tf.matMul(x, h);
  const rest = minus(minus(now.r, now.eta), overColumns(times(masks.signedD, xh)));
  if (linear.inverse) {
    const q = tf.matMul(linear.inverse, rest);
    const u = plus(h, tf.matMul(linear.b, tf.matMul(xt, times(masks.signedD, q))));
    return {u, xu: tf.matMul(x, u), linear};
  }
  const next = conjugateGradients(setting, masks, rho3, linear, rest);
  return {u: plus(h, tf.matMul(linear.b, next.back)), xu: plus(xh, next.image), linear: next};
}

/** Columns shortened by `by`, or zero where shorter than that. */
function shrinkColumns(a: tf.Tensor2D, by: number): tf.Tensor2D {
  const norms = norm2(a, 0, true);
  return times(a, tf.relu(tf.sub(1, tf.divNoNan(by, norms))));
}

export function iterate(setting: Setting, masks: Masks, penalties: Penalties, point: Point): Point {
  const {now, cones} = point;
  const {relaxation: a, loss, y, beta} = setting;
  const relax = (fresh: tf.Tensor2D, old: tf.Tensor2D): tf.Tensor2D => plus(times(a, fresh), times(1 - a, old));

  const {u, xu, linear} = solveLinear(setting, masks, penalties, point);
  const fu = overColumns(times(masks.signedD, xu));
  const uPlus = plus(relax(u, now.v), now.lam);
  const fuPlus = plus(relax(fu, now.r), now.eta);
  const v = shrinkColumns(uPlus, beta / penalties.rho1);
  const r = loss.prox(fuPlus, y, penalties.rho3) as tf.Tensor2D;
  return {
    now: {u, v, lam: minus(uPlus, v), fu, r, eta: minus(fuPlus, r)},
    cones: cones && stepOfCones(times(masks.e, xu), cones, relax),
    before: {v: now.v, s: cones?.s, r: now.r},
    linear,
  };
}

function stepOfCones(gu: tf.Tensor2D, cones: Cones, relax: (fresh: tf.Tensor2D, old: tf.Tensor2D) => tf.Tensor2D): Cones {
  const guPlus = plus(relax(gu, cones.s), cones.nu);
  const s = tf.relu(guPlus);
  return {gu, s, nu: minus(guPlus, s)};
}

/** |a - b| / max(|a|, |b|), with 0/0 = 0. */
const relativeDistance = (a: tf.Tensor, b: tf.Tensor): tf.Scalar =>
  tf.divNoNan(norm2(tf.sub(a, b)), tf.maximum(norm2(a), norm2(b))) as tf.Scalar;

export const SPLITTINGS = [1, 2, 3] as const;

/**
 * Relative residuals of each splitting: primal |A u - z| / max(|A u|, |z|), dual |A'(z - z_before)| / |A' dual|
 * (rho cancels), where A is I, G or F. Without cones the second are zero.
 */
export function residuals({xt}: Setting, {signedD, e}: Masks, {now, cones, before}: Point): Readonly<Record<string, tf.Scalar>> {
  const pulled = (mask: tf.Tensor2D, z: tf.Tensor): tf.Tensor2D => tf.matMul(xt, times(mask, z));
  const ratio = (change: tf.Tensor, dual: tf.Tensor): tf.Scalar => tf.divNoNan(norm2(change), norm2(dual)) as tf.Scalar;
  return {
    primal1: relativeDistance(now.u, now.v),
    primal2: cones ? relativeDistance(cones.gu, cones.s) : tf.scalar(0),
    primal3: relativeDistance(now.fu, now.r),
    dual1: ratio(tf.sub(now.v, before.v), now.lam),
    dual2: cones && before.s ? ratio(pulled(e, tf.sub(cones.s, before.s)), pulled(e, cones.nu)) : tf.scalar(0),
    dual3: ratio(pulled(signedD, tf.sub(now.r, before.r)), pulled(signedD, now.eta)),
  };
}

/** A start from zero. */
export function pointAtZero(n: number, d: number, count: number, hasCones: boolean, linear: Linear): Point {
  const zeros = (rows: number, columns: number): tf.Tensor2D => tf.zeros([rows, columns]);
  const now: Iterates = {u: zeros(d, count), v: zeros(d, count), lam: zeros(d, count), fu: zeros(n, 1), r: zeros(n, 1), eta: zeros(n, 1)};
  const cones = hasCones ? {gu: zeros(n, count), s: zeros(n, count), nu: zeros(n, count)} : null;
  return {now, cones, before: {v: now.v, s: cones?.s, r: now.r}, linear};
}

/**
 * A start from given columns V: S, r and the duals as they would be if V were the solution. eta is -1/rho3 times
 * the loss's pull at r = F V, and lam is beta/rho1 times the unit vector of a column, or the shortened pull on a column
 * that is zero.
 */
export function pointAt(setting: Setting, masks: Masks, {rho1, rho3}: Penalties, v: tf.Tensor2D, hasCones: boolean, linear: Linear): Point {
  const {x, xt, y, beta, loss} = setting;
  const xv = tf.matMul(x, v);
  const fu = overColumns(times(masks.signedD, xv));
  const pull = loss.pull(fu, y);
  const slopes = tf.matMul(xt, times(masks.signedD, pull));
  const norms = norm2(v, 0, true);
  const inactive = times(slopes, tf.minimum(1, tf.divNoNan(beta, norm2(slopes, 0, true))));
  const active = times(beta, tf.divNoNan(v, norms));
  const lam = times(1 / rho1, tf.add(active, tf.mul(inactive, tf.cast(tf.equal(norms, 0), 'float32'))));
  const now: Iterates = {u: v, v, lam, fu, r: fu, eta: times(-1 / rho3, pull)};
  const gu = times(masks.e, xv);
  const s = tf.relu(gu);
  return {now, cones: hasCones ? {gu, s, nu: tf.zerosLike(s)} : null, before: {v, s: hasCones ? s : undefined, r: fu}, linear};
}
