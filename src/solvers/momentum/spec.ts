import type {SolverSpec} from '../../core/plugin.ts';
import {firstOrderCost, firstOrderParams} from '../../numerics/firstOrderSpec.ts';

export const momentum = {
  id: 'momentum',
  label: 'SGD with momentum',
  short: 'Momentum',
  summary: 'Heavy ball: steps accumulate along consistent directions.',
  needs: 'gradients',
  trainsModel: true,
  costNote: firstOrderCost,
  params: {
    ...firstOrderParams(0.03),
    momentum: {kind: 'number', label: 'momentum', symbol: '\\mu', help: 'Share of the last update that is carried on.', default: 0.9, min: 0, max: 0.999, step: 0.001, scale: 'linear'},
  },
  explain: {
    text: 'A velocity averages past gradients, so that zigzags cancel and slow valleys are crossed faster.',
    formulas: ['v\\leftarrow\\mu v+g,\\qquad w\\leftarrow w-\\eta\\,v'],
    source: 'Polyak, 1964',
  },
} as const satisfies SolverSpec;
