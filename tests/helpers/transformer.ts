import type {PreparedData, RawTable} from '../../src/core/data.ts';
import {defaultsOf, type ParamValues} from '../../src/core/params.ts';
import type {Vars} from '../../src/core/problem.ts';
import {randomStream} from '../../src/core/random.ts';
import {tf} from '../../src/engine/tf.ts';
import {residual} from '../../src/numerics/normalisation/residual.ts';
import {prepareData} from '../../src/numerics/prepareData.ts';
import {tokenTable} from '../../src/numerics/tokenTable.ts';
import {transformer} from '../../src/problems/transformer/spec.ts';

/** A contestant's parameters: a tiny network unless said otherwise. */
export const modelOf = (changes: ParamValues = {}): ParamValues => ({...defaultsOf(transformer([]).model), depth: 2, ...changes});

function prepared(table: RawTable, trainFraction = 0.75): PreparedData {
  const data = prepareData(table, {seed: 1, trainFraction, standardise: false});
  if (!data.ok) throw new Error(data.error.message);
  return data.value;
}

/** s, s + k, ... mod V for all s and k, written out once more. */
export function clockData(vocabulary: number, length: number): PreparedData {
  const rows: number[][] = [];
  for (let s = 0; s < vocabulary; s++) for (let k = 0; k < vocabulary; k++) rows.push(Array.from({length: length + 1}, (_, t) => (s + k * t) % vocabulary));
  return prepared(tokenTable(rows, Array.from({length: vocabulary}, (_, v) => String(v)), 1));
}

/** Random pictures of 4 x 4 pixels. */
export function pictureData(classes: number, n = 8): PreparedData {
  const random = randomStream(4, 'pictures');
  return prepared({
    kind: 'classification', n, d: 16,
    features: Float64Array.from({length: 16 * n}, () => random.normal()),
    targets: Float64Array.from({length: n}, (_, i) => i % classes),
    featureNames: Array.from({length: 16}, (_, i) => `p${i}`), targetName: 'class',
    classNames: Array.from({length: classes}, (_, c) => `c${c}`), notes: [], picture: 4,
  });
}

/** All weights moved, so that gains, shifts, gates and alpha are not at their special starts. */
export function moved(vars: Vars): Vars {
  const random = randomStream(9, 'moved');
  return Object.fromEntries(
    Object.entries(vars).map(([name, w]) => [name, tf.tidy(() => tf.add(w, tf.tensor(Float32Array.from({length: w.size}, () => 0.3 * random.normal()), w.shape)))]),
  );
}

/** What the plain version needs to know beside the model. */
export interface Plain {
  readonly model: ParamValues;
  readonly length: number;
  readonly causal: boolean;
  readonly outputs: number;
}

function plainNorm({model}: Plain, x: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor | undefined): tf.Tensor {
  const centred = model.norm === 'layer' ? tf.sub(x, tf.mean(x, -1, true)) : x;
  const unit = tf.div(centred, tf.sqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-5)));
  return shift ? tf.add(tf.mul(unit, gain), shift) : tf.mul(unit, gain);
}

/** X W for X [B, T, d], written so that tfjs knows its gradient on every backend. */
const times = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.reshape(tf.matMul(tf.reshape(x, [-1, w.shape[0]]), w as tf.Tensor2D), [...x.shape.slice(0, -1), w.shape[1] as number]);

function inverseTemperature({model, length, causal}: Plain, x: tf.Tensor, gate: tf.Tensor, alpha: tf.Tensor): tf.Tensor {
  const token = tf.add(1, tf.tanh(times(x, gate)));
  const logs = tf.tensor(Array.from({length}, (_, t) => Math.log(causal ? t + 1 : length)), [length, 1]);
  const position = tf.add(1, tf.mul(tf.sigmoid(alpha), logs));
  // The part that does not count stays attached, since tf.grads asks for a path from every variable.
  const forms: Record<string, () => tf.Tensor> = {
    sum: () => tf.sub(tf.add(token, position), 1), product: () => tf.mul(token, position), token: () => tf.add(token, tf.mul(0, position)), position: () => tf.add(position, tf.mul(0, token)),
  };
  return forms[String(model.temperatureForm)]();
}

const gauss = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
  tf.exp(tf.mul(-0.5 / Math.sqrt(a.shape[3] as number), tf.sum(tf.square(tf.sub(tf.expandDims(a, 3), tf.expandDims(b, 2))), -1)));

/** S V of Gaussian attention, [B, H, T, d / H]. */
function plainGauss({model, length}: Plain, q: tf.Tensor, v: tf.Tensor): tf.Tensor {
  if (model.attention === 'soft') {
    const s = gauss(q, q);
    const rows = tf.sum(s, -1, true);
    if (model.softNorm === 'none') return tf.matMul(s, v);
    if (model.softNorm === 'row') return tf.matMul(tf.div(s, rows), v);
    return tf.matMul(tf.div(s, tf.mul(tf.sqrt(rows), tf.transpose(tf.sqrt(rows), [0, 1, 3, 2]))), v);
  }
  const m = Math.min(Number(model.landmarks), length);
  const marks = tf.concat(Array.from({length: m}, (_, i) => tf.slice(q, [0, 0, Math.floor((i * length) / m), 0], [-1, -1, 1, -1])), 2);
  const a = tf.add(gauss(marks, marks), tf.mul(0.01, tf.eye(m)));
  let inverse: tf.Tensor = tf.mul(a, 0.5 / m);
  for (let i = 0; i < 40; i++) inverse = tf.sub(tf.mul(2, inverse), tf.matMul(inverse, tf.matMul(a, inverse)));
  const b = gauss(q, marks);
  return tf.matMul(b, tf.matMul(inverse, tf.matMul(tf.transpose(b, [0, 1, 3, 2]), v)));
}

function plainAttention(plain: Plain, x: tf.Tensor, vars: Vars, l: number): tf.Tensor {
  const {model, length, causal} = plain;
  const heads = Number(model.heads);
  const [batch, , width] = x.shape as [number, number, number];
  const split = (a: tf.Tensor): tf.Tensor => tf.transpose(tf.reshape(a, [batch, length, heads, width / heads]), [0, 2, 1, 3]);
  const q = times(x, vars[`q${l}`]);
  const v = split(times(x, vars[`v${l}`]));
  const attend = (): tf.Tensor => {
    if (model.attention === 'soft' || model.attention === 'nystrom') return plainGauss(plain, split(q), v);
    const tau = model.attention === 'selective' ? inverseTemperature(plain, x, vars[`gate${l}`], vars[`alpha${l}`]) : 1 / Number(model.temperature);
    const k = split(times(x, vars[`k${l}`]));
    const logits = tf.div(tf.matMul(split(tf.mul(q, tau)), tf.transpose(k, [0, 1, 3, 2])), Math.sqrt(width / heads));
    const unseen = tf.tensor(Array.from({length}, (_, i) => Array.from({length}, (_, j) => (causal && j > i ? -1e9 : 0))));
    return tf.matMul(tf.softmax(tf.add(logits, unseen)), v);
  };
  return times(tf.reshape(tf.transpose(attend(), [0, 2, 1, 3]), [batch, length, width]), vars[`out${l}`]);
}

/** Logits [B T, V] or [B, C] in plain tfjs operations, for comparison; x [B, T w]. */
export function plainLogits(plain: Plain, vars: Vars, x: tf.Tensor): tf.Tensor {
  const {model, length, causal} = plain;
  const placement = model.placement as 'none' | 'pre' | 'post' | 'peri';
  const step = model.step === 'root' ? 1 / Math.sqrt(Number(model.depth)) : Number(model.residualStep);
  let h = tf.add(times(tf.reshape(x, [x.shape[0], length, -1]), vars.embed), vars.place);
  for (let l = 0; l < Number(model.depth); l++) {
    const norm = (suffix: string) => (a: tf.Tensor) => plainNorm(plain, a, vars[`gain${suffix}`], vars[`shift${suffix}`]);
    const outer = (suffix: string) => (a: tf.Tensor) => plainNorm(plain, a, vars[`outerGain${suffix}`], vars[`outerShift${suffix}`]);
    h = residual(placement, step, h, (a) => plainAttention(plain, a, vars, l), norm(`A${l}`), outer(`A${l}`));
    h = residual(placement, step, h, (a) => times(tf.relu(times(a, vars[`up${l}`])), vars[`down${l}`]), norm(`M${l}`), outer(`M${l}`));
  }
  const last = vars.gain ? plainNorm(plain, h, vars.gain, vars.shift) : h;
  return causal ? tf.reshape(times(last, vars.unembed), [-1, plain.outputs]) : times(tf.mean(last, 1), vars.unembed);
}

/** Mean over samples of the mean cross-entropy over the scored positions. */
export function plainLoss(plain: Plain, vars: Vars, x: tf.Tensor, y: tf.Tensor): tf.Scalar {
  const labels = tf.reshape(y, [x.shape[0], -1, plain.outputs]);
  const z = tf.reshape(plainLogits(plain, vars, x), labels.shape);
  const perSample = tf.div(tf.neg(tf.sum(tf.mul(tf.logSoftmax(z), labels), [1, 2])), tf.sum(labels, [1, 2]));
  return tf.mean(perSample);
}

/** Gradient of the plain loss by automatic differentiation, by name. */
export function plainGradient(plain: Plain, vars: Vars, x: tf.Tensor, y: tf.Tensor): Vars {
  const names = Object.keys(vars);
  return tf.tidy(() => {
    const gradients = tf.grads((...values) => plainLoss(plain, Object.fromEntries(values.map((value, i) => [names[i], value])), x, y))(names.map((name) => vars[name]));
    return Object.fromEntries(gradients.map((gradient, i) => [names[i], gradient]));
  });
}
