import {beforeAll, describe, expect, it} from 'vitest';
import {loadData} from '../../src/engine/data.ts';
import {formulateProblem} from '../../src/engine/formulate.ts';
import {tf} from '../../src/engine/tf.ts';
import {readFrom} from '../../src/headless/runExperiment.ts';
import {checkKernel, KERNEL_CASES, kernelRace} from '../helpers/kernelChecks.ts';
import {experimentOf} from '../helpers/session.ts';

const readFile = readFrom('public/data');

describe('the SIMD kernel and the tensor path', () => {
  beforeAll(() => tf.setBackend('wasm'));

  it.each(KERNEL_CASES)('$id, $loss, width $width, batch $batchSize: the same J all along 50 steps', (one) => checkKernel(kernelRace(one, 50), readFile));

  it('agrees on real data with many inputs', () =>
    checkKernel(
      {
        dataset: {id: 'breast-cancer', params: {}},
        problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 2.65}},
        contestants: [{solver: {id: 'adam', params: {batchSize: 64}}, model: {width: 100}}],
        budget: {amount: 50},
      },
      readFile,
    ));

  it('is not offered for several outputs, nor on the CPU', async () => {
    const experiment = experimentOf({dataset: {id: 'iris', params: {}}, contestants: [{solver: {id: 'adam'}}]});
    const data = await loadData(experiment, readFile);
    if (!data.ok) throw new Error(data.error.message);
    const problem = await formulateProblem(experiment, data.value);
    for (const backend of ['wasm', 'webgpu', 'cpu']) expect(problem.fused?.('adam', backend, {})).toBeNull();
    problem.dispose();
  });
});
