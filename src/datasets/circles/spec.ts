import type {DatasetSpec} from '../../core/plugin.ts';
import {generatorParams, JITTER} from '../../numerics/dataParams.ts';

export const circles = {
  id: 'circles',
  label: 'circles',
  summary: 'A ring of one class around a ring of the other.',
  family: 'generated',
  task: () => 'binary',
  params: generatorParams(0.1, JITTER, {}),
  explain: {
    text: 'Radius 1 outside, 1/2 inside; angles are uniform.',
    formulas: ['x=r_y\\,(\\cos\\theta,\\sin\\theta)+\\sigma\\varepsilon,\\quad r_{-1}=1,\\;r_{+1}=\\tfrac12'],
  },
} as const satisfies DatasetSpec;
