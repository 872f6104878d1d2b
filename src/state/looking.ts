import type {InstrumentClient} from '../client/instrumentClient.ts';
import type {Experiment} from '../core/experiment.ts';
import type {AttentionPicture, BinaryWeights, Boundary, Landscape, LandscapeLine, LandscapeSpec, Neurons, Readout} from '../core/protocol.ts';
import type {Fault} from '../core/result.ts';
import {type Found, needsDirections} from './directions.ts';
import {binaryWeightsOf, hasNeurons, isSurface} from './fitting.ts';

export interface LookingHost {
  /** What to look at now. */
  current(): {
    readonly experiment: Experiment;
    readonly runIds: readonly string[];
    /** See LandscapeSpec. */
    readonly seats: readonly number[];
    readonly running: boolean;
    readonly readout: Readout;
    /** Whether binary weights are on show. */
    readonly watchesWeights: boolean;
    /** The run whose attention is on show, and the sample. */
    readonly attention: {readonly runId: string; readonly example: number} | null;
  };
  /** A map, or why there can be none; null where what is on show stays. */
  landscape(landscape: Landscape | {readonly missing: string} | null, progress: number | null): void;
  /** J between two networks, or why there is none. */
  line(line: LandscapeLine | {readonly missing: string}): void;
  /** Directions at a run's network; null while they are measured, after which `landscapeAskedFor` is due. */
  directions(runId: string, contestant: number): Found | null;
  boundary(runId: string, boundary: Boundary): void;
  neurons(runId: string, neurons: Neurons): void;
  weights(runId: string, weights: BinaryWeights): void;
  attention(runId: string, attention: AttentionPicture): void;
}

/** Points a side while the race is on, and one after the other at rest. */
const LIVE_SIDES = [31] as const;
const REST_SIDES = [21, 41, 81, 161] as const;
const LIVE_BOUNDARY = 40;
const REST_BOUNDARY = 90;
/** The instruments get at most this share of the time, so that a slow machine stays responsive. */
const REST_BETWEEN = 1.5;
const LEAST_INTERVAL = 250;
/** The field of the fault where J can't be mapped. */
const PROBLEM = 'problem';

/**
 * Keeps the pictures fresh: looks again after something changed, never two landscapes at once, coarse
 * while the race is on and finer and finer once it rests. A refinement is dropped as soon as there is something newer to draw.
 */
export class Looking {
  readonly #client: InstrumentClient;
  readonly #host: LookingHost;
  readonly #stale = new Set<string>();
  #landscapeStale = false;
  #busy = false;
  #refining = false;
  /** When the first map of the present look was there; finer ones don't count as looking. */
  #drawnAt = 0;
  /** What is looked at now is out of date already. */
  #urgent = false;
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
    if (this.#refining) this.#supersede();
    this.#schedule();
  }

  /** Another plane, or the race came to rest: look again at everything. */
  viewChanged(): void {
    this.#landscapeStale = true;
    if (this.#busy) this.#supersede();
    this.networksAskedFor();
  }

  /** There is more to draw a landscape with; the networks are the same. */
  landscapeAskedFor(): void {
    this.#landscapeStale = true;
    this.#notBefore = 0;
    if (this.#busy) this.#supersede();
    this.#schedule();
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

  #supersede(): void {
    this.#urgent = true;
    this.#client.cancelPicture();
  }

  async #look(): Promise<void> {
    this.#busy = true;
    this.#urgent = false;
    const from = performance.now();
    await this.#lookAtNetworks();
    this.#drawnAt = performance.now();
    if (this.#landscapeStale) await this.#lookAtLandscape();
    const took = this.#drawnAt - from;
    this.#notBefore = this.#urgent ? 0 : this.#drawnAt + Math.max(LEAST_INTERVAL, REST_BETWEEN * took);
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
    const result = isSurface(experiment) ? null : await this.#client.boundary(runId, side, binary === 'network' ? readout : 'rounded');
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
    const {experiment, runIds, seats, running} = this.#host.current();
    const {planeOf, planeSeed} = experiment.view;
    // A surface is a plane itself, and stays as it is.
    const plane = isSurface(experiment) ? 'contestants' : experiment.view.plane;
    const freeze = !isSurface(experiment) && experiment.view.freeze;
    const names = experiment.contestants.map((one) => one.name);
    const of = runIds[planeOf];
    if (plane === 'line') return this.#lookAtLine(runIds, names);
    const directions = needsDirections(plane) ? this.#host.directions(of, planeOf) : undefined;
    // Measured first; what is on show stays until then.
    if (directions === null) return this.#host.landscape(null, 0);
    const spec = {plane, runs: runIds, names, seats, of, seed: planeSeed, freeze, ...(directions ? {directions} : {})};
    await this.#refine(spec, running ? LIVE_SIDES : REST_SIDES);
  }

  /** One map after the other, finer each time; ends early where a finer one would take too long or something newer is to be drawn. */
  async #refine(spec: Omit<LandscapeSpec, 'side'>, sides: readonly number[]): Promise<void> {
    for (const [stage, side] of sides.entries()) {
      this.#refining = stage > 0;
      const result = await this.#client.landscape({...spec, side}, (share) => this.#host.landscape(null, share));
      this.#refining = false;
      if (stage === 0) this.#drawnAt = performance.now();
      // Before there are networks, there is nothing to say.
      const missing = stage === 0 && result && !result.ok && result.error.field === PROBLEM ? {missing: wordsOf(result.error)} : null;
      this.#host.landscape(result?.ok ? result.value : missing, null);
      if (!result?.ok || result.value.side < side || this.#landscapeStale) return;
    }
  }

  async #lookAtLine(runIds: readonly string[], names: readonly string[]): Promise<void> {
    const {planeOf, planeTo} = this.#host.current().experiment.view;
    const of = runIds[planeOf];
    const to = planeTo !== planeOf && planeTo < runIds.length ? runIds[planeTo] : runIds.find((runId) => runId !== of);
    if (to === undefined) {
      this.#host.landscape(null, null);
      return this.#host.line({missing: 'A line needs two contestants; add another one.'});
    }
    const result = await this.#client.line({runs: runIds, names, of, to}, (share) => this.#host.landscape(null, share));
    this.#drawnAt = performance.now();
    this.#host.landscape(null, null);
    if (result) this.#host.line(result.ok ? result.value : {missing: wordsOf(result.error)});
  }
}

/** A map with the values that are there already, where they are the same: what was made of them serves again. */
export const withKnownValues = (known: Landscape | null, landscape: Landscape): Landscape =>
  known && known.id === landscape.id && known.side === landscape.side ? {...landscape, values: known.values} : landscape;

const sentence = (text: string): string => `${text[0].toUpperCase()}${text.slice(1)}.`;
const wordsOf = ({field, message}: Fault): string => (field === PROBLEM ? `The problem ${message}.` : sentence(message));
