import {beforeAll, describe, expect, it} from 'vitest';
import {loadData} from '../../src/engine/data.ts';
import {formulateProblem} from '../../src/engine/formulate.ts';
import {Run} from '../../src/engine/loop.ts';
import {solverFor} from '../../src/engine/tensorPlugins.ts';
import {tf} from '../../src/engine/tf.ts';
import {readFrom} from '../../src/headless/runExperiment.ts';
import {experimentOf} from '../helpers/session.ts';

/** The SIMD kernel against the tensor path, on one backend, from the same start through the same batches. */
const METHODS = ['sgd', 'momentum', 'nesterov', 'rmsprop', 'adam', 'adamw'];
const LOSSES = ['squared', 'logistic', 'hinge'];
/** Widths that fill their last lane of four, and that don't. */
const CASES = METHODS.flatMap((id, i) => LOSSES.map((loss, j) => ({id, loss, width: [4, 7, 16, 1][(i + j) % 4], batchSize: (i + j) % 2 === 0 ? 0 : 9})));

async function objectives(json: unknown, fused: boolean): Promise<readonly number[]> {
  const experiment = experimentOf(json);
  const data = await loadData(experiment, readFrom('public/data'));
  if (!data.ok) throw new Error(data.error.message);
  const whole = await formulateProblem(experiment, data.value);
  const problem = fused ? whole : {...whole, fused: () => null};
  const {id} = experiment.contestants[0].solver;
  if (fused && !problem.fused?.(id)) throw new Error(`${id} has no fused rule`);
  const run = new Run(problem, await solverFor(id, problem), experiment, 0, () => performance.now());
  const first = await run.start();
  const rest = await run.advance({iterations: 1000, milliseconds: Number.POSITIVE_INFINITY});
  run.dispose();
  whole.dispose();
  return [...first.metrics.objective, ...rest.metrics.objective];
}

describe('the SIMD kernel and the tensor path', () => {
  beforeAll(() => tf.setBackend('wasm'));

  it.each(CASES)('$id, $loss, width $width, batch $batchSize: the same J all along 50 steps', async ({id, loss, width, batchSize}) => {
    const json = {
      seed: 9,
      dataset: {id: 'moons', params: {n: 50, seed: 4}},
      problem: {id: 'two-layer-relu', params: {loss, beta: 0.2}},
      contestants: [{solver: {id, params: {batchSize, schedule: 'cosine', scheduleLength: 60}}, model: {width}}],
      budget: {amount: 50},
    };
    const [kernel, tensors] = [await objectives(json, true), await objectives(json, false)];
    expect(kernel.length).toBe(tensors.length);
    for (const [i, value] of tensors.entries()) expect(Math.abs(kernel[i] / value - 1)).toBeLessThan(2e-5);
  });

  it('agrees on real data with many inputs', async () => {
    const json = {
      dataset: {id: 'breast-cancer', params: {}},
      problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 2.65}},
      contestants: [{solver: {id: 'adam', params: {batchSize: 64}}, model: {width: 100}}],
      budget: {amount: 50},
    };
    const [kernel, tensors] = [await objectives(json, true), await objectives(json, false)];
    for (const [i, value] of tensors.entries()) expect(Math.abs(kernel[i] / value - 1)).toBeLessThan(2e-5);
  });

  it('is not offered for several outputs', async () => {
    const experiment = experimentOf({dataset: {id: 'iris', params: {}}, contestants: [{solver: {id: 'adam'}}]});
    const data = await loadData(experiment, readFrom('public/data'));
    if (!data.ok) throw new Error(data.error.message);
    const problem = await formulateProblem(experiment, data.value);
    expect(problem.fused?.('adam')).toBeNull();
    problem.dispose();
  });
});
