import type {Result} from '../../core/result.ts';

/** One comparison: a line of the output. */
export interface Comparison {
  readonly name: string;
  readonly computed: unknown;
  readonly reference: unknown;
  /** How far apart they are, in the measure that the file's tolerance speaks of. */
  readonly relativeError: number;
  readonly tolerance: number;
  readonly ok: boolean;
  readonly seconds: number;
  /** What is wrong where it is not ok, or was not computed. */
  readonly message?: string;
}

/** Compares a parsed reference file with this project's own code; yields a line at a time. A fault where the file is not in its format. */
export type CompareReference = (file: unknown, clock: () => number) => Result<Iterable<Comparison>>;
