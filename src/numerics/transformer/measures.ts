import * as tf from '@tensorflow/tfjs-core';
import type {Batch, Scalar, Tensor1D, Vars} from '../../core/problem.ts';
import {collapseOf} from '../heads/collapse.ts';
import {descentCosine, rootMeanSquare} from '../optim/tensorNorms.ts';
import {bySample, type Machine, meanSlope, type Scored, scored} from './machine.ts';

type Measures = Readonly<Record<string, Scalar | Tensor1D>>;

/**
 * What is seen at logits: `logitScale` mean |z| and `collapsed` the share of samples whose normaliser absorbs the rest, both on the training
 * set; `surprise` mean -ln p_y of the head's own probabilities on the test set, or the training set where there is none.
 */
export function logitMeasures({choice, surprise}: Machine, train: Scored, test: Scored | null): Measures {
  const mean = (part: Scored, values: tf.Tensor): Scalar => tf.mean(bySample(part, values));
  const judged = test ?? train;
  return {
    logitScale: mean(train, tf.mean(tf.abs(train.z), -1)),
    collapsed: mean(train, collapseOf(choice, train.z, train.y)),
    surprise: mean(judged, surprise(judged.z, judged.told).values()),
  };
}

/**
 * What is seen inside on a few samples: RMS of h_0 ... h_L (`rms`), of the mean loss's derivative in them (`slope`),
 * RMS(h_L) / RMS(h_0) (`hiddenGrowth`), and the `alignment` of the loss's gradient there.
 */
export function layerMeasures({transformer, head}: Machine, vars: Vars, probe: Batch, outputs: number): Measures {
  const pass = transformer.forward(vars, probe.x);
  const dz = meanSlope(head.loss, scored(pass.logits, probe, outputs));
  const {gradient, hidden} = transformer.pullback(dz, pass, vars);
  const sizes = pass.hidden.map(rootMeanSquare);
  return {
    rms: tf.stack(sizes) as Tensor1D,
    slope: tf.stack(hidden.map(rootMeanSquare)) as Tensor1D,
    hiddenGrowth: tf.div(sizes[sizes.length - 1], sizes[0]) as Scalar,
    alignment: descentCosine(vars, gradient),
  };
}
