import type {SolverSpec} from '../../core/plugin.ts';
import {firstOrderCost, firstOrderParams} from '../../numerics/firstOrderSpec.ts';

export const adamw = {
  id: 'adamw',
  label: 'AdamW',
  short: 'AdamW',
  summary: 'Adam with weight decay outside the adaptive scaling.',
  needs: 'gradients',
  trainsModel: true,
  costNote: firstOrderCost,
  params: {
    ...firstOrderParams(0.003),
    beta1: {kind: 'number', label: 'first moment decay', symbol: '\\beta_1', help: 'Memory of the average gradient.', default: 0.9, min: 0, max: 0.9999, step: 0.0001, scale: 'linear'},
    beta2: {kind: 'number', label: 'second moment decay', symbol: '\\beta_2', help: 'Memory of the average squared gradient.', default: 0.999, min: 0, max: 0.99999, step: 0.00001, scale: 'linear'},
    epsilon: {kind: 'number', label: 'epsilon', symbol: '\\varepsilon', help: 'Added to the denominator; decides what happens where gradients vanish.', default: 1e-8, min: 1e-16, max: 0.1, scale: 'log'},
    weightDecay: {kind: 'number', label: 'own weight decay', symbol: '\\lambda', help: 'Decay of this contestant alone, beside the beta/n of the problem. It is not part of J.', default: 0, min: 0, max: 10, scale: 'log'},
  },
  explain: {
    text: 'The gradient is that of the loss alone; the decay beta/n shrinks the weights directly. It therefore minimises something slightly other than J, which the chart shows.',
    formulas: ['m,s\\ \\text{as in Adam, of}\\ \\nabla\\ell', 'w\\leftarrow w-\\eta\\,\\bigl(\\tfrac{\\beta}{n}+\\lambda\\bigr)\\,w-\\eta\\,\\frac{m/(1-\\beta_1^t)}{\\sqrt{s/(1-\\beta_2^t)}+\\varepsilon}'],
    source: 'Loshchilov and Hutter, 2019',
  },
} as const satisfies SolverSpec;
