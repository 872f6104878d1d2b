import type {DatasetSpec} from '../../core/plugin.ts';
import {splitParams} from '../../numerics/dataParams.ts';

const {seed, trainFraction} = splitParams(false, 0.8);

export const text = {
  id: 'text',
  label: 'text',
  summary: 'A few pages of plain English about a village by a river, character by character.',
  family: 'real',
  licence: 'Written for Basin; CC0',
  task: () => 'sequence',
  params: {
    length: {
      kind: 'number', label: 'length', symbol: 'T', help: 'Characters in a window: how far back a prediction can look. The memory of attention grows with its square.',
      default: 32, min: 8, max: 128, integer: true, scale: 'log',
    },
    stride: {
      kind: 'number', label: 'stride', help: 'Characters from the start of one window to that of the next. Below the length windows overlap, and the test set repeats what training has seen.',
      default: 32, min: 8, max: 128, integer: true, scale: 'log',
    },
    seed,
    trainFraction,
  },
  explain: {
    text: 'The characters are small letters, space, comma, full stop and line break. Every position is scored.',
    formulas: ['x_t=c_{w+t},\\quad y_t=c_{w+t+1},\\quad t=0,1,\\dots,T-1'],
  },
} as const satisfies DatasetSpec;
