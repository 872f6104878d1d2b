import type {DatasetSpec} from '../../core/plugin.ts';
import {splitParams} from '../../numerics/dataParams.ts';

const {seed, trainFraction} = splitParams(false, 0.8);

export const clockGrammar = {
  id: 'clock-grammar',
  label: 'clock grammar',
  summary: 'A hand goes round a clock by equal steps; after two hours the next is certain.',
  family: 'generated',
  task: () => 'sequence',
  params: {
    vocabulary: {
      kind: 'number', label: 'hours', symbol: 'V', help: 'Numbers on the clock, which are the tokens. There is one sequence for every start and every step.',
      default: 8, min: 4, max: 32, integer: true, scale: 'linear', step: 1,
    },
    length: {
      kind: 'number', label: 'length', symbol: 'T', help: 'Tokens in a sequence. The memory of attention grows with its square.',
      default: 8, min: 4, max: 128, integer: true, scale: 'log',
    },
    seed,
    trainFraction,
  },
  explain: {
    text: 'All starts s and steps k, so the test set holds pairs that training never shows. The first prediction is a guess and is not scored: the step is known from the second token on.',
    formulas: ['x_t=(s+t\\,k)\\bmod V,\\quad t=0,1,\\dots,T-1,\\qquad y_t=x_{t+1}\\;\\text{for } t\\ge1'],
  },
} as const satisfies DatasetSpec;
