import type {GenerateDataset} from '../../core/data.ts';
import type {ValuesOf} from '../../core/params.ts';
import {randomStream} from '../../core/random.ts';
import {success} from '../../core/result.ts';
import {drawPlane} from '../../numerics/drawTable.ts';
import {blobs} from './spec.ts';

const CENTRE_RADIUS = 0.7;

/** Labels of which a share is drawn anew from all classes. A larger share redraws the same ones and more, to the same classes. */
function redrawn(targets: Float64Array, share: number, classes: number, seed: number): Float64Array {
  const random = randomStream(seed, 'dataset', blobs.id, 'labels');
  return targets.map((target) => {
    const [lot, other] = [random.uniform(), random.below(classes)];
    return lot < share ? other : target;
  });
}

/** x = 0.7 (cos a, sin a) + sigma N(0, I) with a = 2 pi c / k for class c of k. */
const generate: GenerateDataset = async (params) => {
  const {seed, n, noise, classes, labelNoise} = params as ValuesOf<typeof blobs.params>;
  const names = Array.from({length: classes}, (_, c) => `blob ${c + 1}`);
  const table = drawPlane({id: blobs.id, seed, n, noise}, names, (classIndex) => {
    const angle = (2 * Math.PI * classIndex) / classes;
    return [CENTRE_RADIUS * Math.cos(angle), CENTRE_RADIUS * Math.sin(angle)];
  });
  return success(labelNoise > 0 ? {...table, trainTargets: redrawn(table.targets, labelNoise, classes, seed)} : table);
};

export default generate;
