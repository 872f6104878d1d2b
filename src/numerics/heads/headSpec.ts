import type {ParamSpecs, ParamValues} from '../../core/params.ts';
import type {HeadChoice} from './head.ts';

/** Parameters of a classifier's head: how logits become a loss. */
export const headParams = {
  head: {
    kind: 'choice',
    label: 'head',
    help: 'How outputs become probabilities and a loss. J is the loss of the contestant\'s own head, so heads are compared by accuracy and by surprise, not by J.',
    default: 'softmax',
    options: [
      {value: 'softmax', label: 'softmax'},
      {value: 'softmax-exact', label: 'softmax, no absorption', help: 'Keeps the small numbers that float32 loses beside the 1 of the largest class.'},
      {value: 'softmax-bits', label: 'softmax at a chosen precision', help: 'The normaliser keeps so many bits of mantissa.'},
      {value: 'stablemax', label: 'StableMax'},
      {value: 'taylor', label: 'Taylor softmax'},
      {value: 'spherical', label: 'spherical softmax'},
      {value: 'softmax-log-z', label: 'softmax + λ ln² Z', help: "The language models' z-loss: holds the normaliser near 1."},
      {value: 'z-loss', label: 'Z-loss', help: 'A loss of standardised outputs, which ignores their scale and shift.'},
      {value: 'comp-sum', label: 'comp-sum', help: 'A family from the sum of exponentials (τ = 0) over cross-entropy (1) to the mean absolute error (2).'},
      {value: 'squares', label: 'squares'},
      {value: 'squared-hinge', label: 'squared hinge, one against the rest'},
      {value: 'crammer-singer', label: 'Crammer-Singer hinge'},
    ],
  },
  bits: {
    kind: 'number', label: 'mantissa bits', symbol: 'm', help: 'Precision of the normaliser: 10 is that of 16-bit floats, 23 that of 32-bit floats.',
    default: 10, min: 1, max: 23, integer: true, scale: 'linear', step: 1, when: {param: 'head', is: ['softmax-bits']},
  },
  logZWeight: {
    kind: 'number', label: 'weight of ln² Z', symbol: '\\lambda', help: 'Pull of ln Z towards 0.',
    default: 0.0001, min: 0.000001, max: 1, scale: 'log', when: {param: 'head', is: ['softmax-log-z']},
  },
  tau: {
    kind: 'number', label: 'comp-sum', symbol: '\\tau', help: '0 is the sum of exponentials, 1 cross-entropy, 2 the mean absolute error: the larger, the less a wrong label weighs.',
    default: 1.7, min: 0, max: 2, scale: 'linear', step: 0.1, when: {param: 'head', is: ['comp-sum']},
  },
  sphericalEpsilon: {
    kind: 'number', label: 'floor', symbol: '\\varepsilon', help: "Added to each output's square.",
    default: 0.01, min: 0.000001, max: 1, scale: 'log', when: {param: 'head', is: ['spherical']},
  },
  zSlope: {
    kind: 'number', label: 'steepness', symbol: 'a', help: 'Steepness of the softplus on the standardised output.',
    default: 1, min: 0.01, max: 30, scale: 'log', when: {param: 'head', is: ['z-loss']},
  },
} as const satisfies ParamSpecs;

/** The head that a contestant's parameters name; softmax for those without (solvers that bring their own network). */
export function headChoiceOf(model: ParamValues): HeadChoice {
  switch (model.head) {
    case 'softmax-exact':
    case 'stablemax':
    case 'taylor':
    case 'squares':
    case 'squared-hinge':
    case 'crammer-singer':
      return {kind: model.head};
    case 'softmax-bits':
      return {kind: 'softmax-bits', bits: Number(model.bits)};
    case 'softmax-log-z':
      return {kind: 'softmax-log-z', lambda: Number(model.logZWeight)};
    case 'comp-sum':
      return {kind: 'comp-sum', tau: Number(model.tau)};
    case 'spherical':
      return {kind: 'spherical', epsilon: Number(model.sphericalEpsilon)};
    case 'z-loss':
      return {kind: 'z-loss', a: Number(model.zSlope), b: null};
    default:
      return {kind: 'softmax'};
  }
}
