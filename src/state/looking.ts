import type {InstrumentClient} from '../client/instrumentClient.ts';
import type {Experiment} from '../core/experiment.ts';
import type {Boundary, Landscape, Neurons} from '../core/protocol.ts';

export interface LookingHost {
  /** What to look at now. */
  current(): {readonly experiment: Experiment; readonly runIds: readonly string[]; readonly running: boolean};
  landscape(landscape: Landscape | null, progress: number | null): void;
  boundary(runId: string, boundary: Boundary): void;
  neurons(runId: string, neurons: Neurons): void;
}

/** Points a side, live and at rest. */
const LIVE_SIDE = 31;
const REST_SIDE = 61;
const LIVE_BOUNDARY = 40;
const REST_BOUNDARY = 90;
/** The instruments get at most this share of the time, so that a slow machine stays responsive. */
const REST_BETWEEN = 1.5;
const LEAST_INTERVAL = 250;

/**
 * Keeps the pictures fresh: looks again after something changed, never two landscapes at once, coarse
 * while the race is on and fine once it rests.
 */
export class Looking {
  readonly #client: InstrumentClient;
  readonly #host: LookingHost;
  readonly #stale = new Set<string>();
  #landscapeStale = false;
  #busy = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #notBefore = 0;

  constructor(client: InstrumentClient, host: LookingHost) {
    this.#client = client;
    this.#host = host;
  }

  /** A run has new networks. */
  runChanged(runId: string): void {
    this.#stale.add(runId);
    this.#landscapeStale = true;
    this.#schedule();
  }

  /** Another plane, or the race came to rest: look again at everything. */
  viewChanged(): void {
    for (const runId of this.#host.current().runIds) this.#stale.add(runId);
    this.#landscapeStale = true;
    this.#notBefore = 0;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#busy || (!this.#landscapeStale && this.#stale.size === 0)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), Math.max(0, this.#notBefore - performance.now()));
  }

  async #look(): Promise<void> {
    this.#busy = true;
    const from = performance.now();
    const {runIds, running} = this.#host.current();
    for (const runId of runIds.filter((id) => this.#stale.has(id))) {
      this.#stale.delete(runId);
      const result = await this.#client.boundary(runId, running ? LIVE_BOUNDARY : REST_BOUNDARY);
      if (result?.ok) this.#host.boundary(runId, result.value);
      const neurons = await this.#client.neurons(runId);
      if (neurons?.ok) this.#host.neurons(runId, neurons.value);
    }
    if (this.#landscapeStale) await this.#lookAtLandscape();
    const took = performance.now() - from;
    this.#notBefore = performance.now() + Math.max(LEAST_INTERVAL, REST_BETWEEN * took);
    this.#busy = false;
    this.#schedule();
  }

  async #lookAtLandscape(): Promise<void> {
    this.#landscapeStale = false;
    const {experiment, runIds, running} = this.#host.current();
    const {plane, planeOf, planeSeed} = experiment.view;
    const names = experiment.contestants.map((one) => one.name);
    const spec = {plane, runs: runIds, names, of: runIds[planeOf], seed: planeSeed, side: running ? LIVE_SIDE : REST_SIDE};
    const result = await this.#client.landscape(spec, (share) => this.#host.landscape(null, share));
    this.#host.landscape(result?.ok ? result.value : null, null);
  }
}
