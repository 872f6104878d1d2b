import type {ParamSpecs} from '../../core/params.ts';
import type {DatasetSpec} from '../../core/plugin.ts';
import {splitParams} from '../../numerics/dataParams.ts';

const RANDOM = 'random';
const drawn = {param: 'instance', is: [RANDOM]} as const;

const params = {
  instance: {
    kind: 'choice',
    label: 'instance',
    help: 'Random ones are drawn from the data seed. The named ones are fixed, with whole numbers, and their optima are known. All are meant for scale 1, but pm12 for 0.25.',
    default: RANDOM,
    options: [
      {value: RANDOM, label: 'random'},
      {value: 'ls8', label: 'ls8', help: 'Optimum 136.'},
      {value: 'ls10', label: 'ls10', help: 'Optimum 57; rank 2 has a spurious minimum.'},
      {value: 'ls12a', label: 'ls12a', help: 'Optimum 372; the relaxation is tight.'},
      {value: 'ls12b', label: 'ls12b', help: 'Optimum 181, twice; the relaxation is far below.'},
      {value: 'pm12', label: 'pm12', help: 'Inputs of -1 and +1, made for scale 0.25: optimum 0.5968.'},
      {value: 'ls16a', label: 'ls16a', help: 'Optimum 233; many spurious points at rank 2.'},
      {value: 'ls16b', label: 'ls16b', help: 'Optimum 344, twice.'},
      {value: 'ls20a', label: 'ls20a', help: 'Optimum 15 with fewer samples than weights: the relaxation says 0.'},
      {value: 'ls20b', label: 'ls20b', help: 'Optimum 658.'},
      {value: 'ring6', label: 'ring of 6', help: 'A chain of 5 weights whose ends are tied to +1: optimum 0.'},
      {value: 'ring10', label: 'ring of 10', help: 'A chain of 9 weights whose ends are tied to +1: optimum 0.'},
      {value: 'ls28', label: 'ls28', help: 'Optimum 2039; too many weight vectors to try here.'},
    ],
  },
  p: {
    kind: 'number',
    label: 'weights',
    symbol: 'p',
    help: 'Inputs of a random instance, one weight for each.',
    default: 16,
    min: 1,
    max: 300,
    integer: true,
    scale: 'log',
    when: drawn,
  },
  n: {
    kind: 'number',
    label: 'samples',
    symbol: 'n',
    help: 'Samples of a random instance, training and test set together.',
    default: 24,
    min: 1,
    max: 2000,
    integer: true,
    scale: 'log',
    when: drawn,
  },
  noise: {
    kind: 'number',
    label: 'noise',
    symbol: '\\sigma',
    help: 'Standard deviation of the normal error in the targets, as a multiple of the root of p, which is the size of the outputs without it.',
    default: 0.8,
    min: 0,
    max: 10,
    scale: 'linear',
    step: 0.1,
    when: drawn,
  },
  ...splitParams(false, 1),
} as const satisfies ParamSpecs;

export const leastSquaresInstances = {
  id: 'least-squares-instances',
  label: 'least-squares instances',
  summary: 'Instances of least squares with binary weights: fixed ones with known optima, and random ones.',
  family: 'generated',
  task: () => 'regression',
  params,
} as const satisfies DatasetSpec;
