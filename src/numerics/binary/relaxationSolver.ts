import type {ParamValues} from '../../core/params.ts';
import type {BinaryQuadraticFacet, Problem} from '../../core/problem.ts';
import {randomStream} from '../../core/random.ts';
import {defineSolver, type Solver, type SolverContext, type SolverState, type StepResult} from '../../core/solver.ts';
import {boxBound} from './boxBound.ts';
import {drawRoundings, energyWith, leastOf, roundedToHead, type RoundingRule, type Sample} from './rounding.ts';
import {relaxation, type Rows, sufficientRank, withColumn} from './rows.ts';
import {certificateOf, type SdpCertificate} from './sdpCertificate.ts';
import {startRows} from './startRows.ts';

/** A way down f(V) = <C, V V'>. `point` is what it keeps between iterations. */
export interface RelaxationMethod<M> {
  begin(matrix: Float64Array, rows: Rows): M;
  rows(point: M): Rows;
  /** @returns the new point and how many products of C with V it took */
  advance(matrix: Float64Array, point: M, params: ParamValues): {readonly point: M; readonly products: number};
  /** Products that an iteration takes on average. */
  products(params: ParamValues): number;
  /** Where it can't do anything, why. */
  warning?(rows: Rows): string | null;
}

/** Iterations between certificates. */
const CHECK_EVERY = 10;
/** Relative width of [lower bound, f(V)] at which the relaxation counts as solved. */
export const CLOSED = 1e-5;
/** At rest: the gradient along the spheres is this share of the whole one. */
const AT_REST = 1e-6;
/** Stuck: at rest, but the interval is still wider than this. */
const OPEN = 1e-3;
/** Length of the column that a lift appends. */
const LIFT = 0.1;
/** Weights drawn for a record's mean and best. */
const RECORD_SAMPLES = 64;

/** What holds at every iteration. */
interface Unchecked<M> {
  readonly point: M;
  readonly iteration: number;
  readonly best: Sample;
  /** sign(mu) now, and how many of its entries the last iteration changed. */
  readonly signs: Int8Array;
  readonly flips: number;
  /** The best bounds so far: as proved, and rounded up to a value that E takes. */
  readonly raw: number;
  readonly lower: number;
  readonly box: number;
  readonly notices: readonly string[];
}

interface RelaxationState<M> extends SolverState, Unchecked<M> {
  /** Of the last check. */
  readonly certificate: SdpCertificate;
}

export function quadraticOf({binaryQuadratic}: Problem): BinaryQuadraticFacet {
  if (!binaryQuadratic) throw new Error('this problem is no quadratic form of binary weights');
  return binaryQuadratic;
}

/** Distances are measured against f, or a hundredth of |y|^2 where f is near zero. */
export const scaleOf = (matrix: Float64Array, f: number): number => Math.max(Math.abs(f), 0.01 * matrix[0]) || 1;

export const lessOf = (a: Sample, b: Sample): Sample => (b.energy < a.energy ? b : a);

export function countFlips(a: Int8Array, b: Int8Array): number {
  let flips = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) flips++;
  return flips;
}

const brief = (value: number): string => String(Number(value.toPrecision(6)));

function rankNotice(rank: number, p: number): string | null {
  const enough = sufficientRank(p + 1);
  if (rank < enough) return `Rank ${rank} is below ceil(sqrt(2(p + 1))) = ${enough} for these ${p} weights: it may stop above the optimum of the relaxation.`;
  return rank > enough ? `Rank ${rank} is more than ceil(sqrt(2(p + 1))) = ${enough} for these ${p} weights: it costs more and gains nothing.` : null;
}

/** The notices with another one, where it is new. */
const adding = (notices: readonly string[], text: string | null): readonly string[] => (text === null || notices.includes(text) ? notices : [...notices, text]);

/** Certificate and roundings at the present point; bounds are the best so far. */
function checked<M>(method: RelaxationMethod<M>, {problem, params, seed}: SolverContext, state: Unchecked<M>): RelaxationState<M> {
  const facet = quadraticOf(problem);
  const rows = method.rows(state.point);
  const certificate = certificateOf(facet, rows);
  const samples = drawRoundings(facet, rows, params.rounding as RoundingRule, randomStream(seed, 'roundings', state.iteration), Number(params.samples));
  return {
    ...state,
    certificate,
    raw: Math.max(state.raw, certificate.raw),
    lower: Math.max(state.lower, certificate.lower),
    best: samples.length > 0 ? lessOf(state.best, leastOf(samples)) : state.best,
  };
}

/**
 * At rest above the relaxation's optimum: only a further column leads down. At rank 1 there is no gradient along the
 * spheres, so f must have stood still since the check before as well.
 */
function isStuck({f, raw, restlessness}: SdpCertificate, before: SdpCertificate, matrix: Float64Array): boolean {
  const scale = scaleOf(matrix, f);
  return restlessness < AT_REST && before.f - f < 1e-9 * scale && f - raw > OPEN * scale;
}

/** V with a column along the eigenvector of the least eigenvalue of S, certified anew. The state has just been checked. */
function lifted<M>(method: RelaxationMethod<M>, context: SolverContext, state: RelaxationState<M>): RelaxationState<M> {
  const {matrix} = quadraticOf(context.problem);
  const {certificate, notices} = state;
  const direction = certificate.direction().map((entry) => LIFT * entry);
  const rows = withColumn(method.rows(state.point), direction);
  const text = `Lifted to rank ${rows.k} after iteration ${state.iteration}, along the eigenvector of the eigenvalue ${brief(certificate.leastEigenvalue)}.`;
  return checked(method, context, {...state, point: method.begin(matrix, rows), notices: adding(notices, text)});
}

/** What follows from a check: a lift where one is due, words where it is stuck. */
function afterwards<M>(method: RelaxationMethod<M>, context: SolverContext, state: RelaxationState<M>, before: SdpCertificate): RelaxationState<M> {
  const {params, problem} = context;
  const {matrix, p} = quadraticOf(problem);
  if (state.iteration === Number(params.liftAt)) return lifted(method, context, state);
  if (!isStuck(state.certificate, before, matrix)) return state;
  const {k} = method.rows(state.point);
  if (params.staircase === true && k < sufficientRank(p + 1)) return lifted(method, context, state);
  const {f, leastEigenvalue} = state.certificate;
  const text = `Stuck at rank ${k}: at rest at f = ${brief(f)}, while the least eigenvalue of S is ${brief(leastEigenvalue)}, so a further column would lead down.`;
  return {...state, notices: adding(state.notices, text)};
}

function init<M>(method: RelaxationMethod<M>, context: SolverContext): RelaxationState<M> {
  const {problem, params, seed} = context;
  const facet = quadraticOf(problem);
  const rank = Number(params.rank);
  const rows = startRows(params, facet.p, rank, seed);
  const signs = roundedToHead(rows);
  const best = {w: signs, energy: energyWith(facet, signs, new Float64Array(facet.p + 1))};
  const box = boxBound(facet).lower;
  const notices = [rankNotice(rank, facet.p), method.warning?.(rows) ?? null].filter((text) => text !== null);
  return checked(method, context, {point: method.begin(facet.matrix, rows), iteration: 0, best, signs, flips: 0, raw: 0, lower: 0, box, notices});
}

function step<M>(method: RelaxationMethod<M>, context: SolverContext, state: RelaxationState<M>, iteration: number): StepResult<RelaxationState<M>> {
  const facet = quadraticOf(context.problem);
  const {point, products} = method.advance(facet.matrix, state.point, context.params);
  const signs = roundedToHead(method.rows(point));
  const here = {w: signs, energy: energyWith(facet, signs, new Float64Array(facet.p + 1))};
  const next = {...state, point, iteration, signs, flips: countFlips(state.signs, signs), best: lessOf(state.best, here)};
  const due = iteration % CHECK_EVERY === 0 || iteration === Number(context.params.liftAt);
  return {state: due ? afterwards(method, context, checked(method, context, next), state.certificate) : next, evaluations: products};
}

function metrics<M>(method: RelaxationMethod<M>, {problem, seed}: SolverContext, state: RelaxationState<M>): Readonly<Record<string, number>> {
  const facet = quadraticOf(problem);
  const rows = method.rows(state.point);
  const {certificate, lower, raw, best} = state;
  const samples = drawRoundings(facet, rows, 'anchored', randomStream(seed, 'record', state.iteration), RECORD_SAMPLES);
  const rounded = energyWith(facet, state.signs, new Float64Array(facet.p + 1));
  return {
    relaxation: relaxation(facet.matrix, rows),
    lowerBound: lower,
    rawLowerBound: raw,
    boxBound: state.box,
    leastEigenvalue: certificate.leastEigenvalue,
    relativeGap: (certificate.f - raw) / scaleOf(facet.matrix, certificate.f),
    optimalityGap: Math.max(0, best.energy - Math.max(lower, state.box)) / scaleOf(facet.matrix, best.energy),
    rank: rows.k,
    expectedObjective: samples.reduce((sum, {energy}) => sum + energy, 0) / samples.length,
    bestObjective: Math.min(rounded, leastOf(samples).energy),
    roundedObjective: rounded,
    flips: state.flips,
  };
}

function stop({relativeGap, optimalityGap}: Readonly<Record<string, number>>): string | null {
  if (optimalityGap <= 1e-9) return 'the lower bound has met the best rounding: no weights have a smaller E';
  return relativeGap <= CLOSED ? 'the relaxation is solved: f(V) and the lower bound agree to 1e-5' : null;
}

/** A contestant that solves the semidefinite relaxation of binary least squares on the host, in float64. */
export const relaxationSolver = <M>(method: RelaxationMethod<M>): Solver =>
  defineSolver<RelaxationState<M>>({
    init: (context) => init(method, context),
    step: (context, state, iteration) => step(method, context, state, iteration),
    cost: ({params}) => method.products(params),
    weights: ({problem}, {point, best}) => {
      const {k, v} = method.rows(point);
      return quadraticOf(problem).toNetwork(v, k, best.w);
    },
    metrics: (context, state) => metrics(method, context, state),
    notices: (_context, {notices}) => notices,
    stop,
  });
