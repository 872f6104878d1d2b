import type {PreparedData, TokenLayout} from '../core/data.ts';
import {classOf, type HostProblem} from '../core/hostProblem.ts';
import type {Boundary, Readout, Snapshot} from '../core/protocol.ts';
import {gridLine} from './landscapeGrid.ts';

/** Samples of each part that predictions are shown of. */
const MOST_FITTED = 4000;
const CURVE_POINTS = 120;
const CURVE_MARGIN = 0.1;
const GRID_MARGIN = 0.15;

/** Range of one input over training and test samples, widened by a share of its width on each side. */
function rangeOf(data: PreparedData, feature: number, margin: number): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const part of [data.train, data.test]) {
    for (let i = 0; i < part.n; i++) {
      const value = part.x[i * data.d + feature];
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  // An input that doesn't vary still needs a range to draw.
  const width = high - low || 1;
  return [low - margin * width, high + margin * width];
}

/** One number to draw a point: the output of a single-output network, else the index of the winning class. */
const drawn = (f: Float64Array, row: number, k: number): number => (k === 1 ? f[row] : classOf(f, row, k));

/** Softmax probability of the winning class. */
function confidenceOf(f: Float64Array, row: number, k: number): number {
  const top = f[row * k + classOf(f, row, k)];
  let sum = 0;
  for (let c = 0; c < k; c++) sum += Math.exp(f[row * k + c] - top);
  return 1 / sum;
}

function curve(host: HostProblem, data: PreparedData, snapshot: Snapshot, readout: Readout): Boundary {
  const x = gridLine(rangeOf(data, 0, CURVE_MARGIN), CURVE_POINTS);
  const inputs = new Float64Array(2 * CURVE_POINTS).fill(1);
  for (let i = 0; i < CURVE_POINTS; i++) inputs[2 * i] = x[i];
  const f = host.predict(snapshot, inputs, CURVE_POINTS, readout);
  return {kind: 'curve', x, f: x.map((_, i) => drawn(f, i, data.k)), classify: data.task !== 'regression'};
}

function grid(host: HostProblem, data: PreparedData, snapshot: Snapshot, readout: Readout, side: number): Boundary {
  const xRange = rangeOf(data, 0, GRID_MARGIN);
  const yRange = rangeOf(data, 1, GRID_MARGIN);
  const xs = gridLine(xRange, side);
  const ys = gridLine(yRange, side);
  const count = side * side;
  const inputs = new Float64Array(3 * count).fill(1);
  for (let i = 0; i < count; i++) {
    inputs[3 * i] = xs[i % side];
    inputs[3 * i + 1] = ys[Math.floor(i / side)];
  }
  const f = host.predict(snapshot, inputs, count, readout);
  const values = Float64Array.from({length: count}, (_, i) => drawn(f, i, data.k));
  const confidence = data.k > 1 ? values.map((_, i) => confidenceOf(f, i, data.k)) : null;
  return {kind: 'grid', side, xRange, yRange, values, confidence};
}

function confusion(host: HostProblem, data: PreparedData, snapshot: Snapshot, readout: Readout): Boundary {
  const {train, test, k} = data;
  const classes = data.classNames.length;
  const predicted = new Int32Array(train.n + test.n);
  const count = (part: PreparedData['train'], from: number): Int32Array => {
    const f = host.predict(snapshot, part.x, part.n, readout);
    const counts = new Int32Array(classes * classes);
    for (let i = 0; i < part.n; i++) {
      predicted[from + i] = classOf(f, i, k);
      counts[classOf(part.y, i, k) * classes + predicted[from + i]]++;
    }
    return counts;
  };
  return {kind: 'confusion', train: count(train, 0), test: count(test, train.n), predicted};
}

function fit(host: HostProblem, data: PreparedData, snapshot: Snapshot, readout: Readout): Boundary {
  const {train, test, k} = data;
  const [few, fewer] = [Math.min(train.n, MOST_FITTED), Math.min(test.n, MOST_FITTED)];
  const predicted = new Float64Array((few + fewer) * k);
  predicted.set(host.predict(snapshot, train.x.subarray(0, few * data.d), few, readout));
  predicted.set(host.predict(snapshot, test.x.subarray(0, fewer * data.d), fewer, readout), few * k);
  const target = new Float64Array((few + fewer) * k);
  target.set(train.y.subarray(0, few * k));
  target.set(test.y.subarray(0, fewer * k), few * k);
  return {kind: 'fit', predicted, target, testFrom: few * k};
}

/** Sequences of each part that are shown. */
const MOST_SEQUENCES = 6;

function tokens(host: HostProblem, data: PreparedData, snapshot: Snapshot, {length, vocabulary}: TokenLayout): Boundary {
  const parts = [data.train, data.test].map(({n, x, y}) => {
    const rows = Math.min(n, MOST_SEQUENCES);
    const columns = Array.from({length: rows * length}, (_, i) => Math.floor(i / length) * data.d + (i % length));
    return {rows, inputs: columns.map((at) => x[at]), targets: y.subarray(0, rows * length), predicted: host.predict(snapshot, x.subarray(0, rows * data.d), rows)};
  });
  const joined = (pick: (part: (typeof parts)[number]) => ArrayLike<number>): Int32Array => Int32Array.from(parts.flatMap((part) => Array.from(pick(part))));
  return {
    kind: 'tokens', length, vocabulary, testFrom: parts[0].rows,
    inputs: joined((part) => part.inputs), targets: joined((part) => part.targets), predicted: joined((part) => part.predicted),
  };
}

/**
 * How one network sees the data, in the units of the prepared inputs: the function itself for one
 * input (120 points, data range +-10 %), a side x side grid for two (data range +-15 %; row = second
 * input, column = first), else predictions for every sample. Samples are ordered training, then test.
 * @param readout which network, where there is a distribution over them
 */
export function boundaryOf(host: HostProblem, data: PreparedData, snapshot: Snapshot, side: number, readout: Readout = 'rounded'): Boundary {
  if (data.tokens) return tokens(host, data, snapshot, data.tokens);
  // A function of x and y predicts nothing.
  if (data.surface) return {kind: 'fit', predicted: new Float64Array(), target: new Float64Array(), testFrom: 0};
  if (data.retrieval) return fit(host, data, snapshot, readout);
  if (data.d === 2) return curve(host, data, snapshot, readout);
  if (data.d === 3) return grid(host, data, snapshot, readout, side);
  return data.task === 'regression' ? fit(host, data, snapshot, readout) : confusion(host, data, snapshot, readout);
}
