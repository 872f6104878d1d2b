import type {SolverSpec} from '../../core/plugin.ts';
import {firstOrderCost, firstOrderParams} from '../../numerics/firstOrderSpec.ts';

export const adam = {
  id: 'adam',
  label: 'Adam',
  short: 'Adam',
  summary: 'Momentum and per-weight scaling, with a correction for the cold start.',
  needs: 'gradients',
  trainsModel: true,
  costNote: firstOrderCost,
  params: {
    ...firstOrderParams(0.003),
    beta1: {kind: 'number', label: 'first moment decay', symbol: '\\beta_1', help: 'Memory of the average gradient.', default: 0.9, min: 0, max: 0.9999, step: 0.0001, scale: 'linear'},
    beta2: {kind: 'number', label: 'second moment decay', symbol: '\\beta_2', help: 'Memory of the average squared gradient.', default: 0.999, min: 0, max: 0.99999, step: 0.00001, scale: 'linear'},
    epsilon: {kind: 'number', label: 'epsilon', symbol: '\\varepsilon', help: 'Added to the denominator; decides what happens where gradients vanish.', default: 1e-8, min: 1e-16, max: 0.1, scale: 'log'},
  },
  explain: {
    text: "Steps have about the length of the learning rate whatever the gradient's scale. Weight decay is part of the gradient.",
    formulas: ['m\\leftarrow\\beta_1m+(1-\\beta_1)g,\\qquad s\\leftarrow\\beta_2s+(1-\\beta_2)g^2', 'w\\leftarrow w-\\eta\\,\\frac{m/(1-\\beta_1^t)}{\\sqrt{s/(1-\\beta_2^t)}+\\varepsilon}'],
    source: 'Kingma and Ba, 2015',
  },
} as const satisfies SolverSpec;
