import type {GenerateDataset, RawTable} from '../../core/data.ts';
import {success} from '../../core/result.ts';
import {chosenClasses} from '../../numerics/classChoice.ts';
import {fileTable} from '../../numerics/csvTable.ts';
import {DIGIT_CLASSES} from './spec.ts';

const byParity = (table: RawTable): RawTable => ({
  ...table,
  targets: table.targets.map((digit) => digit % 2),
  targetName: 'parity',
  classNames: ['even', 'odd'],
});

const generate: GenerateDataset = async (params, readFile) => {
  const table = await fileTable(readFile, 'digits.csv', {kind: 'classification', classes: DIGIT_CLASSES});
  if (!table.ok) return table;
  const pictures = {...table.value, picture: 8};
  return success(params.classes === 'parity' ? byParity(pictures) : chosenClasses(pictures, DIGIT_CLASSES, params));
};

export default generate;
