import type {DatasetSpec} from '../../core/plugin.ts';
import {classParams, classTask, pairCheck} from '../../numerics/classChoice.ts';
import {fileParams} from '../../numerics/dataParams.ts';

export const PENGUIN_CLASSES = [
  {value: 'Adelie', label: 'Adélie'},
  {value: 'Chinstrap', label: 'chinstrap'},
  {value: 'Gentoo', label: 'gentoo'},
] as const;

export const penguins = {
  id: 'penguins',
  label: 'penguins',
  summary: 'Beak, flipper and weight of 342 Antarctic penguins of three species.',
  family: 'real',
  licence: 'Palmer Station LTER (Gorman, Williams and Fraser 2014), CC0',
  task: classTask,
  check: pairCheck,
  params: {...classParams(PENGUIN_CLASSES, 'Adelie', 'Chinstrap'), ...fileParams},
} as const satisfies DatasetSpec;
