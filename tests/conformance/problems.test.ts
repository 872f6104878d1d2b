import {beforeAll, describe, expect} from 'vitest';
import {tf} from '../../src/engine/tf.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {describeLosses} from '../helpers/problemChecks.ts';

prepareNodeBackends();

describe.each(['cpu', 'wasm'])('two-layer ReLU on %s', (backend) => {
  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true);
  });
  describeLosses();
});
