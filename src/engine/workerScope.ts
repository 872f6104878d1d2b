/** The part of a dedicated worker's global scope that the entries use (the DOM library types `self` as a window). */
export interface WorkerScope<C> {
  onmessage: ((event: MessageEvent<C>) => void) | null;
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void;
}
