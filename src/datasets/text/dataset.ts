import type {GenerateDataset} from '../../core/data.ts';
import type {ValuesOf} from '../../core/params.ts';
import {success} from '../../core/result.ts';
import {tokenTable} from '../../numerics/tokenTable.ts';
import type {text} from './spec.ts';
import {VILLAGE} from './village.ts';

const OVERLAP = 'Windows overlap, so that the test set repeats characters that training has seen; a stride of at least the length keeps them apart.';

const visible = (character: string): string => (character === '\n' ? '↵' : character === ' ' ? '␣' : character);

/** Windows of T + 1 characters from 0, stride, 2 stride, ...; the vocabulary is the text's characters in the order of their codes. */
const generate: GenerateDataset = async (params) => {
  const {length, stride} = params as ValuesOf<typeof text.params>;
  const characters = [...new Set(VILLAGE)].sort();
  const indices = [...VILLAGE].map((character) => characters.indexOf(character));
  const count = Math.floor((indices.length - length - 1) / stride) + 1;
  const rows = Array.from({length: count}, (_, row) => indices.slice(row * stride, row * stride + length + 1));
  return success(tokenTable(rows, characters.map(visible), 0, stride < length ? [OVERLAP] : []));
};

export default generate;
