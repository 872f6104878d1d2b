import type {BudgetAxis, Choice, Experiment} from '../core/experiment.ts';
import {EVALUATION, type Problem} from '../core/problem.ts';
import type {Ending, Grant, Snapshot, Telemetry} from '../core/protocol.ts';
import {type Recording, recordingFor} from '../core/recording.ts';
import type {Solver, SolverContext, SolverState} from '../core/solver.ts';
import {type Checkpoint, checkpointOf, firstBroken} from './blame.ts';
import {iterate} from './iterate.ts';
import {Foothold, sharpnessMetrics, sharpnessStride} from './sharpness.ts';
import {disposeCopies, disposeReplaced, readScalars, readVars, tidyState} from './tensors.ts';
import {tf} from './tf.ts';

/** J above this multiple of its start counts as diverged. */
const DIVERGED_AT = 1e6;

/** @param scale J at the start, or the size of J's values where that is larger */
export const hasDiverged = (objective: number, scale: number): boolean => !(Math.abs(objective) <= DIVERGED_AT * scale);

/** The only place that knows the time; milliseconds. */
export type Clock = () => number;

interface Measurement {
  readonly iteration: number;
  readonly evaluations: number;
  readonly seconds: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Why J says that a run has diverged, or null.
 * @param scale J at the start, or the size of J's values where that is larger
 */
function divergence({iteration, metrics}: Measurement, scale: number): string | null {
  const j = metrics.objective;
  if (!hasDiverged(j, scale)) return null;
  const what = Number.isFinite(j) ? 'J had grown to more than a million times its start' : 'J was no longer a finite number';
  return `${what} by iteration ${iteration}`;
}

const UNITS: Readonly<Record<BudgetAxis, string>> = {iterations: 'iterations', evaluations: 'full-data passes', seconds: 'seconds'};

/**
 * One contestant at work. It advances by whole iterations and measures where the recording says, so
 * its history does not depend on how the grants were cut.
 */
export class Run {
  readonly #problem: Problem;
  readonly #solver: Solver;
  /** The solver as the contestant has it. */
  readonly #choice: Choice;
  readonly #context: SolverContext;
  readonly #budget: Experiment['budget'];
  readonly #recording: Recording;
  readonly #clock: Clock;
  #state: SolverState = {};
  #iteration = 0;
  #evaluations = 0;
  #milliseconds = 0;
  #startObjective = Number.NaN;
  #ending: Ending | null = null;
  /** The last sound record's state, for problems that look into their layers. */
  #sound: Checkpoint | null = null;
  readonly #foothold = new Foothold();
  /** Networks kept so far while sharpness was wanted. */
  #keptWithSharpness = 0;
  /** What the user has been told. */
  readonly #said = new Set<string>();

  /** @param index of the contestant */
  constructor(problem: Problem, solver: Solver, experiment: Experiment, index: number, clock: Clock) {
    const {solver: choice, model} = experiment.contestants[index];
    this.#problem = problem;
    this.#solver = solver;
    this.#choice = choice;
    this.#context = {problem, params: choice.params, model, seed: experiment.seed};
    this.#budget = experiment.budget;
    this.#recording = recordingFor(this.#budget.axis, this.#budget.amount, solver.cost(this.#context));
    this.#clock = clock;
  }

  /** Makes the initial state and its record (iteration 0). The set-up time counts. */
  async start(): Promise<Telemetry> {
    const from = this.#clock();
    this.#state = tidyState(() => ({state: this.#solver.init(this.#context)})).state;
    await this.#charge(from);
    const {record, snapshot} = await this.#measure(true, false);
    this.#startObjective = record.metrics.objective;
    if (snapshot) this.#foothold.note(snapshot, this.#startObjective, this.#startObjective);
    this.#ending = await this.#divergence(record);
    return this.#telemetry([record], snapshot ? [snapshot] : []);
  }

  async advance(grant: Grant): Promise<Telemetry> {
    const records: Measurement[] = [];
    const snapshots: Snapshot[] = [];
    const grantedAt = this.#clock();
    let from = grantedAt;
    for (let done = 0; !this.#ending && done < grant.iterations; ) {
      const count = this.#stride(grant.iterations - done);
      await this.#iterate(count);
      done += count;
      const last = done === grant.iterations || this.#clock() - grantedAt >= grant.milliseconds;
      const forced = last && grant.measure === true;
      if (last || this.#recording.records(this.#iteration) || this.#budget.axis === 'seconds' || this.#spent()) {
        await this.#charge(from);
        if (forced || this.#recording.records(this.#iteration) || this.#spent()) {
          const {record, snapshot} = await this.#measure(forced || this.#spent() || this.#recording.keepsNetwork(this.#iteration), grant.sharpness === true);
          records.push(record);
          if (snapshot) snapshots.push(snapshot);
          if (snapshot) this.#foothold.note(snapshot, record.metrics.objective, this.#startObjective);
          this.#ending = (await this.#divergence(record)) ?? this.#ownEnding(record) ?? (this.#spent() ? this.#finished() : null);
        }
        from = this.#clock();
      }
      if (last) break;
    }
    return this.#telemetry(records, snapshots);
  }

  dispose(): void {
    disposeReplaced(this.#state, null);
    this.#state = {};
    this.#forget();
  }

  #forget(): void {
    if (this.#sound) disposeReplaced(this.#sound.state, null);
    this.#sound = null;
  }

  /** How a record says that the run has diverged; with the place, where the problem looks into its layers. */
  async #divergence(record: Measurement): Promise<Ending | null> {
    const what = divergence(record, Math.max(this.#startObjective, this.#problem.scale ?? 1e-12));
    if (what === null) {
      // Kept for going back to when a later record is not finite.
      if ('rms/0' in record.metrics) {
        this.#forget();
        this.#sound = checkpointOf(this.#state, this.#iteration);
      }
      return null;
    }
    if ('rms/0' in record.metrics) this.#sound ??= checkpointOf(this.#state, this.#iteration);
    const where = this.#sound && !Number.isFinite(record.metrics.objective) ? await firstBroken(this.#problem, this.#solver, this.#context, this.#sound, this.#iteration) : null;
    this.#forget();
    const place = where === null ? '' : `, ${where}`;
    if (this.#iteration === 0) return {kind: 'diverged', reason: `J was not a finite number at the start${place}. Start from smaller weights.`};
    if (record.metrics.objective < 0) {
      return {kind: 'diverged', reason: `J had fallen below minus a million times its size by iteration ${this.#iteration}: the function has no smallest value this way.`};
    }
    const explained = await this.#foothold.explain(this.#context, this.#choice);
    const generic = this.#context.params.learningRate === undefined ? '' : ' Try a third of the learning rate or less.';
    const advice = explained === null ? generic : ` ${explained}`;
    // Only a given function can be undefined in places.
    const hole = this.#problem.scale === undefined || Number.isFinite(record.metrics.objective) ? '' : ', or have left where the function is defined';
    return {kind: 'diverged', reason: `${what}${place}: the steps overshoot${hole}.${advice}`};
  }

  /** Iterations that may be taken at once: never past a record or the end of the budget. */
  #stride(limit: number): number {
    const {burst} = this.#solver;
    if (!burst) return 1;
    const {axis, amount} = this.#budget;
    const left = {
      iterations: amount - this.#iteration,
      // A mini-batch step costs at most one pass, so that this can't overshoot.
      evaluations: Math.floor(amount - this.#evaluations),
      seconds: Number.POSITIVE_INFINITY,
    }[axis];
    const most = Math.max(1, Math.min(limit, left, burst.most(this.#context)));
    let count = 1;
    while (count < most && !this.#recording.records(this.#iteration + count)) count++;
    return count;
  }

  async #iterate(count: number): Promise<void> {
    const {state, evaluations} = await iterate(this.#solver, this.#context, this.#state, this.#iteration + 1, count);
    this.#state = state;
    this.#iteration += count;
    this.#evaluations += evaluations;
  }

  #spent(): boolean {
    const {axis, amount} = this.#budget;
    switch (axis) {
      case 'iterations':
        return this.#iteration >= amount;
      case 'evaluations':
        return this.#evaluations >= amount - 1e-9;
      case 'seconds':
        return this.#milliseconds >= 1000 * amount;
    }
  }

  #finished(): Ending {
    const {axis, amount} = this.#budget;
    return {kind: 'finished', reason: `used its budget of ${amount} ${UNITS[axis]}`};
  }

  #ownEnding(record: Measurement): Ending | null {
    // Looked at where the schedule measures, so that steps by hand end no run earlier.
    if (!this.#recording.records(record.iteration)) return null;
    const reason = this.#solver.stop?.(record.metrics, this.#context.params) ?? null;
    return reason === null ? null : {kind: 'converged', reason};
  }

  /** Adds the time since `from` to the contestant's own, once the device has caught up. */
  async #charge(from: number): Promise<void> {
    if (tf.getBackend() === 'webgpu') {
      const probe = tf.tidy(() => tf.sum(Object.values(this.#solver.weights(this.#context, this.#state))[0]));
      await probe.data();
      probe.dispose();
    }
    this.#milliseconds += this.#clock() - from;
  }

  /** @param sharpness whether it is wanted; measured where the network is kept */
  async #measure(network: boolean, sharpness: boolean): Promise<{readonly record: Measurement; readonly snapshot: Snapshot | null}> {
    const {model} = this.#context;
    const made = tf.tidy(() => {
      const vars = this.#solver.weights(this.#context, this.#state);
      return {vars, evaluation: this.#problem.evaluate(vars, model), own: {...this.#problem.measures?.(vars, model), ...this.#solver.metrics?.(this.#context, this.#state)}};
    });
    const values = await made.evaluation.data();
    const metrics: Record<string, number> = Object.fromEntries(EVALUATION.map((name, i) => [name, values[i]]));
    Object.assign(metrics, await readScalars(made.own));
    const snapshot = network ? {iteration: this.#iteration, ...(await readVars(made.vars)), model} : null;
    const stride = network && sharpness ? sharpnessStride(this.#problem, this.#choice, made.vars) : 0;
    if (stride > 0 && this.#keptWithSharpness++ % stride === 0) Object.assign(metrics, await sharpnessMetrics(this.#context, this.#choice, made.vars, this.#iteration));
    made.evaluation.dispose();
    disposeCopies(made.vars, this.#state);
    const record = {iteration: this.#iteration, evaluations: this.#evaluations, seconds: this.#milliseconds / 1000, metrics};
    return {record, snapshot};
  }

  #news(): readonly string[] {
    const all = new Set(this.#solver.notices?.(this.#context, this.#state));
    const fresh = [...all].filter((text) => !this.#said.has(text));
    for (const text of fresh) this.#said.add(text);
    return fresh;
  }

  #telemetry(records: readonly Measurement[], snapshots: readonly Snapshot[]): Telemetry {
    const names = new Set(records.flatMap((record) => Object.keys(record.metrics)));
    const column = (name: string): Float64Array => Float64Array.from(records, (record) => record.metrics[name] ?? Number.NaN);
    return {
      iterations: Int32Array.from(records, (record) => record.iteration),
      evaluations: Float64Array.from(records, (record) => record.evaluations),
      seconds: Float64Array.from(records, (record) => record.seconds),
      metrics: Object.fromEntries([...names].map((name) => [name, column(name)])),
      snapshots,
      progress: {iteration: this.#iteration, evaluations: this.#evaluations, seconds: this.#milliseconds / 1000},
      ending: this.#ending,
      notices: this.#news(),
    };
  }
}
