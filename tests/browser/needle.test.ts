import {afterEach, beforeAll, beforeEach, describe, expect} from 'vitest';
import {chooseBackend} from '../../src/engine/backend.ts';
import {tf} from '../../src/engine/tf.ts';
import {DESIGNS} from '../helpers/needle.ts';
import {describeNeedle} from '../helpers/needleChecks.ts';

describe('attention on sets on WebGPU in Chromium', () => {
  beforeAll(async () => {
    expect((await chooseBackend('webgpu', [])).backend).toBe('webgpu');
    // Small tensors too on the device, not on tfjs's CPU kernels.
    tf.env().set('WEBGPU_CPU_FORWARD', false);
  });
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());
  describeNeedle(DESIGNS.filter(([name]) => ['two heads', 'SSA sum', 'SOFT'].includes(name)));
});
