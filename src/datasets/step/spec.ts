import type {DatasetSpec} from '../../core/plugin.ts';
import {generatorParams, TARGET_NOISE} from '../../numerics/dataParams.ts';

export const step = {
  id: 'step',
  label: 'step',
  summary: 'A jump from -1 to +1 with noisy values: weight decay decides how steep the fit may be.',
  family: 'generated',
  task: () => 'regression',
  params: generatorParams(0.1, TARGET_NOISE, {}),
  explain: {
    text: 'A jump needs large weights, so regularisation rounds its corners.',
    formulas: ['y=\\operatorname{sign}(x)+\\sigma\\varepsilon,\\quad x\\sim U[-1,1]'],
  },
} as const satisfies DatasetSpec;
