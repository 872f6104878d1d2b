import type {Basins} from '../core/basins.ts';
import type {BackendName} from '../core/protocol.ts';
import type {TheoryPicture, TheorySettings} from '../core/theory.ts';

/** `stopped` by the reader: what it had reported stays. */
export type StudyStatus = 'idle' | 'running' | 'stopped' | 'done' | 'failed';

export interface BasinsView {
  readonly status: StudyStatus;
  readonly share: number;
  /** Index of the contestant whose basins these are. */
  readonly contestant: number;
  readonly basins: Basins | null;
  readonly backend: BackendName | null;
  readonly reason: string;
}

export interface TheoryView {
  readonly status: StudyStatus;
  readonly share: number;
  /** What was asked for last. */
  readonly settings: TheorySettings | null;
  readonly picture: TheoryPicture | null;
  readonly reason: string;
}
