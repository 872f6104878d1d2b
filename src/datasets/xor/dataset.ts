import type {GenerateDataset} from '../../core/data.ts';
import type {ValuesOf} from '../../core/params.ts';
import {success} from '../../core/result.ts';
import {drawPlane} from '../../numerics/drawTable.ts';
import {xor} from './spec.ts';

/**
 * y = sign(x1 x2), x uniform on [-1, 1]^2. Sides and signs are drawn apart, so that both classes
 * are equally large: the first coordinate's sign is free, the second's follows from the class.
 */
const generate: GenerateDataset = async (params) => {
  const {seed, n, noise} = params as ValuesOf<typeof xor.params>;
  const table = drawPlane({id: xor.id, seed, n, noise}, ['opposite signs', 'equal signs'], (classIndex, random) => {
    const sign = random.uniform() < 0.5 ? -1 : 1;
    const x1 = sign * (1 - random.uniform());
    const x2 = sign * (1 - random.uniform());
    return [x1, classIndex === 1 ? x2 : -x2];
  });
  return success(table);
};

export default generate;
