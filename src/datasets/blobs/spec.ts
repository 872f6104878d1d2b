import type {DatasetSpec} from '../../core/plugin.ts';
import {generatorParams, JITTER} from '../../numerics/dataParams.ts';

export const blobs = {
  id: 'blobs',
  label: 'blobs',
  summary: 'Round clouds of points, one for each class; with little noise straight lines separate them.',
  family: 'generated',
  task: (params) => (params.classes === 2 ? 'binary' : 'multiclass'),
  check: (params) =>
    Number(params.n) < Number(params.classes) ? {field: 'n', message: 'must be at least the number of classes'} : null,
  params: generatorParams(0.2, JITTER, {
    classes: {
      kind: 'number',
      label: 'classes',
      help: 'Number of clouds. Two make a task with labels -1 and +1.',
      default: 3,
      min: 2,
      max: 6,
      integer: true,
      scale: 'linear',
      step: 1,
    },
    labelNoise: {
      kind: 'number',
      label: 'label noise',
      help: 'Share of the training labels that are drawn anew, each class being as likely as any other. Test labels stay right.',
      default: 0,
      min: 0,
      max: 0.9,
      scale: 'linear',
      step: 0.05,
    },
  }),
  explain: {
    text: 'The centres lie evenly on a circle of radius 0.7. A label drawn anew may be the right one by chance.',
    formulas: ['x=0.7\\,\\bigl(\\cos\\tfrac{2\\pi c}{k},\\;\\sin\\tfrac{2\\pi c}{k}\\bigr)+\\sigma\\varepsilon'],
  },
} as const satisfies DatasetSpec;
