import {beforeAll, describe, expect} from 'vitest';
import {chooseBackend} from '../../src/engine/backend.ts';
import {tf} from '../../src/engine/tf.ts';
import {describeClassifier} from '../helpers/mlpClassifierChecks.ts';

/** What Node checks on CPU and WASM, on WebGPU with one head of each family; SwiftShader's software adapter. */
describe('classifier of several layers on WebGPU in Chromium', () => {
  beforeAll(async () => {
    expect((await chooseBackend('webgpu', [])).backend).toBe('webgpu');
    // Small tensors too on the device, not on tfjs's CPU kernels.
    tf.env().set('WEBGPU_CPU_FORWARD', false);
  });
  describeClassifier([{head: 'softmax'}, {head: 'stablemax'}, {head: 'z-loss', zSlope: 1.5}]);
});
