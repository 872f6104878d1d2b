import type {HostDual, HostLoss} from '../../core/hostProblem.ts';
import {type Block, blockFactor} from './groupBlock.ts';
import {applyInverseW, applyW, type ConeScaling, product, quotient, scaling, stepToBoundary} from './secondOrderCone.ts';

/** One signed pattern: f gains sign D X v. */
export interface Group {
  /** Rows where the pattern is active. */
  readonly rows: Int32Array;
  readonly sign: 1 | -1;
  /** Rows a of the constraints a . v >= 0, facets x d; redundant ones may be left out. */
  readonly facets: Float64Array;
  /** A direction strictly inside: a . start > 0 for all. */
  readonly start: Float64Array;
}

export interface ConeData {
  readonly n: number;
  readonly d: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly loss: HostLoss;
  readonly dual: HostDual;
  readonly beta: number;
}

/** A group's variables. */
export interface GroupState extends Group {
  readonly count: number;
  /** (t, v) in the second-order cone, and its dual (beta, w). */
  s: Float64Array;
  y: Float64Array;
  /** a . v and their multipliers. */
  slack: Float64Array;
  nu: Float64Array;
}

/** What one iteration needs of a group again and again. */
export interface Prepared {
  readonly scale: ConeScaling;
  readonly block: Block;
  /** The block's Cholesky factor. */
  readonly factor: Float64Array;
  readonly btt: number;
  readonly btv: Float64Array;
  /** Scalar part of the cone's right-hand side. */
  ct: number;
  cv: Float64Array;
  /** Right-hand side of each facet's complementarity. */
  target: Float64Array;
  /** The step: (t, v), (beta, w), slacks, multipliers. */
  ds: Float64Array;
  dy: Float64Array;
  dSlack: Float64Array;
  dNu: Float64Array;
}

/** facets v, with v behind the scalar part. */
export function slacksOf({facets}: Group, s: Float64Array, d: number): Float64Array {
  const out = new Float64Array(facets.length / d);
  for (let j = 0; j < out.length; j++) for (let c = 0; c < d; c++) out[j] += facets[j * d + c] * s[c + 1];
  return out;
}

/** q += factor facets' nu. */
export function addFacets(q: Float64Array, {facets}: Group, nu: Float64Array, d: number, factor: number): void {
  for (let j = 0; j < nu.length; j++) for (let c = 0; c < d; c++) q[c] += factor * facets[j * d + c] * nu[j];
}

/** |v| is a tenth of t, and t makes each product beta t equal; the multipliers of the facets are as central. */
export function begin(group: Group, {d, beta}: ConeData, scale: number): GroupState {
  const s = new Float64Array(d + 1);
  const norm = Math.hypot(...group.start);
  s[0] = scale;
  for (let c = 0; c < d; c++) s[c + 1] = (0.5 * scale * group.start[c]) / norm;
  const y = new Float64Array(d + 1);
  y[0] = beta;
  const slack = slacksOf(group, s, d);
  return {...group, count: slack.length, s, y, slack, nu: slack.map((a) => (0.5 * beta * scale) / Math.max(a, 0.02 * scale))};
}

/** Scaling and factored block of one group; null where float64 is at its end. */
export function prepare(group: GroupState, {d}: ConeData): Prepared | null {
  const scale = scaling(group.s, group.y);
  const {eta, w} = scale;
  const inverse = 1 / (eta * eta);
  const norm = Math.hypot(...w.subarray(1));
  const axis = w.slice(1).map((value) => (norm > 0 ? value / norm : 0));
  const along = 2 * w[0] * w[0] - 1;
  const block: Block = {across: inverse, along: inverse / along, axis, facets: group.facets, weights: group.nu.map((nu, j) => nu / group.slack[j])};
  const factor = blockFactor(block, d);
  if (!factor.every(Number.isFinite)) return null;
  const empty = new Float64Array(0);
  return {
    scale, block, factor, btt: inverse * along, btv: Float64Array.from({length: d}, (_, c) => -2 * inverse * w[0] * w[c + 1]),
    ct: 0, cv: empty, target: empty, ds: empty, dy: empty, dSlack: empty, dNu: empty,
  };
}

/** -r_v + c_v - B_vt c_t / B_tt + facets' (target / slack), with r_v = -q - w - facets' nu. */
export function rightHandSide(group: GroupState, one: Prepared, q: Float64Array, d: number, target: number, affine: boolean): Float64Array {
  const {scale} = one;
  const {lambda} = scale;
  const wanted = product(lambda, lambda).map((value) => -value);
  wanted[0] += target;
  if (!affine) {
    const second = product(applyInverseW(scale, one.ds), applyW(scale, one.dy));
    for (let i = 0; i <= d; i++) wanted[i] -= second[i];
  }
  const c = applyInverseW(scale, quotient(lambda, wanted));
  one.ct = c[0];
  one.cv = c.slice(1);
  one.target = Float64Array.from(group.nu, (nu, j) => target - nu * group.slack[j] - (affine ? 0 : one.dSlack[j] * one.dNu[j]));
  const rhs = q;
  for (let i = 0; i < d; i++) rhs[i] += group.y[i + 1] + one.cv[i] - (one.btv[i] * one.ct) / one.btt;
  addFacets(rhs, group, group.nu, d, 1);
  addFacets(rhs, group, one.target.map((value, j) => value / group.slack[j]), d, 1);
  return rhs;
}

/** The whole step of a group from its dv; returns the largest fraction inside the cones. */
export function completeStep(group: GroupState, one: Prepared, dv: Float64Array, d: number): number {
  const {scale, btt, btv} = one;
  let inner = 0;
  for (let c = 0; c < d; c++) inner += btv[c] * dv[c];
  const ds = new Float64Array(d + 1);
  ds[0] = (one.ct - inner) / btt;
  ds.set(dv, 1);
  const moved = applyInverseW(scale, applyInverseW(scale, ds));
  const dy = new Float64Array(d + 1);
  for (let c = 0; c < d; c++) dy[c + 1] = one.cv[c] - moved[c + 1];
  const dSlack = slacksOf(group, ds, d);
  const dNu = Float64Array.from(one.target, (value, j) => (value - group.nu[j] * dSlack[j]) / group.slack[j]);
  Object.assign(one, {ds, dy, dSlack, dNu});
  let fraction = Math.min(stepToBoundary(group.s, ds), stepToBoundary(group.y, dy));
  for (let j = 0; j < group.count; j++) {
    if (dSlack[j] < 0) fraction = Math.min(fraction, -group.slack[j] / dSlack[j]);
    if (dNu[j] < 0) fraction = Math.min(fraction, -group.nu[j] / dNu[j]);
  }
  return fraction;
}
