import type {RawTable, Task} from '../core/data.ts';
import type {ParamSpecs, ParamValues} from '../core/params.ts';
import type {Fault} from '../core/result.ts';

/** A class as files and links write it, and its name for people. */
interface ClassOption {
  readonly value: string;
  readonly label: string;
}

/**
 * Parameters by which two classes of several are set against each other. `first` and `second` are
 * the pair taken by default, best one that is not trivially separable.
 */
export const pairParams = (classes: readonly ClassOption[], first: string, second: string) =>
  ({
    classA: {
      kind: 'choice',
      label: 'first class',
      help: 'The class with label -1.',
      default: first,
      options: classes,
      when: {param: 'classes', is: ['two']},
    },
    classB: {
      kind: 'choice',
      label: 'second class',
      help: 'The class with label +1.',
      default: second,
      options: classes,
      when: {param: 'classes', is: ['two']},
    },
  }) as const satisfies ParamSpecs;

export const ALL_CLASSES = {value: 'all', label: 'all', help: 'One output for each class.'} as const;
export const TWO_CLASSES = {value: 'two', label: 'two of them', help: 'A single output, labels -1 and +1.'} as const;

/** `classes` (all or two) and the pair. */
export const classParams = (classes: readonly ClassOption[], first: string, second: string) =>
  ({
    classes: {
      kind: 'choice',
      label: 'classes',
      help: 'All classes, or two of them against each other, which is what convex solvers need.',
      default: 'all',
      options: [ALL_CLASSES, TWO_CLASSES],
    },
    ...pairParams(classes, first, second),
  }) as const satisfies ParamSpecs;

export const classTask = (params: ParamValues): Task => (params.classes === 'all' ? 'multiclass' : 'binary');

export const pairCheck = (params: ParamValues): Fault | null =>
  params.classes === 'two' && params.classA === params.classB
    ? {field: 'classB', message: `must differ from the first class; "${String(params.classA)}" is chosen twice`}
    : null;

/** The rows of classes a and b alone; a becomes class 0 (label -1), b class 1 (label +1). */
function keepPair(table: RawTable, a: number, b: number): RawTable {
  const {d} = table;
  const kept = [...table.targets.keys()].filter((i) => table.targets[i] === a || table.targets[i] === b);
  const features = new Float64Array(kept.length * d);
  for (const [to, from] of kept.entries()) features.set(table.features.subarray(from * d, (from + 1) * d), to * d);
  return {
    ...table,
    n: kept.length,
    features,
    targets: Float64Array.from(kept, (i) => (table.targets[i] === a ? 0 : 1)),
    classNames: [table.classNames[a], table.classNames[b]],
  };
}

/** Applies `classes`, `classA` and `classB` to a table with the given classes. */
export function chosenClasses(table: RawTable, classes: readonly ClassOption[], params: ParamValues): RawTable {
  if (params.classes !== 'two') return table;
  const indexOf = (value: unknown): number => classes.findIndex((one) => one.value === value);
  return keepPair(table, indexOf(params.classA), indexOf(params.classB));
}
