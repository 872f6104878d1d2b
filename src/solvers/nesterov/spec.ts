import type {SolverSpec} from '../../core/plugin.ts';
import {firstOrderCost, firstOrderParams} from '../../numerics/firstOrderSpec.ts';

export const nesterov = {
  id: 'nesterov',
  label: 'Nesterov momentum',
  short: 'Nesterov',
  summary: 'Momentum that looks ahead before it turns.',
  needs: 'gradients',
  trainsModel: true,
  costNote: firstOrderCost,
  params: {
    ...firstOrderParams(0.03),
    momentum: {kind: 'number', label: 'momentum', symbol: '\\mu', help: 'Share of the last update that is carried on.', default: 0.9, min: 0, max: 0.999, step: 0.001, scale: 'linear'},
  },
  explain: {
    text: 'As momentum, but the step also contains where the velocity is about to lead, which brakes earlier.',
    formulas: ['v\\leftarrow\\mu v+g,\\qquad w\\leftarrow w-\\eta\\,(g+\\mu v)'],
    source: 'Nesterov, 1983; in the form of Sutskever et al., 2013',
  },
} as const satisfies SolverSpec;
