import * as tf from '@tensorflow/tfjs-core';
import type {Vars} from '../../core/problem.ts';
import {causalMask} from '../attention/scaledDot.ts';
import type {NormTrace} from '../normalisation/rows.ts';
import {leftTransposed, rightTransposed} from '../products.ts';
import {feedForwardPiece} from './feedForward.ts';
import type {Reading} from './layout.ts';
import {endsInNorm, type Network} from './network.ts';
import {residualPiece} from './residualPiece.ts';
import {attentionPiece, type Positions} from './selfAttention.ts';
import {normPiece, type Piece, type Pulled, tidied} from './traced.ts';

/** Constants of the samples' reading; the caller disposes them. */
export function positionsOf({kind, length}: Reading): Positions {
  const causal = kind === 'sequence';
  return {
    length,
    mask: causal ? causalMask(length) : null,
    logSeen: tf.tensor1d(Array.from({length}, (_, t) => Math.log(causal ? t + 1 : length))),
  };
}

interface ReadTrace {
  /** What the unembedding reads, [B T, d] or, averaged over a sample's tokens, [B, d]. */
  readonly read: tf.Tensor2D;
  readonly norm: NormTrace | null;
}

/** Unembedding: z = N(h) U at every position of sequences, else z = mean_t N(h_t) U; N where the placement ends in a norm. */
function readPiece(network: Network, {kind, length}: Reading): Piece<ReadTrace> {
  const norm = endsInNorm(network) ? normPiece(network.norm, 'gain', 'shift') : null;
  const averages = kind === 'patches';
  const mean = (x: tf.Tensor2D): tf.Tensor2D => tf.mean(tf.reshape(x, [-1, length, network.width]), 1) as tf.Tensor2D;
  const spread = (dy: tf.Tensor2D): tf.Tensor2D =>
    tf.reshape(tf.mul(tf.expandDims(dy, 1), tf.fill([1, length, 1], 1 / length)), [-1, network.width]);
  return {
    forward(x, vars) {
      const normed = norm?.forward(x, vars) ?? null;
      const last = normed?.value ?? x;
      const read = averages ? mean(last) : last;
      return {value: tf.matMul(read, vars.unembed as tf.Tensor2D), trace: {read, norm: normed?.trace ?? null}};
    },
    pullback(dz, trace, vars) {
      const dRead = rightTransposed(dz, vars.unembed) as tf.Tensor2D;
      const dLast = averages ? spread(dRead) : dRead;
      const unembed = leftTransposed(trace.read, dz);
      if (!norm || !trace.norm) return {x: dLast, gradient: {unembed}};
      const {x, gradient} = norm.pullback(dLast, trace.norm, vars);
      return {x, gradient: {...gradient, unembed}};
    },
  };
}

/** h_0 = x embed + place of x [B, T w], tokens one after the other; rows [B T, d]. The samples need no gradient. */
function embedPiece({length, width}: Reading): Piece<tf.Tensor2D> {
  return {
    forward(x, vars) {
      const tokens = tf.reshape(x, [-1, width]) as tf.Tensor2D;
      const embedded: tf.Tensor2D = tf.matMul(tokens, vars.embed as tf.Tensor2D);
      const placed = tf.add(tf.reshape(embedded, [x.shape[0], -1]), tf.reshape(vars.place, [1, -1]));
      return {value: tf.reshape(placed, [-1, embedded.shape[1]]), trace: tokens};
    },
    pullback(dy, tokens) {
      const place = tf.reshape(tf.sum(tf.reshape(dy, [dy.shape[0] / length, -1]), 0), [length, -1]);
      return {x: dy, gradient: {embed: leftTransposed(tokens, dy), place}};
    },
  };
}

/** A forward pass through all layers and what its pullback needs. */
export interface Pass {
  /** Logits, [B T, V] of sequences or [B, C]. */
  readonly logits: tf.Tensor2D;
  /** h_0 ... h_L, [B T, d]. */
  readonly hidden: readonly tf.Tensor2D[];
  readonly traces: readonly unknown[];
}

export interface PassGradient {
  /** Of all variables, by name. */
  readonly gradient: Vars;
  /** Cotangents of h_0 ... h_L. */
  readonly hidden: readonly tf.Tensor2D[];
}

export interface Transformer {
  /** Keeps its traces: to be called within a tidy. */
  forward(vars: Vars, x: tf.Tensor2D): Pass;
  pullback(dz: tf.Tensor2D, pass: Pass, vars: Vars): PassGradient;
  /** Logits alone, no more memory than one layer needs. */
  logits(vars: Vars, x: tf.Tensor2D): tf.Tensor2D;
}

/** A network as its pieces: embedding, two sublayers a layer, unembedding. */
export function transformerOf(network: Network, reading: Reading, positions: Positions): Transformer {
  const pieces: readonly Piece<unknown>[] = [
    tidied(embedPiece(reading)) as Piece<unknown>,
    ...Array.from({length: network.depth}, (_, l) => [
      residualPiece(network, `A${l}`, attentionPiece(l, network, positions)) as Piece<unknown>,
      residualPiece(network, `M${l}`, feedForwardPiece(l)) as Piece<unknown>,
    ]).flat(),
    tidied(readPiece(network, reading)) as Piece<unknown>,
  ];
  /** Values after the embedding and after every second sublayer are the h_l. */
  const isHidden = (at: number): boolean => at % 2 === 0;

  return {
    forward(vars, x) {
      const hidden: tf.Tensor2D[] = [];
      const traces: unknown[] = [];
      let value = x;
      for (const [at, piece] of pieces.entries()) {
        const traced = piece.forward(value, vars);
        value = traced.value;
        traces.push(traced.trace);
        if (isHidden(at)) hidden.push(value);
      }
      return {logits: value, hidden, traces};
    },
    pullback(dz, {traces}, vars) {
      const gradient: Record<string, tf.Tensor> = {};
      const hidden: tf.Tensor2D[] = [];
      let cotangent = dz;
      for (let at = pieces.length - 1; at >= 0; at--) {
        if (isHidden(at)) hidden.unshift(cotangent);
        const pulled: Pulled = pieces[at].pullback(cotangent, traces[at], vars);
        Object.assign(gradient, pulled.gradient);
        cotangent = pulled.x;
      }
      return {gradient, hidden};
    },
    logits: (vars, x) => tf.tidy(() => pieces.reduce<tf.Tensor2D>((value, piece) => tf.tidy(() => piece.forward(value, vars).value), x)),
  };
}
