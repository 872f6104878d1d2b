import type {DatasetSpec} from '../../core/plugin.ts';
import {fileParams} from '../../numerics/dataParams.ts';

export const diabetes = {
  id: 'diabetes',
  label: 'diabetes',
  summary: 'Ten measurements of 442 patients and how far their diabetes progressed in a year.',
  family: 'real',
  licence: 'Efron, Hastie, Johnstone and Tibshirani, Least Angle Regression, 2004',
  task: () => 'regression',
  params: fileParams,
} as const satisfies DatasetSpec;
