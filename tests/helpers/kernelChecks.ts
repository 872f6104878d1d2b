import {expect} from 'vitest';
import type {ReadDataFile} from '../../src/core/data.ts';
import {CATALOGUE} from '../../src/catalogue.ts';
import {type Experiment, faultText, parseExperiment} from '../../src/core/experiment.ts';
import {loadData} from '../../src/engine/data.ts';
import {formulateProblem} from '../../src/engine/formulate.ts';
import {Run} from '../../src/engine/loop.ts';
import {solverFor} from '../../src/engine/tensorPlugins.ts';
import {tf} from '../../src/engine/tf.ts';

/** Fused kernels against the tensor path: on one backend, from the same start, through the same batches. */
const METHODS = ['sgd', 'momentum', 'nesterov', 'rmsprop', 'adam', 'adamw'];
const LOSSES = ['squared', 'logistic', 'hinge'];

/** Every method with every loss, at widths that fill their last lane of four and that don't, full and mini-batches. */
export const KERNEL_CASES = METHODS.flatMap((id, i) =>
  LOSSES.map((loss, j) => ({id, loss, width: [4, 7, 16, 1][(i + j) % 4], batchSize: (i + j) % 2 === 0 ? 0 : 9})),
);

/** Some of them, for backends where each costs seconds of compiling: still every method, loss, width and kind of batch. */
export const KERNEL_SAMPLE = [1, 5, 6, 10, 12, 13, 17].map((i) => KERNEL_CASES[i]);

function experimentOf(json: unknown): Experiment {
  const parsed = parseExperiment(json, CATALOGUE);
  if (!parsed.ok) throw new Error(faultText(parsed.error));
  return parsed.value;
}

/** J at every record on the current backend; `cut` is the length of a grant. */
export async function objectives(json: unknown, readFile: ReadDataFile, fused: boolean, cut = 100_000): Promise<readonly number[]> {
  const experiment = experimentOf(json);
  const data = await loadData(experiment, readFile);
  if (!data.ok) throw new Error(data.error.message);
  const whole = await formulateProblem(experiment, data.value);
  const problem = fused ? whole : {...whole, fused: () => null};
  const {id} = experiment.contestants[0].solver;
  if (fused && !problem.fused?.(id, tf.getBackend(), experiment.contestants[0].solver.params)) throw new Error(`${id} has no fused rule`);
  const run = new Run(problem, await solverFor(experiment.contestants[0].solver, problem), experiment, 0, () => performance.now());
  const values: number[] = [];
  let telemetry = await run.start();
  for (;;) {
    values.push(...(telemetry.metrics.objective ?? []));
    if (telemetry.ending) break;
    telemetry = await run.advance({iterations: cut, milliseconds: Number.POSITIVE_INFINITY});
  }
  run.dispose();
  whole.dispose();
  return values;
}

/** The same J at every record. */
export async function checkKernel(json: unknown, readFile: ReadDataFile): Promise<void> {
  const kernel = await objectives(json, readFile, true);
  const tensors = await objectives(json, readFile, false);
  expect(kernel.length).toBe(tensors.length);
  for (const [i, value] of tensors.entries()) expect(Math.abs(kernel[i] / value - 1)).toBeLessThan(2e-5);
}

export const kernelRace = ({id, loss, width, batchSize}: (typeof KERNEL_CASES)[number], amount: number): unknown => ({
  seed: 9,
  dataset: {id: 'moons', params: {n: 50, seed: 4}},
  problem: {id: 'two-layer-relu', params: {loss, beta: 0.2}},
  contestants: [{solver: {id, params: {batchSize, schedule: 'cosine', scheduleLength: 60}}, model: {width}}],
  budget: {amount},
});
