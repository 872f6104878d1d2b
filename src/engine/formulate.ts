import type {PreparedData} from '../core/data.ts';
import type {Experiment} from '../core/experiment.ts';
import type {Problem} from '../core/problem.ts';
import {lossIdOf} from './hostPlugins.ts';
import {loadProblem, loadTensorLoss} from './tensorPlugins.ts';

/** The experiment's training problem on the current backend. */
export async function formulateProblem(experiment: Experiment, data: PreparedData): Promise<Problem> {
  const lossId = lossIdOf(experiment);
  const [formulate, loss] = await Promise.all([loadProblem(experiment.problem.id), loadTensorLoss(lossId)]);
  return formulate(data, experiment.problem.params, loss, lossId);
}
