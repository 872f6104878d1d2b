import {CATALOGUE} from '../catalogue.ts';
import type {Certifier, CertifierInput, MakeCertifier} from '../core/certificate.ts';
import type {PreparedData, ReadDataFile} from '../core/data.ts';
import type {Experiment} from '../core/experiment.ts';
import type {HostLoss, HostProblem} from '../core/hostProblem.ts';
import type {ParamValues} from '../core/params.ts';
import {failure, type Result, success} from '../core/result.ts';
import {loadData} from './data.ts';

type FormulateHostProblem = (data: PreparedData, params: ParamValues, loss: HostLoss) => HostProblem;
const PROBLEMS = import.meta.glob<FormulateHostProblem>('../problems/*/host.ts', {import: 'default'});
const LOSSES = import.meta.glob<HostLoss>('../losses/*/host.ts', {import: 'default'});
/** Not every problem has one. */
const CERTIFIERS: Readonly<Record<string, (() => Promise<MakeCertifier>) | undefined>> =
  import.meta.glob<MakeCertifier>('../problems/*/certify.ts', {import: 'default'});

/** Data and float64 problem of an experiment: all that instruments need, with no tensor code. */
export async function loadHostProblem(
  experiment: Experiment,
  readFile: ReadDataFile,
): Promise<Result<{readonly data: PreparedData; readonly host: HostProblem}>> {
  const side = await loadHostSide(experiment, readFile);
  return side.ok ? success({data: side.value.data, host: side.value.host(experiment.problem.params)}) : side;
}

export interface CertifierSide {
  readonly data: PreparedData;
  /** The problem at other parameters, on the same data and loss. */
  readonly host: (params: ParamValues) => HostProblem;
  /** A proof to begin for these parameters, or why there can be none. */
  readonly certify: (params: ParamValues, sample: CertifierInput['sample']) => Result<Certifier>;
}

/** What certificates and paths need of an experiment, in float64 and with no tensor code. */
export async function loadCertifier(experiment: Experiment, readFile: ReadDataFile): Promise<Result<CertifierSide>> {
  const load = CERTIFIERS[`../problems/${experiment.problem.id}/certify.ts`];
  const [side, make] = await Promise.all([loadHostSide(experiment, readFile), load?.() ?? null]);
  if (!side.ok) return side;
  const {data, loss, host} = side.value;
  return success({
    data,
    host,
    certify: (params, sample) => make?.({data, params, loss, sample}) ?? failure('certificate', 'is not written for this problem'),
  });
}

async function loadHostSide(experiment: Experiment, readFile: ReadDataFile) {
  const data = await loadData(experiment, readFile);
  if (!data.ok) return data;
  const formulate = await PROBLEMS[`../problems/${experiment.problem.id}/host.ts`]();
  const loss = await LOSSES[`../losses/${lossIdOf(experiment)}/host.ts`]();
  const host = (params: ParamValues): HostProblem => formulate(data.value, params, loss);
  return success({data: data.value, loss, host});
}

/** The loss that an experiment's problem resolves to (its parameter may say `auto`). */
export function lossIdOf({dataset, problem}: Experiment): string {
  const task = CATALOGUE.datasets[dataset.id].task(dataset.params);
  return CATALOGUE.problems[problem.id].lossOf({task, params: problem.params, losses: CATALOGUE.losses});
}
