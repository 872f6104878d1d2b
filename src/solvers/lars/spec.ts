import type {SolverSpec} from '../../core/plugin.ts';
import {firstOrderCost, firstOrderParams} from '../../numerics/firstOrderSpec.ts';

export const lars = {
  id: 'lars',
  label: 'LARS',
  short: 'LARS',
  summary: 'Momentum with a rate for each tensor, in proportion to the length of its weights.',
  needs: 'gradients',
  trainsModel: true,
  costNote: firstOrderCost,
  params: {
    ...firstOrderParams(0.3),
    trust: {kind: 'number', label: 'trust', symbol: '\\tau', help: "Length of a step, as a share of the tensor's own length, at learning rate 1 and without momentum. Biases step this times the gradient.", default: 0.02, min: 0.0001, max: 1, scale: 'log'},
    momentum: {kind: 'number', label: 'momentum', symbol: '\\mu', help: 'How much of the last step is kept.', default: 0.9, min: 0, max: 0.999, step: 0.001, scale: 'linear'},
  },
  explain: {
    text: 'Each tensor (a layer\'s matrix, say) steps a fixed share of its own length, whatever the length of its gradient: rescaling two layers that undo each other changes little. Biases, gains and tensors at 0 have no length to go by and take the plain gradient times the trust. Weight decay is divided out with the gradient.',
    formulas: [
      'r=\\tau\\,\\frac{\\lVert w\\rVert}{\\lVert g\\rVert+\\lambda\\lVert w\\rVert},\\qquad\\lambda=\\beta/n',
      'v\\leftarrow\\mu v+\\eta\\,r\\,(g+\\lambda w),\\qquad w\\leftarrow w-v',
    ],
    source: 'You, Gitman and Ginsburg, Large Batch Training of Convolutional Networks, 2017',
  },
} as const satisfies SolverSpec;
