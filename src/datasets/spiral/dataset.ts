import type {GenerateDataset} from '../../core/data.ts';
import type {ValuesOf} from '../../core/params.ts';
import {success} from '../../core/result.ts';
import {drawPlane} from '../../numerics/drawTable.ts';
import {spiral} from './spec.ts';

/** The arms would meet in the centre, where no class is right. */
const INNER_RADIUS = 0.1;

/** x = +-r (cos 2 pi tau r, sin 2 pi tau r), r uniform on [0.1, 1), tau turns. */
const generate: GenerateDataset = async (params) => {
  const {seed, n, noise, turns} = params as ValuesOf<typeof spiral.params>;
  const table = drawPlane({id: spiral.id, seed, n, noise}, ['first arm', 'second arm'], (classIndex, random) => {
    const radius = INNER_RADIUS + (1 - INNER_RADIUS) * random.uniform();
    const angle = 2 * Math.PI * turns * radius;
    const side = classIndex === 1 ? radius : -radius;
    return [side * Math.cos(angle), side * Math.sin(angle)];
  });
  return success(table);
};

export default generate;
