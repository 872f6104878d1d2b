import {beforeAll, describe, expect} from 'vitest';
import {chooseBackend} from '../../src/engine/backend.ts';
import {tf} from '../../src/engine/tf.ts';
import {describeSurface} from '../helpers/surfaceChecks.ts';

describe('surfaces on WebGPU in Chromium', () => {
  beforeAll(async () => {
    expect((await chooseBackend('webgpu', [])).backend).toBe('webgpu');
    // Small tensors too on the device, not on tfjs's CPU kernels.
    tf.env().set('WEBGPU_CPU_FORWARD', false);
  });
  // WGSL asks of sin and cos an absolute error of 2^-11 at most.
  describeSurface(1e-3);
});
