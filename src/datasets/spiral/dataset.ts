import type {GenerateDataset} from '../../core/data.ts';
import type {ValuesOf} from '../../core/params.ts';
import {success} from '../../core/result.ts';
import {drawPlane} from '../../numerics/drawTable.ts';
import {spiral} from './spec.ts';

/** The arms would meet in the centre, where no class is right. */
const INNER_RADIUS = 0.1;

const ARM_NAMES = ['first arm', 'second arm', 'third arm', 'fourth arm', 'fifth arm'];

/**
 * x = +-r (cos 2 pi tau r, sin 2 pi tau r), r uniform on [0.1, 1), tau turns; with k > 2 arms x = r (cos a, sin a), a = 2 pi (tau r + c / k),
 * for class c.
 */
const generate: GenerateDataset = async (params) => {
  const {seed, n, noise, turns, arms} = params as ValuesOf<typeof spiral.params>;
  const table = drawPlane({id: spiral.id, seed, n, noise}, ARM_NAMES.slice(0, arms), (classIndex, random) => {
    const radius = INNER_RADIUS + (1 - INNER_RADIUS) * random.uniform();
    const angle = 2 * Math.PI * turns * radius;
    if (arms > 2) {
      const turned = angle + (2 * Math.PI * classIndex) / arms;
      return [radius * Math.cos(turned), radius * Math.sin(turned)];
    }
    const side = classIndex === 1 ? radius : -radius;
    return [side * Math.cos(angle), side * Math.sin(angle)];
  });
  return success(table);
};

export default generate;
