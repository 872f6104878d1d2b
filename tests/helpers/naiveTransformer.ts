import type {PreparedData} from '../../src/core/data.ts';
import type {ParamValues} from '../../src/core/params.ts';
import type {Snapshot} from '../../src/core/protocol.ts';
import {randomStream} from '../../src/core/random.ts';

/** A transformer written out once more with nested arrays, from its definition: the oracle of the fast host code. */
export type Matrix = readonly (readonly number[])[];

/** Settings of the network under test, as a contestant has them. */
export const MODEL: ParamValues = {
  depth: 2, width: 8, heads: 2, mlpRatio: 2, placement: 'pre', norm: 'layer', step: 'fixed', residualStep: 0.7, outputScale: 1,
  attention: 'softmax', temperature: 1, temperatureForm: 'sum', softNorm: 'row', landmarks: 4, head: 'softmax',
};

/** Names and shapes in order, by the list that the project agreed on. */
export function shapesOf(model: ParamValues, tokenWidth: number, length: number, outputs: number): Record<string, number[]> {
  const [d, hidden] = [Number(model.width), Number(model.mlpRatio) * Number(model.width)];
  const shapes: Record<string, number[]> = {embed: [tokenWidth, d], place: [length, d]};
  const norm = (gain: string, shift: string): void => {
    shapes[gain] = [d];
    if (model.norm === 'layer') shapes[shift] = [d];
  };
  const norms = (sublayer: string, l: number): void => {
    if (model.placement !== 'none') norm(`gain${sublayer}${l}`, `shift${sublayer}${l}`);
    if (model.placement === 'peri') norm(`outerGain${sublayer}${l}`, `outerShift${sublayer}${l}`);
  };
  const gaussian = model.attention === 'soft' || model.attention === 'nystrom';
  for (let l = 0; l < Number(model.depth); l++) {
    for (const name of gaussian ? ['q', 'v'] : ['q', 'k', 'v']) shapes[`${name}${l}`] = [d, d];
    if (model.attention === 'selective') Object.assign(shapes, {[`gate${l}`]: [d, 1], [`alpha${l}`]: [1]});
    shapes[`out${l}`] = [d, d];
    norms('A', l);
    Object.assign(shapes, {[`up${l}`]: [d, hidden], [`down${l}`]: [hidden, d]});
    norms('M', l);
  }
  if (model.placement === 'pre' || model.placement === 'peri') norm('gain', 'shift');
  shapes.unembed = [d, outputs];
  return shapes;
}

/** Random weights, gains and shifts included, so that no part can be left out unnoticed. */
export function randomTransformer(model: ParamValues, shapes: Readonly<Record<string, readonly number[]>>, seed: number, iteration = 0): Snapshot {
  const random = randomStream(seed, 'transformer');
  const count = Object.values(shapes).reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
  return {iteration, shapes, values: Float32Array.from({length: count}, () => 0.4 * random.normal()), model};
}

/** Random tokens (the first target unscored), or random rows of numbers with classes. */
export function tokenData(length: number, vocabulary: number, n: number, testCount: number): PreparedData {
  const random = randomStream(3, 'tokens');
  const part = (count: number) => ({
    n: count,
    x: Float64Array.from({length: count * (length + 1)}, (_, i) => (i % (length + 1) === length ? 1 : random.below(vocabulary))),
    y: Float64Array.from({length: count * length}, (_, i) => (i % length === 0 ? -1 : random.below(vocabulary))),
  });
  const names = Array.from({length: vocabulary}, (_, i) => `word ${i}`);
  return {
    task: 'sequence', d: length + 1, k: length, train: part(n), test: part(testCount), featureNames: names.slice(0, length), targetName: 'next', classNames: [],
    notes: [], tokens: {length, vocabulary: names},
  };
}

export interface Weights {
  readonly [name: string]: Matrix;
}

/** Variables as matrices; vectors are one row. */
export function weightsOf({shapes, values}: Snapshot): Weights {
  let at = 0;
  const weights: Record<string, Matrix> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const [rows, columns] = shape.length === 2 ? shape : [1, shape[0]];
    weights[name] = Array.from({length: rows}, (_, i) => Array.from({length: columns}, (_, j) => values[at + i * columns + j]));
    at += rows * columns;
  }
  return weights;
}

const times = (a: Matrix, b: Matrix): Matrix => a.map((row) => b[0].map((_, j) => row.reduce((sum, value, t) => sum + value * b[t][j], 0)));
const flipped = (a: Matrix): Matrix => a[0].map((_, j) => a.map((row) => row[j]));
const mean = (row: readonly number[]): number => row.reduce((a, b) => a + b, 0) / row.length;

function inverse(a: Matrix): Matrix {
  const n = a.length;
  const work = a.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let c = 0; c < n; c++) {
    const pivot = work[c][c];
    work[c] = work[c].map((value) => value / pivot);
    for (let i = 0; i < n; i++) if (i !== c) work[i] = work[i].map(((factor) => (value: number, j: number) => value - factor * work[c][j])(work[i][c]));
  }
  return work.map((row) => row.slice(n));
}

function normed(x: Matrix, kind: unknown, gain: Matrix, shift: Matrix | undefined): Matrix {
  return x.map((row) => {
    const centre = kind === 'layer' ? mean(row) : 0;
    const sigma = Math.sqrt(mean(row.map((value) => (value - centre) ** 2)) + 1e-5);
    return row.map((value, t) => ((value - centre) / sigma) * gain[0][t] + (shift ? shift[0][t] : 0));
  });
}

function softmax(logits: readonly number[]): number[] {
  const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
  return logits.map((z) => Math.exp(z) / total);
}

/** P [T, T] of one head. */
function attentionWeights(model: ParamValues, weights: Weights, l: number, x: Matrix, q: Matrix, k: Matrix, causal: boolean): Matrix {
  const root = Math.sqrt(q[0].length);
  const gauss = (a: readonly number[], b: readonly number[]): number => Math.exp(-a.reduce((sum, value, t) => sum + (value - b[t]) ** 2, 0) / (2 * root));
  if (model.attention === 'soft') {
    const s = q.map((a) => q.map((b) => gauss(a, b)));
    const sums = s.map((row) => row.reduce((a, b) => a + b, 0));
    if (model.softNorm === 'row') return s.map((row, i) => row.map((value) => value / sums[i]));
    return model.softNorm === 'sym' ? s.map((row, i) => row.map((value, j) => value / Math.sqrt(sums[i]) / Math.sqrt(sums[j]))) : s;
  }
  if (model.attention === 'nystrom') {
    const m = Number(model.landmarks);
    const landmarks = Array.from({length: m}, (_, i) => q[Math.floor((i * q.length) / m)]);
    const a = landmarks.map((one, i) => landmarks.map((other, j) => gauss(one, other) + (i === j ? 0.01 : 0)));
    const b = q.map((one) => landmarks.map((other) => gauss(one, other)));
    return times(times(b, inverse(a)), flipped(b));
  }
  return q.map((query, i) => {
    const seen = causal ? i + 1 : q.length;
    let tau = 1 / Number(model.temperature);
    if (model.attention === 'selective') {
      const token = 1 + Math.tanh(x[i].reduce((sum, value, t) => sum + value * weights[`gate${l}`][t][0], 0));
      const position = 1 + Math.log(seen) / (1 + Math.exp(-weights[`alpha${l}`][0][0]));
      tau = {sum: token + position - 1, product: token * position, token, position}[String(model.temperatureForm)] ?? Number.NaN;
    }
    const p = softmax(k.slice(0, seen).map((key) => (tau * query.reduce((sum, value, t) => sum + value * key[t], 0)) / root));
    return k.map((_, j) => p[j] ?? 0);
  });
}

export interface Seen {
  /** Of each position of a sequence, or of a sample (one row). */
  readonly logits: Matrix;
  /** P [T, T] by layer and head. */
  readonly attention: readonly (readonly Matrix[])[];
}

/** Logits of one sample whose embedded tokens are `tokens` @ embed. */
export function naiveForward(snapshot: Snapshot, tokens: Matrix, causal: boolean): Seen {
  const model = snapshot.model ?? {};
  const w = weightsOf(snapshot);
  const step = model.step === 'root' ? 1 / Math.sqrt(Number(model.depth)) : Number(model.residualStep);
  const norm = (x: Matrix, gain: string, shift: string): Matrix => normed(x, model.norm, w[gain], w[shift]);
  const add = (a: Matrix, factor: number, b: Matrix): Matrix => a.map((row, i) => row.map((value, j) => value + factor * b[i][j]));
  const block = (x: Matrix, name: string, f: (x: Matrix) => Matrix): Matrix => {
    const inner = (y: Matrix): Matrix => norm(y, `gain${name}`, `shift${name}`);
    if (model.placement === 'none') return add(x, step, f(x));
    if (model.placement === 'pre') return add(x, step, f(inner(x)));
    if (model.placement === 'post') return inner(add(x, step, f(x)));
    return add(x, step, norm(f(inner(x)), `outerGain${name}`, `outerShift${name}`));
  };
  const attention: Matrix[][] = [];
  const attend = (l: number) => (x: Matrix): Matrix => {
    const [q, v] = [times(x, w[`q${l}`]), times(x, w[`v${l}`])];
    const k = w[`k${l}`] ? times(x, w[`k${l}`]) : q;
    const dh = Number(model.width) / Number(model.heads);
    const heads = Array.from({length: Number(model.heads)}, (_, h) => {
      const part = (a: Matrix): Matrix => a.map((row) => row.slice(h * dh, (h + 1) * dh));
      const p = attentionWeights(model, w, l, x, part(q), part(k), causal);
      return {p, out: times(p, part(v))};
    });
    attention.push(heads.map(({p}) => p));
    return times(x.map((_, i) => heads.flatMap(({out}) => out[i])), w[`out${l}`]);
  };
  const mlp = (l: number) => (x: Matrix): Matrix => times(times(x, w[`up${l}`]).map((row) => row.map((value) => Math.max(0, value))), w[`down${l}`]);

  let h = add(times(tokens, w.embed), 1, w.place);
  for (let l = 0; l < Number(model.depth); l++) {
    h = block(h, `A${l}`, attend(l));
    h = block(h, `M${l}`, mlp(l));
  }
  if (w.gain) h = norm(h, 'gain', 'shift');
  if (!causal) h = [h[0].map((_, t) => mean(h.map((row) => row[t])))];
  return {logits: times(h, w.unembed), attention};
}

export const oneHot = (tokens: readonly number[], width: number): Matrix => tokens.map((token) => Array.from({length: width}, (_, c) => (c === token ? 1 : 0)));

/** ln sum e^z - z_y. */
export const crossEntropy = (z: readonly number[], label: number): number => Math.log(z.reduce((sum, value) => sum + Math.exp(value), 0)) - z[label];
