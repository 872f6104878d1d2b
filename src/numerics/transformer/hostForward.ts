import type {Design} from './design.ts';
import {HostAttention} from './hostAttention.ts';
import type {BlockNorms, LayerWeights, NetworkWeights, NormWeights} from './hostNetwork.ts';
import {multiply} from './hostProduct.ts';
import type {Reading} from './layout.ts';

/** Under the root of a norm; as in normalisation/rows.ts, which stands beside tensor code. */
const EPSILON = 1e-5;
/** Tokens that go through the layers together: their numbers stay in the processor's cache. */
const CHUNK_ROWS = 64;

/** Is handed P [T, T] of each layer and head; the array is used again. */
export type KeepWeights = (weights: Float64Array, layer: number, head: number) => void;

/** LayerNorm or RMSNorm of rows [rows, d], with gain and shift; `from` and `to` may be the same array. */
function normalise(from: Float64Array, to: Float64Array, {gain, shift}: NormWeights, kind: Design['norm'], rows: number): void {
  const d = gain.length;
  for (let at = 0; at < rows * d; at += d) {
    let mean = 0;
    if (kind === 'layer') {
      for (let t = 0; t < d; t++) mean += from[at + t];
      mean /= d;
    }
    let square = 0;
    for (let t = 0; t < d; t++) square += (from[at + t] - mean) ** 2;
    const perSigma = 1 / Math.sqrt(square / d + EPSILON);
    for (let t = 0; t < d; t++) to[at + t] = (from[at + t] - mean) * perSigma * gain[t] + (shift ? shift[t] : 0);
  }
}

/** A norm that the placement asks for. */
function present(norm: NormWeights | null): NormWeights {
  if (!norm) throw new Error('the network has no gains for a norm that its placement needs');
  return norm;
}

/** A transformer in float64, some samples at a time. Every buffer is made once; weights are read where they lie. */
export class HostForward {
  readonly #reading: Reading;
  readonly #design: Design;
  readonly #net: NetworkWeights;
  readonly #attention: HostAttention;
  /** Hidden state, sublayer input and output, queries, keys, values, heads' outputs: [rows, d]; hidden units [rows, r d]. */
  readonly #h: Float64Array;
  readonly #x: Float64Array;
  readonly #f: Float64Array;
  readonly #q: Float64Array;
  readonly #k: Float64Array;
  readonly #v: Float64Array;
  readonly #joined: Float64Array;
  readonly #hidden: Float64Array;
  /** Logits of the samples last run: of every position for sequences, else of every sample; [.., outputs]. */
  readonly logits: Float64Array;
  /** The most samples that one call takes. */
  readonly samples: number;

  constructor(reading: Reading, design: Design, net: NetworkWeights) {
    this.#reading = reading;
    this.#design = design;
    this.#net = net;
    this.samples = Math.max(1, Math.floor(CHUNK_ROWS / reading.length));
    const rows = this.samples * reading.length;
    const state = (): Float64Array => new Float64Array(rows * net.width);
    [this.#h, this.#x, this.#f, this.#q, this.#k, this.#v, this.#joined] = [state(), state(), state(), state(), state(), state(), state()];
    this.#hidden = new Float64Array(rows * net.hidden);
    this.logits = new Float64Array(rows * net.outputs);
    const causal = reading.kind === 'sequence';
    this.#attention = new HostAttention({length: reading.length, width: net.width, heads: design.heads, causal, choice: design.attention}, rows);
  }

  /**
   * Logits of samples `first` to `first + samples` of x [n, d].
   * @param d columns of x
   */
  run(x: Float64Array, d: number, first: number, samples: number, keep: KeepWeights | null = null): void {
    const {layers, final, width, unembed, outputs} = this.#net;
    const {length, kind} = this.#reading;
    const rows = samples * length;
    this.#embed(x, d, first, samples);
    for (const [l, layer] of layers.entries()) {
      const keepLayer = keep && ((weights: Float64Array, head: number) => keep(weights, l, head));
      this.#block(layer.attentionNorms, rows, (from) => this.#attend(layer, from, samples, keepLayer));
      this.#block(layer.mlpNorms, rows, (from) => this.#mlp(layer, from, rows));
    }
    if (final) normalise(this.#h, this.#h, final, this.#design.norm, rows);
    if (kind === 'patches') this.#average(samples);
    multiply(this.#h, unembed, this.logits, kind === 'patches' ? samples : rows, width, outputs);
  }

  /** h_0 = a row of the embedding, or a patch times it, plus the position's own vector. */
  #embed(x: Float64Array, d: number, first: number, samples: number): void {
    const {embed, place, width} = this.#net;
    const {length, kind, width: parts, columns} = this.#reading;
    for (let row = 0; row < samples * length; row++) {
      const sample = (first + Math.floor(row / length)) * d;
      const token = row % length;
      const at = row * width;
      for (let t = 0; t < width; t++) this.#h[at + t] = place[token * width + t];
      if (kind === 'sequence') {
        const index = x[sample + token] * width;
        for (let t = 0; t < width; t++) this.#h[at + t] += embed[index + t];
      } else {
        for (let c = 0; c < parts; c++) {
          const value = x[sample + columns[token * parts + c]];
          if (value !== 0) for (let t = 0; t < width; t++) this.#h[at + t] += value * embed[c * width + t];
        }
      }
    }
  }

  /** A residual block around f, which reads its argument and writes #f; equations in normalisation/residual.ts. */
  #block({inner, outer}: BlockNorms, rows: number, f: (from: Float64Array) => void): void {
    const {placement, norm, step} = this.#design;
    const size = rows * this.#net.width;
    const before = placement === 'pre' || placement === 'peri';
    if (before) normalise(this.#h, this.#x, present(inner), norm, rows);
    f(before ? this.#x : this.#h);
    if (placement === 'peri') normalise(this.#f, this.#f, present(outer), norm, rows);
    for (let i = 0; i < size; i++) this.#h[i] += step * this.#f[i];
    if (placement === 'post') normalise(this.#h, this.#h, present(inner), norm, rows);
  }

  #attend(layer: LayerWeights, from: Float64Array, samples: number, keep: ((weights: Float64Array, head: number) => void) | null): void {
    const {width} = this.#net;
    const rows = samples * this.#reading.length;
    multiply(from, layer.q, this.#q, rows, width, width);
    if (layer.k) multiply(from, layer.k, this.#k, rows, width, width);
    multiply(from, layer.v, this.#v, rows, width, width);
    this.#attention.run(layer, {x: from, q: this.#q, k: this.#k, v: this.#v}, this.#joined, samples, keep);
    multiply(this.#joined, layer.out, this.#f, rows, width, width);
  }

  #mlp(layer: LayerWeights, from: Float64Array, rows: number): void {
    const {width, hidden} = this.#net;
    multiply(from, layer.up, this.#hidden, rows, width, hidden);
    for (let i = 0; i < rows * hidden; i++) if (this.#hidden[i] < 0) this.#hidden[i] = 0;
    multiply(this.#hidden, layer.down, this.#f, rows, hidden, width);
  }

  /** Mean over each sample's tokens, moved to the front of the hidden state. */
  #average(samples: number): void {
    const {length} = this.#reading;
    const {width} = this.#net;
    for (let sample = 0; sample < samples; sample++) {
      for (let t = 0; t < width; t++) {
        let sum = 0;
        for (let row = 0; row < length; row++) sum += this.#h[(sample * length + row) * width + t];
        this.#h[sample * width + t] = sum / length;
      }
    }
  }
}
