import type {DatasetSpec} from '../../core/plugin.ts';
import {generatorParams, JITTER} from '../../numerics/dataParams.ts';

export const spiral = {
  id: 'spiral',
  label: 'spirals',
  summary: 'Two or more arms wound around each other: hard for a small network.',
  family: 'generated',
  task: (params) => (params.arms === 2 ? 'binary' : 'multiclass'),
  check: (params) => (Number(params.n) < Number(params.arms) ? {field: 'n', message: 'must be at least the number of arms'} : null),
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
    arms: {
      kind: 'number',
      label: 'arms',
      help: 'Number of arms, a class each. Two make a task with labels -1 and +1.',
      default: 2,
      min: 2,
      max: 5,
      integer: true,
      scale: 'linear',
      step: 1,
    },
  }),
  explain: {
    text: 'Each arm winds outwards at constant pitch. Of two, the second is the first one turned by half a circle; of k, each is the one before turned by a k-th of a circle.',
    formulas: [
      'x=y\\,r\\,\\bigl(\\cos 2\\pi\\tau r,\\;\\sin 2\\pi\\tau r\\bigr)+\\sigma\\varepsilon,\\quad r\\sim U[0.1,1]',
      'k>2:\\quad x=r\\,\\bigl(\\cos 2\\pi(\\tau r+\\tfrac ck),\\;\\sin 2\\pi(\\tau r+\\tfrac ck)\\bigr)+\\sigma\\varepsilon',
    ],
  },
} as const satisfies DatasetSpec;
