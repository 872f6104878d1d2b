import type {ParamValues} from './params.ts';
import type {Result} from './result.ts';

/** What a supervised problem is about. */
export type Task = 'regression' | 'binary' | 'multiclass';

/** A table as a data-set plugin delivers it: raw units, no split, no scaling. Row-major. */
export interface RawTable {
  readonly kind: 'regression' | 'classification';
  readonly n: number;
  readonly d: number;
  /** n x d. */
  readonly features: Float64Array;
  /** n values, or n class indices into `classNames`. */
  readonly targets: Float64Array;
  readonly featureNames: readonly string[];
  readonly targetName: string;
  readonly classNames: readonly string[];
  /** Facts the user should know, e.g. "2 rows with empty cells dropped". */
  readonly notes: readonly string[];
}

/** One part (training or test) of the prepared data. Row-major, float64. */
export interface DataPart {
  readonly n: number;
  /** n x d, the last column is the constant 1. */
  readonly x: Float64Array;
  /** n x k: values, labels -1/+1 (k = 1), or one-hot rows. */
  readonly y: Float64Array;
}

/** Data ready for training: split, scaled, with the constant column. */
export interface PreparedData {
  readonly task: Task;
  /** Columns of x, the constant included. */
  readonly d: number;
  /** Outputs of the network: 1, or the number of classes. */
  readonly k: number;
  readonly train: DataPart;
  readonly test: DataPart;
  readonly featureNames: readonly string[];
  readonly targetName: string;
  /** For a binary task the first name stands for -1, the second for +1. */
  readonly classNames: readonly string[];
  readonly notes: readonly string[];
}

/** Reads a text file that ships with Basin, by name (`iris.csv`). The page fetches it, headless reads it from disk. */
export type ReadDataFile = (name: string) => Promise<string>;

/** What the `dataset.ts` of a plugin exports: the raw table for checked parameters, the same for the same parameters. */
export type GenerateDataset = (params: ParamValues, readFile: ReadDataFile) => Promise<Result<RawTable>>;
