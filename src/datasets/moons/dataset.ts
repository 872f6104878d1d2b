import type {GenerateDataset} from '../../core/data.ts';
import type {ValuesOf} from '../../core/params.ts';
import {success} from '../../core/result.ts';
import {drawPlane} from '../../numerics/drawTable.ts';
import {moons} from './spec.ts';

/** Upper moon (cos t - 1/2, sin t - 1/4), lower moon its mirror image in the origin; t uniform on [0, pi). */
const generate: GenerateDataset = async (params) => {
  const {seed, n, noise} = params as ValuesOf<typeof moons.params>;
  const table = drawPlane({id: moons.id, seed, n, noise}, ['lower moon', 'upper moon'], (classIndex, random) => {
    const angle = Math.PI * random.uniform();
    const side = classIndex === 1 ? 1 : -1;
    return [side * (Math.cos(angle) - 0.5), side * (Math.sin(angle) - 0.25)];
  });
  return success(table);
};

export default generate;
