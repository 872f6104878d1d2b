import {beforeAll, describe, expect} from 'vitest';
import {chooseBackend} from '../../src/engine/backend.ts';
import {describeBinaryProblem} from '../helpers/binaryNetworkChecks.ts';

/** What Node checks on CPU and WASM, on WebGPU; SwiftShader's software adapter. */
describe('binary networks on WebGPU in Chromium', () => {
  beforeAll(async () => void expect((await chooseBackend('webgpu', [])).backend).toBe('webgpu'));
  describeBinaryProblem();
});
