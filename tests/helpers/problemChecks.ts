import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {tf} from '../../src/engine/tf.ts';
import hostProblem from '../../src/problems/two-layer-relu/host.ts';
import {BETA, centralDifferences, distance, LOSS_CASES, type LossCase, norm, settingOf} from './problem.ts';
import {randomNetwork} from './twoLayerRelu.ts';

/** The checks that hold on every backend; run in Node on CPU and WASM, in Chromium on WebGPU too. */

/** The hand-written gradient against central differences of the definition in float64. */
async function checkGradient(loss: LossCase): Promise<void> {
  const {data, problem, network, vars} = settingOf(loss);
  const expected = centralDifferences(Float64Array.from(network.values), data, BETA, loss.host);
  const gradient = problem.gradients?.gradient(vars, problem.train, true, {});
  if (!gradient) throw new Error('no gradients');
  const found = [...(await gradient.u.data()), ...(await gradient.alpha.data())];
  expect(distance(found, expected) / norm(expected)).toBeLessThan(1e-3);
}

/** All measured quantities against the float64 host code. */
async function checkEvaluation(loss: LossCase): Promise<void> {
  const {data, problem, network, vars} = settingOf(loss);
  const host = hostProblem(data, {beta: BETA}, loss.host).evaluate(network);
  const found = await problem.evaluate(vars, {}).data();
  const expected = [host.objective, host.trainLoss, host.testLoss, host.penalty, host.trainScore, host.testScore];
  for (const [i, value] of expected.entries()) expect(Math.abs(found[i] - value)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(value)));
}

/** J at several points in one batched call against the float64 host code. */
async function checkObjectives(loss: LossCase): Promise<void> {
  const {data, problem} = settingOf(loss);
  const host = hostProblem(data, {beta: BETA}, loss.host);
  const networks = Array.from({length: 9}, (_, i) => randomNetwork(6, data.d, data.k, 100 + i));
  const [m, d] = networks[0].shapes.u;
  const points = {
    u: tf.tensor3d(Float32Array.from(networks.flatMap(({values}) => [...values.subarray(0, m * d)])), [9, m, d]),
    alpha: tf.tensor3d(Float32Array.from(networks.flatMap(({values}) => [...values.subarray(m * d)])), [9, m, data.k]),
  };
  const found = await problem.objectives(points, {}).data();
  for (const [i, network] of networks.entries()) {
    const {objective} = host.evaluate(network);
    expect(Math.abs(found[i] - objective) / objective).toBeLessThan(1e-5);
  }
}

/** The elementwise prox against the host's, over margins and penalties from tiny to huge. */
async function checkProx(loss: LossCase): Promise<void> {
  const {convex} = loss.tensor;
  const {prox} = loss.host;
  if (!convex || !prox) return;
  const q = [-300, -30, -3, -0.7, 0, 0.2, 1, 1.5, 4, 50];
  for (const rho of [1e-6, 1e-4, 0.02, 0.5, 1, 30, 1000]) {
    for (const y of [-1, 1]) {
      const found = await convex.prox(tf.tensor1d(q), tf.fill([q.length], y), rho).data();
      for (const [i, value] of q.entries()) {
        const expected = prox(value, y, rho);
        expect(Math.abs(found[i] - expected), `${loss.id} q=${value} y=${y} rho=${rho}`).toBeLessThanOrEqual(2e-5 * Math.max(1, Math.abs(expected), Math.abs(value)));
      }
    }
  }
}

/** All of the above for every loss, on the backend that the surrounding block has set. */
export function describeLosses(): void {
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  describe.each(LOSS_CASES)('$id loss', (loss) => {
    it('has the gradient of its definition, by central differences', () => checkGradient(loss));
    it('measures what the host measures', () => checkEvaluation(loss));
    it('evaluates many points at once', () => checkObjectives(loss));
    if (loss.tensor.convex) it('has the prox of the host', () => checkProx(loss));
  });
}
