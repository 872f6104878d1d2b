import {afterEach, beforeAll, beforeEach, describe} from 'vitest';
import {tf} from '../../src/engine/tf.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {describeAttention, describeHeads, describeOptimizers, describeReferenceCases} from '../helpers/softmaxChecks.ts';

prepareNodeBackends();

describe.each(['cpu', 'wasm'] as const)('operations of transformers on %s', (backend) => {
  beforeAll(async () => {
    if (!(await tf.setBackend(backend))) throw new Error(`no ${backend}`);
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
