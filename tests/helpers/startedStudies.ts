import type {StudyCommand, StudyEvent} from '../../src/core/study.ts';

/** A study that was asked for; the test tells what its worker would. */
export interface Started {
  readonly command: StudyCommand;
  readonly tell: (event: StudyEvent) => void;
  cancelled: boolean;
}

/** Stands in for workers: keeps what is started, in order, and whether it was cancelled. */
export function startedStudies() {
  const started: Started[] = [];
  const start = (command: StudyCommand, tell: (event: StudyEvent) => void) => {
    const one: Started = {command, tell, cancelled: false};
    started.push(one);
    const cancel = (): void => {
      one.cancelled = true;
    };
    return {cancel};
  };
  return {started, start};
}
