import type {GenerateDataset, SurfaceLayout} from '../../core/data.ts';
import type {ValuesOf} from '../../core/params.ts';
import {randomStream} from '../../core/random.ts';
import {success} from '../../core/result.ts';
import {axesOf, NAMED, quadratic} from './functions.ts';
import {surfaceFunctions} from './spec.ts';

type Values = ValuesOf<typeof surfaceFunctions.params>;

function layoutOf({function: name, condition, rotation, expression, reach}: Values): SurfaceLayout {
  if (name === 'quadratic') return quadratic(condition, rotation);
  if (name === 'expression') return {expression, xRange: [-reach, reach], yRange: [-reach, reach], minima: []};
  return NAMED[name];
}

/** n normal numbers with exactly the mean 0 and the given standard deviation. */
function standardised(n: number, deviation: number, seed: number, column: number): Float64Array {
  const random = randomStream(seed, 'dataset', surfaceFunctions.id, column);
  const values = Float64Array.from({length: n}, () => random.normal());
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
  return values.map((value) => ((value - mean) * deviation) / Math.sqrt(variance));
}

/** Rows xi_i, one after the other. */
function noiseTable({function: name, condition, rotation, noise, shape, n, seed}: Values): Float64Array {
  const along = name === 'quadratic';
  const [[p, q], [r, s]] = axesOf(along ? rotation : 0);
  const first = standardised(n, noise, seed, 0);
  const second = standardised(n, along && shape === 'curvature' ? noise / Math.sqrt(condition) : noise, seed, 1);
  const rows = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    rows[2 * i] = first[i] * p + second[i] * r;
    rows[2 * i + 1] = first[i] * q + second[i] * s;
  }
  return rows;
}

const generate: GenerateDataset = async (params) => {
  const values = params as Values;
  const n = values.noise > 0 ? values.n : 1;
  return success({
    kind: 'surface',
    n,
    d: 2,
    features: values.noise > 0 ? noiseTable(values) : new Float64Array(2),
    targets: new Float64Array(n),
    featureNames: ['x', 'y'],
    targetName: 'f',
    classNames: [],
    notes: [],
    surface: layoutOf(values),
  });
};

export default generate;
