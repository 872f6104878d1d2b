import type {GenerateDataset} from '../../core/data.ts';
import {fileTable} from '../../numerics/csvTable.ts';

const generate: GenerateDataset = (_params, readFile) => fileTable(readFile, 'diabetes.csv', {kind: 'regression'});

export default generate;
