import {assertNever} from '../../core/result.ts';
import type {HeadChoice} from './head.ts';

/**
 * A head in float64 on the host, one example at a time: the logits of an example are the C numbers of `z` from `at` on, and
 * `label` is a class index. Equations stand with the tensor code (`softmax.ts`, `precision.ts`, `scores.ts`, `margins.ts`).
 */
export interface HostHead {
  /** Loss of the example. */
  loss(z: Float64Array, at: number, label: number): number;
  /** The class predicted: the first largest logit, or the first largest p where scores are not monotone in the logits. */
  decide(z: Float64Array, at: number): number;
  /** -ln p_label with the head's own probabilities; those of the softmax where a head is a loss of the logits only. */
  surprise(z: Float64Array, at: number, label: number): number;
}

type Measure = HostHead['loss'];

/** Index of the largest of C numbers, the first of equals. */
function largestAt(z: Float64Array, at: number, classes: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++) if (z[at + c] > z[at + best]) best = c;
  return best;
}

/** S = sum over the classes but the largest (k) of exp(z_j - z_k). */
function restOf(z: Float64Array, at: number, classes: number, k: number): number {
  let rest = 0;
  for (let c = 0; c < classes; c++) if (c !== k) rest += Math.exp(z[at + c] - z[at + k]);
  return rest;
}

/** -ln softmax(z)_label as log1p(S) - (z_label - z_k). */
const crossEntropy =
  (classes: number): Measure =>
  (z, at, label) => {
    const k = largestAt(z, at, classes);
    return Math.log1p(restOf(z, at, classes, k)) + z[at + k] - z[at + label];
  };

/** The nearest whole number, halves to the even one. */
function roundedToEven(value: number): number {
  const low = Math.floor(value);
  const over = value - low;
  if (over === 0.5) return low % 2 === 0 ? low : low + 1;
  return over < 0.5 ? low : low + 1;
}

const absorbing =
  (classes: number, bits: number): Measure =>
  (z, at, label) => {
    const k = largestAt(z, at, classes);
    const rest = roundedToEven(restOf(z, at, classes, k) * 2 ** bits) * 2 ** -bits;
    return Math.log1p(rest) + z[at + k] - z[at + label];
  };

const withLogZ =
  (classes: number, lambda: number): Measure =>
  (z, at, label) => {
    const k = largestAt(z, at, classes);
    const logZ = z[at + k] + Math.log1p(restOf(z, at, classes, k));
    return logZ - z[at + label] + lambda * logZ ** 2;
  };

/** -ln p above this counts as this for tau < 1. */
const LARGEST_SURPRISE = 60;

function compSum(classes: number, tau: number): Measure {
  const surprise = crossEntropy(classes);
  if (tau === 1) return surprise;
  return (z, at, label) => {
    const u = surprise(z, at, label);
    return Math.expm1((1 - tau) * (tau < 1 ? Math.min(u, LARGEST_SURPRISE) : u)) / (1 - tau);
  };
}

/** A positive score of one logit, in place of e^z. */
type Score = (z: number) => number;

const stableMax: Score = (z) => (z >= 0 ? z + 1 : 1 / (1 - z));
const taylor: Score = (z) => 0.5 + 0.5 * (1 + z) ** 2;
const spherical =
  (epsilon: number): Score =>
  (z) =>
    z ** 2 + epsilon;

/** ln(1 + r), r = sum_{j != label} s_j / s_label. */
const scoreLoss =
  (classes: number, score: Score): Measure =>
  (z, at, label) => {
    let others = 0;
    for (let c = 0; c < classes; c++) if (c !== label) others += score(z[at + c]);
    return Math.log1p(others / score(z[at + label]));
  };

const decideByScores =
  (classes: number, score: Score): HostHead['decide'] =>
  (z, at) => {
    let best = 0;
    for (let c = 1; c < classes; c++) if (score(z[at + c]) > score(z[at + best])) best = c;
    return best;
  };

const VARIANCE_FLOOR = 1e-6;

const zLoss =
  (classes: number, a: number, b: number): Measure =>
  (z, at, label) => {
    let mean = 0;
    for (let c = 0; c < classes; c++) mean += z[at + c] / classes;
    let variance = 0;
    for (let c = 0; c < classes; c++) variance += (z[at + c] - mean) ** 2 / classes;
    const pressure = a * (b - (z[at + label] - mean) / Math.sqrt(variance + VARIANCE_FLOOR));
    return (Math.max(pressure, 0) + Math.log1p(Math.exp(-Math.abs(pressure)))) / a;
  };

/** Sum over the classes of one number each. */
const overClasses =
  (classes: number, term: (z: number, isLabel: boolean) => number): Measure =>
  (z, at, label) => {
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += term(z[at + c], c === label);
    return sum;
  };

const crammerSinger =
  (classes: number): Measure =>
  (z, at, label) => {
    let rival = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) if (c !== label) rival = Math.max(rival, z[at + c]);
    return Math.max(0, 1 + rival - z[at + label]);
  };

/** The float64 twin of `headOf`, for C classes. */
export function hostHeadOf(choice: HeadChoice, classes: number): HostHead {
  const byLogits = (loss: Measure): HostHead => ({loss, decide: (z, at) => largestAt(z, at, classes), surprise: crossEntropy(classes)});
  const byScores = (score: Score): HostHead => {
    const loss = scoreLoss(classes, score);
    return {loss, decide: decideByScores(classes, score), surprise: loss};
  };
  switch (choice.kind) {
    case 'softmax':
    case 'softmax-exact':
      return byLogits(crossEntropy(classes));
    case 'softmax-bits':
      return byLogits(absorbing(classes, choice.bits));
    case 'softmax-log-z':
      return byLogits(withLogZ(classes, choice.lambda));
    case 'comp-sum':
      return byLogits(compSum(classes, choice.tau));
    case 'stablemax':
      return byScores(stableMax);
    case 'taylor':
      return byScores(taylor);
    case 'spherical':
      return byScores(spherical(choice.epsilon));
    case 'z-loss':
      return byLogits(zLoss(classes, choice.a, choice.b ?? Math.sqrt(classes - 1)));
    case 'squares':
      return byLogits(overClasses(classes, (z, isLabel) => (z - (isLabel ? 1 : 0)) ** 2));
    case 'squared-hinge':
      return byLogits(overClasses(classes, (z, isLabel) => Math.max(0, 1 - (isLabel ? z : -z)) ** 2));
    case 'crammer-singer':
      return byLogits(crammerSinger(classes));
    default:
      return assertNever(choice);
  }
}
