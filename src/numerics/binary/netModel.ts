import type {DataPart, PreparedData} from '../../core/data.ts';
import type {ParamValues} from '../../core/params.ts';

/**
 * A two-layer network with binary weights W1 [hidden, inputs] and W2 [outputs, sums], read as
 *
 *   u = W1 x / sqrt(inputs) + bias,   H = sign(u) or relu(u),   f = scale * (W2 H) + shift,
 *
 * with sign(0) = +1. Where every parameter is binary there are no bias, scale and shift; the constant 1 is the last
 * input, and the last unit.
 */
export interface NetModel {
  /** Length of a hidden neuron's row of weights. */
  readonly inputs: number;
  readonly hidden: number;
  readonly outputs: number;
  /** Length of an output's row of weights. */
  readonly sums: number;
  readonly allBinary: boolean;
  readonly activation: 'sign' | 'relu';
  /** Columns of the data, the constant included. */
  readonly d: number;
  /** Inputs as a linear map of the data's rows, [d, inputs]. */
  readonly map: Float64Array;
}

export const LAYERS = ['hidden', 'output'] as const;
export type LayerName = (typeof LAYERS)[number];

/** Names of a layer's variables in snapshots: mu, Z, and the standard deviation of each weight's own noise. */
export const muOf = (layer: string): string => `${layer}Mu`;
export const zOf = (layer: string): string => `${layer}Z`;
export const noiseOf = (layer: string): string => `${layer}Noise`;

/** Shapes of the binary matrices. */
export const layerShapes = ({hidden, inputs, outputs, sums}: NetModel): Readonly<Record<LayerName, readonly [number, number]>> => ({
  hidden: [hidden, inputs],
  output: [outputs, sums],
});

/** Lengths of the real parameters; none where all are binary. */
export const realLengths = ({allBinary, hidden, outputs}: NetModel): Readonly<Record<string, number>> =>
  allBinary ? {} : {bias: hidden, scale: outputs, shift: outputs};

export const weightCount = ({hidden, inputs, outputs, sums}: NetModel): number => hidden * inputs + outputs * sums;

/** For each weight (hidden layer first, row by row) the neuron that it belongs to; outputs follow the hidden ones. */
export function neuronOfWeights(shapes: Readonly<Record<string, readonly [number, number]>>): Int32Array {
  const neurons: number[] = [];
  let first = 0;
  for (const [out, width] of Object.values(shapes)) {
    for (let o = 0; o < out; o++) for (let i = 0; i < width; i++) neurons.push(first + o);
    first += out;
  }
  return Int32Array.from(neurons);
}

const DIRECTIONS = 8;

/** The columns x1 cos(pi j/8) + x2 sin(pi j/8), j = 0..7, of a map [3, 8]. */
function directionMap(): Float64Array {
  const map = new Float64Array(3 * DIRECTIONS);
  for (let j = 0; j < DIRECTIONS; j++) {
    map[j] = Math.cos((Math.PI * j) / DIRECTIONS);
    map[DIRECTIONS + j] = Math.sin((Math.PI * j) / DIRECTIONS);
  }
  return map;
}

interface Range {
  readonly low: number;
  readonly high: number;
}

function rangeOf({n, x}: DataPart, d: number, from: number, to: number): Range {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i++) {
    for (let j = from; j < to; j++) {
      low = Math.min(low, x[i * d + j]);
      high = Math.max(high, x[i * d + j]);
    }
  }
  return {low, high};
}

/** Each input's slope and offset: as it is, or its training range (or that of all inputs) mapped to [-1, 1]. */
function scalings({train, d}: PreparedData, scaling: string): readonly {readonly slope: number; readonly offset: number}[] {
  const whole = rangeOf(train, d, 0, d - 1);
  return Array.from({length: d - 1}, (_, j) => {
    if (scaling === 'as given') return {slope: 1, offset: 0};
    const {low, high} = scaling === 'common range' ? whole : rangeOf(train, d, j, j + 1);
    // An input that never varies says nothing, so it is left out.
    return high > low ? {slope: 2 / (high - low), offset: -(high + low) / (high - low)} : {slope: 0, offset: 0};
  });
}

/** The inputs one by one, then (with `constant`) the constant 1: a map [d, inputs]. */
function plainMap(data: PreparedData, scaling: string, constant: boolean): {readonly map: Float64Array; readonly inputs: number} {
  const {d} = data;
  const inputs = constant ? d : d - 1;
  const map = new Float64Array(d * inputs);
  for (const [j, {slope, offset}] of scalings(data, scaling).entries()) {
    map[j * inputs + j] = slope;
    map[(d - 1) * inputs + j] = offset;
  }
  if (constant) map[d * inputs - 1] = 1;
  return {map, inputs};
}

/** Whether the network sees eight directions of the plane in place of the inputs. */
export const usesDirections = ({d}: PreparedData, {features, parameters}: ParamValues): boolean =>
  d === 3 && (features === 'directions' || (features === 'automatic' && parameters !== 'binary only'));

const scalingOf = ({d}: PreparedData, {scaling}: ParamValues): string => (scaling === 'automatic' ? (d <= 3 ? 'as given' : 'range') : String(scaling));

/** The network of the problem's parameters on prepared data. */
export function netModel(data: PreparedData, params: ParamValues): NetModel {
  const hidden = Number(params.width);
  const allBinary = params.parameters === 'binary only';
  const directions = usesDirections(data, params);
  const {map, inputs} = directions
    ? withConstant({map: directionMap(), inputs: DIRECTIONS}, data.d, allBinary)
    : plainMap(data, scalingOf(data, params), allBinary);
  return {
    inputs, hidden, outputs: data.k, sums: allBinary ? hidden + 1 : hidden, allBinary,
    activation: params.activation === 'relu' ? 'relu' : 'sign', d: data.d, map,
  };
}

/** A further column for the constant 1, where it is asked for. */
function withConstant({map, inputs}: {readonly map: Float64Array; readonly inputs: number}, d: number, wanted: boolean): {readonly map: Float64Array; readonly inputs: number} {
  if (!wanted) return {map, inputs};
  const wide = new Float64Array(d * (inputs + 1));
  for (let row = 0; row < d; row++) wide.set(map.subarray(row * inputs, (row + 1) * inputs), row * (inputs + 1));
  wide[d * (inputs + 1) - 1] = 1;
  return {map: wide, inputs: inputs + 1};
}

/** Rows of data [n, d] as inputs of the network [n, inputs]. */
export function inputRows({map, inputs, d}: NetModel, x: Float64Array, n: number): Float64Array {
  const rows = new Float64Array(n * inputs);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < d; c++) {
      const value = x[i * d + c];
      for (let j = 0; j < inputs; j++) rows[i * inputs + j] += value * map[c * inputs + j];
    }
  }
  return rows;
}
