import {CATALOGUE} from '../catalogue.ts';
import type {PreparedData, ReadDataFile} from '../core/data.ts';
import type {Experiment} from '../core/experiment.ts';
import type {HostLoss, HostProblem} from '../core/hostProblem.ts';
import type {ParamValues} from '../core/params.ts';
import {type Result, success} from '../core/result.ts';
import {loadData} from './data.ts';

type FormulateHostProblem = (data: PreparedData, params: ParamValues, loss: HostLoss) => HostProblem;
const PROBLEMS = import.meta.glob<FormulateHostProblem>('../problems/*/host.ts', {import: 'default'});
const LOSSES = import.meta.glob<HostLoss>('../losses/*/host.ts', {import: 'default'});

/** Data and float64 problem of an experiment: all that instruments need, with no tensor code. */
export async function loadHostProblem(
  experiment: Experiment,
  readFile: ReadDataFile,
): Promise<Result<{readonly data: PreparedData; readonly host: HostProblem}>> {
  const data = await loadData(experiment, readFile);
  if (!data.ok) return data;
  const formulate = await PROBLEMS[`../problems/${experiment.problem.id}/host.ts`]();
  const loss = await LOSSES[`../losses/${lossIdOf(experiment)}/host.ts`]();
  return success({data: data.value, host: formulate(data.value, experiment.problem.params, loss)});
}

/** The loss that an experiment's problem resolves to (its parameter may say `auto`). */
export function lossIdOf({dataset, problem}: Experiment): string {
  const task = CATALOGUE.datasets[dataset.id].task(dataset.params);
  return CATALOGUE.problems[problem.id].lossOf({task, params: problem.params, losses: CATALOGUE.losses});
}
