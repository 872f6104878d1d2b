import type {ReadDataFile} from '../../core/data.ts';
import type {StudyEvent} from '../../core/study.ts';
import type {Clock} from '../loop.ts';

/** What a study needs of its surroundings, so that a worker and Node drive the same code. */
export interface StudyServices {
  readonly emit: (event: StudyEvent) => void;
  readonly readFile: ReadDataFile;
  readonly clock: Clock;
}

/** What an exception says, for a refusal. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
