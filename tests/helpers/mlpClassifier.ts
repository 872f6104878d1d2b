import type {DataPart, PreparedData} from '../../src/core/data.ts';
import type {ParamValues} from '../../src/core/params.ts';
import type {Snapshot} from '../../src/core/protocol.ts';
import {randomStream} from '../../src/core/random.ts';
import type {HeadChoice} from '../../src/numerics/heads/head.ts';
import {headChoiceOf} from '../../src/numerics/heads/headSpec.ts';
import {hostHeadOf} from '../../src/numerics/heads/hostHead.ts';
import {initialVariables} from '../../src/problems/mlp-classifier/network.ts';
import {type DataShape, randomData} from './twoLayerRelu.ts';

export const BETA = 0.3;

/** Heads as a contestant's parameters name them, each with a smooth loss or one that is smooth almost everywhere. */
export const HEADS: readonly ParamValues[] = [
  {head: 'softmax'}, {head: 'softmax-exact'}, {head: 'softmax-bits', bits: 23}, {head: 'softmax-log-z', logZWeight: 0.3}, {head: 'comp-sum', tau: 0.5}, {head: 'comp-sum', tau: 1.7},
  {head: 'stablemax'}, {head: 'taylor'}, {head: 'spherical', sphericalEpsilon: 0.01}, {head: 'z-loss', zSlope: 1.5}, {head: 'squares'}, {head: 'squared-hinge'}, {head: 'crammer-singer'},
];
export const NORMS = ['none', 'layer', 'rms', 'batch'] as const;
export const ACTIVATIONS = ['relu', 'tanh', 'square'] as const;

export const modelOf = (changes: ParamValues = {}): ParamValues => ({
  depth: 3, width: 3, activation: 'tanh', bias: true, norm: 'none', initScale: 1, rescale: 1, head: 'softmax', ...changes,
});

const SHAPES = {
  multiclass: {task: 'multiclass', n: 7, testCount: 4, d: 3, k: 3},
  binary: {task: 'binary', n: 7, testCount: 4, d: 3},
} as const satisfies Record<string, DataShape>;

export const dataOf = (task: keyof typeof SHAPES = 'multiclass'): PreparedData => randomData(SHAPES[task], 5);

/** A network whose gains, shifts and biases are not those of the start. */
export function networkOf(data: PreparedData, model: ParamValues, seed = 3): Snapshot {
  const variables = initialVariables(data.d - 1, Math.max(2, data.k), model, seed);
  const random = randomStream(seed, 'moved');
  const values = variables.flatMap(({values: start}) => Array.from(start, (value) => value + 0.3 * random.normal()));
  return {iteration: 0, shapes: Object.fromEntries(variables.map(({name, shape}) => [name, shape])), values: Float32Array.from(values), model};
}

type Rows = readonly (readonly number[])[];

/** A variable as rows; a vector is one row. */
function rowsOf({shapes}: Snapshot, values: ArrayLike<number>, name: string): Rows {
  let at = 0;
  for (const [key, shape] of Object.entries(shapes)) {
    const [rows, columns] = shape.length === 2 ? shape : [1, shape[0]];
    if (key === name) return Array.from({length: rows}, (_, i) => Array.from({length: columns}, (__, j) => values[at + i * columns + j]));
    at += rows * columns;
  }
  throw new Error(`no variable ${name}`);
}

const mean = (a: readonly number[]): number => a.reduce((sum, value) => sum + value, 0) / a.length;
const columnsOf = (a: Rows): Rows => a[0].map((_, j) => a.map((row) => row[j]));

/** Rows less their mean (where asked), over the root of their mean square + 1e-5. */
function unitRow(row: readonly number[], centre: boolean): readonly number[] {
  const middle = centre ? mean(row) : 0;
  const scale = Math.sqrt(mean(row.map((value) => (value - middle) ** 2)) + 1e-5);
  return row.map((value) => (value - middle) / scale);
}

/** Columns of a, standardised as those of `like` are. */
function unitColumns(a: Rows, like: Rows): Rows {
  const scales = columnsOf(like).map((column) => {
    const middle = mean(column);
    return {middle, sigma: Math.sqrt(mean(column.map((value) => (value - middle) ** 2)) + 1e-5)};
  });
  return a.map((row) => row.map((value, j) => (value - scales[j].middle) / scales[j].sigma));
}

const phi: Readonly<Record<string, (u: number) => number>> = {relu: (u) => Math.max(0, u), tanh: Math.tanh, square: (u) => u * u};

/** States h_from, h_{from+1}, ... up to the logits, of samples and of the training set whose statistics BatchNorm takes. */
function states(network: Snapshot, values: ArrayLike<number>, x: Rows, train: Rows, from = 0): {readonly own: Rows[]; readonly train: Rows[]} {
  const model = network.model ?? {};
  const has = (name: string): boolean => name in network.shapes;
  const out = {own: [x], train: [train]};
  for (let l = from; has(`w${l}`); l++) {
    const w = columnsOf(rowsOf(network, values, `w${l}`));
    const b = has(`b${l}`) ? rowsOf(network, values, `b${l}`)[0] : w.map(() => 0);
    const linear = (h: Rows): Rows => h.map((row) => w.map((column, c) => column.reduce((sum, weight, t) => sum + weight * row[t], b[c])));
    const like = linear(out.train[l - from]);
    const next = (h: Rows): Rows => {
      let a = linear(h);
      if (has(`gain${l}`)) {
        const gain = rowsOf(network, values, `gain${l}`)[0];
        const shift = has(`shift${l}`) ? rowsOf(network, values, `shift${l}`)[0] : gain.map(() => 0);
        const unit = model.norm === 'batch' ? unitColumns(a, like) : a.map((row) => unitRow(row, model.norm === 'layer'));
        a = unit.map((row) => row.map((value, c) => value * gain[c] + shift[c]));
      }
      return has(`w${l + 1}`) ? a.map((row) => row.map(phi[String(model.activation)])) : a;
    };
    const [own, ofTrain] = [next(out.own[l - from]), next(out.train[l - from])];
    out.own.push(own);
    out.train.push(ofTrain);
  }
  return out;
}

const inputsOf = ({n, x}: DataPart, d: number): Rows => Array.from({length: n}, (_, i) => Array.from(x.subarray(i * d, (i + 1) * d - 1)));
const labelOf = ({y}: DataPart, k: number, i: number): number => (k === 1 ? Number(y[i] > 0) : y.subarray(i * k, (i + 1) * k).indexOf(1));

export interface Definition {
  /** h_0, h_1, ..., logits of each sample. */
  readonly states: readonly Rows[];
  /** Loss of each sample by the contestant's head. */
  readonly losses: readonly number[];
  readonly labels: readonly number[];
}

/** The network on a part of the data, in plain loops over rows: written apart from the code under test. */
export function definition(network: Snapshot, values: ArrayLike<number>, data: PreparedData, part: DataPart): Definition {
  const own = states(network, values, inputsOf(part, data.d), inputsOf(data.train, data.d)).own;
  const labels = own[0].map((_, i) => labelOf(part, data.k, i));
  return {states: own, losses: lossesOf(network, own[own.length - 1], labels), labels};
}

function lossesOf({model = {}}: Snapshot, logits: Rows, labels: readonly number[]): number[] {
  const head = hostHeadOf(smooth(headChoiceOf(model)), logits[0].length);
  return logits.map((z, i) => head.loss(Float64Array.from(z), 0, labels[i]));
}

/** At 23 bits the loss is a staircase of steps of 1e-7; its slope is that of the ramp. */
const smooth = (choice: HeadChoice): HeadChoice => (choice.kind === 'softmax-bits' ? {kind: 'softmax'} : choice);

/** J / n. */
export function objectivePerSample(network: Snapshot, values: ArrayLike<number>, data: PreparedData, beta: number): number {
  let squares = 0;
  for (const name of Object.keys(network.shapes)) if (name.startsWith('w')) for (const row of rowsOf(network, values, name)) for (const w of row) squares += w * w;
  return mean(definition(network, values, data, data.train).losses) + ((beta / 2) * squares) / data.train.n;
}

const STEP = 1e-5;

const known = new Map<string, number[]>();

/** The gradient of J / n by central differences in float64; made once for the backends that are compared with it. */
export function differences(network: Snapshot, data: PreparedData, beta: number): number[] {
  const key = JSON.stringify([network, data, beta]);
  const gradient = known.get(key) ?? centralDifferences(network, data, beta);
  known.set(key, gradient);
  return gradient;
}

function centralDifferences(network: Snapshot, data: PreparedData, beta: number): number[] {
  const values = Float64Array.from(network.values);
  return Array.from(values, (_, at) => {
    const moved = (by: number): number => objectivePerSample(network, values.map((w, i) => (i === at ? w + by : w)), data, beta);
    return (moved(STEP) - moved(-STEP)) / (2 * STEP);
  });
}

/** Derivative of the mean training loss in every entry of h_l, by central differences; all training samples are the batch. */
export function stateDifferences(network: Snapshot, data: PreparedData, layer: number): number[] {
  const {states: seen, labels} = definition(network, network.values, data, data.train);
  const loss = (h: Rows): number => {
    const onward = states(network, network.values, h, h, layer).own;
    return mean(lossesOf(network, onward[onward.length - 1], labels));
  };
  return seen[layer].flatMap((row, i) =>
    row.map((_, j) => {
      const moved = (by: number): Rows => seen[layer].map((values, r) => values.map((value, c) => (r === i && c === j ? value + by : value)));
      return (loss(moved(STEP)) - loss(moved(-STEP))) / (2 * STEP);
    }),
  );
}
