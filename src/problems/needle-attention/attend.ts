import * as tf from '@tensorflow/tfjs-core';
import type {RetrievalLayout} from '../../core/data.ts';
import type {Vars} from '../../core/problem.ts';
import {inverseTemperature} from '../../numerics/attention/selective.ts';
import {exchanged, product} from '../../numerics/products.ts';
import {columnsOf} from '../../numerics/retrieval/rows.ts';
import {isSelective, type NeedleModel} from './model.ts';

/** B rows of the data, taken apart; m pairs each, of which those beyond a row's own number are masked. */
export interface Rows {
  /** Query and flags, [B, a]. */
  readonly query: tf.Tensor2D;
  /** [B, m, d] and [B, d, m]. */
  readonly keys: tf.Tensor3D;
  readonly keysT: tf.Tensor3D;
  /** [B, m, e] and [B, e, m]. */
  readonly values: tf.Tensor3D;
  readonly valuesT: tf.Tensor3D;
  /** [B, 1, m]: 0, or -1e30 where there is no pair. */
  readonly mask: tf.Tensor3D;
  /** ln n, [B]. */
  readonly logPairs: tf.Tensor1D;
}

/** @param x [B, d], as prepared */
export function unpacked(x: tf.Tensor2D, layout: RetrievalLayout): Rows {
  return tf.tidy(() => {
    const [batch] = x.shape;
    const {most, keyWidth, flags, valueWidth} = layout;
    const at = columnsOf(layout);
    const columns = (from: number, count: number): tf.Tensor2D => tf.slice(x, [0, from], [batch, count]);
    const count = columns(0, 1);
    const keys = tf.reshape(columns(at.keys, most * keyWidth), [batch, most, keyWidth]) as tf.Tensor3D;
    const values = tf.reshape(columns(at.values, most * valueWidth), [batch, most, valueWidth]) as tf.Tensor3D;
    const absent = tf.cast(tf.greaterEqual(tf.reshape(tf.range(0, most), [1, most]), count), 'float32');
    return {
      query: columns(at.query, keyWidth + flags),
      keys,
      keysT: exchanged(keys) as tf.Tensor3D,
      values,
      valuesT: exchanged(values) as tf.Tensor3D,
      mask: tf.reshape(tf.mul(-1e30, absent), [batch, 1, most]) as tf.Tensor3D,
      logPairs: tf.log(tf.reshape(count, [batch])) as tf.Tensor1D,
    };
  });
}

/** A B of constant B [B, m, n], whose exchanged form is at hand: dA = C B'. */
function timesConstant(a: tf.Tensor, b: tf.Tensor, bT: tf.Tensor): tf.Tensor {
  return tf.customGrad((...inputs) => {
    const [x] = inputs as [tf.Tensor];
    return {value: tf.matMul(x, b), gradFunc: (dy: tf.Tensor) => tf.matMul(dy, bT)};
  })(a);
}

/** [H, width], 1 where a column is the head's: each has width / H side by side. */
const headMask = (heads: number, width: number): tf.Tensor2D =>
  tf.tensor2d(Float32Array.from({length: heads * width}, (_, i) => (Math.floor(((i % width) * heads) / width) === Math.floor(i / width) ? 1 : 0)), [heads, width]);

/** [B, width] -> [B, H, width], zero outside of each head's columns. */
function perHead(x: tf.Tensor, heads: number): tf.Tensor {
  const [batch, width] = x.shape;
  const row = tf.reshape(x, [batch, 1, width]);
  return heads === 1 ? row : tf.mul(row, tf.reshape(headMask(heads, width), [1, heads, width]));
}

/** x Wq + relu(x Wa + ba) Wb, [B, H d]. */
function queries({q, queryIn, queryBias, queryOut}: Vars, asked: tf.Tensor): tf.Tensor {
  const linear = product(asked, q);
  return queryIn ? tf.add(linear, product(tf.relu(tf.add(product(asked, queryIn), queryBias)), queryOut)) : linear;
}

/** tau of each row, [B], or one number. */
function inverseTemperatures(vars: Vars, {query, logPairs}: Rows, {attention, temperature}: NeedleModel): tf.Tensor | number {
  if (attention === 'temperature') return tf.exp(tf.neg(vars.logTemperature));
  if (!isSelective(attention)) return 1 / temperature;
  const {gateIn, gateInBias, gate, gateBias, alpha} = vars;
  const inner = gateIn ? tf.relu(tf.add(product(query, gateIn), gateInBias)) : query;
  const f = gate ? tf.reshape(tf.add(product(inner, gate), gateBias), logPairs.shape) : tf.zerosLike(logPairs);
  return inverseTemperature(attention, f, alpha ?? tf.zeros([1]), logPairs);
}

/** tau q_h . k_hj / sqrt(d), [B, H, m]. Queries go through Wk', so that no key has to be projected. */
function logits(vars: Vars, rows: Rows, model: NeedleModel): tf.Tensor {
  const tau = inverseTemperatures(vars, rows, model);
  const q = queries(vars, rows.query);
  const [batch, width] = q.shape;
  const scale = Math.sqrt(model.heads / width);
  const factor = typeof tau === 'number' ? tau * scale : tf.mul(scale, tf.reshape(tau, [-1, 1]));
  const heads = tf.reshape(perHead(tf.mul(q, factor), model.heads), [batch * model.heads, width]);
  const u = tf.reshape(product(heads, exchanged(vars.k)), [batch, model.heads, rows.keys.shape[2]]);
  return timesConstant(u, rows.keysT, rows.keys);
}

/** -|q_h - k_hj|^2 / (2 sqrt(d)), [B, H, m], by differences. */
function exponents(vars: Vars, rows: Rows, {heads}: NeedleModel): tf.Tensor {
  const q = queries(vars, rows.query);
  const [batch, pairs, inputs] = rows.keys.shape;
  const width = q.shape[1] as number;
  const keys = tf.reshape(product(tf.reshape(rows.keys, [batch * pairs, inputs]), vars.k), [batch, 1, pairs, width]);
  const squares = tf.square(tf.sub(keys, tf.reshape(q, [batch, 1, 1, width])));
  const own = heads === 1 ? squares : tf.mul(squares, tf.reshape(headMask(heads, width), [1, heads, 1, width]));
  return tf.mul(-0.5 / Math.sqrt(width / heads), tf.sum(own, -1));
}

/** Attention weights [B, H, m]; those of SOFT sum to 1 only where they are normalised. */
export function weightsOf(vars: Vars, rows: Rows, model: NeedleModel): tf.Tensor {
  const z = tf.add(model.attention === 'soft' ? exponents(vars, rows, model) : logits(vars, rows, model), rows.mask);
  return model.normalised ? tf.softmax(z) : tf.exp(z);
}

/** [sum_j p_hj v_j Wv]_h Wo, [B, e]. The sum goes first, so that no value has to be projected. */
export function outputsOf({v, out}: Vars, rows: Rows, weights: tf.Tensor): tf.Tensor2D {
  const [batch, heads] = weights.shape;
  const pooled = tf.reshape(timesConstant(weights, rows.values, rows.valuesT), [batch * heads, rows.values.shape[2]]);
  const width = v.shape[1] as number;
  const projected = tf.reshape(product(pooled, v), [batch, heads, width]);
  const merged = heads === 1 ? tf.reshape(projected, [batch, width]) : tf.sum(tf.mul(projected, tf.reshape(headMask(heads, width), [1, heads, width])), 1);
  return product(merged, out) as tf.Tensor2D;
}

/** f of B rows, [B, e]. */
export const forward = (vars: Vars, rows: Rows, model: NeedleModel): tf.Tensor2D => outputsOf(vars, rows, weightsOf(vars, rows, model));

/** Mean of the squared errors of each row, [B]. */
export const losses = (f: tf.Tensor, y: tf.Tensor): tf.Tensor1D => tf.mean(tf.square(tf.sub(f, y)), -1) as tf.Tensor1D;
