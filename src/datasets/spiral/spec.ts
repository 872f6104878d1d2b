import type {DatasetSpec} from '../../core/plugin.ts';
import {generatorParams, JITTER} from '../../numerics/dataParams.ts';

export const spiral = {
  id: 'spiral',
  label: 'two spirals',
  summary: 'Two arms wound around each other: hard for a small network.',
  family: 'generated',
  task: () => 'binary',
  params: generatorParams(0.03, JITTER, {
    turns: {
      kind: 'number',
      label: 'turns',
      help: 'How often each arm winds around the centre. More turns need more neurons.',
      default: 1.25,
      min: 0.25,
      max: 4,
      scale: 'linear',
      step: 0.25,
    },
  }),
  explain: {
    text: 'Each arm winds outwards at constant pitch; the second is the first one turned by half a circle.',
    formulas: ['x=y\\,r\\,\\bigl(\\cos 2\\pi\\tau r,\\;\\sin 2\\pi\\tau r\\bigr)+\\sigma\\varepsilon,\\quad r\\sim U[0.1,1]'],
  },
} as const satisfies DatasetSpec;
