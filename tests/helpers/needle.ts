import type {PreparedData} from '../../src/core/data.ts';
import {defaultsOf, type ParamValues} from '../../src/core/params.ts';
import type {Snapshot} from '../../src/core/protocol.ts';
import {randomStream} from '../../src/core/random.ts';
import type {Problem, Vars} from '../../src/core/problem.ts';
import {tf} from '../../src/engine/tf.ts';
import generate from '../../src/datasets/needle/dataset.ts';
import {needle} from '../../src/datasets/needle/spec.ts';
import {prepareData} from '../../src/numerics/prepareData.ts';
import {needleModel} from '../../src/problems/needle-attention/spec.ts';

/** A few small sets, so that finite differences are cheap. */
export async function smallSets(changes: ParamValues = {}): Promise<PreparedData> {
  const table = await generate({...defaultsOf(needle.params), n: 24, fewest: 2, most: 6, ...changes}, async () => '');
  if (!table.ok) throw new Error(table.error.message);
  const data = prepareData(table.value, {seed: 3, trainFraction: 0.75, standardise: false});
  if (!data.ok) throw new Error(data.error.message);
  return data.value;
}

export const designed = (changes: ParamValues): ParamValues => ({...defaultsOf(needleModel), ...changes});

/** Every kind of attention, and the controls. */
export const DESIGNS: readonly (readonly [string, ParamValues])[] = [
  ['softmax', designed({temperature: 0.5})],
  ['two heads', designed({heads: 2})],
  ['query units', designed({queryUnits: 5})],
  ['learned temperature', designed({attention: 'temperature', temperature: 0.3})],
  ['position', designed({attention: 'position'})],
  ['token', designed({attention: 'token'})],
  ['SSA sum', designed({attention: 'sum', gate: 'linear'})],
  ['SSA product, two heads', designed({attention: 'product', heads: 2})],
  ['SOFT', designed({attention: 'soft'})],
  ['SOFT by rows, two heads', designed({attention: 'soft', normalise: 'rows', heads: 2})],
];

/** Starting weights, moved a little so that no scalar stands at its symmetric start. */
export function somewhere(problem: Problem, model: ParamValues): Vars {
  const facet = problem.gradients;
  if (!facet) throw new Error('no gradients');
  const random = randomStream('needle test');
  return Object.fromEntries(Object.entries(facet.init(model, 5)).map(([name, w]) => {
    const noise = Float32Array.from({length: w.size}, () => 0.4 * random.normal());
    return [name, tf.add(tf.mul(2, w), tf.tensor(noise, w.shape))];
  }));
}

export async function snapshotOf(vars: Vars, model: ParamValues): Promise<Snapshot> {
  const parts = await Promise.all(Object.values(vars).map((w) => w.data<'float32'>()));
  return {iteration: 0, shapes: Object.fromEntries(Object.entries(vars).map(([name, w]) => [name, w.shape])), values: Float32Array.from(parts.flatMap((part) => [...part])), model};
}

type Rows = readonly (readonly number[])[];
const cut = (x: ArrayLike<number>, from: number, rows: number, width: number): Rows =>
  Array.from({length: rows}, (_, r) => Array.from({length: width}, (__, c) => x[from + r * width + c]));
const times = (x: readonly number[], w: Rows): number[] => w[0].map((_, c) => x.reduce((sum, value, a) => sum + value * w[a][c], 0));
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i], 0);
const total = (a: readonly number[]): number => a.reduce((sum, value) => sum + value, 0);

/** The layer written out from its formulas in nested lists, every key and value projected: weights [H][n] and the output. */
export function naive(snapshot: {readonly shapes: Snapshot['shapes']; readonly values: ArrayLike<number>}, model: ParamValues, row: ArrayLike<number>, most: number) {
  let at = 0;
  const w: Record<string, Rows> = {};
  for (const [name, shape] of Object.entries(snapshot.shapes)) {
    const [rows, columns] = shape.length === 2 ? shape : [1, shape[0]];
    w[name] = cut(snapshot.values, at, rows, columns);
    at += rows * columns;
  }
  const n = row[0];
  const asked = cut(row, 1, 1, 18)[0];
  const keys = cut(row, 19, n, 16).map((key) => times(key, w.k));
  const values = cut(row, 19 + 16 * most, n, 4).map((value) => times(value, w.v));
  const relu = (x: readonly number[], bias: readonly number[]): number[] => x.map((value, i) => Math.max(0, value + bias[i]));
  const q = times(asked, w.q);
  if (w.queryIn) times(relu(times(asked, w.queryIn), w.queryBias[0]), w.queryOut).forEach((value, c) => { q[c] += value; });
  const token = w.gate ? Math.tanh(times(w.gateIn ? relu(times(asked, w.gateIn), w.gateInBias[0]) : asked, w.gate)[0] + w.gateBias[0][0]) : 0;
  const position = w.alpha ? Math.log(n) / (1 + Math.exp(-w.alpha[0][0])) : 0;
  const tau = {
    softmax: 1 / Number(model.temperature), temperature: 1 / Math.exp(w.logTemperature?.[0][0] ?? 0), soft: 1,
    position: 1 + position, token: 1 + token, sum: token + 1 + position, product: (1 + token) * (1 + position),
  }[String(model.attention)] ?? Number.NaN;
  const heads = Number(model.heads);
  const part = (x: readonly number[], h: number): readonly number[] => x.slice((h * x.length) / heads, ((h + 1) * x.length) / heads);
  const weights = Array.from({length: heads}, (_, h) => {
    const root = Math.sqrt(16);
    const raw = keys.map((key) => {
      if (model.attention !== 'soft') return Math.exp((tau * dot(part(q, h), part(key, h))) / root);
      return Math.exp(-total(part(q, h).map((value, c) => (value - part(key, h)[c]) ** 2)) / (2 * root));
    });
    return model.attention === 'soft' && model.normalise === 'none' ? raw : raw.map((value) => value / total(raw));
  });
  const merged = weights.flatMap((p, h) => part(values[0], h).map((_, c) => total(p.map((weight, j) => weight * part(values[j], h)[c]))));
  return {weights, output: times(merged, w.out)};
}

/** J/n from the naive layer: the mean of squared errors, and (beta/2n) times the squares of all matrices of the layer. */
export function naiveObjective(snapshot: {readonly shapes: Snapshot['shapes']; readonly values: ArrayLike<number>}, model: ParamValues, data: PreparedData, beta: number): number {
  const {train: {n, x, y}, d, retrieval} = data;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const {output} = naive(snapshot, model, x.subarray(i * d, (i + 1) * d), retrieval?.most ?? 0);
    sum += total(output.map((value, c) => (value - y[4 * i + c]) ** 2)) / 4;
  }
  let at = 0;
  for (const shape of Object.values(snapshot.shapes)) {
    const size = shape.reduce((product, length) => product * length, 1);
    if (shape.length === 2) for (let i = at; i < at + size; i++) sum += (beta / 2) * snapshot.values[i] ** 2;
    at += size;
  }
  return sum / n;
}
