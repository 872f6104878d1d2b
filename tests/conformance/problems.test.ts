import {afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {tf} from '../../src/engine/tf.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {LOSS_CASES} from '../helpers/problem.ts';
import {checkEvaluation, checkGradient, checkObjectives, checkProx} from '../helpers/problemChecks.ts';

prepareNodeBackends();

describe.each(['cpu', 'wasm'])('two-layer ReLU on %s', (backend) => {
  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true);
  });
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  describe.each(LOSS_CASES)('$id loss', (loss) => {
    it('has the gradient of its definition, by central differences', () => checkGradient(loss));
    it('measures what the host measures', () => checkEvaluation(loss));
    it('evaluates many points at once', () => checkObjectives(loss));
    if (loss.tensor.convex) it('has the prox of the host', () => checkProx(loss));
  });
});
