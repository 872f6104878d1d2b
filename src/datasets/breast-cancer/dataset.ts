import type {GenerateDataset} from '../../core/data.ts';
import {fileTable} from '../../numerics/csvTable.ts';

/** Malignant is class 0 (label -1), benign class 1 (label +1). */
const CLASSES = [
  {value: 'malignant', label: 'malignant'},
  {value: 'benign', label: 'benign'},
];

const generate: GenerateDataset = (_params, readFile) =>
  fileTable(readFile, 'breast_cancer.csv', {kind: 'classification', classes: CLASSES});

export default generate;
