import type {DatasetSpec} from '../../core/plugin.ts';
import {classParams, classTask, pairCheck} from '../../numerics/classChoice.ts';
import {fileParams} from '../../numerics/dataParams.ts';

export const IRIS_CLASSES = [
  {value: 'setosa', label: 'setosa'},
  {value: 'versicolor', label: 'versicolor'},
  {value: 'virginica', label: 'virginica'},
] as const;

export const iris = {
  id: 'iris',
  label: 'iris',
  summary: 'Length and width of sepals and petals of 150 irises of three species.',
  family: 'real',
  licence: 'Fisher 1936; UCI Machine Learning Repository, CC BY 4.0',
  task: classTask,
  check: pairCheck,
  params: {...classParams(IRIS_CLASSES, 'versicolor', 'virginica'), ...fileParams},
} as const satisfies DatasetSpec;
