import {assertNever} from '../../core/result.ts';
import type {AttentionChoice} from './design.ts';
import type {LayerWeights} from './hostNetwork.ts';
import {multiply} from './hostProduct.ts';

/** Added to the diagonal of the landmarks' kernel, and Newton steps of its inverse; as in attention/gaussian.ts. */
const RIDGE = 0.01;
const NEWTON_STEPS = 20;

export interface AttentionPlan {
  /** Tokens of a sample, T. */
  readonly length: number;
  readonly width: number;
  readonly heads: number;
  readonly causal: boolean;
  readonly choice: AttentionChoice;
}

/** X = A^-1 of a symmetric A [m, m] by X <- 2 X - X A X from 1.8 A / (largest row sum)^2, into `x`. */
function newtonInverse(a: Float64Array, m: number, x: Float64Array, scratch: Float64Array, product: Float64Array): void {
  let largest = 0;
  for (let i = 0; i < m; i++) {
    let sum = 0;
    for (let j = 0; j < m; j++) sum += Math.abs(a[i * m + j]);
    largest = Math.max(largest, sum);
  }
  for (let i = 0; i < m * m; i++) x[i] = (1.8 * a[i]) / largest ** 2;
  for (let pass = 0; pass < NEWTON_STEPS; pass++) {
    multiply(a, x, scratch, m, m, m);
    multiply(x, scratch, product, m, m, m);
    for (let i = 0; i < m * m; i++) x[i] = 2 * x[i] - product[i];
  }
}

/**
 * Attention of all heads in float64. For each sample and head the weights P [T, T] are formed and applied; with landmarks P is the
 * product B A^-1 B', which the tensor code never forms. Equations stand in numerics/attention.
 */
export class HostAttention {
  readonly #plan: AttentionPlan;
  readonly #headWidth: number;
  /** P of one sample and head. */
  readonly #weights: Float64Array;
  /** Factors of a row's logits. */
  readonly #scales: Float64Array;
  readonly #sums: Float64Array;
  /** Places of the landmarks; A, its inverse and room for products; B, its transpose and B A^-1. */
  readonly #landmarks: Int32Array;
  readonly #small: readonly Float64Array[];
  readonly #tall: readonly Float64Array[];

  constructor(plan: AttentionPlan, rows: number) {
    const {length, width, heads, choice} = plan;
    this.#plan = plan;
    this.#headWidth = width / heads;
    this.#weights = new Float64Array(length * length);
    this.#scales = new Float64Array(rows);
    this.#sums = new Float64Array(length);
    const m = choice.kind === 'nystrom' ? Math.min(choice.landmarks, length) : 0;
    this.#landmarks = Int32Array.from({length: m}, (_, i) => Math.floor((i * length) / m));
    this.#small = Array.from({length: 4}, () => new Float64Array(m * m));
    this.#tall = Array.from({length: 3}, () => new Float64Array(length * m));
  }

  /**
   * Heads' outputs side by side, [rows, d], for whole samples one after the other.
   * @param x the sublayer's input, on which gates act
   * @param keep is handed P of each sample and head; the array is used again
   */
  run(
    layer: LayerWeights,
    {x, q, k, v}: {readonly x: Float64Array; readonly q: Float64Array; readonly k: Float64Array; readonly v: Float64Array},
    out: Float64Array,
    samples: number,
    keep: ((weights: Float64Array, head: number) => void) | null,
  ): void {
    const {length, heads, width} = this.#plan;
    this.#setScales(layer, x, samples * length);
    for (let sample = 0; sample < samples; sample++) {
      for (let head = 0; head < heads; head++) {
        const at = sample * length * width + head * this.#headWidth;
        this.#weigh(q, k, at, sample * length);
        keep?.(this.#weights, head);
        this.#apply(v, out, at);
      }
    }
  }

  /** 1 / sqrt(dh), divided by a constant temperature or times the row's inverse temperature. */
  #setScales(layer: LayerWeights, x: Float64Array, rows: number): void {
    const {choice} = this.#plan;
    const root = Math.sqrt(this.#headWidth);
    if (choice.kind === 'selective') for (let row = 0; row < rows; row++) this.#scales[row] = this.#inverseTemperature(choice.form, layer, x, row) / root;
    else this.#scales.fill(1 / (root * (choice.kind === 'softmax' ? choice.temperature : 1)), 0, rows);
  }

  #inverseTemperature(form: 'sum' | 'product' | 'token' | 'position', {gate, alpha}: LayerWeights, x: Float64Array, row: number): number {
    const {width, length, causal} = this.#plan;
    let f = 0;
    if (gate) for (let t = 0; t < width; t++) f += gate[t] * x[row * width + t];
    const token = 1 + Math.tanh(f);
    const seen = causal ? (row % length) + 1 : length;
    const position = 1 + (alpha ? Math.log(seen) / (1 + Math.exp(-alpha[0])) : 0);
    switch (form) {
      case 'sum':
        return token + position - 1;
      case 'product':
        return token * position;
      case 'token':
        return token;
      case 'position':
        return position;
      default:
        return assertNever(form);
    }
  }

  #weigh(q: Float64Array, k: Float64Array, at: number, row: number): void {
    const {choice} = this.#plan;
    switch (choice.kind) {
      case 'softmax':
      case 'selective':
        return this.#softmax(q, k, at, row);
      case 'soft':
        return this.#gaussian(q, at, choice.norm);
      case 'nystrom':
        return this.#nystrom(q, at);
      default:
        assertNever(choice);
    }
  }

  #softmax(q: Float64Array, k: Float64Array, at: number, row: number): void {
    const {length, width, causal} = this.#plan;
    const dh = this.#headWidth;
    const p = this.#weights;
    for (let i = 0; i < length; i++) {
      const seen = causal ? i + 1 : length;
      const scale = this.#scales[row + i];
      const query = at + i * width;
      let top = Number.NEGATIVE_INFINITY;
      for (let j = 0; j < seen; j++) {
        const key = at + j * width;
        let logit = 0;
        for (let t = 0; t < dh; t++) logit += q[query + t] * k[key + t];
        logit *= scale;
        p[i * length + j] = logit;
        if (logit > top) top = logit;
      }
      let sum = 0;
      for (let j = i * length; j < i * length + seen; j++) {
        p[j] = Math.exp(p[j] - top);
        sum += p[j];
      }
      for (let j = i * length; j < i * length + seen; j++) p[j] /= sum;
    }
  }

  /** exp(-|q_i - q_j|^2 / (2 sqrt dh)). */
  #kernel(q: Float64Array, a: number, b: number): number {
    const dh = this.#headWidth;
    let square = 0;
    for (let t = 0; t < dh; t++) square += (q[a + t] - q[b + t]) ** 2;
    return Math.exp((-0.5 * square) / Math.sqrt(dh));
  }

  #gaussian(q: Float64Array, at: number, normalise: 'none' | 'row' | 'sym'): void {
    const {length, width} = this.#plan;
    const s = this.#weights;
    for (let i = 0; i < length; i++) {
      s[i * length + i] = 1;
      for (let j = 0; j < i; j++) s[i * length + j] = s[j * length + i] = this.#kernel(q, at + i * width, at + j * width);
    }
    if (normalise === 'none') return;
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let j = 0; j < length; j++) sum += s[i * length + j];
      this.#sums[i] = sum;
    }
    for (let i = 0; i < length; i++) {
      for (let j = 0; j < length; j++) s[i * length + j] /= normalise === 'row' ? this.#sums[i] : Math.sqrt(this.#sums[i] * this.#sums[j]);
    }
  }

  #nystrom(q: Float64Array, at: number): void {
    const {length, width} = this.#plan;
    const m = this.#landmarks.length;
    const [a, x, scratch, product] = this.#small;
    const [b, transposed, bx] = this.#tall;
    for (let i = 0; i < length; i++) {
      for (let j = 0; j < m; j++) b[i * m + j] = transposed[j * length + i] = this.#kernel(q, at + i * width, at + this.#landmarks[j] * width);
    }
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < m; j++) a[i * m + j] = b[this.#landmarks[i] * m + j] + (i === j ? RIDGE : 0);
    }
    newtonInverse(a, m, x, scratch, product);
    multiply(b, x, bx, length, m, m);
    multiply(bx, transposed, this.#weights, length, m, length);
  }

  /** The head's share of the output: P V. */
  #apply(v: Float64Array, out: Float64Array, at: number): void {
    const {length, width, causal} = this.#plan;
    const dh = this.#headWidth;
    const p = this.#weights;
    for (let i = 0; i < length; i++) {
      const seen = causal ? i + 1 : length;
      const target = at + i * width;
      for (let t = 0; t < dh; t++) out[target + t] = 0;
      for (let j = 0; j < seen; j++) {
        const weight = p[i * length + j];
        const value = at + j * width;
        for (let t = 0; t < dh; t++) out[target + t] += weight * v[value + t];
      }
    }
  }
}
