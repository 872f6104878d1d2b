import type {DataPart, PreparedData, RawTable, Task} from '../core/data.ts';
import {randomStream} from '../core/random.ts';
import {failure, type Result, success} from '../core/result.ts';

/** How a table is split and scaled: the parameters that all data sets share. */
export interface PrepareOptions {
  readonly seed: number;
  /** Share of the rows used for training; 1 leaves no test set. */
  readonly trainFraction: number;
  readonly standardise: boolean;
}

interface Split {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** value -> (value - shift) / scale. */
interface Scaling {
  readonly shift: number;
  readonly scale: number;
}

const AS_IS: Scaling = {shift: 0, scale: 1};

/** Which task a table poses: known once its classes are counted. */
export function taskOfTable(table: RawTable): Task {
  if (table.kind !== 'classification') return table.kind;
  return table.classNames.length > 2 ? 'multiclass' : 'binary';
}

/**
 * A random subset of floor(fraction * n) rows, at least one, is for training. Either part keeps the
 * table's order: solvers shuffle on their own, and a user's points stay where they were written.
 */
function splitRows(n: number, {seed, trainFraction}: PrepareOptions): Split {
  // The slack keeps products such as 0.29 * 100 = 28.999... from losing a row.
  const count = Math.min(n, Math.max(1, Math.floor(trainFraction * n + 1e-9)));
  const order = randomStream(seed, 'split').permutation(n);
  const inOrder = (part: Int32Array): number[] => [...part].sort((a, b) => a - b);
  return {train: inOrder(order.subarray(0, count)), test: inOrder(order.subarray(count))};
}

/** Mean and population standard deviation; constant values are only shifted. */
function standardScaling(values: Float64Array): Scaling {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  // Compared exactly: the rounding of the mean would leave a tiny standard deviation to divide by.
  if (values.every((value) => value === values[0])) return {shift: values[0], scale: 1};
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return {shift: mean, scale: Math.sqrt(variance) || 1};
}

function featureScalings(table: RawTable, train: readonly number[]): readonly Scaling[] {
  const root = Math.sqrt(table.d);
  return table.featureNames.map((_, j) => {
    const {shift, scale} = standardScaling(Float64Array.from(train, (i) => table.features[i * table.d + j]));
    return {shift, scale: scale * root};
  });
}

/** Targets of one row: several for sequences and retrieval. */
const outputsOf = ({tokens, retrieval}: RawTable): number => tokens?.length ?? retrieval?.valueWidth ?? 1;

function encode(task: Task, k: number, targets: Float64Array, row: number, scaling: Scaling): ArrayLike<number> {
  const target = targets[row];
  switch (task) {
    case 'sequence':
    case 'retrieval':
      return targets.subarray(row * k, (row + 1) * k);
    case 'surface':
      return [target];
    case 'regression':
      return [(target - scaling.shift) / scaling.scale];
    case 'binary':
      return [target === 1 ? 1 : -1];
    case 'multiclass':
      return Array.from({length: k}, (_, c) => (c === target ? 1 : 0));
  }
}

function absentClassNotes(table: RawTable, train: readonly number[]): string[] {
  const present = new Set(train.map((i) => table.targets[i]));
  return table.classNames
    .filter((_, c) => !present.has(c))
    .map((name) => `No training sample of class "${name}"; take another data seed, more samples or a larger training share.`);
}

const rounded = (value: number): string => String(Number(value.toPrecision(3)));

const targetNote = (name: string, {shift, scale}: Scaling): string =>
  `The target "${name}" is standardised: ${rounded(shift)} is subtracted, then divided by ${rounded(scale)} (training set).`;

function faultIn(table: RawTable): Result<null> {
  if (table.n < 1) return failure('dataset', 'holds no rows; it needs at least one');
  if (table.kind === 'classification' && table.classNames.length < 2) {
    return failure('dataset', 'holds a single class; classification needs at least two');
  }
  const bad = table.features.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const row = Math.floor(bad / table.d) + 1;
    return failure('dataset', `has no finite number in row ${row}, column "${table.featureNames[bad % table.d]}"; correct the cell`);
  }
  const badTarget = table.targets.findIndex((value) => !Number.isFinite(value));
  return badTarget >= 0 ? failure('dataset', `has no finite target in row ${Math.floor(badTarget / outputsOf(table)) + 1}; correct the cell`) : success(null);
}

/**
 * Data ready for training. With `standardise`, feature j becomes (x_ij - m_j) / (s_j sqrt(d)), with
 * mean m_j and population standard deviation s_j of the training part (s_j = 1 for a constant
 * column), so that rows have a mean squared length of 1; a regression target becomes
 * (y_i - m) / s. Otherwise values are left as they are. The constant 1 is the last column of x.
 * Targets: n x 1 values or labels (class 0 is -1, class 1 is +1), n x k one-hot rows, or as they are for sequences and retrieval.
 */
export function prepareData(table: RawTable, options: PrepareOptions): Result<PreparedData> {
  const fault = faultIn(table);
  if (!fault.ok) return fault;
  const task = taskOfTable(table);
  const k = task === 'multiclass' ? table.classNames.length : outputsOf(table);
  const split = splitRows(table.n, options);
  const scalings = options.standardise ? featureScalings(table, split.train) : table.featureNames.map(() => AS_IS);
  const scalesTarget = options.standardise && task === 'regression';
  const target = scalesTarget ? standardScaling(Float64Array.from(split.train, (i) => table.targets[i])) : AS_IS;

  const part = (rows: readonly number[], targets: Float64Array): DataPart => {
    const x = new Float64Array(rows.length * (table.d + 1)).fill(1);
    const y = new Float64Array(rows.length * k);
    for (const [to, from] of rows.entries()) {
      for (const [j, {shift, scale}] of scalings.entries()) {
        x[to * (table.d + 1) + j] = (table.features[from * table.d + j] - shift) / scale;
      }
      y.set(encode(task, k, targets, from, target), to * k);
    }
    return {n: rows.length, x, y};
  };
  return success({
    task,
    d: table.d + 1,
    k,
    train: part(split.train, table.trainTargets ?? table.targets),
    test: part(split.test, table.targets),
    featureNames: table.featureNames,
    targetName: table.targetName,
    classNames: table.classNames,
    ...(table.picture ? {picture: table.picture} : {}),
    ...(table.tokens ? {tokens: table.tokens} : {}),
    ...(table.retrieval ? {retrieval: table.retrieval} : {}),
    ...(table.surface ? {surface: table.surface} : {}),
    notes: [...table.notes, ...(scalesTarget ? [targetNote(table.targetName, target)] : []), ...absentClassNotes(table, split.train)],
  });
}
