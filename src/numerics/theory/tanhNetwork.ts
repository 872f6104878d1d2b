import type {RandomStream} from '../../core/random.ts';

/**
 * A fully connected tanh network with one output in float64, small enough for plain loops: the subject of the theory overlays.
 *
 *   h_0 = x,  z_l = c_l h_(l-1) W_l + b_l,  h_l = gain tanh(z_l),  f = z_L
 *
 * Weights lie in one vector, W_l [in, out] row-major and then b_l, layer by layer.
 */
export interface TanhNetwork {
  /** Inputs, hidden layers, 1. */
  readonly sizes: readonly number[];
  readonly gain: number;
  readonly biases: boolean;
  /** Where 1/sqrt(fan-in) stands: in the forward pass (c_l; W ~ N(0, 1)), or in the start (c_l = 1; W ~ N(0, 1/fan-in)). */
  readonly scaling: 'forward' | 'start';
}

interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly scale: number;
  /** Places of W and b in the vector; bias -1 where there is none. */
  readonly weight: number;
  readonly bias: number;
}

function layersOf({sizes, biases, scaling}: TanhNetwork): readonly Layer[] {
  let at = 0;
  return sizes.slice(1).map((outputs, l) => {
    const inputs = sizes[l];
    const weight = at;
    const bias = biases ? weight + inputs * outputs : -1;
    at = weight + inputs * outputs + (biases ? outputs : 0);
    return {inputs, outputs, scale: scaling === 'forward' ? 1 / Math.sqrt(inputs) : 1, weight, bias};
  });
}

export const weightCount = (network: TanhNetwork): number =>
  layersOf(network).reduce((sum, {inputs, outputs}) => sum + (inputs + (network.biases ? 1 : 0)) * outputs, 0);

/** Normal weights, zero biases. */
export function startWeights(network: TanhNetwork, random: RandomStream): Float64Array {
  const w = new Float64Array(weightCount(network));
  for (const {inputs, outputs, weight} of layersOf(network)) {
    const deviation = network.scaling === 'forward' ? 1 : 1 / Math.sqrt(inputs);
    for (let i = 0; i < inputs * outputs; i++) w[weight + i] = deviation * random.normal();
  }
  return w;
}

/** n inputs, row-major. */
export interface Inputs {
  readonly n: number;
  readonly x: Float64Array;
}

/** Numbers, or rows of them, at equal distances. */
interface Spaced {
  readonly values: Float64Array;
  readonly from: number;
  readonly stride: number;
}

/** out[to ..] += scale sum_j factor_j row_j over `count` rows of `length`; four rows at once, so that `out` is touched less often. */
function addCombination(out: Float64Array, to: number, length: number, count: number, scale: number, factors: Spaced, {values: v, from, stride}: Spaced): void {
  const factor = (j: number): number => scale * factors.values[factors.from + j * factors.stride];
  let j = 0;
  for (; j + 3 < count; j += 4) {
    const [c0, c1, c2, c3] = [factor(j), factor(j + 1), factor(j + 2), factor(j + 3)];
    const first = from + j * stride;
    const [r1, r2, r3] = [first + stride, first + 2 * stride, first + 3 * stride];
    for (let o = 0; o < length; o++) out[to + o] += c0 * v[first + o] + c1 * v[r1 + o] + c2 * v[r2 + o] + c3 * v[r3 + o];
  }
  for (; j < count; j++) {
    const c = factor(j);
    for (let o = 0, at = from + j * stride; o < length; o++) out[to + o] += c * v[at + o];
  }
}

/** h_0 .. h_(L-1) and f, each [n, width]. */
function activations(network: TanhNetwork, layers: readonly Layer[], w: Float64Array, {n, x}: Inputs): Float64Array[] {
  const all = [x];
  layers.forEach(({inputs, outputs, scale, weight, bias}, l) => {
    const h = all[l];
    const z = new Float64Array(n * outputs);
    for (let i = 0; i < n; i++) {
      addCombination(z, i * outputs, outputs, inputs, scale, {values: h, from: i * inputs, stride: 1}, {values: w, from: weight, stride: outputs});
      if (bias >= 0) for (let o = 0; o < outputs; o++) z[i * outputs + o] += w[bias + o];
    }
    if (l < layers.length - 1) for (let i = 0; i < z.length; i++) z[i] = network.gain * Math.tanh(z[i]);
    all.push(z);
  });
  return all;
}

/** sum_k a[p + k] b[q + k]; two sums, so that an addition need not wait for the one before. */
function product(a: Float64Array, p: number, b: Float64Array, q: number, length: number): number {
  let even = 0;
  let odd = 0;
  let k = 0;
  for (; k + 1 < length; k += 2) {
    even += a[p + k] * b[q + k];
    odd += a[p + k + 1] * b[q + k + 1];
  }
  return k < length ? even + odd + a[p + k] * b[q + k] : even + odd;
}

/** df/dz_l of a layer from that of the layer above: h = gain tanh(z), so dh/dz = gain - h^2 / gain. */
function pulledBack({inputs, outputs, scale, weight}: Layer, w: Float64Array, above: Float64Array, h: Float64Array, n: number, gain: number): Float64Array {
  const below = new Float64Array(n * inputs);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < inputs; k++) {
      const sum = product(w, weight + k * outputs, above, i * outputs, outputs);
      const value = h[i * inputs + k];
      below[i * inputs + k] = scale * sum * (gain - (value * value) / gain);
    }
  }
  return below;
}

/** What reaches each layer's z when `seeds` [n] stands at the output; the first layer's first. */
function sensitivities(network: TanhNetwork, layers: readonly Layer[], w: Float64Array, all: readonly Float64Array[], seeds: Float64Array): Float64Array[] {
  const out: Float64Array[] = [seeds];
  for (let l = layers.length - 1; l > 0; l--) out.unshift(pulledBack(layers[l], w, out[0], all[l], seeds.length, network.gain));
  return out;
}

/** f [n]. */
export const outputsOf = (network: TanhNetwork, w: Float64Array, inputs: Inputs): Float64Array => activations(network, layersOf(network), w, inputs)[network.sizes.length - 1];

export interface LossAndGradient {
  readonly loss: number;
  readonly gradient: Float64Array;
}

/** factor * 1/2 sum_i (f(x_i) - y_i)^2 and its gradient in all weights. */
export function squaredLoss(network: TanhNetwork, w: Float64Array, inputs: Inputs, y: Float64Array, factor: number): LossAndGradient {
  const layers = layersOf(network);
  const all = activations(network, layers, w, inputs);
  const residual = all[layers.length].map((f, i) => f - y[i]);
  const above = sensitivities(network, layers, w, all, residual.map((r) => factor * r));
  const gradient = new Float64Array(w.length);
  layers.forEach((layer, l) => addLayerGradient(gradient, layer, all[l], above[l], inputs.n));
  return {loss: 0.5 * factor * residual.reduce((sum, r) => sum + r * r, 0), gradient};
}

function addLayerGradient(gradient: Float64Array, {inputs, outputs, scale, weight, bias}: Layer, h: Float64Array, above: Float64Array, n: number): void {
  const rows = {values: above, from: 0, stride: outputs};
  for (let k = 0; k < inputs; k++) addCombination(gradient, weight + k * outputs, outputs, n, scale, {values: h, from: k, stride: inputs}, rows);
  if (bias >= 0) for (let i = 0; i < n; i++) for (let o = 0; o < outputs; o++) gradient[bias + o] += above[i * outputs + o];
}

/** Each input's gradient of f, layer by layer, without writing it out: the products of h and df/dz. */
export interface Tangents {
  readonly n: number;
  readonly hidden: readonly Float64Array[];
  readonly above: readonly Float64Array[];
}

export function tangentsOf(network: TanhNetwork, w: Float64Array, inputs: Inputs): Tangents {
  const layers = layersOf(network);
  const hidden = activations(network, layers, w, inputs);
  return {n: inputs.n, hidden, above: sensitivities(network, layers, w, hidden, new Float64Array(inputs.n).fill(1))};
}

/** K(x_i, x_j) = grad f(x_i) . grad f(x_j), [a.n, b.n]: per layer (df/dz . df/dz') (c^2 h . h' + 1 for a bias). */
export function tangentKernel(network: TanhNetwork, a: Tangents, b: Tangents): Float64Array {
  const kernel = new Float64Array(a.n * b.n);
  layersOf(network).forEach(({inputs, outputs, scale, bias}, l) => {
    for (let i = 0; i < a.n; i++) {
      for (let j = 0; j < b.n; j++) {
        const below = scale * scale * product(a.hidden[l], i * inputs, b.hidden[l], j * inputs, inputs) + (bias >= 0 ? 1 : 0);
        kernel[i * b.n + j] += below * product(a.above[l], i * outputs, b.above[l], j * outputs, outputs);
      }
    }
  });
  return kernel;
}
