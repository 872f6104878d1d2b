import type {Experiment} from '../core/experiment.ts';
import type {MomentumOverlay} from '../core/momentumOverlay.ts';
import type {AttentionPicture, BinaryWeights, Boundary, DataSummary, InstrumentCommand, InstrumentEvent, Landscape, LandscapeLine, LandscapeSpec, LineSpec, Neurons, Readout, Snapshot} from '../core/protocol.ts';
import {assertNever, failure, type Result, success} from '../core/result.ts';

type Asked = InstrumentCommand extends infer C ? (C extends {readonly requestId: number} ? Omit<C, 'requestId'> : never) : never;
type Answer = Exclude<InstrumentEvent, {readonly type: 'progress' | 'cancelled' | 'refused'}>;

interface Pending {
  readonly answer: (result: Result<Answer> | null) => void;
  readonly progress: (share: number) => void;
}

/** The page's half of the instrument protocol: questions as promises. A superseded question answers null. */
export class InstrumentClient {
  readonly #worker = new Worker(new URL('../engine/instrument.worker.ts', import.meta.url), {type: 'module', name: 'basin-instruments'});
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #lastPicture = 0;

  constructor(onBroken: (message: string) => void) {
    this.#worker.onmessage = ({data}: MessageEvent<InstrumentEvent>) => this.#receive(data);
    this.#worker.onerror = (event) => onBroken(event.message || 'the instruments could not be started');
  }

  async load(experiment: Experiment): Promise<Result<DataSummary> | null> {
    const result = await this.#ask({type: 'load', experiment, base: document.baseURI});
    return map(result, (event) => (event.type === 'summary' ? event.summary : null));
  }

  async landscape(spec: LandscapeSpec, progress: (share: number) => void): Promise<Result<Landscape> | null> {
    const asked = this.#ask({type: 'landscape', spec}, progress);
    this.#lastPicture = this.#lastId;
    return map(await asked, (event) => (event.type === 'landscape' ? event.landscape : null));
  }

  async line(spec: LineSpec, progress: (share: number) => void): Promise<Result<LandscapeLine> | null> {
    const asked = this.#ask({type: 'line', spec}, progress);
    this.#lastPicture = this.#lastId;
    return map(await asked, (event) => (event.type === 'line' ? event.line : null));
  }

  /** Ends the landscape or line under way, which answers null. */
  cancelPicture(): void {
    if (this.#pending.has(this.#lastPicture)) this.#send({type: 'cancel', requestId: this.#lastPicture}, []);
  }

  async boundary(runId: string, side: number, readout: Readout = 'rounded'): Promise<Result<Boundary> | null> {
    const result = await this.#ask({type: 'boundary', runId, side, readout});
    return map(result, (event) => (event.type === 'boundary' ? event.boundary : null));
  }

  async neurons(runId: string): Promise<Result<Neurons> | null> {
    const result = await this.#ask({type: 'neurons', runId});
    return map(result, (event) => (event.type === 'neurons' ? event.neurons : null));
  }

  async weights(runId: string): Promise<Result<BinaryWeights> | null> {
    const result = await this.#ask({type: 'weights', runId});
    return map(result, (event) => (event.type === 'weights' ? event.weights : null));
  }

  async attention(runId: string, example: number): Promise<Result<AttentionPicture> | null> {
    const result = await this.#ask({type: 'attention', runId, example});
    return map(result, (event) => (event.type === 'attention' ? event.attention : null));
  }

  /** Null within the result where the surface is no quadratic. */
  async momentumOverlay(experiment: Experiment): Promise<Result<{readonly overlay: MomentumOverlay | null}> | null> {
    const result = await this.#ask({type: 'momentumOverlay', experiment});
    return map(result, (event) => (event.type === 'momentumOverlay' ? {overlay: event.overlay} : null));
  }

  async networkAt(a: number, b: number, side: number): Promise<Result<{readonly objective: number; readonly boundary: Boundary | null}> | null> {
    const result = await this.#ask({type: 'networkAt', a, b, side});
    return map(result, (event) => (event.type === 'networkAt' ? {objective: event.objective, boundary: event.boundary} : null));
  }

  /** Hands networks over (their buffers move, nothing is copied). */
  observe(runId: string, snapshots: readonly Snapshot[]): void {
    if (snapshots.length === 0) return;
    this.#send({type: 'observe', runId, snapshots}, snapshots.map(({values}) => values.buffer as ArrayBuffer));
  }

  /** Whether maps may be drawn on the GPU. */
  useGpu(on: boolean): void {
    this.#send({type: 'useGpu', on}, []);
  }

  /** Times anew what was too slow to be mapped. */
  reconsider(): void {
    this.#send({type: 'reconsider'}, []);
  }

  forget(runId: string): void {
    this.#send({type: 'forget', runId}, []);
  }

  #send(command: InstrumentCommand, transfer: ArrayBuffer[]): void {
    this.#worker.postMessage(command, transfer);
  }

  #ask(command: Asked, progress: (share: number) => void = () => {}): Promise<Result<Answer> | null> {
    this.#lastId += 1;
    const requestId = this.#lastId;
    return new Promise((answer) => {
      this.#pending.set(requestId, {answer, progress});
      this.#send({...command, requestId} as InstrumentCommand, []);
    });
  }

  #receive(event: InstrumentEvent): void {
    const pending = this.#pending.get(event.requestId);
    if (!pending) return;
    if (event.type === 'progress') return pending.progress(event.share);
    this.#pending.delete(event.requestId);
    switch (event.type) {
      case 'cancelled':
        return pending.answer(null);
      case 'refused':
        return pending.answer(failure(event.field, event.message));
      case 'summary':
      case 'landscape':
      case 'line':
      case 'boundary':
      case 'neurons':
      case 'weights':
      case 'attention':
      case 'momentumOverlay':
      case 'networkAt':
        return pending.answer(success(event));
      default:
        return assertNever(event);
    }
  }
}

function map<T>(result: Result<Answer> | null, pick: (event: Answer) => T | null): Result<T> | null {
  if (!result?.ok) return result;
  const value = pick(result.value);
  return value === null ? failure('instruments', 'answered something else than was asked') : success(value);
}
