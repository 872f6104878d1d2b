import type {GenerateDataset} from '../../core/data.ts';
import {success} from '../../core/result.ts';

/** Row a p + b holds the pair (a, b) as two one-hot vectors and the class (a + b) mod p. */
const generate: GenerateDataset = async (params) => {
  const p = Number(params.p);
  const n = p * p;
  const d = 2 * p;
  const features = new Float64Array(n * d);
  const targets = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    const [a, b] = [Math.floor(row / p), row % p];
    features[row * d + a] = 1;
    features[row * d + p + b] = 1;
    targets[row] = (a + b) % p;
  }
  const numbers = Array.from({length: p}, (_, i) => String(i));
  const featureNames = ['a', 'b'].flatMap((name) => numbers.map((i) => `${name} = ${i}`));
  return success({kind: 'classification', n, d, features, targets, featureNames, targetName: '(a + b) mod p', classNames: numbers, notes: []});
};

export default generate;
