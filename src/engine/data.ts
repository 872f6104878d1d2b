import type {GenerateDataset, PreparedData, ReadDataFile} from '../core/data.ts';
import type {Experiment} from '../core/experiment.ts';
import {type Result, failure} from '../core/result.ts';
import {prepareData} from '../numerics/prepareData.ts';

const DATASETS = import.meta.glob<GenerateDataset>('../datasets/*/dataset.ts', {import: 'default'});

/** The experiment's data: generated or read, split, scaled. The same everywhere, as it depends on the experiment alone. */
export async function loadData({dataset}: Experiment, readFile: ReadDataFile): Promise<Result<PreparedData>> {
  const generate = await DATASETS[`../datasets/${dataset.id}/dataset.ts`]();
  const table = await generate(dataset.params, readFile).catch((error: unknown) =>
    failure('dataset', `could not be read: ${error instanceof Error ? error.message : String(error)}`),
  );
  if (!table.ok) return table;
  const {seed, trainFraction = 1, standardise} = dataset.params;
  return prepareData(table.value, {seed: Number(seed), trainFraction: Number(trainFraction), standardise: standardise === true});
}

/** Reads data files that ship with the page, relative to its address. */
export const fetchDataFile =
  (base: string): ReadDataFile =>
  async (name) => {
    const response = await fetch(new URL(`data/${name}`, base));
    if (!response.ok) throw new Error(`${name}: the server answered ${response.status}`);
    return response.text();
  };
