import type {Experiment} from '../../core/experiment.ts';
import {EVALUATION, type Problem, type Vars} from '../../core/problem.ts';
import {recordingFor} from '../../core/recording.ts';
import type {Replica, Solver, SolverContext} from '../../core/solver.ts';
import type {RateGrid, RatePoint} from '../../core/sweep.ts';
import {hasDiverged} from '../loop.ts';
import {tf} from '../tf.ts';
import {type ReplicaGroup, replicaGroups} from './groups.ts';

/** How often all rates are told on their way. */
const UPDATES = 20;

/** Iterations that a budget comes to for all networks alike; null where that is not known beforehand to the iteration. */
function iterationsOf({axis, amount}: Experiment['budget'], cost: number): number | null {
  switch (axis) {
    case 'iterations':
      return amount;
    case 'evaluations': {
      const whole = Math.round(amount / cost);
      return whole >= 1 && Math.abs(amount / cost - whole) < 1e-6 ? whole : null;
    }
    case 'seconds':
      return null;
  }
}

/** Numbers of one tensor: a network has no more activations than weights on a sample. */
const ACTIVATIONS = 2e7;

/** Some of the networks of variables with a leading axis. */
const someOf = (stacked: Vars, from: number, count: number): Vars =>
  Object.fromEntries(Object.entries(stacked).map(([name, all]) => [name, tf.slice(all, from, count)]));

/** Network r of them. */
const networkAt = (stacked: Vars, r: number): Vars =>
  Object.fromEntries(Object.entries(someOf(stacked, r, 1)).map(([name, one]) => [name, tf.reshape(one, one.shape.slice(1))]));

/** The rates of one group on their way. */
class RatesAtWork {
  readonly #problem: Problem;
  readonly #context: SolverContext;
  readonly #group: ReplicaGroup;
  readonly #rates: readonly number[];
  /** J at the start, or the size of J's values where that is larger. */
  #scale = Number.NaN;
  /** The iteration by which each has diverged. */
  readonly #divergedBy = new Map<number, number>();

  constructor(problem: Problem, context: SolverContext, group: ReplicaGroup, rates: readonly number[]) {
    this.#problem = problem;
    this.#context = context;
    this.#group = group;
    this.#rates = rates;
  }

  get allDiverged(): boolean {
    return this.#divergedBy.size === this.#rates.length;
  }

  advance(first: number, count: number): Promise<void> {
    return this.#group.advance(first, count);
  }

  /** Looks at J of all where a run would record it, and ends those that have diverged. */
  async record(iteration: number): Promise<void> {
    const objectives = await this.#group.seen((stacked) => this.#objectives(stacked));
    if (iteration === 0) this.#scale = Math.max(objectives[0], this.#problem.scale ?? 1e-12);
    for (const [r, objective] of objectives.entries()) {
      if (!this.#divergedBy.has(r) && hasDiverged(objective, this.#scale)) this.#divergedBy.set(r, iteration);
    }
  }

  /** J of all networks, of as many at once as memory is sure to have room for. */
  async #objectives(stacked: Vars): Promise<readonly number[]> {
    const weights = Object.values(stacked).reduce((sum, {size}) => sum + size, 0) / this.#rates.length;
    const many = Math.max(1, Math.floor(ACTIVATIONS / (weights * this.#problem.train.x.shape[0])));
    const found: number[] = [];
    for (let from = 0; from < this.#rates.length; from += many) {
      const values = tf.tidy(() => this.#problem.objectives(someOf(stacked, from, Math.min(many, this.#rates.length - from)), this.#context.model));
      found.push(...(await values.data<'float32'>()));
      values.dispose();
    }
    return found;
  }

  /** Where each rate has come to, measured as a run's records are. */
  points(iteration: number): Promise<readonly RatePoint[]> {
    return this.#group.seen(async (stacked) => {
      const points: RatePoint[] = [];
      for (const [r, rate] of this.#rates.entries()) {
        const by = this.#divergedBy.get(r);
        const point = by === undefined ? {...(await this.#measured(stacked, r)), iterations: iteration} : {objective: Number.POSITIVE_INFINITY, trainScore: Number.NaN, testScore: Number.NaN, iterations: by};
        points.push({rate, ...point});
      }
      return points;
    });
  }

  async #measured(stacked: Vars, r: number): Promise<Pick<RatePoint, 'objective' | 'trainScore' | 'testScore'>> {
    const evaluation = tf.tidy(() => this.#problem.evaluate(networkAt(stacked, r), this.#context.model));
    const values = await evaluation.data<'float32'>();
    evaluation.dispose();
    const [objective, trainScore, testScore] = (['objective', 'trainScore', 'testScore'] as const).map((name) => values[EVALUATION.indexOf(name)]);
    return {objective, trainScore, testScore};
  }

  dispose(): void {
    this.#group.dispose();
  }
}

/**
 * Trains one contestant with all rates of a grid side by side and tells where they are, `UPDATES` times on the way. Whether one has
 * diverged is looked at where its run would be measured.
 * @returns false where nothing was done, as its networks can't go side by side
 */
export async function sweptTogether(
  problem: Problem, solver: Solver, {seed, contestants, budget}: Experiment, {contestant, rates}: RateGrid,
  tell: (points: readonly RatePoint[], ended: boolean) => void, progress: (share: number) => void,
): Promise<boolean> {
  const {solver: {params}, model} = contestants[contestant];
  const context: SolverContext = {problem, params, model, seed};
  const cost = solver.cost(context);
  const iterations = iterationsOf(budget, cost);
  // Rules of their own for stopping, and work on the host, are a single run's.
  if (iterations === null || solver.stop || solver.host) return false;
  const networks = rates.map((learningRate): Replica => ({seed, learningRate}));
  const groups = replicaGroups(solver, context, networks);
  if (groups === null) return false;
  const {records} = recordingFor(budget.axis, budget.amount, cost);
  const atWork = groups.map((group, g) => new RatesAtWork(problem, context, group, rates.slice(group.from, groups.at(g + 1)?.from)));
  try {
    for (const [g, one] of atWork.entries()) {
      await one.record(0);
      for (let before = 0, told = 0; before < iterations && !one.allDiverged; ) {
        let until = before + 1;
        while (until < iterations && !records(until)) until++;
        await one.advance(before + 1, until - before);
        await one.record(until);
        before = until;
        progress((g + until / iterations) / atWork.length);
        const update = Math.floor((UPDATES * until) / iterations);
        if (update > told && until < iterations) tell(await one.points(until), false);
        told = update;
      }
      tell(await one.points(iterations), true);
    }
  } finally {
    for (const one of atWork) one.dispose();
  }
  return true;
}
