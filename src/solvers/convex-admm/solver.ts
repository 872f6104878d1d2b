import * as tf from '@tensorflow/tfjs-core';
import {defineSolver, type SolverContext, type StepResult} from '../../core/solver.ts';
import {exactPatterns} from '../../numerics/arrangement.ts';
import {type Patterns, patternsOfGates, samplePatterns} from '../../numerics/patterns.ts';
import {type Column, pairedColumns, singleColumns, uploadColumns} from './columns.ts';
import {type Penalties, type Setup, setUp, spectrumOf, startingPenalties} from './factor.ts';
import {CG_STEPS, iterate, pointAtZero, residuals, SPLITTINGS} from './iteration.ts';
import {isFactorised, linearOf, uploadInverses} from './linear.ts';
import {activeCount, alwaysOn, applyPursuit, balanceFactor, isPursuitWork, measurePursuit, pursuitAtStart, shownColumns} from './pursuit.ts';
import {type AdmmState, facetOf, hasFixedPenalties, networkOf, settingOf, sourceOf} from './state.ts';

/** Iterations after which residuals are balanced: often at first, then ever more rarely, so that ADMM's convergence holds. */
const BALANCE_AT = new Set([5, 7, 10, 15, 22, 33, 49, 73, 109, 163, 244, 366]);
/** Two products with X and two with X': as much as two gradients of a network of the same size. */
const PASSES = 2;
/** The same without the last two, and two products for each step of conjugate gradients. */
const CG_PASSES = 1 + CG_STEPS;
const passesOf = (context: SolverContext): number => (sourceOf(context) === 'pursuit' && !isFactorised(context) ? CG_PASSES : PASSES);
/** Arrays of n x C floats that an iteration holds at once, temporaries included, and the bytes that all may take. */
const WIDE_ARRAYS = 14;
const MEMORY_LIMIT = 1e9;
/** n^2 (P + n), the cost of the products and the factorisation: about a quarter of a minute. */
const WORK_LIMIT = 1.2e10;
/** Relative residuals below this are float32 at rest. */
const AT_REST = 1e-7;
/** More patterns than this are not listed: an iteration would take seconds. */
const MOST_PATTERNS = 10_000;

function givenPatterns({problem, params}: SolverContext): Patterns | null {
  const {train, d} = problem.data;
  const gates = params.gates as readonly (readonly number[])[];
  if (gates.length === 0) return null;
  const wrong = gates.findIndex((gate) => gate.length !== d);
  if (wrong >= 0) throw new Error(`gate ${wrong + 1} has ${gates[wrong].length} numbers, but the data have ${d} columns (the constant included)`);
  return patternsOfGates(train.x, train.n, d, gates);
}

function fixedPatterns(context: SolverContext): Patterns {
  const {train, d} = context.problem.data;
  const given = givenPatterns(context);
  if (given) return given;
  if (sourceOf(context) === 'sampled') return samplePatterns(train.x, train.n, d, Number(context.params.patterns), context.seed);
  const all = exactPatterns(train.x, train.n, d, MOST_PATTERNS);
  if (!all.ok) throw new Error(`the patterns ${all.error.message}`);
  return all.value;
}

/** Refuses what memory or patience can't hold, with the number. */
function checkSize(n: number, count: number, columns: number, factorised: boolean): void {
  const bytes = WIDE_ARRAYS * 4 * n * columns;
  if (bytes > MEMORY_LIMIT) {
    const gigabytes = (bytes / 1e9).toFixed(1);
    throw new Error(`${count} patterns on ${n} samples need about ${gigabytes} GB; at most ${MEMORY_LIMIT / 1e9} GB can be used. Take fewer patterns or samples`);
  }
  const work = n ** 2 * (count + n);
  if (factorised && work > WORK_LIMIT) {
    throw new Error(`${count} patterns on ${n} samples need ${work.toExponential(0)} operations to set up, which takes minutes. Take fewer patterns or samples`);
  }
}

/** The penalties before any data are looked at, or throughout where they are fixed. */
function plainPenalties({params}: SolverContext, gated: boolean): Penalties {
  const rho = hasFixedPenalties(params) ? Number(params.rho) : 1;
  return {rho1: rho, rho2: gated ? 0 : rho, rho3: rho};
}

function initFixed(context: SolverContext): AdmmState {
  const {train, d} = context.problem.data;
  const {n} = train;
  const {beta, gated, loss} = facetOf(context.problem);
  const patterns = fixedPatterns(context);
  if (patterns.count === 0) throw new Error('none of the patterns is active on any sample; draw more, or give other gates');
  const columns = gated ? singleColumns(patterns, n) : pairedColumns(patterns, n);
  checkSize(n, patterns.count, columns.length, true);
  const setup = setUp(train, d, patterns, Float64Array.from(train.y, (y) => loss.pullAtZero(y)), gated ? 1 : 2);
  const start = hasFixedPenalties(context.params) ? plainPenalties(context, gated) : startingPenalties(setup, beta);
  const penalties = gated ? {...start, rho2: 0} : start;
  return {
    ...pointAtZero(n, d, columns.length, !gated, uploadInverses(setup, penalties)),
    xt: tf.transpose(context.problem.train.x),
    masks: uploadColumns(columns, n, d),
    columns, penalties, setup,
    spectrum: setup,
    pursuit: null,
    base: null,
    notes: startingNotes(context, patterns, setup.pull),
  };
}

/** Before the first search there is one pattern, or those given; the first iteration only searches. */
function initPursuit(context: SolverContext): AdmmState {
  const {train, d} = context.problem.data;
  const {n} = train;
  const {gated} = facetOf(context.problem);
  const given = givenPatterns(context);
  const columns: readonly Column[] = given ? (gated ? singleColumns(given, n) : pairedColumns(given, n)) : [alwaysOn(n, d)];
  checkSize(n, columns.length, columns.length + Number(context.params.growth), false);
  const spectrum = spectrumOf(train, d);
  const penalties = plainPenalties(context, gated);
  const masks = uploadColumns(columns, n, d);
  const xt = tf.transpose(context.problem.train.x);
  const linear = linearOf(context, {xt, spectrum}, columns, masks, penalties, undefined);
  return {...pointAtZero(n, d, columns.length, !gated, linear), xt, masks, columns, penalties, spectrum, setup: null, pursuit: pursuitAtStart, base: null, notes: []};
}

function step(context: SolverContext, state: AdmmState): StepResult<AdmmState> {
  const {pursuit} = state;
  if (pursuit && pursuit.round < 0) return {state, evaluations: 0};
  const point = iterate(settingOf(context, state), state.masks, state.penalties, state);
  return {
    state: {...state, ...point, pursuit: pursuit && {...pursuit, age: pursuit.age + 1}},
    evaluations: passesOf(context),
  };
}

/** rho_k *= clip(sqrt(primal_k / dual_k), 0.2, 5); the scaled duals are divided by the same factor. */
function balance(state: AdmmState, measured: Readonly<Record<string, Float32Array>>): AdmmState {
  const [f1, f2, f3] = SPLITTINGS.map((k) => balanceFactor(measured, k));
  const {rho1, rho2, rho3} = state.penalties;
  const penalties = {rho1: rho1 * f1, rho2: rho2 * f2, rho3: rho3 * f3};
  const scale = (dual: tf.Tensor2D, factor: number): tf.Tensor2D => tf.mul(dual, 1 / factor) as tf.Tensor2D;
  const {now, cones} = state;
  return {
    ...state,
    now: {...now, lam: scale(now.lam, f1), eta: scale(now.eta, f3)},
    cones: cones && {...cones, nu: scale(cones.nu, f2)},
    penalties,
    linear: uploadInverses(state.setup as Setup, penalties),
  };
}

function startingNotes(context: SolverContext, {count}: Patterns, pull: number): readonly string[] {
  const {beta} = facetOf(context.problem);
  const given = (context.params.gates as readonly unknown[]).length;
  const wanted = given || (sourceOf(context) === 'sampled' ? Number(context.params.patterns) : 0);
  const said: string[] = [];
  if (count < wanted) said.push(`${count} distinct patterns ${given ? `among the ${given} given gates` : `were found where ${wanted} were asked for`}.`);
  if (beta >= pull) said.push(`With beta at or above ${pull.toPrecision(4)} the optimum of this programme is the zero network.`);
  return said;
}

function metrics(context: SolverContext, state: AdmmState): Readonly<Record<string, tf.Scalar | number>> {
  const {pursuit, penalties, columns} = state;
  const counts = {
    activeNeurons: activeCount(context, state),
    ...penalties,
    patternCount: new Set(columns.map(({pattern}) => pattern)).size,
    addedPatterns: pursuit ? pursuit.added : 0,
    violation: pursuit ? pursuit.violation : Number.NaN,
  };
  if (pursuit?.age === 0) return {...pursuit.residuals, ...counts};
  const measured = residuals(settingOf(context, state), state.masks, state);
  const largest = (name: string): tf.Scalar => tf.max(tf.stack(SPLITTINGS.map((k) => measured[`${name}${k}`])));
  return {primalResidual: largest('primal'), dualResidual: largest('dual'), ...counts};
}

export default defineSolver<AdmmState>({
  init: (context) => (sourceOf(context) === 'pursuit' ? initPursuit(context) : initFixed(context)),
  step,
  cost: passesOf,
  notices: (_context, {notes}) => notes,
  weights: (context, state) => networkOf(context, state, shownColumns(context, state)),
  metrics,
  stop: ({primalResidual, dualResidual, violation}) =>
    Math.max(primalResidual, dualResidual) < AT_REST && !(violation > 1) ? `all relative residuals are below ${AT_REST}: the programme is solved to float32` : null,
  host: {
    at(iteration, context) {
      if (sourceOf(context) === 'pursuit') return isPursuitWork(iteration, context.params);
      return !hasFixedPenalties(context.params) && BALANCE_AT.has(iteration);
    },
    measure: (context, state) => (state.pursuit ? measurePursuit(context, state) : residuals(settingOf(context, state), state.masks, state)),
    apply: (context, state, measured) => (state.pursuit ? applyPursuit(context, state, measured) : {state: balance(state, measured), evaluations: 0}),
  },
});
