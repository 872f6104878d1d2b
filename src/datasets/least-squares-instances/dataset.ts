import type {GenerateDataset, RawTable} from '../../core/data.ts';
import type {ValuesOf} from '../../core/params.ts';
import {randomStream} from '../../core/random.ts';
import {success} from '../../core/result.ts';
import {INSTANCES, inputsOf} from './instances.ts';
import {leastSquaresInstances} from './spec.ts';

type Values = ValuesOf<typeof leastSquaresInstances.params>;

const tableOf = (rows: readonly (readonly number[])[], y: readonly number[], notes: readonly string[]): RawTable => ({
  kind: 'regression',
  n: rows.length,
  d: rows[0].length,
  features: Float64Array.from(rows.flat()),
  targets: Float64Array.from(y),
  featureNames: rows[0].map((_, j) => `x${j + 1}`),
  targetName: 'y',
  classNames: [],
  notes,
});

/** x ~ N(0, I_p), y = x . w* + sigma sqrt(p) N(0, 1) with signs w* drawn first. */
function randomTable({p, n, noise, seed}: Values): RawTable {
  const random = randomStream(seed, 'dataset', leastSquaresInstances.id);
  const errors = randomStream(seed, 'dataset', leastSquaresInstances.id, 'noise');
  const signs = Array.from({length: p}, () => 2 * random.below(2) - 1);
  const rows = Array.from({length: n}, () => Array.from({length: p}, () => random.normal()));
  const y = rows.map((row) => row.reduce((sum, x, j) => sum + x * signs[j], 0) + noise * Math.sqrt(p) * errors.normal());
  return tableOf(rows, y, []);
}

const generate: GenerateDataset = async (params) => {
  const values = params as Values;
  if (values.instance === 'random') return success(randomTable(values));
  const {rows, y} = INSTANCES[values.instance];
  const notes = values.instance === 'pm12' ? ['This instance is meant for the scale 0.25.'] : [];
  return success(tableOf(rows.split(' ').map(inputsOf), y, notes));
};

export default generate;
