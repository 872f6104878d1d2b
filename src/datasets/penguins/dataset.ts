import type {GenerateDataset} from '../../core/data.ts';
import {success} from '../../core/result.ts';
import {chosenClasses} from '../../numerics/classChoice.ts';
import {fileTable} from '../../numerics/csvTable.ts';
import {PENGUIN_CLASSES} from './spec.ts';

const generate: GenerateDataset = async (params, readFile) => {
  const table = await fileTable(readFile, 'penguins.csv', {kind: 'classification', classes: PENGUIN_CLASSES});
  return table.ok ? success(chosenClasses(table.value, PENGUIN_CLASSES, params)) : table;
};

export default generate;
