import type {SolverSpec} from '../../core/plugin.ts';
import {firstOrderCost, firstOrderParams} from '../../numerics/firstOrderSpec.ts';

export const rmsprop = {
  id: 'rmsprop',
  label: 'RMSProp',
  short: 'RMSProp',
  summary: 'Each weight has a step of its own, scaled by its recent gradients.',
  needs: 'gradients',
  trainsModel: true,
  costNote: firstOrderCost,
  params: {
    ...firstOrderParams(0.003),
    decay: {kind: 'number', label: 'decay', symbol: '\\gamma', help: 'Memory of the average squared gradient.', default: 0.9, min: 0, max: 0.9999, step: 0.0001, scale: 'linear'},
    epsilon: {kind: 'number', label: 'epsilon', symbol: '\\varepsilon', help: 'Added to the denominator; decides what happens where gradients vanish.', default: 1e-8, min: 1e-16, max: 0.1, scale: 'log'},
  },
  explain: {
    text: 'Divides each gradient by its recent root mean square.',
    formulas: ['s\\leftarrow\\gamma s+(1-\\gamma)g^2,\\qquad w\\leftarrow w-\\eta\\,g/(\\sqrt{s}+\\varepsilon)'],
    source: 'Tieleman and Hinton, 2012',
  },
} as const satisfies SolverSpec;
