import type {GenerateDataset} from '../../core/data.ts';
import type {ValuesOf} from '../../core/params.ts';
import {success} from '../../core/result.ts';
import {drawCurve} from '../../numerics/drawTable.ts';
import {sine} from './spec.ts';

/** y = sin(pi x) + sigma N(0, 1), x uniform on [-1, 1). */
const generate: GenerateDataset = async (params) => {
  const {seed, n, noise} = params as ValuesOf<typeof sine.params>;
  return success(drawCurve({id: sine.id, seed, n, noise}, (x) => Math.sin(Math.PI * x)));
};

export default generate;
