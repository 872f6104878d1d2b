import type {DatasetSpec} from '../../core/plugin.ts';
import {splitParams} from '../../numerics/dataParams.ts';

export const modularAddition = {
  id: 'modular-addition',
  label: 'modular addition',
  summary: 'All pairs of numbers below p and their sums modulo p: a table to be completed, where a network can learn by heart or find the rule.',
  family: 'generated',
  task: () => 'multiclass',
  params: {
    p: {
      kind: 'number',
      label: 'modulus',
      symbol: 'p',
      help: 'How many numbers there are. The table has p times p rows, each with 2p inputs, and the sum is one of p classes.',
      default: 23,
      min: 5,
      max: 53,
      integer: true,
      scale: 'linear',
      step: 1,
    },
    ...splitParams(false, 0.8),
  },
  explain: {
    text: 'Each of the two numbers is p inputs of which one is 1. The pairs are always the same; the data seed decides which of them are for training.',
    formulas: ['x=(e_a,\\,e_b)\\in\\{0,1\\}^{2p},\\quad y=(a+b)\\bmod p,\\quad 0\\le a,b<p'],
    source: 'Power et al., Grokking: Generalization Beyond Overfitting on Small Algorithmic Datasets, 2022; Prieto et al., Grokking at the Edge of Numerical Stability, ICLR 2025',
  },
} as const satisfies DatasetSpec;
