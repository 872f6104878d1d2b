import {beforeAll, describe, expect} from 'vitest';
import {chooseBackend} from '../../src/engine/backend.ts';
import {tf} from '../../src/engine/tf.ts';
import {describeGradients} from '../helpers/transformerChecks.ts';

/** Some of what Node checks on CPU and WASM, on WebGPU; SwiftShader's software adapter. */
describe('transformer on WebGPU in Chromium', () => {
  beforeAll(async () => {
    expect((await chooseBackend('webgpu', [])).backend).toBe('webgpu');
    // Small tensors too on the device, not on tfjs's CPU kernels.
    tf.env().set('WEBGPU_CPU_FORWARD', false);
  });
  describeGradients(true);
});
