import type {PreparedData} from '../../src/core/data.ts';
import type {Experiment} from '../../src/core/experiment.ts';
import type {Problem, Vars} from '../../src/core/problem.ts';
import {loadData} from '../../src/engine/data.ts';
import {formulateProblem} from '../../src/engine/formulate.ts';
import {iterate} from '../../src/engine/iterate.ts';
import {solverFor} from '../../src/engine/tensorPlugins.ts';
import {disposeReplaced, tidyState} from '../../src/engine/tensors.ts';
import {tf} from '../../src/engine/tf.ts';
import {readFrom} from '../../src/headless/runExperiment.ts';
import {experimentOf} from './session.ts';

/** An experiment's problem on the current backend. */
export async function open(given: unknown): Promise<{readonly experiment: Experiment; readonly data: PreparedData; readonly problem: Problem}> {
  const experiment = experimentOf(given);
  const data = await loadData(experiment, readFrom('public/data'));
  if (!data.ok) throw new Error(data.error.message);
  return {experiment, data: data.value, problem: await formulateProblem(experiment, data.value)};
}

export const read = async (vars: Vars): Promise<Record<string, number[]>> =>
  Object.fromEntries(await Promise.all(Object.entries(vars).map(async ([name, tensor]) => [name, Array.from(await tensor.data())] as const)));

interface Course {
  /** The start and what each iteration made of it. */
  readonly weights: readonly Record<string, number[]>[];
  /** The metric `batchSize` after each iteration. */
  readonly sizes: readonly number[];
  /** Of each iteration. */
  readonly passes: readonly number[];
}

/** The first contestant's iterations, one by one. */
export async function course(experiment: Experiment, problem: Problem, steps: number): Promise<Course> {
  const {solver: choice, model} = experiment.contestants[0];
  const solver = await solverFor(choice, problem);
  const context = {problem, params: choice.params, model, seed: experiment.seed};
  let state = tidyState(() => ({state: solver.init(context)})).state;
  const weights = [await read(solver.weights(context, state))];
  const sizes: number[] = [];
  const passes: number[] = [];
  for (let t = 1; t <= steps; t++) {
    const result = await iterate(solver, context, state, t, 1);
    state = result.state;
    weights.push(await read(solver.weights(context, state)));
    sizes.push(Number(tf.tidy(() => solver.metrics?.(context, state).batchSize)));
    passes.push(result.evaluations);
  }
  disposeReplaced(state, null);
  return {weights, sizes, passes};
}
