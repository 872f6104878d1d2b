import type {ParamValues} from '../../core/params.ts';
import {randomStream} from '../../core/random.ts';
import {defineSolver, type SolverContext, type SolverState, type StepResult} from '../../core/solver.ts';
import {boxBound} from '../../numerics/binary/boxBound.ts';
import {beginSampling, couplingOf, type SamplingRule, type SamplingState, samplingStep, signsAt, withHead} from '../../numerics/binary/lowRankSampling.ts';
import {countFlips, lessOf, quadraticOf} from '../../numerics/binary/relaxationSolver.ts';
import {drawRoundings, energyWith, leastOf, type Sample} from '../../numerics/binary/rounding.ts';
import {relaxation} from '../../numerics/binary/rows.ts';

/** Samples at a record, sign(mu) not counted. */
const RECORD_SAMPLES = 100;

interface State extends SolverState {
  readonly training: SamplingState;
  readonly scale: number;
  readonly box: number;
  readonly iteration: number;
  /** The best weights met: samples on the way and sign(mu) after each step. */
  readonly best: Sample;
  readonly signs: Int8Array;
  readonly flips: number;
}

const ruleOf = (params: ParamValues): SamplingRule => ({
  rank: Number(params.rank),
  learningRate: Number(params.learningRate),
  momentum: Number(params.momentum),
  length: Number(params.scheduleLength),
  antithetic: params.antithetic === true,
  deleteDiagonal: params.deleteDiagonal === true,
  tangent: params.tangent === true,
});

const passes = (params: ParamValues): number => (Number(params.rank) > 0 && params.antithetic === true ? 2 : 1);

/** sign(mu) with its E. */
function rounded({problem}: SolverContext, {rows}: SamplingState): Sample {
  const facet = quadraticOf(problem);
  const w = signsAt(rows, new Float64Array(rows.k - 1));
  return {w, energy: energyWith(facet, w, new Float64Array(facet.p + 1))};
}

function init(context: SolverContext): State {
  const facet = quadraticOf(context.problem);
  const training = beginSampling(facet.p, Number(context.params.rank), randomStream(context.seed, 'rows'));
  const best = rounded(context, training);
  return {training, scale: couplingOf(facet), box: boxBound(facet).lower, iteration: 0, best, signs: best.w, flips: 0};
}

function step(context: SolverContext, state: State, iteration: number): StepResult<State> {
  const facet = quadraticOf(context.problem);
  let {best} = state;
  const seen = (w: Int8Array, energy: number): void => {
    best = lessOf(best, {w, energy});
  };
  const random = randomStream(context.seed, 'samples', iteration);
  const training = samplingStep(facet, state.training, ruleOf(context.params), state.scale, iteration - 1, random, seen);
  const here = rounded(context, training);
  const next = {...state, training, iteration, best: lessOf(best, here), signs: here.w, flips: countFlips(state.signs, here.w)};
  return {state: next, evaluations: passes(context.params)};
}

/** At rank 0 there is no distribution and no relaxation: its metrics are those of sign(mu). */
function metrics({problem, seed}: SolverContext, {training, signs, flips, box, iteration}: State): Readonly<Record<string, number>> {
  const facet = quadraticOf(problem);
  const {k} = training.rows;
  const roundedObjective = energyWith(facet, signs, new Float64Array(facet.p + 1));
  const common = {roundedObjective, flips, boxBound: box, rank: k - 1};
  if (k === 1) return {...common, expectedObjective: roundedObjective, bestObjective: roundedObjective};
  const rows = withHead(training.rows);
  const samples = drawRoundings(facet, rows, 'anchored', randomStream(seed, 'record', iteration), RECORD_SAMPLES);
  return {
    ...common,
    relaxation: relaxation(facet.matrix, rows),
    expectedObjective: samples.reduce((sum, {energy}) => sum + energy, 0) / samples.length,
    bestObjective: Math.min(roundedObjective, leastOf(samples).energy),
  };
}

/** Low-rank sampling on the linear layer, or straight-through with clipping at rank 0; see `samplingStep`. */
export default defineSolver<State>({
  init,
  step,
  cost: ({params}) => passes(params),
  weights: ({problem}, {training, best}) => {
    const {k, v} = withHead(training.rows);
    return quadraticOf(problem).toNetwork(v, k, best.w);
  },
  metrics,
});
