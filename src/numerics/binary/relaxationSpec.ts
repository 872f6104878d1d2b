import type {ParamSpecs} from '../../core/params.ts';
import {startParams} from './startRows.ts';

export const MAX_RANK = 64;

/** What the solvers of the semidefinite relaxation have in common. */
export const relaxationParams = {
  rank: {
    kind: 'number',
    label: 'rank',
    symbol: 'k',
    help: 'Length of the rows of V. Rank 1 flips one weight at a time; from ceil(sqrt(2(p + 1))) on, generic instances have no spurious local minimum.',
    default: 6,
    min: 1,
    max: MAX_RANK,
    integer: true,
    scale: 'linear',
    step: 1,
  },
  ...startParams,
  liftAt: {
    kind: 'number',
    label: 'lift at iteration',
    help: 'After this iteration a column is appended to V: 0.1 times the eigenvector of the least eigenvalue of S, which frees a run that is stuck. 0 for never.',
    default: 0,
    min: 0,
    max: 1000000,
    integer: true,
    scale: 'log',
  },
  staircase: {
    kind: 'flag',
    label: 'staircase',
    help: 'Lifts by itself whenever it is stuck, until the rank is ceil(sqrt(2(p + 1))).',
    default: false,
  },
  rounding: {
    kind: 'choice',
    label: 'rounding',
    help: 'How weights are drawn from V. The objective is that of the best weights so far.',
    default: 'anchored',
    options: [
      {value: 'anchored', label: 'anchored', help: 'A random direction whose part along the head is fixed: sign(mu + Z r).'},
      {value: 'gaussian', label: 'Goemans-Williamson', help: 'A random direction, the sign along the head taken as +1.'},
    ],
  },
  samples: {
    kind: 'number',
    label: 'roundings',
    help: 'Weights drawn from V at each certificate, every tenth iteration. sign(mu) is looked at after every iteration.',
    default: 20,
    min: 0,
    max: 1000,
    integer: true,
    scale: 'log',
  },
} as const satisfies ParamSpecs;
