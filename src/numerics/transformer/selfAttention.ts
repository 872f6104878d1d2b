import * as tf from '@tensorflow/tfjs-core';
import type {Vars} from '../../core/problem.ts';
import {assertNever} from '../../core/result.ts';
import {nystromAttention, softAttention, stridedLandmarks} from '../attention/gaussian.ts';
import {inverseTemperature} from '../attention/selective.ts';
import {softmaxPullback} from '../heads/softmax.ts';
import {exchanged, leftTransposed, product, rightTransposed} from '../products.ts';
import type {AttentionChoice, Design} from './design.ts';
import type {Piece, Pulled} from './traced.ts';

/** What attention needs to know of the samples: constants, made once. */
export interface Positions {
  /** Tokens of a sample, T. */
  readonly length: number;
  /** Added to logits where a token sees only itself and those before, [T, T]. */
  readonly mask: tf.Tensor2D | null;
  /** ln of the number of keys that a token sees, [T]. */
  readonly logSeen: tf.Tensor1D;
}

/** Queries, keys and values of all heads, [B H, T, d / H]; without keys the queries are the keys. */
interface Heads {
  readonly q: tf.Tensor3D;
  readonly k: tf.Tensor3D | null;
  readonly v: tf.Tensor3D;
}

interface AttentionTrace extends Heads {
  readonly x: tf.Tensor2D;
  /** Attention weights [B H, T, T], where they are formed here. */
  readonly weights: tf.Tensor3D | null;
  /** Heads' outputs side by side, [B T, d]. */
  readonly joined: tf.Tensor2D;
  /** Queries before scaling and inverse temperatures over sqrt(d / H), [B T, d] and [B T, 1], of selective attention. */
  readonly raw: tf.Tensor2D | null;
  readonly tau: tf.Tensor2D | null;
}

const matrix = (vars: Vars, name: string): tf.Tensor2D => vars[name] as tf.Tensor2D;

/** [B T, d] -> [B H, T, d / H]. */
function split(x: tf.Tensor2D, length: number, heads: number): tf.Tensor3D {
  const [samples, part] = [x.shape[0] / length, x.shape[1] / heads];
  const apart = tf.transpose(tf.reshape(x, [samples, length, heads, part]), [0, 2, 1, 3]);
  return tf.reshape(apart, [samples * heads, length, part]);
}

/** [B H, T, d / H] -> [B T, d]. */
function join(x: tf.Tensor3D, heads: number): tf.Tensor2D {
  const [count, length, part] = x.shape;
  const together = tf.transpose(tf.reshape(x, [count / heads, heads, length, part]), [0, 2, 1, 3]);
  return tf.reshape(together, [(count / heads) * length, heads * part]);
}

/** Inverse temperatures [B T, 1] from the sublayer's input, the gate f(x) = x gate being linear. */
function temperatures(form: Extract<AttentionChoice, {kind: 'selective'}>['form'], x: tf.Tensor, gate: tf.Tensor, alpha: tf.Tensor, {length, logSeen}: Positions): tf.Tensor2D {
  const f = tf.reshape(product(x, gate), [-1, length]);
  return tf.reshape(inverseTemperature(form, f, alpha, logSeen), [-1, 1]);
}

/** Gaussian attention as an operation of queries and values. */
function gaussian(choice: AttentionChoice, length: number): (q: tf.Tensor, v: tf.Tensor) => tf.Tensor {
  switch (choice.kind) {
    case 'soft':
      return (q, v) => softAttention(q, v, choice.norm);
    case 'nystrom':
      return (q, v) => nystromAttention(q, v, stridedLandmarks(length, Math.min(choice.landmarks, length)));
    case 'softmax':
    case 'selective':
      throw new Error(`${choice.kind} attention has keys of its own`);
    default:
      return assertNever(choice);
  }
}

/**
 * Softmax attention of layer l, O = P V, P = softmax(Q K' / (T sqrt(d/H)) + mask), with Q = x q, K = x k, V = x v, heads side by side, then
 * O out. Selective attention multiplies rows of Q by their inverse temperatures. With c the cotangent of O: dV = P' c; with
 * G = P (c V' - rowsum of P c V'): dQ = G K, dK = G' Q of the scaled queries.
 */
function softmaxPiece(l: number, heads: number, choice: Extract<AttentionChoice, {kind: 'softmax' | 'selective'}>, positions: Positions): Piece<AttentionTrace> {
  const {length, mask} = positions;
  const scaleOf = (width: number): number => 1 / (Math.sqrt(width / heads) * (choice.kind === 'softmax' ? choice.temperature : 1));
  const [gate, alpha] = [`gate${l}`, `alpha${l}`];
  return {
    forward(x, vars) {
      const raw: tf.Tensor2D = tf.matMul(x, matrix(vars, `q${l}`));
      const tau = choice.kind === 'selective' ? tf.mul(temperatures(choice.form, x, vars[gate], vars[alpha], positions), scaleOf(x.shape[1])) : null;
      const q = split(tf.mul(raw, tau ?? scaleOf(x.shape[1])), length, heads);
      const k = split(tf.matMul(x, matrix(vars, `k${l}`)), length, heads);
      const v = split(tf.matMul(x, matrix(vars, `v${l}`)), length, heads);
      // Transposed by a flag: products of many small matrices are equally fast so, on every backend.
      const logits = tf.matMul(q, k, false, true);
      const weights = tf.softmax(mask ? tf.add(logits, mask) : logits) as tf.Tensor3D;
      const joined = join(tf.matMul(weights, v), heads);
      const trace = {x, q, k, v, weights, joined, raw: tau && raw, tau: tau as tf.Tensor2D | null};
      return {value: tf.matMul(joined, matrix(vars, `out${l}`)), trace};
    },
    pullback(dy, trace, vars) {
      const {x, q, k, v, raw, tau} = trace;
      const weights = trace.weights as tf.Tensor3D;
      const c = split(rightTransposed(dy, vars[`out${l}`]) as tf.Tensor2D, length, heads);
      const g = softmaxPullback(weights, tf.matMul(c, v, false, true)) as tf.Tensor3D;
      const slope = {
        scaled: join(tf.matMul(g, k as tf.Tensor3D), heads),
        k: join(tf.matMul(g, q, true, false), heads),
        v: join(tf.matMul(weights, c, true, false), heads),
      };
      const dq = tf.mul(slope.scaled, tau ?? scaleOf(x.shape[1])) as tf.Tensor2D;
      const pulled = projected({[`q${l}`]: dq, [`k${l}`]: slope.k, [`v${l}`]: slope.v}, x, vars);
      const own = {...pulled.gradient, [`out${l}`]: leftTransposed(trace.joined, dy)};
      if (choice.kind === 'softmax' || !raw) return {x: pulled.x, gradient: own};
      const dTau = tf.mul(tf.sum(tf.mul(slope.scaled, raw), -1, true), scaleOf(x.shape[1]));
      const [dx, dGate, dAlpha] = tf.grads((input, g1, a1) => temperatures(choice.form, input, g1, a1, positions))([x, vars[gate], vars[alpha]], dTau);
      return {x: tf.add(pulled.x, dx), gradient: {...own, [gate]: dGate, [alpha]: dAlpha}};
    },
  };
}

/** Cotangents of projections x W, by the matrices' names: dW = x' c, dx = sum c W'. */
function projected(cotangents: Readonly<Record<string, tf.Tensor2D>>, x: tf.Tensor2D, vars: Vars): Pulled {
  const transposed = exchanged(x) as tf.Tensor2D;
  const entries = Object.entries(cotangents);
  const dx = entries.map(([name, c]) => rightTransposed(c, vars[name]) as tf.Tensor2D);
  return {x: tf.addN(dx), gradient: Object.fromEntries(entries.map(([name, c]) => [name, tf.matMul(transposed, c)]))};
}

/** Gaussian attention of layer l with Q = K = x q, differentiated by tfjs from the operations' own gradients. */
function gaussianPiece(l: number, heads: number, choice: AttentionChoice, {length}: Positions): Piece<AttentionTrace> {
  const attend = gaussian(choice, length);
  return {
    forward(x, vars) {
      const q = split(tf.matMul(x, matrix(vars, `q${l}`)), length, heads);
      const v = split(tf.matMul(x, matrix(vars, `v${l}`)), length, heads);
      const joined = join(attend(q, v) as tf.Tensor3D, heads);
      return {value: tf.matMul(joined, matrix(vars, `out${l}`)), trace: {x, q, k: null, v, weights: null, joined, raw: null, tau: null}};
    },
    pullback(dy, {x, q, v, joined}, vars) {
      const c = split(rightTransposed(dy, vars[`out${l}`]) as tf.Tensor2D, length, heads);
      const [dq, dv] = tf.grads(attend)([q, v], c) as [tf.Tensor3D, tf.Tensor3D];
      const {x: dx, gradient} = projected({[`q${l}`]: join(dq, heads), [`v${l}`]: join(dv, heads)}, x, vars);
      return {x: dx, gradient: {...gradient, [`out${l}`]: leftTransposed(joined, dy)}};
    },
  };
}

/** The attention of layer l on rows [B T, d]. */
export function attentionPiece(l: number, {heads, attention}: Pick<Design, 'heads' | 'attention'>, positions: Positions): Piece<AttentionTrace> {
  switch (attention.kind) {
    case 'softmax':
    case 'selective':
      return softmaxPiece(l, heads, attention, positions);
    case 'soft':
    case 'nystrom':
      return gaussianPiece(l, heads, attention, positions);
    default:
      return assertNever(attention);
  }
}
