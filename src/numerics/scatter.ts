import type {DataPart, PreparedData} from '../core/data.ts';
import type {DataSummary, Scatter} from '../core/protocol.ts';
import {principalPlane, scoresOn} from './principal.ts';

/** Class indices (from -1/+1 or one-hot rows), or values. */
function targetsOf({task, k}: PreparedData, part: DataPart): Float64Array {
  if (task === 'regression') return part.y.slice();
  if (task === 'binary') return part.y.map((label) => (label > 0 ? 1 : 0));
  return Float64Array.from({length: part.n}, (_, i) => part.y.subarray(i * k, (i + 1) * k).indexOf(1));
}

/** The features without the constant column, n x (d - 1). */
function featuresOf(part: DataPart, d: number): Float64Array {
  return part.x.filter((_, index) => index % d !== d - 1);
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

type Picture = Pick<Scatter, 'kind' | 'xLabel' | 'yLabel' | 'x' | 'y' | 'variance'>;

/** The principal plane of the training features; test points are projected onto it. */
function components(train: Float64Array, test: Float64Array, data: PreparedData): Picture {
  const {mean, directions, x, y, share} = principalPlane(train, data.train.n, data.d - 1);
  const projected = (direction: Float64Array): Float64Array => scoresOn(mean, direction, test, data.test.n);
  return {
    kind: 'components',
    xLabel: 'first principal component',
    yLabel: 'second principal component',
    x: joined(x, projected(directions[0])),
    y: joined(y, projected(directions[1])),
    variance: share,
  };
}

function pictureOf(data: PreparedData, target: Float64Array): Picture {
  const train = featuresOf(data.train, data.d);
  const test = featuresOf(data.test, data.d);
  const count = data.d - 1;
  if (count > 2) return components(train, test, data);
  const all = joined(train, test);
  const column = (j: number): Float64Array => all.filter((_, index) => index % count === j);
  const [xLabel, second] = data.featureNames;
  if (count === 2) return {kind: 'plane', xLabel, yLabel: second, x: column(0), y: column(1), variance: 1};
  return {kind: 'curve', xLabel, yLabel: data.targetName, x: all, y: target.slice(), variance: 1};
}

/**
 * The points to draw, training points first, then test points. One feature: the feature against the
 * target (classes by their index); two: the plane they span; more: the first two principal
 * components of the training features.
 */
export function scatterOf(data: PreparedData): Scatter {
  if (data.tokens || data.retrieval || data.surface) return NOTHING;
  const target = joined(targetsOf(data, data.train), targetsOf(data, data.test));
  const isTest = Uint8Array.from(target, (_, i) => (i < data.train.n ? 0 : 1));
  return {...pictureOf(data, target), target, isTest};
}

/** Rows of sequences and sets are no points of a plane, and a surface has none. */
const NOTHING: Scatter = {
  kind: 'components', xLabel: '', yLabel: '', variance: 1,
  x: new Float64Array(), y: new Float64Array(), target: new Float64Array(), isTest: new Uint8Array(),
};

/** Examples shown in words. */
const MOST_EXAMPLES = 5;

/** Training rows in words: a sequence's tokens, or what a query asks. */
function examplesOf({tokens, retrieval, train, d}: PreparedData): readonly string[] {
  const rows = Array.from({length: Math.min(MOST_EXAMPLES, train.n)}, (_, i) => train.x.subarray(i * d, (i + 1) * d));
  if (tokens) {
    const gap = tokens.vocabulary.every((token) => token.length === 1) && tokens.vocabulary.length > 12 ? '' : ' ';
    return rows.map((row) => Array.from(row.subarray(0, tokens.length), (index) => tokens.vocabulary[index]).join(gap));
  }
  if (retrieval) return rows.map((row) => `${row[0]} pairs; asked for ${row[1 + retrieval.keyWidth] > 0.5 ? 'the mean of all values' : "one key's value"}`);
  return [];
}

/** What the page needs to know of the data. */
export function summaryOf(data: PreparedData): DataSummary {
  const {featureNames, targetName, classNames, task, notes} = data;
  return {
    trainCount: data.train.n,
    testCount: data.test.n,
    featureNames,
    targetName,
    classNames,
    task,
    notes,
    examples: examplesOf(data),
    scatter: scatterOf(data),
    ...(data.surface ? {surface: data.surface} : {}),
  };
}
