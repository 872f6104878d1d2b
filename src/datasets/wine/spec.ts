import type {DatasetSpec} from '../../core/plugin.ts';
import {classParams, classTask, pairCheck} from '../../numerics/classChoice.ts';
import {fileParams} from '../../numerics/dataParams.ts';

export const WINE_CLASSES = [
  {value: '0', label: 'cultivar 1'},
  {value: '1', label: 'cultivar 2'},
  {value: '2', label: 'cultivar 3'},
] as const;

export const wine = {
  id: 'wine',
  label: 'wine',
  summary: 'Thirteen chemical measurements of 178 Italian wines from three cultivars.',
  family: 'real',
  licence: 'UCI Machine Learning Repository, CC BY 4.0',
  task: classTask,
  check: pairCheck,
  params: {...classParams(WINE_CLASSES, '0', '1'), ...fileParams},
} as const satisfies DatasetSpec;
