import type {StudyCommand, StudyEvent} from '../core/study.ts';

export interface RunningStudy {
  /** Ends the worker at once. What the study has reported until then stays; no further event comes. */
  readonly cancel: () => void;
}

/** Starts a study in a worker of its own, which ends with the event `done` or `refused`. */
export function startStudy(command: StudyCommand, onEvent: (event: StudyEvent) => void): RunningStudy {
  const worker = new Worker(new URL('../engine/study.worker.ts', import.meta.url), {type: 'module', name: `basin-study-${command.kind}`});
  const cancel = (): void => {
    worker.onmessage = null;
    worker.onerror = null;
    worker.terminate();
  };
  const refuse = (message: string): void => {
    cancel();
    onEvent({type: 'refused', field: 'study', message});
  };
  worker.onmessage = ({data}: MessageEvent<StudyEvent>) => {
    if (data.type === 'done' || data.type === 'refused') cancel();
    onEvent(data);
  };
  worker.onerror = (event) => refuse(event.message ? `stopped with an error: ${event.message}` : 'could not be started: its worker failed to load; reload the page and try again');
  worker.postMessage(command);
  return {cancel};
}
