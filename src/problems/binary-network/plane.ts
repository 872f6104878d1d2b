import type {Plane, PlaneKernel} from '../../core/hostProblem.ts';
import {layerShapes, neuronOfWeights} from '../../numerics/binary/netModel.ts';
import type {Latent, SampleDraw} from '../../numerics/binary/netSamples.ts';
import {latentAt, type Setting} from './points.ts';

/** How points are read as distributions, and the draws over which J is averaged. */
export interface Sampling {
  readonly rank: number;
  readonly noise: boolean;
  readonly draws: readonly SampleDraw[];
}

/** a of every weight at one draw: a linear function of the point, so each of the plane's vectors has its own. */
function drawn({rank, mu, z, noise}: Latent, {r, e}: SampleDraw, neuronOf: Int32Array): Float64Array {
  const neurons = r.length / Math.max(rank, 1);
  return mu.map((value, i) => {
    let a = value;
    for (let c = 0; c < rank; c++) a += z[c * mu.length + i] * r[c * neurons + neuronOf[i]];
    return noise ? a + noise[i] * e[i] : a;
  });
}

/** The real parameters at one point of the plane. */
interface Reals {
  readonly bias: Float64Array;
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/**
 * One sampled network that walks along a row. A weight's a is linear along the row, so it turns at most once: only what
 * hangs on it is computed anew. W1 x is kept as it is, without scale, so that on whole numbers it stays exact.
 */
class Walker {
  readonly #setting: Setting;
  readonly #weights: Int8Array;
  /** W1 x, [hidden, n]; the activations, [hidden, n]; W2 H, [n, outputs]. */
  readonly #product: Float64Array;
  readonly #active: Float64Array;
  readonly #sums: Float64Array;
  readonly #f: Float64Array;

  constructor(setting: Setting, weights: Int8Array, reals: Reals) {
    const {model: {hidden, inputs, outputs}, part: {n, x}} = setting;
    this.#setting = setting;
    this.#weights = weights;
    this.#product = new Float64Array(hidden * n);
    for (let j = 0; j < hidden; j++) {
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let t = 0; t < inputs; t++) sum += weights[j * inputs + t] * x[i * inputs + t];
        this.#product[j * n + i] = sum;
      }
    }
    this.#active = new Float64Array(hidden * n);
    this.#sums = new Float64Array(n * outputs);
    this.#f = new Float64Array(n * outputs);
    if (setting.model.allBinary) for (let c = 0; c < outputs; c++) this.#addUnit(hidden, c, 1);
    for (let j = 0; j < hidden; j++) this.#activate(j, reals);
  }

  /** Adds `factor` times a unit, the constant one being the last, to an output's sum. */
  #addUnit(j: number, c: number, factor: number): void {
    const {model: {hidden, inputs, outputs, sums}, part: {n}} = this.#setting;
    const weight = factor * this.#weights[hidden * inputs + c * sums + j];
    for (let i = 0; i < n; i++) this.#sums[i * outputs + c] += weight * (j < hidden ? this.#active[j * n + i] : 1);
  }

  /** Activations of a neuron, and the sums where they have changed. */
  #activate(j: number, {bias}: Reals): void {
    const {model: {hidden, inputs, outputs, sums, allBinary, activation}, part: {n}} = this.#setting;
    const root = Math.sqrt(inputs);
    const own = allBinary ? 0 : bias[j];
    for (let i = 0; i < n; i++) {
      const u = this.#product[j * n + i] / root + own;
      const next = activation === 'relu' ? Math.max(0, u) : u >= 0 ? 1 : -1;
      const change = next - this.#active[j * n + i];
      if (change === 0) continue;
      this.#active[j * n + i] = next;
      for (let c = 0; c < outputs; c++) this.#sums[i * outputs + c] += change * this.#weights[hidden * inputs + c * sums + j];
    }
  }

  /** Turns the signs of weights and moves the real parameters. */
  advance(turned: readonly number[], reals: Reals): void {
    const {model: {hidden, inputs, sums, allBinary}, part: {n, x}} = this.#setting;
    const touched = new Set<number>();
    for (const index of turned) {
      this.#weights[index] = -this.#weights[index];
      if (index < hidden * inputs) {
        const [j, t] = [Math.floor(index / inputs), index % inputs];
        for (let i = 0; i < n; i++) this.#product[j * n + i] += 2 * this.#weights[index] * x[i * inputs + t];
        touched.add(j);
      } else {
        const at = index - hidden * inputs;
        this.#addUnit(at % sums, Math.floor(at / sums), 2);
      }
    }
    // Biases move at every point.
    for (let j = 0; j < hidden; j++) if (!allBinary || touched.has(j)) this.#activate(j, reals);
  }

  objective({scale, shift}: Reals): number {
    const {model: {outputs, allBinary}, part: {n, y}, loss} = this.#setting;
    for (let at = 0; at < n * outputs; at++) this.#f[at] = allBinary ? this.#sums[at] : scale[at % outputs] * this.#sums[at] + shift[at % outputs];
    let sum = 0;
    for (let i = 0; i < n; i++) sum += loss.value(this.#f, y, i, outputs);
    return sum;
  }
}

/** For each step of a row the weights whose a has changed its side on the way there: a >= 0 counts as +1. */
function turns(start: Float64Array, slope: Float64Array, aValues: Float64Array): number[][] {
  const found: number[][] = Array.from(aValues, () => []);
  for (let i = 0; i < start.length; i++) {
    const sideAt = (t: number): boolean => start[i] + aValues[t] * slope[i] >= 0;
    const last = aValues.length - 1;
    if (sideAt(0) === sideAt(last)) continue;
    let [low, high] = [0, last];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (sideAt(middle) === sideAt(0)) low = middle;
      else high = middle;
    }
    found[high].push(i);
  }
  return found;
}

/** J over a plane: the mean over the draws, each of them a network that is walked along the row. */
export function planeKernel(setting: Setting, {rank, noise, draws}: Sampling, plane: Plane): PlaneKernel {
  const neuronOf = neuronOfWeights(layerShapes(setting.model));
  const [origin, du, dv] = [plane.origin, plane.du, plane.dv].map((vector) => latentAt(setting.model, vector, rank, noise));
  const a = draws.map((draw) => [origin, du, dv].map((latent) => drawn(latent, draw, neuronOf)));
  const along = (name: keyof Reals, at: number, b: number): Float64Array => origin[name].map((value, i) => value + at * du[name][i] + b * dv[name][i]);

  return {
    evaluateRow(b, aValues, out) {
      const reals = Array.from(aValues, (at): Reals => ({bias: along('bias', at, b), scale: along('scale', at, b), shift: along('shift', at, b)}));
      out.fill(0);
      for (const [base, slope, across] of a) {
        const start = base.map((value, i) => value + b * across[i]);
        const turned = turns(start, slope, aValues);
        const walker = new Walker(setting, Int8Array.from(start, (value, i) => (value + aValues[0] * slope[i] >= 0 ? 1 : -1)), reals[0]);
        for (let t = 0; t < aValues.length; t++) {
          if (t > 0) walker.advance(turned[t], reals[t]);
          out[t] += walker.objective(reals[t]) / draws.length;
        }
      }
    },
  };
}
