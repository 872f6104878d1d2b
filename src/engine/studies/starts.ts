import type {Experiment} from '../../core/experiment.ts';
import type {HostProblem} from '../../core/hostProblem.ts';
import type {Problem} from '../../core/problem.ts';
import type {BackendName} from '../../core/protocol.ts';
import type {Solver, SolverContext} from '../../core/solver.ts';
import {type Starts, startSeeds, type StudyCommand} from '../../core/study.ts';
import {formulateProblem} from '../formulate.ts';
import {loadHostProblem} from '../hostPlugins.ts';
import {hasDiverged, Run} from '../loop.ts';
import {solverFor} from '../tensorPlugins.ts';
import {openBackend} from './backend.ts';
import {type Group, groupsOf} from './groups.ts';
import {messageOf, type StudyServices} from './services.ts';

type StartsCommand = Extract<StudyCommand, {readonly kind: 'starts'}>;

/** How often all starts are measured on their way. */
const UPDATES = 20;
/** Seconds that are timed to turn a longer budget in seconds into iterations. */
const TIMED = 1;

/**
 * Trains many networks of one contestant that differ in their seed alone, all together, and tells their J and scores
 * at the start and at `UPDATES` places on the way. Start 0 is the contestant as it runs in the race. J is computed in
 * float64 from the float32 weights, so that it can be held against a certificate.
 *
 * Every start takes the same number of iterations. A budget in full-data passes gives it through the solver's cost; one
 * in seconds means as many iterations as start 0, alone, would take in that time at the rate of its first second.
 */
export async function startsStudy({experiment, contestant, count, request, exclude}: Omit<StartsCommand, 'kind' | 'base'>, services: StudyServices): Promise<void> {
  const {emit} = services;
  const field = `contestants[${contestant}]`;
  const side = await loadHostProblem(experiment, services.readFile);
  if (!side.ok) return emit({type: 'refused', ...side.error});
  const backend = await openBackend(request, exclude, services);
  const problem = await formulateProblem(experiment, side.value.data);
  const groups: Group[] = [];
  try {
    const {solver: choice, model} = experiment.contestants[contestant];
    const solver = await solverFor(choice, problem);
    const context: SolverContext = {problem, params: choice.params, model, seed: experiment.seed};
    const iterations = await iterationsOf(experiment, contestant, problem, solver, context, services);
    groups.push(...groupsOf(solver, context, startSeeds(experiment.seed, count)));
    await advanceAll(groups, new Scores(side.value.host, count, problem.scale), iterations, backend, emit);
    emit({type: 'done'});
  } catch (error) {
    emit({type: 'refused', field, message: messageOf(error)});
  } finally {
    for (const group of groups) group.dispose();
    problem.dispose();
  }
}

async function iterationsOf(
  experiment: Experiment, contestant: number, problem: Problem, solver: Solver, context: SolverContext, {clock}: StudyServices,
): Promise<number> {
  const {axis, amount} = experiment.budget;
  switch (axis) {
    case 'iterations':
      return amount;
    case 'evaluations':
      return Math.max(1, Math.ceil(amount / solver.cost(context) - 1e-9));
    case 'seconds': {
      const timed = {...experiment, budget: {axis, amount: Math.min(TIMED, amount)}};
      const run = new Run(problem, solver, timed, contestant, clock);
      const begun = (await run.start()).progress;
      const {progress} = await run.advance({iterations: Number.MAX_SAFE_INTEGER, milliseconds: Number.POSITIVE_INFINITY});
      run.dispose();
      const seconds = Math.max(progress.seconds - begun.seconds, 1e-3);
      return Math.max(1, Math.round((progress.iteration / seconds) * amount));
    }
  }
}

/** What is known of every start so far. */
class Scores {
  readonly #host: HostProblem;
  /** The size of J's values, where it can be negative or begin at 0. */
  readonly #scale: number;
  readonly #objectives: Float64Array<ArrayBuffer>;
  readonly #train: Float64Array<ArrayBuffer>;
  readonly #test: Float64Array<ArrayBuffer>;
  /** J before the first step, of each start; NaN until then. */
  readonly #first: Float64Array;

  constructor(host: HostProblem, count: number, scale = 1e-12) {
    this.#host = host;
    this.#scale = scale;
    this.#objectives = new Float64Array(count);
    this.#train = new Float64Array(count);
    this.#test = new Float64Array(count);
    this.#first = new Float64Array(count).fill(Number.NaN);
  }

  /** Measures the networks of a group; a start that has diverged once stays so, as its run would have ended. */
  async measure(group: Group): Promise<void> {
    for (const [i, network] of (await group.networks()).entries()) {
      const r = group.from + i;
      const {objective, trainScore, testScore} = this.#host.evaluate(network);
      if (Number.isNaN(this.#first[r])) this.#first[r] = objective;
      const diverged = this.#objectives[r] === Number.POSITIVE_INFINITY || hasDiverged(objective, Math.max(this.#first[r], this.#scale));
      this.#objectives[r] = diverged ? Number.POSITIVE_INFINITY : objective;
      this.#train[r] = diverged ? Number.NaN : trainScore;
      this.#test[r] = diverged ? Number.NaN : testScore;
    }
  }

  /** Copies, as the receiver may keep them while the starts go on. */
  soFar(iteration: number, iterations: number): Starts {
    return {objectives: this.#objectives.slice(), trainScores: this.#train.slice(), testScores: this.#test.slice(), iteration, iterations};
  }
}

async function advanceAll(groups: readonly Group[], scores: Scores, iterations: number, backend: BackendName, emit: StudyServices['emit']): Promise<void> {
  let percent = 0;
  let before = 0;
  for (let update = 0; update <= UPDATES; update++) {
    const until = Math.round((iterations * update) / UPDATES);
    if (update > 0 && until === before) continue;
    for (const [g, group] of groups.entries()) {
      await group.advance(before + 1, until - before);
      await scores.measure(group);
      const share = (before + ((until - before) * (g + 1)) / groups.length) / iterations;
      if (Math.floor(100 * share) > percent) emit({type: 'progress', share});
      percent = Math.max(percent, Math.floor(100 * share));
    }
    before = until;
    emit({type: 'starts', starts: scores.soFar(until, iterations), backend});
  }
}
