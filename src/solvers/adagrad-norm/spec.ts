import type {SolverSpec} from '../../core/plugin.ts';
import {firstOrderParams} from '../../numerics/firstOrderSpec.ts';

export const adagradNorm = {
  id: 'adagrad-norm',
  label: 'AdaGrad-norm',
  short: 'AdaGrad-N',
  summary: 'One rate for all weights, which falls with the gradients met so far; the batch grows until its noise is small.',
  needs: 'gradients',
  trainsModel: true,
  costNote: 'One iteration costs B/n full-data passes, with the B of that iteration. The norm test looks at the same gradients and adds no pass; what it takes besides counts in time only.',
  params: {
    ...firstOrderParams(1),
    initialDenominator: {kind: 'number', label: 'first denominator', symbol: 'b_0', help: 'Where the denominator starts. If it is small, the first step has the length of the learning rate.', default: 0.01, min: 0.000001, max: 1000, scale: 'log'},
    adaptive: {kind: 'flag', label: 'growing batch', help: 'Starts from the batch size (at least 2) and raises it by the norm test; it never falls.', default: true},
    normTestEta: {kind: 'number', label: 'allowed noise', symbol: '\\theta', help: "The batch grows until the gradient's standard error is at most this share of its length. Smaller asks for larger batches.", default: 1, min: 0.01, max: 10, scale: 'log', when: {param: 'adaptive', is: [true]}},
    testEvery: {kind: 'number', label: 'iterations between tests', help: 'How often the norm test is made.', default: 1, min: 1, max: 1000, integer: true, scale: 'log', when: {param: 'adaptive', is: [true]}},
    largestBatch: {kind: 'number', label: 'largest batch', help: 'The batch does not grow beyond this; 0 lets it grow to the full training set.', default: 0, min: 0, max: 100000, integer: true, scale: 'log', when: {param: 'adaptive', is: [true]}},
  },
  explain: {
    text: "Batches are taken in turn from the epoch's shuffled order; one that would pass its end takes the rest. After a step the norm test compares the variance of single samples' gradients with the length of their mean, and sets the size of the next batch. Linear models have that variance in closed form; elsewhere it is estimated from 8 parts of the batch, whose mean then is the gradient. Larger batches make fewer steps: at equal passes J is usually higher than with the small batch.",
    formulas: [
      'b^2\\leftarrow b^2+\\lVert\\bar g\\rVert^2,\\qquad w\\leftarrow w-\\frac{\\eta}{b}\\,\\bar g',
      'B\\leftarrow\\max\\Bigl(B,\\Bigl\\lceil\\frac{V}{\\theta^2\\lVert\\bar g\\rVert^2}\\Bigr\\rceil\\Bigr),\\qquad V=\\frac1{B-1}\\sum_{i=1}^B\\lVert g_i-\\bar g\\rVert^2',
    ],
    source: 'Ward, Wu and Bottou, AdaGrad stepsizes, 2019; Lau, Liu and Kolar, AdAdaGrad: Adaptive Batch Size Schemes for Adaptive Gradient Methods, 2024; Byrd, Chin, Nocedal and Wu, 2012, for the norm test',
  },
} as const satisfies SolverSpec;
