import type {Contestant, Experiment} from '../../core/experiment.ts';
import type {Problem} from '../../core/problem.ts';
import type {Telemetry} from '../../core/protocol.ts';
import {type Fault, failure} from '../../core/result.ts';
import type {Solver} from '../../core/solver.ts';
import type {StudyCommand} from '../../core/study.ts';
import type {RateGrid, RatePoint} from '../../core/sweep.ts';
import {loadData} from '../data.ts';
import {formulateProblem} from '../formulate.ts';
import {Run} from '../loop.ts';
import {solverFor} from '../tensorPlugins.ts';
import {openBackend} from './backend.ts';
import {messageOf, type StudyServices} from './services.ts';
import {sweptTogether} from './sideBySide.ts';

type SweepCommand = Omit<Extract<StudyCommand, {readonly kind: 'sweep'}>, 'kind' | 'base'>;

/** Long enough to hide what progress costs, in milliseconds. */
const GRANT = 150;

/** Why a sweep can't be run, or null. */
function faultIn({experiment, grids}: SweepCommand): Fault | null {
  for (const {contestant, rates} of grids) {
    const field = `contestants[${contestant}]`;
    const entrant = experiment.contestants.at(contestant);
    if (!entrant) return failure(field, 'does not exist').error;
    if (entrant.solver.params.learningRate === undefined) return failure(`${field}.solver.id`, `"${entrant.solver.id}" has no learning rate to sweep`).error;
    if (rates.length === 0 || !rates.every((rate) => rate > 0 && Number.isFinite(rate))) return failure('rates', 'must be one or more positive numbers').error;
  }
  return null;
}

/**
 * Runs contestants with other learning rates, each for the race's whole budget, and tells where they end. Rates train side by side, as
 * one batched run, where a solver's networks can and the budget says how many iterations there are, and one after the other elsewhere.
 * Either way a run is that of the race with this rate, number by number: same seed, same batches, same kernels.
 */
export async function sweepStudy(command: SweepCommand, services: StudyServices): Promise<void> {
  const {experiment, grids, request, exclude} = command;
  const {emit} = services;
  const fault = faultIn(command);
  if (fault) return emit({type: 'refused', ...fault});
  const data = await loadData(experiment, services.readFile);
  if (!data.ok) return emit({type: 'refused', ...data.error});
  const backend = await openBackend(request, exclude, services);
  const problem = await formulateProblem(experiment, data.value);
  const progress = new Progress(grids, emit);
  try {
    for (const {contestant, rates} of grids) {
      const tell = (points: readonly RatePoint[], ended: boolean): void => emit({type: 'sweep', contestant, points, ended, backend});
      const solver = await solverFor(experiment.contestants[contestant].solver, problem);
      const isThrough = await sweptTogether(problem, solver, experiment, {contestant, rates}, tell, (share) => progress.tell(share * rates.length));
      for (const rate of isThrough ? [] : rates) {
        tell([await trained(problem, solver, withRate(experiment, contestant, rate), contestant, rate, services, (share) => progress.tell(share))], true);
        progress.next(1);
      }
      if (isThrough) progress.next(rates.length);
    }
    emit({type: 'done'});
  } catch (error) {
    emit({type: 'refused', field: 'sweep', message: messageOf(error)});
  } finally {
    problem.dispose();
  }
}

/** Tells the share of all runs that is done, percent by percent. */
class Progress {
  readonly #emit: StudyServices['emit'];
  readonly #runs: number;
  #done = 0;
  #percent = 0;

  constructor(grids: readonly RateGrid[], emit: StudyServices['emit']) {
    this.#runs = grids.reduce((sum, {rates}) => sum + rates.length, 0);
    this.#emit = emit;
  }

  /** @param runs what is done of those under way */
  tell(runs: number): void {
    const all = (this.#done + runs) / this.#runs;
    if (Math.floor(100 * all) <= this.#percent) return;
    this.#percent = Math.floor(100 * all);
    this.#emit({type: 'progress', share: all});
  }

  next(runs: number): void {
    this.#done += runs;
    this.tell(0);
  }
}

function withRate(experiment: Experiment, index: number, learningRate: number): Experiment {
  const changed = ({solver, ...one}: Contestant): Contestant => ({...one, solver: {...solver, params: {...solver.params, learningRate}}});
  return {...experiment, contestants: experiment.contestants.map((one, i) => (i === index ? changed(one) : one))};
}

/** One run to its end. */
async function trained(problem: Problem, solver: Solver, experiment: Experiment, contestant: number, rate: number, {clock}: StudyServices, tell: (share: number) => void): Promise<RatePoint> {
  const {axis, amount} = experiment.budget;
  const run = new Run(problem, solver, experiment, contestant, clock);
  try {
    let telemetry = await run.start();
    let last = lastRecord(telemetry) ?? {};
    while (!telemetry.ending) {
      telemetry = await run.advance({iterations: Number.MAX_SAFE_INTEGER, milliseconds: GRANT});
      last = lastRecord(telemetry) ?? last;
      const used = {iterations: telemetry.progress.iteration, evaluations: telemetry.progress.evaluations, seconds: telemetry.progress.seconds}[axis];
      tell(Math.min(1, used / amount));
    }
    const diverged = telemetry.ending.kind === 'diverged';
    const {objective = Number.NaN, trainScore = Number.NaN, testScore = Number.NaN} = diverged ? {objective: Number.POSITIVE_INFINITY} : last;
    return {rate, objective, trainScore, testScore, iterations: telemetry.progress.iteration};
  } finally {
    run.dispose();
  }
}

/** The metrics of the last record of a telemetry, where it has one. */
function lastRecord({iterations, metrics}: Telemetry): Readonly<Record<string, number>> | null {
  if (iterations.length === 0) return null;
  return Object.fromEntries(Object.entries(metrics).map(([name, column]) => [name, column[column.length - 1]]));
}
