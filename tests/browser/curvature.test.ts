import {beforeAll, describe, expect, it} from 'vitest';
import {chooseBackend} from '../../src/engine/backend.ts';
import {tf} from '../../src/engine/tf.ts';
import {checkSharpness, checkTaylor, productError, reluTensors, SMOOTH, tanhTensors, using} from '../helpers/curvatureChecks.ts';

/** What Node checks on CPU and WASM, on WebGPU; SwiftShader's software adapter. */
describe('curvature on WebGPU in Chromium', () => {
  beforeAll(async () => {
    expect((await chooseBackend('webgpu', [])).backend).toBe('webgpu');
    // Small tensors too on the device, not on tfjs's CPU kernels.
    tf.env().set('WEBGPU_CPU_FORWARD', false);
  });

  it('has Hessian products within 1e-3 of dense float64 ones', async () => {
    expect(await using(tanhTensors([1, 8, 8, 1]), productError)).toBeLessThan(1e-3);
    expect(await using(reluTensors(SMOOTH[1]), productError)).toBeLessThan(1e-3);
  });

  it('finds the largest eigenvalue of a tanh network to 1 %', () => using(tanhTensors([1, 8, 8, 1]), checkSharpness));

  it('tells the right gradient from a wrong one by the Taylor slope', () => checkTaylor(SMOOTH[1]));
});
