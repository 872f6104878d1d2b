import type {ParamValues} from './params.ts';
import type {Result} from './result.ts';

/**
 * What a problem is about: numbers, classes, the next token of sequences, values looked up in sets; or a given function of x and y,
 * which has no samples to predict.
 */
export type Task = 'regression' | 'binary' | 'multiclass' | 'sequence' | 'retrieval' | 'surface';

/** Rows of next-token prediction: x is `length` indices into the vocabulary, y the index after each, -1 where it is not scored. */
export interface TokenLayout {
  readonly length: number;
  readonly vocabulary: readonly string[];
}

/**
 * Rows of retrieval: the number of pairs, the query (`keyWidth` numbers), flags that say what is asked, then `most` keys and `most`
 * values, zero beyond the row's number of pairs. The target is a value of `valueWidth` numbers.
 */
export interface RetrievalLayout {
  readonly most: number;
  readonly keyWidth: number;
  readonly flags: number;
  readonly valueWidth: number;
}

/** A function f of x and y. Rows of the table are shifts of its gradient, one a sample, whose mean is 0: loss_i = f(x, y) + row_i . (x, y). */
export interface SurfaceLayout {
  /** In the language of numerics/expression. */
  readonly expression: string;
  /** The part of the plane that is drawn. */
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  /** All minima, where they are known. */
  readonly minima: readonly (readonly [number, number])[];
}

/** A table as a data-set plugin delivers it: raw units, no split, no scaling. Row-major. */
export interface RawTable {
  readonly kind: 'regression' | 'classification' | 'sequence' | 'retrieval' | 'surface';
  readonly n: number;
  readonly d: number;
  /** n x d. */
  readonly features: Float64Array;
  /** n values, or n class indices into `classNames`; for sequences and retrieval several in a row, as the layout says. */
  readonly targets: Float64Array;
  /** What training rows are told in place of `targets` (label noise); test rows keep the truth. */
  readonly trainTargets?: Float64Array;
  readonly featureNames: readonly string[];
  readonly targetName: string;
  readonly classNames: readonly string[];
  /** Facts the user should know, e.g. "2 rows with empty cells dropped". */
  readonly notes: readonly string[];
  /** Pixels a side, where the features are a square picture, row by row. */
  readonly picture?: number;
  /** Of sequences. */
  readonly tokens?: TokenLayout;
  /** Of retrieval. */
  readonly retrieval?: RetrievalLayout;
  /** Of functions of two variables. */
  readonly surface?: SurfaceLayout;
}

/** One part (training or test) of the prepared data. Row-major, float64. */
export interface DataPart {
  readonly n: number;
  /** n x d, the last column is the constant 1. */
  readonly x: Float64Array;
  /** n x k: values, labels -1/+1 (k = 1), one-hot rows, or the indices of next tokens. */
  readonly y: Float64Array;
}

/** Data ready for training: split, scaled, with the constant column. */
export interface PreparedData {
  readonly task: Task;
  /** Columns of x, the constant included. */
  readonly d: number;
  /** Columns of y: 1, the number of classes, a sequence's length, or a looked-up value's width. */
  readonly k: number;
  readonly train: DataPart;
  readonly test: DataPart;
  readonly featureNames: readonly string[];
  readonly targetName: string;
  /** For a binary task the first name stands for -1, the second for +1. */
  readonly classNames: readonly string[];
  readonly notes: readonly string[];
  readonly picture?: number;
  readonly tokens?: TokenLayout;
  readonly retrieval?: RetrievalLayout;
  readonly surface?: SurfaceLayout;
}

/** Reads a text file that ships with Basin, by name (`iris.csv`). The page fetches it, headless reads it from disk. */
export type ReadDataFile = (name: string) => Promise<string>;

/** What the `dataset.ts` of a plugin exports: the raw table for checked parameters, the same for the same parameters. */
export type GenerateDataset = (params: ParamValues, readFile: ReadDataFile) => Promise<Result<RawTable>>;

/** Whether steps see all n training samples: batches of 0, or of at least n, are the full batch, and so is it where a method has none. */
export const isFullBatch = (batchSize: unknown, n: number): boolean => !(Number(batchSize) > 0 && Number(batchSize) < n);
