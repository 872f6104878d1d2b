import * as tf from '@tensorflow/tfjs-core';
import type {ParamValues} from '../../core/params.ts';
import type {Batch, Vars} from '../../core/problem.ts';
import {randomStream} from '../../core/random.ts';
import {headOf, type Head, type HeadChoice} from '../heads/head.ts';
import {headChoiceOf} from '../heads/headSpec.ts';
import type {LabelLoss} from '../heads/parts.ts';
import {surpriseOf} from '../heads/surprise.ts';
import type {Reading} from './layout.ts';
import {memoryOf, misfit, type Network, networkOf, variablesOf, type Variable} from './network.ts';
import {type Transformer, transformerOf} from './pass.ts';
import type {Positions} from './selfAttention.ts';

/** A contestant's network with its head, made once. */
export interface Machine {
  readonly network: Network;
  readonly transformer: Transformer;
  readonly head: Head;
  /** -ln p_y of the head's own probabilities. */
  readonly surprise: LabelLoss;
  readonly choice: HeadChoice;
}

export function machineOf(model: ParamValues, reading: Reading, positions: Positions): Machine {
  const network = networkOf(model);
  const fault = misfit(network, reading);
  if (fault) throw new Error(fault);
  const choice = headChoiceOf(model);
  return {
    network,
    transformer: transformerOf(network, reading, positions),
    head: headOf(choice, reading.outputs),
    surprise: surpriseOf(choice),
    choice,
  };
}

const GIGABYTE = 2 ** 30;

/** Refuses a training step that would need more than 1 GB. */
export function checkMemory(network: Network, reading: Reading, batch: number): void {
  const bytes = memoryOf(network, reading, batch);
  if (bytes <= GIGABYTE) return;
  const {depth, width} = network;
  throw new Error(
    `memory: a step with ${batch} samples of ${reading.length} tokens in ${depth} layers of width ${width} needs about ${(bytes / GIGABYTE).toFixed(1)} GB, and 1 GB is allowed; take a smaller batch, fewer layers or shorter sequences`,
  );
}

function started({name, shape, start}: Variable, seed: number): tf.Tensor {
  if ('value' in start) return tf.fill([...shape], start.value);
  const random = randomStream(seed, 'init', name);
  return tf.tensor(Float32Array.from({length: shape.reduce((product, side) => product * side, 1)}, () => start.deviation * random.normal()), [...shape]);
}

/** Weights at the start, equal for equal names, shapes and seeds. */
export const initialVars = (network: Network, reading: Reading, seed: number): Vars =>
  Object.fromEntries(variablesOf(network, reading).map((variable) => [variable.name, started(variable, seed)]));

/** Logits and labels position by position: z and y [n P, C], and the share [n P] that a position has in its sample's loss. */
export interface Scored {
  readonly z: tf.Tensor2D;
  /** Rows of zeros where a position is not scored. */
  readonly y: tf.Tensor2D;
  /** The same with class 0 there, for losses that divide by the label's score: they stay finite, and a share of 0 takes them out. */
  readonly told: tf.Tensor2D;
  readonly share: tf.Tensor1D;
  readonly samples: number;
}

/** @param z [n P, C] for the labels of n samples */
export function scored(z: tf.Tensor2D, {y}: Pick<Batch, 'y'>, outputs: number): Scored {
  const samples = y.shape[0];
  const labels = tf.reshape(y, [-1, outputs]) as tf.Tensor2D;
  const labelled = tf.sum(labels, -1, true);
  const told: tf.Tensor2D = tf.add(labels, tf.pad(tf.sub(1, labelled), [[0, 0], [0, outputs - 1]]));
  const counted = tf.reshape(labelled, [samples, -1]);
  const share = tf.reshape(tf.div(counted, tf.sum(counted, -1, true)), [-1]) as tf.Tensor1D;
  return {z, y: labels, told, share, samples};
}

/** sum over a sample's positions of share times value: [n P] -> [n]. */
export const bySample = ({share, samples}: Scored, values: tf.Tensor): tf.Tensor1D => tf.sum(tf.reshape(tf.mul(share, values), [samples, -1]), -1) as tf.Tensor1D;

/** Derivative of the mean loss of the samples in z, [n P, C]. */
export function meanSlope(loss: LabelLoss, {z, told, share, samples}: Scored): tf.Tensor2D {
  return tf.mul(loss(z, told).slope(), tf.mul(tf.expandDims(share, -1), 1 / samples)) as tf.Tensor2D;
}
