import * as tf from '@tensorflow/tfjs-core';
import type {ParamValues} from '../../core/params.ts';
import type {ConvexLoss} from '../../core/problem.ts';
import {randomStream} from '../../core/random.ts';
import type {SolverContext, StepResult} from '../../core/solver.ts';
import {norm2} from '../../numerics/norms.ts';
import {type Column, type Masks, uploadColumns} from './columns.ts';
import {type Penalties, startingPenalties} from './factor.ts';
import {type Point, pointAt, residuals, SPLITTINGS} from './iteration.ts';
import {linearOf} from './linear.ts';
import {type Grown, growRefitted} from './refit.ts';
import {activeColumns, bestNew, type Kept, LATE, LATE_WALKS, QUICK, RESTING_WALKS, search, searchGates, type SearchPlan, stepsOf, THOROUGH, WALKS} from './search.ts';
import {type AdmmState, facetOf, hasFixedPenalties, isRefitted, isWalked, networkOf, type Pursuit, settingOf} from './state.ts';

/**
 * Pattern pursuit. Rounds of `period` iterations; after each, the columns are made anew: the neurons with the patterns
 * that they really have, and the best columns that searches (search.ts) find for the residual of the network. A neuron's
 * own pattern admits it, so the network is a point of the next programme and the programme's optimum lies no higher.
 *
 * A cell of many samples in many dimensions is small, and a neuron must cross walls to get anywhere. So the cones begin
 * soft (a small rho2): iterates break them, which moves neurons into better cells, and the next round takes those cells.
 * They harden from round to round, until the patterns hardly change. A round in which J has risen is prolonged under
 * harder cones, and where that does not help it is undone and begun again with larger penalties, that is shorter steps;
 * so J falls from each round to the next.
 *
 * In few dimensions under squared loss a round ends by refitting instead (refit.ts): the best scales of the neurons before
 * and after it and of those that the searches find. No round is then undone; the penalties grow where iterations don't help.
 */

/** How a loss is pursued. */
interface Schedule {
  /** rho2 of the first round, as a share of what fixed patterns start with; its growth a round, and after a rise. */
  readonly soft: number;
  readonly harden: number;
  readonly hardenAfterRise: number;
  /** The first rounds move neurons far, and their duals would push on walls that are gone; from this round on they are kept. */
  readonly keepsDuals: number;
  /** The starting penalties are those of a beta of at least this share of the best score at the start. */
  readonly leastShare: number;
}
const SMOOTH: Schedule = {soft: 0.1, harden: 1.2, hardenAfterRise: 2, keepsDuals: 3, leastShare: 0.01};
/** Where outputs sit on a kink, only the duals know the residual there; and shorter, firmer steps lose fewer of them. */
const KINKED: Schedule = {soft: 0.5, harden: 1.1, hardenAfterRise: 1.3, keepsDuals: 0, leastShare: 0.03};
const scheduleOf = ({problem}: SolverContext): Schedule => (facetOf(problem).loss.kinked ? KINKED : SMOOTH);

/** Relative differences in J below this are rounding in float32: no rise. */
const J_RESOLUTION = 3e-6;
/** Rounds after which rho2 has reached its last value. */
const HARDENING_ROUNDS = 30;
/** A round that does not bring J down is prolonged so many times at most; not at all where J has grown by this factor. */
const PROLONGED = 2;
const HOPELESS = 2;
/** What rho1 and rho2 are multiplied by where a round begins again. */
const SHORTER_STEPS = 3;
/** What both are multiplied by where scales are refitted and a round's iterations have not helped. */
const FIRMER_STEPS = 1.5;
/** Iterations of the first rounds after which rho1 and rho3 are balanced. */
const BALANCED_AGES: readonly (readonly number[])[] = [[3, 7, 15], [5], [5]];
/** After so many rounds the network is refined rather than grown: fewer columns are added. */
const GROWING_ROUNDS = 5;
const LATE_SHARE = 0.2;
/** A score must exceed beta by this share to count. */
const MARGIN = 0.01;

export const pursuitAtStart: Pursuit = {
  round: -1, age: 0, prolonged: 0, objective: Number.POSITIVE_INFINITY, base: {columns: [], v: [], from: []}, added: 0, violation: Number.NaN, quiet: 0,
  residuals: {primalResidual: Number.NaN, dualResidual: Number.NaN},
};

/** Whether the loop should stop for host work; most other iterations are left alone. */
export function isPursuitWork(iteration: number, params: ParamValues): boolean {
  const period = Number(params.period);
  const done = iteration - 1;
  return done % period === 0 || (done < (BALANCED_AGES.length + 1) * period && BALANCED_AGES.flat().includes(done % period));
}

const isBalanced = ({round, age}: Pursuit): boolean => BALANCED_AGES[round]?.includes(age) ?? false;

/** The first round starts from zero and takes twice as long. */
const endsRound = ({age, round, prolonged}: Pursuit, params: ParamValues): boolean =>
  round < 0 || age >= Number(params.period) * (round === 0 && prolonged === 0 ? 2 : 1);

function planOf(context: SolverContext, {quiet, round}: Pursuit): SearchPlan {
  if (quiet === 1) return THOROUGH;
  if (isWalked(context)) return walksOf(context, quiet, round);
  return round < GROWING_ROUNDS ? QUICK : LATE;
}

function walksOf(context: SolverContext, quiet: number, round: number): SearchPlan {
  if (quiet > 1) return RESTING_WALKS;
  return round < GROWING_ROUNDS || !isRefitted(context) ? WALKS : LATE_WALKS;
}

/** What the host needs: residuals, and at the end of a round V, J and the searches. */
export function measurePursuit(context: SolverContext, state: AdmmState): Readonly<Record<string, tf.Tensor>> {
  const pursuit = state.pursuit as Pursuit;
  const setting = settingOf(context, state);
  const {x, y, loss} = setting;
  const measured = residuals(setting, state.masks, state);
  if (!endsRound(pursuit, context.params)) return measured;
  const {gated} = facetOf(context.problem);
  const xv = tf.matMul(x, state.now.v);
  const outputs = gated ? tf.mul(state.masks.signedD, xv) : tf.mul(state.masks.signs, tf.relu(xv));
  const z = residualOf(loss, tf.sum(outputs, 1, true), y, state, pursuit);
  const objective = tf.slice(context.problem.evaluate(networkOf(context, state), context.model), 0, 1);
  if (isRefitted(context)) return {...measured, v: tf.clone(state.now.v), objective};
  const plan = planOf(context, pursuit);
  const number = pursuit.round + 1;
  const found = gated ? searchGates(setting, z, state.masks.gates, plan, context.seed, number) : search(setting, z, plan, context.seed, number);
  return {...measured, ...found, v: tf.clone(state.now.v), objective};
}

/** z = -loss'(f); at a kink the multiplier -rho3 eta of F u = r, which by the proximal step is such a derivative at r. */
function residualOf(loss: ConvexLoss, f: tf.Tensor, y: tf.Tensor, {now, penalties}: AdmmState, {round}: Pursuit): tf.Tensor2D {
  return (loss.kinked && round >= 0 ? tf.mul(-penalties.rho3, now.eta) : loss.pull(f, y)) as tf.Tensor2D;
}

type Measured = Readonly<Record<string, Float32Array>>;

/** sqrt(primal / dual) of a splitting, between 1/5 and 5; 1 where there is nothing to compare. */
export function balanceFactor(measured: Measured, k: number): number {
  const ratio = measured[`primal${k}`][0] / measured[`dual${k}`][0];
  return Number.isFinite(ratio) && ratio > 0 ? Math.min(5, Math.max(0.2, Math.sqrt(ratio))) : 1;
}

/** The cones' penalty follows its own schedule. */
const balancedPenalties = ({rho1, rho2, rho3}: Penalties, measured: Measured): Penalties => ({
  rho1: rho1 * balanceFactor(measured, 1),
  rho2,
  rho3: rho3 * balanceFactor(measured, 3),
});

/** The same point under other penalties: scaled duals change inversely. */
function underPenalties(context: SolverContext, state: AdmmState, penalties: Penalties): AdmmState {
  const {now, cones, linear, masks, columns} = state;
  const old = state.penalties;
  const scale = (dual: tf.Tensor2D, from: number, to: number): tf.Tensor2D => tf.mul(dual, from / to) as tf.Tensor2D;
  return {
    ...state,
    penalties,
    now: {...now, lam: scale(now.lam, old.rho1, penalties.rho1), eta: scale(now.eta, old.rho3, penalties.rho3)},
    cones: cones && {...cones, nu: scale(cones.nu, old.rho2, penalties.rho2)},
    linear: linearOf(context, state, columns, masks, penalties, linear.q),
  };
}

export function applyPursuit(context: SolverContext, state: AdmmState, measured: Measured): StepResult<AdmmState> {
  const pursuit = state.pursuit as Pursuit;
  const {params} = context;
  if (!endsRound(pursuit, params)) {
    if (hasFixedPenalties(params) || !isBalanced(pursuit)) return {state, evaluations: 0};
    return {state: underPenalties(context, state, balancedPenalties(state.penalties, measured)), evaluations: 1};
  }
  const plan = planOf(context, pursuit);
  // Two products with X a search step, one for the outputs, one for J, one for the start.
  const evaluations = stepsOf(plan) + 3;
  const largest = (name: string): number => Math.max(...SPLITTINGS.map((k) => measured[`${name}${k}`][0]));
  const ended = {...pursuit, age: 0, residuals: {primalResidual: largest('primal'), dualResidual: largest('dual')}};
  const j = measured.objective[0];
  const rose = !isRefitted(context) && !(j <= pursuit.objective * (1 + J_RESOLUTION));
  if (rose && pursuit.prolonged < PROLONGED && j < HOPELESS * pursuit.objective) {
    const next = underPenalties(context, state, raised(params, state, 1, scheduleOf(context).hardenAfterRise));
    return {state: {...next, pursuit: {...ended, prolonged: pursuit.prolonged + 1}}, evaluations};
  }
  if (rose) {
    const penalties = raised(params, state, SHORTER_STEPS, SHORTER_STEPS);
    const again = restart(context, {...state, pursuit: ended}, state.columns, pursuit.base, penalties);
    return {state: {...again, pursuit: {...ended, prolonged: 0}}, evaluations};
  }
  return {state: nextRound(context, {...state, pursuit: ended}, plan, measured), evaluations};
}

/** With rho1 this far above sigma_max(X)^2 nothing moves in float32, and the penalties would only overflow. */
const STIFFEST = 1e4;

function raised(params: ParamValues, {penalties, spectrum: {lipschitz, n}}: AdmmState, by1: number, by2: number): Penalties {
  const {rho1, rho2, rho3} = penalties;
  if (hasFixedPenalties(params)) return penalties;
  const most = STIFFEST * lipschitz;
  return {rho1: Math.max(rho1, Math.min(rho1 * by1, most)), rho2: Math.max(rho2, Math.min(rho2 * by2, STIFFEST * n)), rho3};
}

function nextRound(context: SolverContext, state: AdmmState, plan: SearchPlan, measured: Measured): AdmmState {
  const {n, d} = state.spectrum;
  const {beta} = facetOf(context.problem);
  const pursuit = state.pursuit as Pursuit;
  const first = pursuit.round < 0;
  const helped = measured.objective[0] < pursuit.objective;
  const hasGivenGates = first && (context.params.gates as readonly unknown[]).length > 0;
  const {kept, fresh, best, objective} = isRefitted(context) && !hasGivenGates ? grownByRefit(context, state, plan, measured) : grown(context, state, plan, measured, hasGivenGates);
  const columns = kept.columns.length + fresh.length > 0 ? [...kept.columns, ...fresh] : [alwaysOn(n, d)];
  const penalties = first ? firstPenalties(context, state, best) : laterPenalties(context, state, helped);
  const quiet = best > beta * (1 + MARGIN) ? 0 : pursuit.quiet + 1;
  return {
    ...restart(context, state, columns, kept, penalties),
    pursuit: {...pursuit, round: pursuit.round + 1, prolonged: 0, objective: Math.min(objective, pursuit.objective), base: {...kept, from: []}, added: fresh.length, violation: best / beta, quiet},
    notes: [...state.notes, ...remarks(plan, quiet, first, best, beta)],
  };
}

function grown(context: SolverContext, state: AdmmState, plan: SearchPlan, measured: Measured, hasGivenGates: boolean): Grown {
  const {train: {n, x}, d} = context.problem.data;
  const {beta, gated} = facetOf(context.problem);
  const {round} = state.pursuit as Pursuit;
  // Given gates are zero columns before the first round, and stay for it.
  const kept = hasGivenGates
    ? {columns: state.columns, v: state.columns.map(() => new Float32Array(d)), from: state.columns.map((_, c) => c)}
    : activeColumns(x, n, d, state.columns, measured.v, gated);
  const growth = Number(context.params.growth) * (round + 1 < GROWING_ROUNDS || isWalked(context) ? 1 : LATE_SHARE);
  const found = {directions: measured.directions, scores: measured.scores};
  const fresh = bestNew(x, n, d, kept.columns, plan, found, {above: beta * (1 + MARGIN), most: Math.max(1, Math.round(growth)), gated});
  return {kept, fresh, best: Math.max(...measured.scores), objective: measured.objective[0]};
}

function grownByRefit(context: SolverContext, state: AdmmState, plan: SearchPlan, measured: Measured): Grown {
  const {data} = context.problem;
  const {base, objective, round} = state.pursuit as Pursuit;
  const j = measured.objective[0];
  const moved = Number.isFinite(j) ? activeColumns(data.train.x, data.train.n, data.d, state.columns, measured.v, false) : {columns: [], v: [], from: []};
  const [better, worse] = j < objective ? [moved, base] : [base, moved];
  const growth = Number(context.params.growth);
  return growRefitted(data, facetOf(context.problem).beta, better, worse, plan, {growth, margin: MARGIN}, randomStream(context.seed, 'pursuit', round + 1));
}

/** The pattern that is active everywhere: of the constant input. */
export const alwaysOn = (n: number, d: number): Column => ({
  pattern: new Uint8Array(n).fill(1),
  sign: 1,
  gate: Float64Array.from({length: d}, (_, c) => (c === d - 1 ? 1 : 0)),
});

function firstPenalties(context: SolverContext, {penalties, spectrum}: AdmmState, pull: number): Penalties {
  const {params, problem} = context;
  if (hasFixedPenalties(params)) return penalties;
  const {beta, gated} = facetOf(problem);
  const {leastShare, soft} = scheduleOf(context);
  const start = startingPenalties({...spectrum, pull}, Math.max(beta, leastShare * pull));
  return {...start, rho2: gated ? 0 : soft * start.rho2};
}

/** @param helped whether the round's iterations have brought J down; asked only where scales are refitted */
function laterPenalties(context: SolverContext, state: AdmmState, helped: boolean): Penalties {
  const {penalties} = state;
  if (isRefitted(context)) return helped ? penalties : raised(context.params, state, FIRMER_STEPS, FIRMER_STEPS);
  const {round} = state.pursuit as Pursuit;
  return hasFixedPenalties(context.params) || round >= HARDENING_ROUNDS ? penalties : {...penalties, rho2: penalties.rho2 * scheduleOf(context).harden};
}

function remarks(plan: SearchPlan, quiet: number, first: boolean, best: number, beta: number): readonly string[] {
  const said: string[] = [];
  if (first && best <= beta) said.push(`No search finds a neuron worth its penalty at the start (the best scores ${best.toPrecision(4)}, beta is ${beta}): the optimum is then the zero network.`);
  if (plan === THOROUGH && quiet > 0) {
    said.push(`No violating neuron found: none of ${2 * plan.starts} searches scored more than ${100 * MARGIN} % above beta. This is evidence, not a proof, that no pattern is missing.`);
  }
  return said;
}

/** A warm start on new columns: first those that are kept, then zeros. */
function restart(context: SolverContext, state: AdmmState, columns: readonly Column[], kept: Kept, penalties: Penalties): AdmmState {
  const {n, d} = state.spectrum;
  const setting = settingOf(context, state);
  const count = columns.length;
  const flat = new Float32Array(d * count);
  for (const [c, vector] of kept.v.entries()) for (let t = 0; t < d; t++) flat[t * count + c] = vector[t];
  const masks = uploadColumns(columns, n, d);
  const v = tf.tensor2d(flat, [d, count]);
  const linear = linearOf(context, state, columns, masks, penalties, state.linear.q);
  const fresh = pointAt(setting, masks, penalties, v, state.cones !== null, linear);
  const point = (state.pursuit as Pursuit).round < scheduleOf(context).keepsDuals || kept.from.length === 0 ? fresh : withDuals(fresh, state, masks, kept.from, penalties);
  return {...state, ...point, base: v, masks, columns, penalties};
}

/** The start with the duals that its columns had: nu only where a sample is on the same side as before. */
function withDuals(fresh: Point, old: AdmmState, masks: Masks, from: readonly number[], {rho1, rho2, rho3}: Penalties): Point {
  const places = tf.tensor1d(Int32Array.from(from), 'int32');
  const had = (a: tf.Tensor2D): tf.Tensor2D => tf.gather(a, places, 1);
  const kept = from.length;
  const rest = (a: tf.Tensor2D): tf.Tensor2D => tf.slice(a, [0, kept], [-1, -1]);
  const join = (a: tf.Tensor, b: tf.Tensor): tf.Tensor2D => tf.concat([a, b], 1) as tf.Tensor2D;
  const {now, cones} = fresh;
  const scaled = (dual: tf.Tensor, before: number, after: number): tf.Tensor2D => tf.mul(dual, before / after) as tf.Tensor2D;
  const same = tf.cast(tf.equal(tf.slice(masks.e, [0, 0], [-1, kept]), had(old.masks.e)), 'float32');
  return {
    ...fresh,
    now: {...now, lam: join(scaled(had(old.now.lam), old.penalties.rho1, rho1), rest(now.lam)), eta: scaled(old.now.eta, old.penalties.rho3, rho3)},
    cones: cones && old.cones && {...cones, nu: join(scaled(tf.mul(same, had(old.cones.nu)), old.penalties.rho2, rho2), rest(cones.nu))},
  };
}

/** Columns that are not zero in the network on show. */
export const activeCount = (context: SolverContext, state: AdmmState): tf.Scalar =>
  tf.sum(tf.cast(tf.greater(norm2(shownColumns(context, state), 0), 0), 'float32')) as tf.Scalar;

/**
 * V, or the round's start while J is no better than there: with gates, or in few dimensions, small penalties on nearly dependent columns
 * let J rise a millionfold before it falls.
 */
export function shownColumns(context: SolverContext, state: AdmmState): tf.Tensor2D {
  const {pursuit, base, now} = state;
  if (!pursuit || !base || pursuit.age === 0 || !(isRefitted(context) || facetOf(context.problem).gated)) return now.v;
  const j = tf.slice(context.problem.evaluate(networkOf(context, state), context.model), 0, 1);
  return tf.where(tf.lessEqual(j, pursuit.objective), now.v, base);
}
