import type {ReadDataFile} from '../core/data.ts';
import type {Experiment} from '../core/experiment.ts';
import type {Problem} from '../core/problem.ts';
import type {BackendReport, Grant, RunCommand, RunEvent, Telemetry} from '../core/protocol.ts';
import {assertNever, failure, type Result, success} from '../core/result.ts';
import {chooseBackend} from './backend.ts';
import {loadData} from './data.ts';
import {formulateProblem} from './formulate.ts';
import {type Clock, Run} from './loop.ts';
import {watchDevice, loseDevice} from './device.ts';
import {solverFor} from './tensorPlugins.ts';

export interface RunHost {
  emit(event: RunEvent, transfer: readonly ArrayBuffer[]): void;
  readFile(base: string): ReadDataFile;
  readonly clock: Clock;
}

/** Contestants of one experiment share the data on the device. */
interface SharedProblem {
  readonly key: string;
  readonly problem: Problem;
  users: number;
}

/** Buffers of a telemetry that can be handed over instead of copied. */
const buffersOf = (telemetry: Telemetry): ArrayBuffer[] => telemetry.snapshots.map(({values}) => values.buffer as ArrayBuffer);

/**
 * The worker's half of the run protocol, free of any worker interface, so that Node drives the same
 * code. Commands are handled one after the other, in the order they came.
 */
export class RunHandler {
  readonly #host: RunHost;
  readonly #runs = new Map<string, {readonly run: Run; readonly shared: SharedProblem}>();
  readonly #problems = new Map<string, SharedProblem>();
  readonly #cancelled = new Set<string>();
  #base = '';
  #queue: Promise<void> = Promise.resolve();

  constructor(host: RunHost) {
    this.#host = host;
  }

  handle(command: RunCommand): Promise<void> {
    // Noted at once: a prepare that still waits need not be done any more.
    if (command.type === 'cancel') this.#cancelled.add(command.runId);
    this.#queue = this.#queue.then(() => this.#answer(command)).catch((error: unknown) => this.#broken(error));
    return this.#queue;
  }

  async #answer(command: RunCommand): Promise<void> {
    switch (command.type) {
      case 'hello':
        this.#base = command.base;
        return this.#emit({type: 'ready', report: await this.#wake(command.request, command.exclude)});
      case 'prepare':
        return this.#prepare(command.runId, command.experiment, command.contestant);
      case 'advance': {
        // A grant that crossed a cancel on its way finds no run, and needs no answer.
        const entry = this.#runs.get(command.runId);
        if (entry) await this.#advance(command.runId, entry.run, command.grant);
        return;
      }
      case 'cancel':
        this.#cancelled.delete(command.runId);
        this.#release(command.runId);
        return this.#emit({type: 'cancelled', runId: command.runId});
      case 'loseDevice':
        return loseDevice();
      default:
        return assertNever(command);
    }
  }

  async #wake(...choice: Parameters<typeof chooseBackend>): Promise<BackendReport> {
    const report = await chooseBackend(...choice);
    watchDevice((message) => this.#emit({type: 'deviceLost', message}));
    return report;
  }

  /** A fault of one run ends that run; only a lost device concerns them all. */
  async #advance(runId: string, run: Run, grant: Grant): Promise<void> {
    try {
      this.#report(runId, await run.advance(grant));
    } catch (error) {
      this.#fail(runId, 'contestant', error);
    }
  }

  #fail(runId: string, field: string, error: unknown): void {
    if (isDeviceLoss(error)) throw error;
    this.#release(runId);
    this.#emit({type: 'refused', runId, field, message: error instanceof Error ? error.message : String(error)});
  }

  async #prepare(runId: string, experiment: Experiment, index: number): Promise<void> {
    // Cancelled while it waited behind others.
    if (this.#cancelled.delete(runId)) return;
    try {
      await this.#open(runId, experiment, index);
    } catch (error) {
      this.#fail(runId, `contestants[${index}]`, error);
    }
  }

  async #open(runId: string, experiment: Experiment, index: number): Promise<void> {
    const shared = await this.#share(experiment);
    if (!shared.ok) return this.#emit({type: 'refused', runId, ...shared.error});
    try {
      const solver = await solverFor(experiment.contestants[index].solver, shared.value.problem);
      const run = new Run(shared.value.problem, solver, experiment, index, this.#host.clock);
      shared.value.users += 1;
      this.#runs.set(runId, {run, shared: shared.value});
      this.#report(runId, await run.start());
    } catch (error) {
      this.#release(runId);
      this.#dropUnused(shared.value);
      throw error;
    }
  }

  async #share(experiment: Experiment): Promise<Result<SharedProblem>> {
    const key = JSON.stringify([experiment.dataset, experiment.problem]);
    const known = this.#problems.get(key);
    if (known) return success(known);
    const data = await loadData(experiment, this.#host.readFile(this.#base));
    if (!data.ok) return failure(data.error.field, data.error.message);
    const shared: SharedProblem = {key, problem: await formulateProblem(experiment, data.value), users: 0};
    this.#problems.set(key, shared);
    return success(shared);
  }

  #release(runId: string): void {
    const entry = this.#runs.get(runId);
    if (!entry) return;
    entry.run.dispose();
    this.#runs.delete(runId);
    entry.shared.users -= 1;
    this.#dropUnused(entry.shared);
  }

  #dropUnused(shared: SharedProblem): void {
    if (shared.users > 0 || !this.#problems.delete(shared.key)) return;
    shared.problem.dispose();
  }

  #report(runId: string, telemetry: Telemetry): void {
    this.#host.emit({type: 'telemetry', runId, telemetry}, buffersOf(telemetry));
  }

  #emit(event: RunEvent): void {
    this.#host.emit(event, []);
  }

  #broken(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#emit(isDeviceLoss(error) ? {type: 'deviceLost', message} : {type: 'broken', message});
  }
}

/** Reading from a lost device rejects with an AbortError; a WASM heap that is full aborts for good. */
const isDeviceLoss = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'AbortError' || /device.*(lost|destroyed)|Aborted\(/i.test(error.message));
