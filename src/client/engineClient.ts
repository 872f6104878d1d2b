import type {Experiment} from '../core/experiment.ts';
import type {BackendName, BackendReport, BackendRequest, RunEvent, Telemetry} from '../core/protocol.ts';
import {assertNever, type Fault} from '../core/result.ts';
import {budgetShare, laneCount, mayAdvance, nextGrant, type Progress} from './pace.ts';
import {RunLane} from './runLane.ts';

export interface EngineListener {
  /** Told again when lanes are added. */
  ready(report: BackendReport, lanes: number): void;
  telemetry(runId: string, telemetry: Telemetry): void;
  /** The run could not be prepared. */
  refused(runId: string, fault: Fault): void;
  /** The run starts again from iteration 0 (and is brought back to where it was). */
  restarted(runId: string): void;
  notice(text: string): void;
  broken(message: string): void;
}

interface ClientRun {
  readonly runId: string;
  readonly experiment: Experiment;
  readonly index: number;
  lane: number;
  prepared: boolean;
  ended: boolean;
  inFlight: boolean;
  progress: Progress;
  /** Iterations per millisecond, from the last grant. */
  rate: number;
  /** Steps asked for by hand. */
  steps: number;
  /** After a lost device: run up to here without being asked. */
  replayTo: number;
}

/** Grants that wait at a lane: with two (of different runs) it never idles while an answer travels. */
const LANE_DEPTH = 2;

const START: Progress = {iteration: 0, evaluations: 0, seconds: 0};

/** The page's half of the run protocol: lanes, grants, pace, and recovery from a lost device. */
export class EngineClient {
  readonly #listener: EngineListener;
  readonly #runs = new Map<string, ClientRun>();
  #lanes: RunLane[] = [];
  #report: BackendReport | null = null;
  #exclude: BackendName[] = [];
  #request: BackendRequest = 'auto';
  #running = false;
  #speed: number | 'max' = 'max';
  #sharpness = false;
  /** With a set speed: when the pace started, and the iterations then allowed. */
  #paceStart = 0;
  #paceBase = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(listener: EngineListener) {
    this.#listener = listener;
  }

  /** Starts (or restarts) the workers on a backend; one that is asked for by name gets another chance after a loss. */
  start(request: BackendRequest): void {
    this.#request = request;
    this.#exclude = this.#exclude.filter((name) => name !== request);
    this.#open();
  }

  /** New workers; known runs are prepared again and replayed. */
  #open(): void {
    for (const lane of this.#lanes) lane.terminate();
    this.#lanes = [];
    this.#report = null;
    for (const run of this.#runs.values()) {
      run.replayTo = Math.max(run.replayTo, run.progress.iteration);
      Object.assign(run, {prepared: false, inFlight: false, ended: false, progress: START, rate: 0});
      this.#listener.restarted(run.runId);
    }
    this.#openLane().hello(this.#request, this.#exclude);
  }

  add(runId: string, experiment: Experiment, index: number): void {
    const run: ClientRun = {
      runId, experiment, index, lane: -1, prepared: false, ended: false, inFlight: false,
      progress: START, rate: 0, steps: 0, replayTo: 0,
    };
    this.#runs.set(runId, run);
    if (this.#report) this.#prepare(run);
  }

  remove(runId: string): void {
    const run = this.#runs.get(runId);
    if (!run) return;
    this.#runs.delete(runId);
    if (run.lane >= 0) this.#lanes[run.lane]?.send({type: 'cancel', runId});
    this.#pump();
  }

  run(): void {
    this.#running = true;
    this.#resetPace();
    this.#pump();
  }

  pause(): void {
    this.#running = false;
  }

  /** One iteration for every run that has not ended. */
  step(): void {
    for (const run of this.#runs.values()) run.steps += 1;
    this.#pump();
  }

  /** Iterations a second, or as fast as it goes. */
  setSpeed(speed: number | 'max'): void {
    this.#speed = speed;
    this.#resetPace();
    this.#pump();
  }

  /** Whether runs measure the sharpness at their records from now on. */
  measureSharpness(on: boolean): void {
    this.#sharpness = on;
  }

  /** Destroys the GPU device as a driver fault would. */
  loseDevice(): void {
    this.#lanes[0]?.send({type: 'loseDevice'});
  }

  #openLane(): RunLane {
    const index = this.#lanes.length;
    const lane: RunLane = new RunLane((event) => {
      // A terminated lane may still have had an event on its way.
      if (this.#lanes[index] === lane) this.#receive(event);
    });
    this.#lanes.push(lane);
    return lane;
  }

  #prepare(run: ClientRun): void {
    const report = this.#report as BackendReport;
    const wanted = laneCount(report.backend, this.#runs.size, navigator.hardwareConcurrency || 2);
    if (this.#lanes.length < wanted) {
      while (this.#lanes.length < wanted) this.#openLane().hello(report.backend, this.#exclude);
      this.#listener.ready(report, this.#lanes.length);
    }
    const load = this.#lanes.map((_, lane) => [...this.#runs.values()].filter((other) => other.lane === lane && other !== run).length);
    run.lane = load.indexOf(Math.min(...load));
    this.#lanes[run.lane].send({type: 'prepare', runId: run.runId, experiment: run.experiment, contestant: run.index});
  }

  #receive(event: RunEvent): void {
    switch (event.type) {
      case 'ready':
        // Later lanes start on the backend that the first one chose.
        if (this.#report) return;
        this.#report = event.report;
        for (const run of this.#runs.values()) this.#prepare(run);
        return this.#listener.ready(event.report, this.#lanes.length);
      case 'telemetry':
        return this.#account(event.runId, event.telemetry);
      case 'refused':
        this.#runs.delete(event.runId);
        this.#listener.refused(event.runId, {field: event.field, message: event.message});
        return this.#pump();
      case 'cancelled':
        return;
      case 'deviceLost':
        return this.#recover(event.message);
      case 'broken':
        return this.#listener.broken(event.message);
      default:
        return assertNever(event);
    }
  }

  #account(runId: string, telemetry: Telemetry): void {
    const run = this.#runs.get(runId);
    if (!run) return;
    const took = 1000 * (telemetry.progress.seconds - run.progress.seconds);
    const advanced = telemetry.progress.iteration - run.progress.iteration;
    // Smoothed, so that single slow grants (a refactorisation) don't make the next ones tiny.
    if (advanced > 0 && took > 0) run.rate = run.rate === 0 ? advanced / took : 0.6 * run.rate + (0.4 * advanced) / took;
    Object.assign(run, {prepared: true, inFlight: false, progress: telemetry.progress, ended: telemetry.ending !== null});
    this.#listener.telemetry(runId, telemetry);
    this.#pump();
  }

  #recover(message: string): void {
    const lost = this.#report?.backend;
    if (lost === undefined) return this.#listener.broken(message);
    if (!this.#exclude.includes(lost)) this.#exclude.push(lost);
    this.#listener.notice(`The ${lost === 'webgpu' ? 'GPU' : lost} was lost (${message}). The runs are repeated on the next backend, from the same seeds.`);
    this.#open();
  }

  #resetPace(): void {
    this.#paceStart = performance.now();
    this.#paceBase = Math.max(0, ...[...this.#runs.values()].filter((run) => !run.ended).map((run) => run.progress.iteration));
  }

  /** The iteration that a run may go to now. */
  #allowedUntil(run: ClientRun): number {
    if (run.progress.iteration < run.replayTo) return run.replayTo;
    if (run.steps > 0) return run.progress.iteration + 1;
    if (!this.#running) return 0;
    if (this.#speed === 'max') return Number.POSITIVE_INFINITY;
    return this.#paceBase + Math.floor(((performance.now() - this.#paceStart) / 1000) * this.#speed);
  }

  /** Gives every lane with room the run that is furthest behind, if any may advance. */
  #pump(): void {
    clearTimeout(this.#timer);
    const open = [...this.#runs.values()].filter((run) => run.prepared && !run.ended);
    const shares = new Map(open.map((run) => [run, budgetShare(run.experiment, run.progress)]));
    const smallest = Math.min(...shares.values());
    const share = (run: ClientRun): number => shares.get(run) ?? 0;
    for (const lane of this.#lanes.keys()) {
      const room = LANE_DEPTH - [...this.#runs.values()].filter((run) => run.lane === lane && run.inFlight).length;
      const ready = open.filter((run) => run.lane === lane && !run.inFlight && this.#allowedUntil(run) > run.progress.iteration);
      const next = ready.filter((run) => run.steps > 0 || mayAdvance(share(run), smallest)).sort((a, b) => share(a) - share(b));
      for (const run of next.slice(0, Math.max(0, room))) this.#grant(run, share(run), open.length === 1);
    }
    if (this.#running && this.#speed !== 'max' && open.length > 0) this.#timer = setTimeout(() => this.#pump(), Math.min(100, 1000 / this.#speed));
  }

  #grant(run: ClientRun, share: number, alone: boolean): void {
    const byHand = run.steps > 0 && run.progress.iteration >= run.replayTo;
    if (byHand) run.steps -= 1;
    const measured = byHand || (this.#speed !== 'max' && this.#speed <= 10);
    const grant = {...nextGrant(share, run.progress.iteration, run.rate, this.#allowedUntil(run), alone), measure: measured, sharpness: this.#sharpness};
    run.inFlight = true;
    this.#lanes[run.lane].send({type: 'advance', runId: run.runId, grant: byHand ? {...grant, iterations: 1} : grant});
  }
}
