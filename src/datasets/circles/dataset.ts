import type {GenerateDataset} from '../../core/data.ts';
import type {ValuesOf} from '../../core/params.ts';
import {success} from '../../core/result.ts';
import {drawPlane} from '../../numerics/drawTable.ts';
import {circles} from './spec.ts';

const RADII = [1, 0.5];

/** x = r_c (cos t, sin t), t uniform on [0, 2 pi). */
const generate: GenerateDataset = async (params) => {
  const {seed, n, noise} = params as ValuesOf<typeof circles.params>;
  const table = drawPlane({id: circles.id, seed, n, noise}, ['outer ring', 'inner ring'], (classIndex, random) => {
    const angle = 2 * Math.PI * random.uniform();
    return [RADII[classIndex] * Math.cos(angle), RADII[classIndex] * Math.sin(angle)];
  });
  return success(table);
};

export default generate;
