import type * as tf from '@tensorflow/tfjs-core';
import {assertNever} from '../../core/result.ts';
import {crammerSinger, oneHotSquares, squaredHinge, zLoss, zLossOffset} from './margins.ts';
import type {LabelLoss} from './parts.ts';
import {absorbingCrossEntropy, exactCrossEntropy} from './precision.ts';
import {normalised, type Scores, scoreLoss, spherical, stableMax, taylor} from './scores.ts';
import {compSum, crossEntropy, crossEntropyWithLogZ} from './softmax.ts';

/** How a classifier turns logits into a loss. */
export type HeadChoice =
  | {readonly kind: 'softmax' | 'softmax-exact' | 'stablemax' | 'taylor' | 'squares' | 'squared-hinge' | 'crammer-singer'}
  /** Softmax with m bits of mantissa in its normaliser. */
  | {readonly kind: 'softmax-bits'; readonly bits: number}
  | {readonly kind: 'softmax-log-z'; readonly lambda: number}
  | {readonly kind: 'comp-sum'; readonly tau: number}
  | {readonly kind: 'spherical'; readonly epsilon: number}
  /** b null: sqrt(C - 1), the largest standardised logit. */
  | {readonly kind: 'z-loss'; readonly a: number; readonly b: number | null};

export interface Head {
  readonly loss: LabelLoss;
  /** What to take the argmax of for a prediction: the logits, or p where scores are not monotone in them. */
  decision(z: tf.Tensor): tf.Tensor;
}

const byLogits = (loss: LabelLoss): Head => ({loss, decision: (z) => z});
const byScores = (scores: Scores): Head => ({loss: scoreLoss(scores), decision: (z) => normalised(scores, z)});

/** The head of a choice, for C classes. */
export function headOf(choice: HeadChoice, classes: number): Head {
  switch (choice.kind) {
    case 'softmax':
      return byLogits(crossEntropy);
    case 'softmax-exact':
      return byLogits(exactCrossEntropy);
    case 'softmax-bits':
      return byLogits(absorbingCrossEntropy(choice.bits));
    case 'softmax-log-z':
      return byLogits(crossEntropyWithLogZ(choice.lambda));
    case 'comp-sum':
      return byLogits(compSum(choice.tau));
    case 'stablemax':
      return byLogits(scoreLoss(stableMax));
    case 'taylor':
      return byScores(taylor);
    case 'spherical':
      return byScores(spherical(choice.epsilon));
    case 'z-loss':
      return byLogits(zLoss(choice.a, choice.b ?? zLossOffset(classes)));
    case 'squares':
      return byLogits(oneHotSquares);
    case 'squared-hinge':
      return byLogits(squaredHinge);
    case 'crammer-singer':
      return byLogits(crammerSinger);
    default:
      return assertNever(choice);
  }
}
