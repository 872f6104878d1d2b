import type {DatasetSpec} from '../../core/plugin.ts';
import {generatorParams, JITTER} from '../../numerics/dataParams.ts';

export const xor = {
  id: 'xor',
  label: 'XOR',
  summary: 'Points of a square; two opposite quadrants form one class, so no straight line separates them.',
  family: 'generated',
  task: () => 'binary',
  params: generatorParams(0.05, JITTER, {}),
  explain: {
    text: 'The class is the sign of the product of the coordinates, taken before the points are jittered.',
    formulas: ['x\\sim U[-1,1]^2,\\quad y=\\operatorname{sign}(x_1x_2)'],
  },
} as const satisfies DatasetSpec;
