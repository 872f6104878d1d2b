import type {SolverSpec} from '../../core/plugin.ts';
import {firstOrderCost, firstOrderParams} from '../../numerics/firstOrderSpec.ts';

export const sgd = {
  id: 'sgd',
  label: 'SGD',
  short: 'SGD',
  summary: 'Plain mini-batch gradient descent.',
  needs: 'gradients',
  trainsModel: true,
  costNote: firstOrderCost,
  params: {
    ...firstOrderParams(0.1),
  },
  explain: {
    text: 'Every step goes down the gradient of a mini-batch. Above a learning rate of two over the largest curvature it diverges.',
    formulas: ['w\\leftarrow w-\\eta\\,g'],
    source: 'Robbins and Monro, 1951',
  },
} as const satisfies SolverSpec;
