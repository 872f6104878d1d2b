import type * as tf from '@tensorflow/tfjs-core';
import type {HeadChoice} from './head.ts';
import type {LabelLoss} from './parts.ts';
import {logNormalised, type Scores, scoreLoss, spherical, stableMax, taylor} from './scores.ts';
import {crossEntropy, logSoftmax} from './softmax.ts';

/** The scores of heads that have their own probabilities; null for those of the softmax, and for losses of the logits only. */
function ownScores(choice: HeadChoice): Scores | null {
  switch (choice.kind) {
    case 'stablemax':
      return stableMax;
    case 'taylor':
      return taylor;
    case 'spherical':
      return spherical(choice.epsilon);
    default:
      return null;
  }
}

/**
 * -ln p_y with the head's own probabilities, and with those of the softmax where a head is a loss of the logits only: one scale for
 * contestants with different heads.
 */
export function surpriseOf(choice: HeadChoice): LabelLoss {
  const scores = ownScores(choice);
  return scores ? scoreLoss(scores) : crossEntropy;
}

/** ln p of every class by the same probabilities, shaped as z. */
export function logProbabilities(choice: HeadChoice, z: tf.Tensor): tf.Tensor {
  const scores = ownScores(choice);
  return scores ? logNormalised(scores, z) : logSoftmax(z);
}
