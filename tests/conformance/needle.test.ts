import {afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {tf} from '../../src/engine/tf.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {innerProduct} from '../../src/numerics/optim/tensorNorms.ts';
import {DESIGNS} from '../helpers/needle.ts';
import {describeNeedle, describeProbes} from '../helpers/needleChecks.ts';

prepareNodeBackends();

describe.each(['cpu', 'wasm'])('attention on sets on %s', (backend) => {
  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true);
  });
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());
  describeNeedle(DESIGNS);
  describeProbes();

  it('takes inner products of weights that have been a right factor', async () => {
    const w = tf.tensor2d([[1, 2], [3, 4]]);
    await tf.matMul(tf.ones([1, 2]), w).data();
    expect([...(await innerProduct(w, w).data())]).toEqual([30]);
    expect([...(await tf.matMul(tf.ones([1, 2]), w).data())]).toEqual([4, 6]);
  });
});
