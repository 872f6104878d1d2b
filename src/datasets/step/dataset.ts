import type {GenerateDataset} from '../../core/data.ts';
import type {ValuesOf} from '../../core/params.ts';
import {success} from '../../core/result.ts';
import {drawCurve} from '../../numerics/drawTable.ts';
import {step} from './spec.ts';

/** y = -1 for x < 0, else +1, plus sigma N(0, 1); x uniform on [-1, 1). */
const generate: GenerateDataset = async (params) => {
  const {seed, n, noise} = params as ValuesOf<typeof step.params>;
  return success(drawCurve({id: step.id, seed, n, noise}, (x) => (x < 0 ? -1 : 1)));
};

export default generate;
