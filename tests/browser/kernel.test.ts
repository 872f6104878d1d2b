import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import {beforeAll, describe, expect, it} from 'vitest';
import {chooseBackend} from '../../src/engine/backend.ts';
import {watchDevice} from '../../src/engine/device.ts';
import {useWasmBinary} from '../../src/engine/tf.ts';
import {checkKernel, KERNEL_SAMPLE, kernelRace, objectives} from '../helpers/kernelChecks.ts';

useWasmBinary(simd);

/** Generated data only: the page of this test serves no files. */
const noFiles = (): Promise<string> => Promise.reject(new Error('no files here'));

describe('the WGSL kernel and the tensor path', () => {
  const complaints: string[] = [];
  beforeAll(async () => {
    expect((await chooseBackend('webgpu', [])).backend).toBe('webgpu');
    // Faulty shaders don't throw: their output is recycled memory.
    watchDevice((message) => complaints.push(message));
  });

  it.each(KERNEL_SAMPLE)('$id, $loss, width $width, batch $batchSize: the same J all along 14 steps', async (one) => {
    await checkKernel(kernelRace(one, 14), noFiles);
    expect(complaints).toEqual([]);
  });

  it('takes many steps a dispatch, with the same numbers however they are cut', async () => {
    const race = kernelRace({id: 'adam', loss: 'logistic', width: 16, batchSize: 9}, 450);
    const whole = await objectives(race, noFiles, true);
    expect(await objectives(race, noFiles, true, 7)).toEqual(whole);
    await chooseBackend('wasm', []);
    const onWasm = await objectives(race, noFiles, true);
    await chooseBackend('webgpu', []);
    expect(onWasm.length).toBe(whole.length);
    for (const [i, value] of onWasm.entries()) expect(Math.abs(whole[i] / value - 1)).toBeLessThan(1e-3);
    expect(complaints).toEqual([]);
  });
});
