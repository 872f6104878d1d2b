import {afterEach, beforeAll, beforeEach, describe, expect} from 'vitest';
import {chooseBackend} from '../../src/engine/backend.ts';
import {tf} from '../../src/engine/tf.ts';
import {describeAttention, describeHeads, describeOptimizers, describeReferenceCases} from '../helpers/softmaxChecks.ts';

/** What Node checks on CPU and WASM, on WebGPU; SwiftShader's software adapter. */
describe('operations of transformers on WebGPU in Chromium', () => {
  beforeAll(async () => {
    expect((await chooseBackend('webgpu', [])).backend).toBe('webgpu');
    // Small tensors too on the device, not on tfjs's CPU kernels.
    tf.env().set('WEBGPU_CPU_FORWARD', false);
  });
  describe('reference cases', describeReferenceCases);
  describe('properties', () => {
    beforeEach(() => tf.engine().startScope());
    afterEach(() => tf.engine().endScope());
    describeHeads();
    describeAttention();
    describeOptimizers();
  });
});
