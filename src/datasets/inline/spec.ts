import type {Task} from '../../core/data.ts';
import type {ParamSpecs, ParamValues, ValuesOf} from '../../core/params.ts';
import type {DatasetSpec} from '../../core/plugin.ts';
import type {Fault} from '../../core/result.ts';
import {splitParams} from '../../numerics/dataParams.ts';

const MAX_CLASSES = 10;
/** Far from where squares and sums in float32 would overflow. */
const LARGEST = 1e9;
const MAX_ROWS = 5000;

const params = {
  points: {
    kind: 'table',
    label: 'points',
    help: 'One row for each sample, one number for each feature.',
    default: [
      [-1, -1],
      [-1, 1],
      [1, -1],
      [1, 1],
    ],
    maxRows: MAX_ROWS,
    maxColumns: 100,
  },
  targets: {
    kind: 'list',
    label: 'targets',
    help: 'One number for each row: a value to predict, or the number of a class.',
    default: [1, -1, -1, 1],
    maxRows: MAX_ROWS,
  },
  task: {
    kind: 'choice',
    label: 'task',
    help: 'Whether targets are classes or values. Classes are the distinct targets in rising order, at most ten.',
    default: 'classification',
    options: [
      {value: 'classification', label: 'classification'},
      {value: 'regression', label: 'regression'},
    ],
  },
  ...splitParams(false, 1),
} as const satisfies ParamSpecs;

export type InlineValues = ValuesOf<typeof params>;

/** The targets that stand for classes, in rising order. */
export const distinctTargets = (targets: readonly number[]): readonly number[] => [...new Set(targets)].sort((a, b) => a - b);

const isTooLarge = (value: number): boolean => Math.abs(value) > LARGEST;

function pointsFault(points: InlineValues['points']): Fault | null {
  const fault = (message: string): Fault => ({field: 'points', message});
  if (points.length === 0) return fault('must have at least one row');
  const columns = points[0].length;
  if (columns === 0) return fault('has an empty first row; give at least one number a row');
  const ragged = points.findIndex((row) => row.length !== columns);
  if (ragged >= 0) {
    return fault(`has ${points[ragged].length} numbers in row ${ragged + 1} but ${columns} in row 1; give all rows the same length`);
  }
  const huge = points.findIndex((row) => row.some(isTooLarge));
  return huge >= 0 ? fault(`has a number beyond ${LARGEST} in row ${huge + 1}; rescale that column`) : null;
}

function targetsFault({points, targets, task}: InlineValues): Fault | null {
  const fault = (message: string): Fault => ({field: 'targets', message});
  if (targets.length !== points.length) {
    return fault(`must have one number for each of the ${points.length} points, but has ${targets.length}`);
  }
  const huge = targets.findIndex(isTooLarge);
  if (huge >= 0) return fault(`has a number beyond ${LARGEST} in place ${huge + 1}; rescale the targets`);
  if (task === 'regression') return null;
  const classes = distinctTargets(targets).length;
  if (classes < 2) return fault('must hold at least two different numbers for classification; add a class or choose regression');
  if (classes <= MAX_CLASSES) return null;
  return fault(`has ${classes} different numbers, but at most ${MAX_CLASSES} classes fit; choose regression`);
}

function taskOf(values: ParamValues): Task {
  const {targets, task} = values as InlineValues;
  if (task === 'regression') return 'regression';
  return distinctTargets(targets).length > 2 ? 'multiclass' : 'binary';
}

export const inline = {
  id: 'inline',
  label: 'own points',
  summary: 'Points of your own, typed, drawn or read from a file; they travel in the link.',
  family: 'own',
  task: taskOf,
  check: (values) => pointsFault((values as InlineValues).points) ?? targetsFault(values as InlineValues),
  params,
} as const satisfies DatasetSpec;
