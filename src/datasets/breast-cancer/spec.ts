import type {DatasetSpec} from '../../core/plugin.ts';
import {fileParams} from '../../numerics/dataParams.ts';

export const breastCancer = {
  id: 'breast-cancer',
  label: 'breast cancer',
  summary: 'Thirty measurements of cell nuclei from 569 tumours, malignant or benign.',
  family: 'real',
  licence: 'Wisconsin diagnostic breast cancer; UCI Machine Learning Repository, CC BY 4.0',
  task: () => 'binary',
  params: fileParams,
} as const satisfies DatasetSpec;
