import type {GenerateDataset} from '../../core/data.ts';
import {success} from '../../core/result.ts';
import {chosenClasses} from '../../numerics/classChoice.ts';
import {fileTable} from '../../numerics/csvTable.ts';
import {IRIS_CLASSES} from './spec.ts';

const generate: GenerateDataset = async (params, readFile) => {
  const table = await fileTable(readFile, 'iris.csv', {kind: 'classification', classes: IRIS_CLASSES});
  return table.ok ? success(chosenClasses(table.value, IRIS_CLASSES, params)) : table;
};

export default generate;
