import {CATALOGUE} from '../../src/catalogue.ts';
import type {PreparedData, ReadDataFile} from '../../src/core/data.ts';
import {type Experiment, faultText, parseExperiment} from '../../src/core/experiment.ts';
import {loadData} from '../../src/engine/data.ts';

export interface Opened {
  readonly experiment: Experiment;
  readonly data: PreparedData;
}

export function parsed(json: object): Experiment {
  const experiment = parseExperiment(json, CATALOGUE);
  if (!experiment.ok) throw new Error(faultText(experiment.error));
  return experiment.value;
}

export async function open(json: object, readFile: ReadDataFile): Promise<Opened> {
  const experiment = parsed(json);
  const data = await loadData(experiment, readFile);
  if (!data.ok) throw new Error(faultText(data.error));
  return {experiment, data: data.value};
}
