import type {DatasetSpec} from '../../core/plugin.ts';
import {generatorParams, TARGET_NOISE} from '../../numerics/dataParams.ts';

export const sine = {
  id: 'sine',
  label: 'sine',
  summary: 'One period of a sine with noisy values: a smooth curve to fit with straight pieces.',
  family: 'generated',
  task: () => 'regression',
  params: generatorParams(0.1, TARGET_NOISE, {}),
  explain: {
    text: 'A ReLU network is piecewise linear, so the fit shows where its neurons switch.',
    formulas: ['y=\\sin(\\pi x)+\\sigma\\varepsilon,\\quad x\\sim U[-1,1]'],
  },
} as const satisfies DatasetSpec;
