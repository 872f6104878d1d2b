import type {DatasetSpec} from '../../core/plugin.ts';
import {ALL_CLASSES, classTask, pairCheck, pairParams, TWO_CLASSES} from '../../numerics/classChoice.ts';
import {fileParams} from '../../numerics/dataParams.ts';

export const DIGIT_CLASSES = Array.from({length: 10}, (_, digit) => ({value: String(digit), label: String(digit)}));

export const digits = {
  id: 'digits',
  label: 'digits',
  summary: 'Images of 1797 handwritten digits, eight by eight pixels in 17 shades.',
  family: 'real',
  licence: 'Optical recognition of handwritten digits; UCI Machine Learning Repository, CC BY 4.0',
  task: classTask,
  check: pairCheck,
  params: {
    classes: {
      kind: 'choice',
      label: 'classes',
      help: 'What is told apart: odd digits from even ones, two digits, or all ten. Convex solvers need one of the first two.',
      default: 'parity',
      options: [{value: 'parity', label: 'odd against even', help: 'Even digits have label -1, odd ones +1.'}, TWO_CLASSES, ALL_CLASSES],
    },
    ...pairParams(DIGIT_CLASSES, '3', '8'),
    ...fileParams,
  },
} as const satisfies DatasetSpec;
