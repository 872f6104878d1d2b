import type {SolverSpec} from '../../core/plugin.ts';
import {firstOrderCost, firstOrderParams} from '../../numerics/firstOrderSpec.ts';

export const lamb = {
  id: 'lamb',
  label: 'LAMB',
  short: 'LAMB',
  summary: "Adam's direction, with a step for each tensor in proportion to the length of its weights.",
  needs: 'gradients',
  trainsModel: true,
  costNote: firstOrderCost,
  params: {
    ...firstOrderParams(0.03),
    beta1: {kind: 'number', label: 'first moment decay', symbol: '\\beta_1', help: 'Memory of the average gradient.', default: 0.9, min: 0, max: 0.9999, step: 0.0001, scale: 'linear'},
    beta2: {kind: 'number', label: 'second moment decay', symbol: '\\beta_2', help: 'Memory of the average squared gradient.', default: 0.999, min: 0, max: 0.99999, step: 0.00001, scale: 'linear'},
    epsilon: {kind: 'number', label: 'epsilon', symbol: '\\varepsilon', help: 'Added to the denominator; decides what happens where gradients vanish.', default: 1e-6, min: 1e-16, max: 0.1, scale: 'log'},
  },
  explain: {
    text: "A step changes each tensor by the learning rate as a share of its own length, in Adam's direction, so the rate means the same in every layer. The ratio is at most 10, and 1 for a tensor at 0.",
    formulas: [
      'u=\\frac{\\hat m}{\\sqrt{\\hat s}+\\varepsilon}+\\lambda w,\\qquad\\lambda=\\beta/n',
      'w\\leftarrow w-\\eta\\,\\min\\Bigl(10,\\frac{\\lVert w\\rVert}{\\lVert u\\rVert}\\Bigr)\\,u',
    ],
    source: 'You, Li, Reddi, Hseu, Kumar, Bhojanapalli, Song, Demmel, Keutzer and Hsieh, Large Batch Optimization for Deep Learning, ICLR 2020',
  },
} as const satisfies SolverSpec;
