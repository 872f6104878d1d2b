import type {DatasetSpec} from '../../core/plugin.ts';
import {generatorParams, JITTER} from '../../numerics/dataParams.ts';

export const moons = {
  id: 'moons',
  label: 'two moons',
  summary: 'Two interleaved half circles, close but separable while the noise is small.',
  family: 'generated',
  task: () => 'binary',
  params: generatorParams(0.12, JITTER, {}),
  explain: {
    text: 'Half circles of radius 1, the lower one turned round and shifted by (1, 1/2); the pair is centred at the origin.',
    formulas: [
      'x_{+1}=\\bigl(\\cos t-\\tfrac12,\\;\\sin t-\\tfrac14\\bigr)+\\sigma\\varepsilon',
      'x_{-1}=\\bigl(\\tfrac12-\\cos t,\\;\\tfrac14-\\sin t\\bigr)+\\sigma\\varepsilon,\\quad t\\sim U[0,\\pi]',
    ],
  },
} as const satisfies DatasetSpec;
