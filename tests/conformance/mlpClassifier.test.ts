import {beforeAll, describe, expect} from 'vitest';
import {tf} from '../../src/engine/tf.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {describeClassifier} from '../helpers/mlpClassifierChecks.ts';

prepareNodeBackends();

describe.each(['cpu', 'wasm'])('classifier of several layers on %s', (backend) => {
  beforeAll(async () => void expect(await tf.setBackend(backend)).toBe(true));
  describeClassifier();
});
