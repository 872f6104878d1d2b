import type {BackendName, BackendRequest, RunCommand, RunEvent} from '../core/protocol.ts';

/** One worker that runs contestants. The engine is reached through the worker's address only. */
export class RunLane {
  readonly #worker: Worker;

  constructor(onEvent: (event: RunEvent) => void) {
    this.#worker = new Worker(new URL('../engine/run.worker.ts', import.meta.url), {type: 'module', name: 'basin-run'});
    this.#worker.onmessage = ({data}: MessageEvent<RunEvent>) => onEvent(data);
    this.#worker.onerror = (event) => onEvent({type: 'broken', message: event.message || 'a worker could not be started'});
  }

  hello(request: BackendRequest, exclude: readonly BackendName[]): void {
    this.send({type: 'hello', request, exclude, base: document.baseURI});
  }

  send(command: RunCommand): void {
    this.#worker.postMessage(command);
  }

  terminate(): void {
    this.#worker.onmessage = null;
    this.#worker.onerror = null;
    this.#worker.terminate();
  }
}
