import type {NetModel} from './netModel.ts';

/** One network in float64: weights in {-1, +1}, hidden layer first, then the output layer; see NetModel. */
export interface HostNet {
  readonly weights: ArrayLike<number>;
  /** Empty where all parameters are binary. */
  readonly bias: ArrayLike<number>;
  readonly scale: ArrayLike<number>;
  readonly shift: ArrayLike<number>;
}

/** +1 for zero, unlike Math.sign. */
export const signOf = (value: number): 1 | -1 => (value >= 0 ? 1 : -1);

/** What a forward pass leaves for the backward one: u and H are n x hidden, s and f are n x outputs. */
export interface Forward {
  readonly u: Float64Array;
  readonly h: Float64Array;
  readonly s: Float64Array;
  readonly f: Float64Array;
}

/** @param rows inputs of the network, n x inputs */
export function forwardNet(model: NetModel, {weights, bias, scale, shift}: HostNet, rows: Float64Array, n: number): Forward {
  const {inputs, hidden, outputs, sums, allBinary, activation} = model;
  const root = Math.sqrt(inputs);
  const u = new Float64Array(n * hidden);
  const h = new Float64Array(n * hidden);
  const s = new Float64Array(n * outputs);
  const f = new Float64Array(n * outputs);
  const first = hidden * inputs;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < hidden; j++) {
      let sum = 0;
      for (let t = 0; t < inputs; t++) sum += weights[j * inputs + t] * rows[i * inputs + t];
      const value = sum / root + (allBinary ? 0 : bias[j]);
      u[i * hidden + j] = value;
      h[i * hidden + j] = activation === 'sign' ? signOf(value) : Math.max(0, value);
    }
    for (let c = 0; c < outputs; c++) {
      const at = first + c * sums;
      let sum = allBinary ? weights[at + hidden] : 0;
      for (let j = 0; j < hidden; j++) sum += weights[at + j] * h[i * hidden + j];
      s[i * outputs + c] = sum;
      f[i * outputs + c] = allBinary ? sum : scale[c] * sum + shift[c];
    }
  }
  return {u, h, s, f};
}

/** Gradients of a mean loss in all parameters, the backward pass reading sign as the identity on weights. */
export interface NetGradient {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** The slope that stands in for the activation's: max(0, 2 - 2|u|) for sign, the true one for relu. */
const slopeAt = (u: number, activation: NetModel['activation']): number =>
  activation === 'sign' ? Math.max(0, 2 - 2 * Math.abs(u)) : u > 0 ? 1 : 0;

/** @param df derivative of the mean loss in f, n x outputs */
export function backwardNet(model: NetModel, net: HostNet, rows: Float64Array, n: number, {u, h, s}: Forward, df: Float64Array): NetGradient {
  const {inputs, hidden, outputs, sums, allBinary, activation} = model;
  const root = Math.sqrt(inputs);
  const first = hidden * inputs;
  const weights = new Float64Array(first + outputs * sums);
  const [bias, scale, shift] = [allBinary ? 0 : hidden, allBinary ? 0 : outputs, allBinary ? 0 : outputs].map((length) => new Float64Array(length));
  for (let i = 0; i < n; i++) {
    const back = new Float64Array(hidden);
    for (let c = 0; c < outputs; c++) {
      const at = first + c * sums;
      const ds = df[i * outputs + c] * (allBinary ? 1 : net.scale[c]);
      for (let j = 0; j < hidden; j++) {
        back[j] += ds * net.weights[at + j];
        weights[at + j] += ds * h[i * hidden + j];
      }
      if (allBinary) {
        weights[at + hidden] += ds;
        continue;
      }
      scale[c] += df[i * outputs + c] * s[i * outputs + c];
      shift[c] += df[i * outputs + c];
    }
    for (let j = 0; j < hidden; j++) {
      const du = back[j] * slopeAt(u[i * hidden + j], activation);
      if (!allBinary) bias[j] += du;
      for (let t = 0; t < inputs; t++) weights[j * inputs + t] += (du * rows[i * inputs + t]) / root;
    }
  }
  return {weights, bias, scale, shift};
}
