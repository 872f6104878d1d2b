import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import {beforeAll, describe, expect, it} from 'vitest';
import {startSeeds} from '../../src/core/study.ts';
import {chooseBackend} from '../../src/engine/backend.ts';
import {watchDevice} from '../../src/engine/device.ts';
import {sweepStudy} from '../../src/engine/studies/sweep.ts';
import {tf, useWasmBinary} from '../../src/engine/tf.ts';
import {kernelRace, objectives} from '../helpers/kernelChecks.ts';
import {eventsOf, listening, objectiveAlone, parsed, startsOf} from '../helpers/studies.ts';

useWasmBinary(simd);

/** Generated data only: the page of this test serves no files. */
const noFiles = (): Promise<string> => Promise.reject(new Error('no files here'));

describe('starts on the WGSL kernel, one workgroup for each', () => {
  const complaints: string[] = [];
  beforeAll(async () => {
    expect((await chooseBackend('webgpu', [])).backend).toBe('webgpu');
    watchDevice((message) => complaints.push(message));
  });

  it.each([
    {id: 'sgd', loss: 'squared', width: 7, batchSize: 0},
    {id: 'adam', loss: 'logistic', width: 4, batchSize: 9},
  ])('$id, $loss, width $width, batch $batchSize: each is bit-equal to a single run of its seed', async (one) => {
    const race = kernelRace(one, 30);
    const events = await startsOf('webgpu', race, 3, noFiles);
    expect(events.at(-1)).toEqual({type: 'done'});
    const alone: number[] = [];
    for (const seed of startSeeds(9, 3)) alone.push(await objectiveAlone(race, seed, noFiles));
    expect(Array.from(eventsOf(events, 'starts').at(-1)?.starts.objectives ?? [])).toEqual(alone);
    expect(new Set(alone).size).toBe(3);
    expect(complaints).toEqual([]);
  });

  it('learning rates side by side end where races with them end, to the bit', async () => {
    const race = kernelRace({id: 'adamw', loss: 'hinge', width: 16, batchSize: 9}, 30) as {readonly contestants: readonly {readonly solver: {readonly id: string; readonly params: object}}[]};
    const rates = [0.001, 0.03, 0.2];
    const {services, events} = listening(noFiles);
    await sweepStudy({experiment: parsed(race), grids: [{contestant: 0, rates}], request: 'webgpu', exclude: []}, services);
    const {points, backend} = eventsOf(events, 'sweep').at(-1) ?? {};
    expect(backend).toBe('webgpu');
    const alone: number[] = [];
    for (const learningRate of rates) {
      const [{solver, ...rest}] = race.contestants;
      alone.push((await objectives({...race, contestants: [{...rest, solver: {...solver, params: {...solver.params, learningRate}}}]}, noFiles, true)).at(-1) ?? Number.NaN);
    }
    expect(points?.map(({objective}) => objective)).toEqual(alone);
    expect(new Set(alone).size).toBe(3);
    expect(complaints).toEqual([]);
  });

  it('agrees with the SIMD kernel to 1e-3 and leaves no tensors behind', async () => {
    const race = kernelRace({id: 'sgd', loss: 'squared', width: 8, batchSize: 0}, 120);
    const before = tf.memory().numTensors;
    const onGpu = eventsOf(await startsOf('webgpu', race, 20, noFiles), 'starts').at(-1)?.starts.objectives ?? [];
    expect(tf.memory().numTensors).toBe(before);
    const onWasm = eventsOf(await startsOf('wasm', race, 20, noFiles), 'starts').at(-1)?.starts.objectives ?? [];
    expect(onGpu.length).toBe(20);
    for (const [r, value] of onWasm.entries()) expect(Math.abs(onGpu[r] / value - 1)).toBeLessThan(1e-3);
    expect(complaints).toEqual([]);
  });
});
