import type {MakeProblemSpec} from '../../core/plugin.ts';
import {noTable} from '../../numerics/tasks.ts';

const ONE_OUTPUT = 'binary least squares has one output; pick two classes or a regression';
const NO_SLOPE = 'the weights are -1 or +1, so there is no gradient to follow';

export const binaryLeastSquares: MakeProblemSpec = () => ({
  id: 'binary-least-squares',
  label: 'binary least squares',
  summary: 'One weight of -1 or +1 for each input, and the sum of squares.',
  params: {
    alpha: {
      kind: 'number',
      label: 'scale',
      symbol: '\\alpha',
      help: 'What every weight is multiplied by. It is fixed, so that only the signs are left to find.',
      default: 1,
      min: 0.001,
      max: 1000,
      scale: 'log',
    },
  },
  model: {},
  lossOf: () => 'squared',
  refuses: ({task}) => (task === 'multiclass' ? ONE_OUTPUT : noTable(task)),
  offers: ({task}) => ({
    binaryQuadratic: task === 'multiclass' ? ONE_OUTPUT : true,
    gradients: NO_SLOPE,
    convexRelu: 'there are no neurons',
    convexThreshold: 'there are no neurons',
    binaryNetwork: 'a single layer needs none of it; pick low-rank sampling',
  }),
  optimum: {over: 'choice of the weights', counted: 'vectors'},
  certificate: ({task}) => (task === 'multiclass' ? ONE_OUTPUT : true),
  explain: {
    text: 'A linear layer whose p weights are signs. There is no constant: all inputs but the constant column have a weight. E is a plain sum over the training samples, twice the sum of the losses. Finding the best signs is hard in general, but each vector w gives an upper bound, and a semidefinite programme or the box gives a lower one. Up to 22 weights, all vectors can be tried.',
    formulas: [
      'E(w)=\\lVert\\alpha Xw-y\\rVert^2,\\qquad w\\in\\{-1,+1\\}^p',
      'E(w)=(1,w)^{\\top}C\\,(1,w),\\quad C=[-y,\\alpha X]^{\\top}[-y,\\alpha X]',
      '\\min_{V}\\langle C,VV^{\\top}\\rangle\\ \\le\\ \\min_wE(w),\\qquad\\lVert v_i\\rVert=1',
    ],
    source: 'Goemans and Williamson, 1995; Burer and Monteiro, 2003',
  },
});
