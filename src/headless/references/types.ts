import type {Result} from '../../core/result.ts';

/** One comparison: a line of the output. */
export interface Comparison {
  readonly name: string;
  readonly computed: unknown;
  readonly reference: unknown;
  /** How far apart they are, in the measure that the file's tolerance speaks of. */
  readonly relativeError: number;
  readonly tolerance: number;
  /** null where nothing was computed, so that it counts neither as passed nor as failed. */
  readonly ok: boolean | null;
  readonly seconds: number;
  /** What is wrong where it is not ok, or was not computed. */
  readonly message?: string;
  /** Set where nothing was computed. */
  readonly status?: 'not implemented';
}

/** Compares a parsed reference file with this project's own code; yields a line at a time. A fault where the file is not in its format. */
export type CompareReference = (file: unknown, clock: () => number) => Result<Iterable<Comparison> | AsyncIterable<Comparison>>;
