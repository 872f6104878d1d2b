import type {RetrievalLayout} from '../../core/data.ts';
import {offsetsOf, sizeOf} from '../../numerics/flatSpace.ts';
import {columnsOf, type RowColumns} from '../../numerics/retrieval/rows.ts';
import {isSelective, type NeedleModel, shapesOf} from './model.ts';

type Matrix = Float64Array;

/** out_c = sum_a x_{from + a} W_ac (+ bias_c), W [a, c]. */
function project(x: Float64Array, from: number, w: Matrix, bias: Matrix | undefined, out: Float64Array): void {
  const width = out.length;
  const inputs = w.length / width;
  for (let c = 0; c < width; c++) out[c] = bias ? bias[c] : 0;
  for (let a = 0; a < inputs; a++) for (let c = 0; c < width; c++) out[c] += x[from + a] * w[a * width + c];
}

function rectify(x: Float64Array): void {
  for (let i = 0; i < x.length; i++) if (x[i] < 0) x[i] = 0;
}

/** One network of problem.ts in float64, row by row; `values` holds its variables one after the other. */
export class HostForward {
  readonly values: Float64Array;
  /** Of the last row: weights H x n in strides of `most`, and the output. */
  readonly weights: Float64Array;
  readonly output: Float64Array;
  readonly #model: NeedleModel;
  readonly #layout: RetrievalLayout;
  readonly #at: RowColumns;
  readonly #vars: Readonly<Record<string, Matrix | undefined>>;
  readonly #q: Float64Array;
  readonly #hidden: Float64Array;
  readonly #gateHidden: Float64Array;
  readonly #projected: Float64Array;
  readonly #throughKeys: Float64Array;

  constructor(model: NeedleModel, layout: RetrievalLayout) {
    const shapes = shapesOf(model, layout);
    const offsets = offsetsOf(shapes);
    this.values = new Float64Array(Object.values(shapes).reduce((sum, shape) => sum + sizeOf(shape), 0));
    this.#vars = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, this.values.subarray(offsets[name], offsets[name] + sizeOf(shape))]));
    this.#model = model;
    this.#layout = layout;
    this.#at = columnsOf(layout);
    this.weights = new Float64Array(model.heads * layout.most);
    this.output = new Float64Array(layout.valueWidth);
    this.#q = new Float64Array(model.heads * layout.keyWidth);
    this.#hidden = new Float64Array(model.queryUnits);
    this.#gateHidden = new Float64Array(model.gateUnits ?? 0);
    this.#projected = new Float64Array(model.heads * layout.keyWidth);
    this.#throughKeys = new Float64Array(layout.keyWidth);
  }

  #of(name: string): Matrix {
    const found = this.#vars[name];
    if (!found) throw new Error(`this network has no ${name}`);
    return found;
  }

  /** Fills `weights` and `output` for the row that starts at `from`; returns its number of pairs. */
  run(x: Float64Array, from: number): number {
    const pairs = x[from];
    this.#ask(x, from);
    if (this.#model.attention === 'soft') this.#exponents(x, from, pairs);
    else this.#logits(x, from, pairs, this.#inverseTemperature(x, from, pairs));
    for (let h = 0; h < this.#model.heads; h++) this.#toWeights(this.weights.subarray(h * this.#layout.most, h * this.#layout.most + pairs));
    this.#answer(x, from, pairs);
    return pairs;
  }

  #ask(x: Float64Array, from: number): void {
    const asked = from + this.#at.query;
    project(x, asked, this.#of('q'), undefined, this.#q);
    if (this.#model.queryUnits === 0) return;
    project(x, asked, this.#of('queryIn'), this.#vars.queryBias, this.#hidden);
    rectify(this.#hidden);
    project(this.#hidden, 0, this.#of('queryOut'), undefined, this.#projected);
    for (let c = 0; c < this.#q.length; c++) this.#q[c] += this.#projected[c];
  }

  #inverseTemperature(x: Float64Array, from: number, pairs: number): number {
    const {attention, temperature} = this.#model;
    if (attention === 'temperature') return Math.exp(-this.#of('logTemperature')[0]);
    if (!isSelective(attention)) return 1 / temperature;
    const token = this.#model.gateUnits === null ? 1 : 1 + Math.tanh(this.#gate(x, from));
    const position = this.#model.usesPosition ? 1 + Math.log(pairs) / (1 + Math.exp(-this.#of('alpha')[0])) : 1;
    return attention === 'sum' ? token + position - 1 : token * position;
  }

  #gate(x: Float64Array, from: number): number {
    const f = new Float64Array(1);
    const asked = from + this.#at.query;
    if (this.#model.gateUnits) {
      project(x, asked, this.#of('gateIn'), this.#vars.gateInBias, this.#gateHidden);
      rectify(this.#gateHidden);
      project(this.#gateHidden, 0, this.#of('gate'), this.#vars.gateBias, f);
    } else project(x, asked, this.#of('gate'), this.#vars.gateBias, f);
    return f[0];
  }

  /** tau / sqrt(d) q_h . k_j Wk, the query going through Wk'. */
  #logits(x: Float64Array, from: number, pairs: number, tau: number): void {
    const {keyWidth, most} = this.#layout;
    const width = this.#q.length;
    const k = this.#of('k');
    const u = this.#throughKeys;
    for (let h = 0; h < this.#model.heads; h++) {
      u.fill(0);
      for (let a = 0; a < keyWidth; a++) for (let c = h * keyWidth; c < (h + 1) * keyWidth; c++) u[a] += k[a * width + c] * this.#q[c];
      for (let j = 0; j < pairs; j++) {
        let z = 0;
        for (let a = 0; a < keyWidth; a++) z += u[a] * x[from + this.#at.keys + j * keyWidth + a];
        this.weights[h * most + j] = (tau * z) / Math.sqrt(keyWidth);
      }
    }
  }

  /** -|q_h - k_j Wk|^2 / (2 sqrt(d)). */
  #exponents(x: Float64Array, from: number, pairs: number): void {
    const {keyWidth, most} = this.#layout;
    for (let j = 0; j < pairs; j++) {
      project(x, from + this.#at.keys + j * keyWidth, this.#of('k'), undefined, this.#projected);
      for (let h = 0; h < this.#model.heads; h++) {
        let squares = 0;
        for (let c = h * keyWidth; c < (h + 1) * keyWidth; c++) squares += (this.#q[c] - this.#projected[c]) ** 2;
        this.weights[h * most + j] = -squares / (2 * Math.sqrt(keyWidth));
      }
    }
  }

  #toWeights(row: Float64Array): void {
    const largest = this.#model.normalised ? row.reduce((most, z) => Math.max(most, z), Number.NEGATIVE_INFINITY) : 0;
    let sum = 0;
    for (let j = 0; j < row.length; j++) sum += row[j] = Math.exp(row[j] - largest);
    if (this.#model.normalised) for (let j = 0; j < row.length; j++) row[j] /= sum;
  }

  /** Head h takes its columns of Wv. */
  #answer(x: Float64Array, from: number, pairs: number): void {
    const {valueWidth, most} = this.#layout;
    const {heads} = this.#model;
    const v = this.#of('v');
    const merged = new Float64Array(heads * valueWidth);
    for (let h = 0; h < heads; h++) {
      const pooled = new Float64Array(valueWidth);
      for (let j = 0; j < pairs; j++) {
        for (let a = 0; a < valueWidth; a++) pooled[a] += this.weights[h * most + j] * x[from + this.#at.values + j * valueWidth + a];
      }
      for (let a = 0; a < valueWidth; a++) for (let c = h * valueWidth; c < (h + 1) * valueWidth; c++) merged[c] += pooled[a] * v[a * merged.length + c];
    }
    project(merged, 0, this.#of('out'), undefined, this.output);
  }
}
