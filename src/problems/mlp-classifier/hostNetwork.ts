import type {ParamValues} from '../../core/params.ts';
import {assertNever} from '../../core/result.ts';
import {offsetsOf, type Shapes} from '../../numerics/flatSpace.ts';
import {type Activation, activationOf, layersOf, type Norm, normOf} from './network.ts';

/** The norms' epsilon, as in numerics/normalisation. */
const EPSILON = 1e-5;

/** Where a layer's variables start in the flat vector; -1 for those that it has not. */
interface LayerPlace {
  readonly inputs: number;
  readonly outputs: number;
  readonly w: number;
  readonly b: number;
  readonly gain: number;
  readonly shift: number;
}

/** How the flat vector of a network's variables is to be read. */
export interface HostPlan {
  readonly layers: readonly LayerPlace[];
  readonly activation: Activation;
  readonly norm: Norm;
}

export function planOf(shapes: Shapes, model: ParamValues): HostPlan {
  const offsets = offsetsOf(shapes);
  const at = (name: string | null): number => (name === null ? -1 : offsets[name]);
  const layers = layersOf(Object.keys(shapes)).map(({w, b, gain, shift}) => ({
    inputs: shapes[w][0], outputs: shapes[w][1], w: at(w), b: at(b), gain: at(gain), shift: at(shift),
  }));
  return {layers, activation: activationOf(model), norm: normOf(model)};
}

/** X W for the rows of x [n, inputs], whose rows start `stride` apart, and W [inputs, outputs] in `values` from `at` on. Zeros cost nothing. */
export function product(x: Float64Array, n: number, stride: number, values: Float64Array, {inputs, outputs, w}: LayerPlace): Float64Array {
  const out = new Float64Array(n * outputs);
  for (let i = 0; i < n; i++) {
    const to = i * outputs;
    for (let t = 0; t < inputs; t++) {
      const factor = x[i * stride + t];
      if (factor === 0) continue;
      const from = w + t * outputs;
      for (let c = 0; c < outputs; c++) out[to + c] += factor * values[from + c];
    }
  }
  return out;
}

/** Mean and 1 / sqrt(variance + epsilon) of each unit over the training set. */
export interface HostStatistics {
  readonly mean: Float64Array;
  readonly perSigma: Float64Array;
}

function statisticsOf(a: Float64Array, n: number, width: number): HostStatistics {
  const mean = new Float64Array(width);
  const variance = new Float64Array(width);
  for (let i = 0; i < n; i++) for (let c = 0; c < width; c++) mean[c] += a[i * width + c] / n;
  for (let i = 0; i < n; i++) for (let c = 0; c < width; c++) variance[c] += (a[i * width + c] - mean[c]) ** 2 / n;
  return {mean, perSigma: variance.map((value) => 1 / Math.sqrt(value + EPSILON))};
}

function batchNorm(a: Float64Array, n: number, width: number, {mean, perSigma}: HostStatistics): void {
  for (let i = 0; i < n; i++) for (let c = 0; c < width; c++) a[i * width + c] = (a[i * width + c] - mean[c]) * perSigma[c];
}

/** LayerNorm, or RMSNorm, which leaves the mean. */
function rowNorm(a: Float64Array, n: number, width: number, centre: boolean): void {
  for (let i = 0; i < n; i++) {
    const at = i * width;
    let mean = 0;
    if (centre) for (let c = 0; c < width; c++) mean += a[at + c] / width;
    let square = 0;
    for (let c = 0; c < width; c++) square += (a[at + c] - mean) ** 2 / width;
    const scale = 1 / Math.sqrt(square + EPSILON);
    for (let c = 0; c < width; c++) a[at + c] = (a[at + c] - mean) * scale;
  }
}

/** a * gain + shift, unit by unit. */
function affine(a: Float64Array, n: number, values: Float64Array, {outputs, gain, shift}: LayerPlace): void {
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < outputs; c++) a[i * outputs + c] = a[i * outputs + c] * values[gain + c] + (shift < 0 ? 0 : values[shift + c]);
  }
}

function activate(a: Float64Array, activation: Activation): void {
  switch (activation) {
    case 'relu':
      for (let i = 0; i < a.length; i++) if (a[i] < 0) a[i] = 0;
      return;
    case 'tanh':
      for (let i = 0; i < a.length; i++) a[i] = Math.tanh(a[i]);
      return;
    case 'square':
      for (let i = 0; i < a.length; i++) a[i] *= a[i];
      return;
    default:
      assertNever(activation);
  }
}

/** The norm of a layer in place; answers the statistics in use, where it has such. */
function normalise({norm}: HostPlan, layer: LayerPlace, a: Float64Array, n: number, values: Float64Array, rest: HostStatistics | null): HostStatistics | null {
  if (layer.gain < 0 || norm === 'none') return null;
  const statistics = norm === 'batch' ? (rest ?? statisticsOf(a, n, layer.outputs)) : null;
  if (statistics) batchNorm(a, n, layer.outputs, statistics);
  else rowNorm(a, n, layer.outputs, norm === 'layer');
  affine(a, n, values, layer);
  return statistics;
}

export interface HostPass {
  /** [n, C]. */
  readonly logits: Float64Array;
  /** By layer; null but for BatchNorm. */
  readonly statistics: readonly (HostStatistics | null)[];
}

/**
 * The network from the first layer's products x W_0 on, which are overwritten.
 * @param rest statistics for BatchNorm by layer; left out, each layer takes those of these samples
 */
export function passFrom(plan: HostPlan, values: Float64Array, first: Float64Array, n: number, rest?: readonly (HostStatistics | null)[]): HostPass {
  const statistics: (HostStatistics | null)[] = [];
  let a = first;
  for (const [l, layer] of plan.layers.entries()) {
    const {b, outputs} = layer;
    if (l > 0) a = product(a, n, layer.inputs, values, layer);
    if (b >= 0) for (let i = 0; i < n; i++) for (let c = 0; c < outputs; c++) a[i * outputs + c] += values[b + c];
    statistics.push(normalise(plan, layer, a, n, values, rest?.[l] ?? null));
    if (l < plan.layers.length - 1) activate(a, plan.activation);
  }
  return {logits: a, statistics};
}

/** beta/2 sum w^2 over the matrices. */
export function penaltyOf({layers}: HostPlan, values: Float64Array, beta: number): number {
  let sum = 0;
  for (const {w, inputs, outputs} of layers) for (let i = w; i < w + inputs * outputs; i++) sum += values[i] ** 2;
  return (beta / 2) * sum;
}
