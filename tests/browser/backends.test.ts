import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import {beforeAll, describe, expect, it} from 'vitest';
import {chooseBackend} from '../../src/engine/backend.ts';
import {useWasmBinary} from '../../src/engine/tf.ts';
import {describeLosses} from '../helpers/problemChecks.ts';

useWasmBinary(simd);

/** What Node checks on CPU and WASM, in Chromium on all three; WebGPU is SwiftShader's software adapter. */
describe.each(['webgpu', 'wasm', 'cpu'] as const)('two-layer ReLU on %s in Chromium', (backend) => {
  beforeAll(async () => {
    const report = await chooseBackend(backend, []);
    expect(report.backend).toBe(backend);
    expect(report.reason).toMatch(/gradient check passed/);
  });
  describeLosses();
});

describe('the choice of a backend', () => {
  it('leaves a software GPU aside unless asked, and says so', async () => {
    const report = await chooseBackend('auto', []);
    expect(report.backend).toBe('wasm');
    expect(report.reason).toMatch(/slow software/);
  });

  it('goes on to the next when one is excluded, and says so', async () => {
    const report = await chooseBackend('webgpu', ['webgpu', 'wasm']);
    expect(report.backend).toBe('cpu');
    expect(report.reason).toMatch(/lost/i);
  });
});
