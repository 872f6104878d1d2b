import type {GenerateDataset} from '../../core/data.ts';
import type {ValuesOf} from '../../core/params.ts';
import {success} from '../../core/result.ts';
import {tokenTable} from '../../numerics/tokenTable.ts';
import type {clockGrammar} from './spec.ts';

/** Rows (s, k) in the order s V + k: s, s + k, s + 2 k, ... mod V; the target at the first position can not be known. */
const generate: GenerateDataset = async (params) => {
  const {vocabulary: v, length} = params as ValuesOf<typeof clockGrammar.params>;
  const rows = Array.from({length: v * v}, (_, row) => {
    const [start, step] = [Math.floor(row / v), row % v];
    return Array.from({length: length + 1}, (_, t) => (start + t * step) % v);
  });
  return success(tokenTable(rows, Array.from({length: v}, (_, hour) => String(hour)), 1));
};

export default generate;
