import type {InstrumentClient} from '../client/instrumentClient.ts';
import type {Experiment} from '../core/experiment.ts';
import type {AttentionPicture, BinaryWeights, Boundary, Landscape, Neurons, Readout} from '../core/protocol.ts';
import {binaryWeightsOf, hasNeurons} from './fitting.ts';

export interface LookingHost {
  /** What to look at now. */
  current(): {
    readonly experiment: Experiment;
    readonly runIds: readonly string[];
    readonly running: boolean;
    readonly readout: Readout;
    /** Whether binary weights are on show. */
    readonly watchesWeights: boolean;
    /** The run whose attention is on show, and the sample. */
    readonly attention: {readonly runId: string; readonly example: number} | null;
  };
  landscape(landscape: Landscape | null, progress: number | null): void;
  boundary(runId: string, boundary: Boundary): void;
  neurons(runId: string, neurons: Neurons): void;
  weights(runId: string, weights: BinaryWeights): void;
  attention(runId: string, attention: AttentionPicture): void;
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
    this.#landscapeStale = true;
    this.networksAskedFor();
  }

  /** Something else is asked of each network; the landscape stays. */
  networksAskedFor(): void {
    for (const runId of this.#host.current().runIds) this.#stale.add(runId);
    this.#notBefore = 0;
    // A landscape may take seconds; the worker answers others in its pauses.
    if (this.#busy) void this.#lookAtNetworks();
    else this.#schedule();
  }

  /** Another sample, or another contestant's attention; everything else stays. */
  attentionAskedFor(): void {
    void this.#lookAtAttention();
  }

  #schedule(): void {
    if (this.#busy || (!this.#landscapeStale && this.#stale.size === 0)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), Math.max(0, this.#notBefore - performance.now()));
  }

  async #look(): Promise<void> {
    this.#busy = true;
    const from = performance.now();
    await this.#lookAtNetworks();
    if (this.#landscapeStale) await this.#lookAtLandscape();
    const took = performance.now() - from;
    this.#notBefore = performance.now() + Math.max(LEAST_INTERVAL, REST_BETWEEN * took);
    this.#busy = false;
    this.#schedule();
  }

  async #lookAtNetworks(): Promise<void> {
    const {runIds, running} = this.#host.current();
    for (const runId of runIds) {
      if (this.#stale.delete(runId)) await this.#lookAtNetwork(runId, running ? LIVE_BOUNDARY : REST_BOUNDARY);
    }
  }

  async #lookAtNetwork(runId: string, side: number): Promise<void> {
    const {experiment, readout} = this.#host.current();
    const binary = binaryWeightsOf(experiment);
    const result = await this.#client.boundary(runId, side, binary === 'network' ? readout : 'rounded');
    if (result?.ok) this.#host.boundary(runId, result.value);
    if (hasNeurons(experiment)) {
      const neurons = await this.#client.neurons(runId);
      if (neurons?.ok) this.#host.neurons(runId, neurons.value);
    } else if (binary !== null && this.#host.current().watchesWeights) {
      const weights = await this.#client.weights(runId);
      if (weights?.ok) this.#host.weights(runId, weights.value);
    }
    if (this.#host.current().attention?.runId === runId) await this.#lookAtAttention();
  }

  /** An answer that came after the next question was put is not shown. */
  async #lookAtAttention(): Promise<void> {
    const asked = this.#host.current().attention;
    if (!asked) return;
    const result = await this.#client.attention(asked.runId, asked.example);
    const now = this.#host.current().attention;
    if (result?.ok && now?.runId === asked.runId && now.example === asked.example) this.#host.attention(asked.runId, result.value);
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
