import type {DatasetSpec} from '../../core/plugin.ts';
import {failure} from '../../core/result.ts';
import {splitParams} from '../../numerics/dataParams.ts';

const {seed, trainFraction} = splitParams(false, 0.9);

export const needle = {
  id: 'needle',
  label: 'needle or average',
  summary: "Sets of keys with values; asked is one key's value, or the mean of all values.",
  family: 'generated',
  task: () => 'retrieval',
  params: {
    n: {
      kind: 'number',
      label: 'samples',
      symbol: 'n',
      help: 'Sets drawn, training and test set together, each with one question.',
      default: 4096,
      min: 16,
      max: 8192,
      integer: true,
      scale: 'log',
    },
    fewest: {
      kind: 'number',
      label: 'fewest pairs',
      help: 'Each set has this many pairs of a key and a value at least; their number is drawn evenly.',
      default: 8,
      min: 2,
      max: 64,
      integer: true,
      scale: 'linear',
      step: 1,
    },
    most: {
      kind: 'number',
      label: 'most pairs',
      help: 'Each set has this many pairs at most. Equal to the fewest, all sets are of one size.',
      default: 32,
      min: 2,
      max: 64,
      integer: true,
      scale: 'linear',
      step: 1,
    },
    average: {
      kind: 'number',
      label: 'share of averages',
      help: "Probability that a question asks for the mean of all values and not for one key's. 0 asks for needles alone.",
      default: 0.5,
      min: 0,
      max: 1,
      step: 0.05,
      scale: 'linear',
    },
    seed,
    trainFraction,
  },
  check: ({fewest, most}) =>
    Number(most) >= Number(fewest) ? null : failure('most', `must be at least the fewest pairs, ${fewest}; raise it, or lower "fewest"`).error,
  explain: {
    text: 'Keys are random directions of 16 dimensions, values are normal numbers, four a key. The query is one of the keys with two flags that say what is asked. A needle needs attention on one key, an average on all of them alike. Nothing is scaled.',
    formulas: [
      'k_j\\sim U(S^{15}),\\quad v_j\\sim N(0,I_4),\\quad j=1..n,\\quad n\\sim U\\{8,\\dots,32\\}',
      'y=v_i\\ \\text{(needle)}\\quad\\text{or}\\quad y=\\tfrac1n\\textstyle\\sum_j v_j\\ \\text{(average)},\\qquad q=[k_i,\\text{flags}]',
    ],
  },
} as const satisfies DatasetSpec;
