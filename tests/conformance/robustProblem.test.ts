import {afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import type {PreparedData} from '../../src/core/data.ts';
import type {ParamValues} from '../../src/core/params.ts';
import type {Problem} from '../../src/core/problem.ts';
import {tf} from '../../src/engine/tf.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import hingeHost from '../../src/losses/hinge/host.ts';
import hinge from '../../src/losses/hinge/tensor.ts';
import hostProblem from '../../src/problems/robust-relu/host.ts';
import {attackedMargins} from '../../src/problems/robust-relu/hostAttack.ts';
import formulate from '../../src/problems/robust-relu/problem.ts';
import {output, worstMargin} from '../helpers/robustBruteForce.ts';
import {centralDifferences, distance, norm, varsOf} from '../helpers/problem.ts';
import {randomData, randomNetwork, snapshotOf} from '../helpers/twoLayerRelu.ts';

prepareNodeBackends();

const BETA = 0.3;
const paramsOf = (epsilon: number, attackSteps = 7): ParamValues => ({beta: BETA, epsilon, attackSteps});
const data: PreparedData = randomData({task: 'binary', n: 25, testCount: 11, d: 4}, 5);
const network = randomNetwork(6, 4, 1, 7);

/** J_raw / n under an attack from the samples themselves, by the float64 code of instruments. */
function attackedMean(values: Float64Array, epsilon: number, steps: number): number {
  const {train, d} = data;
  // Float64 weights, so that differences of 1e-6 count.
  const moved = {iteration: 0, shapes: network.shapes, values: values as unknown as Float32Array};
  const margins = attackedMargins(moved, train, {epsilon, steps}, new Float64Array(train.n * d));
  let total = 0;
  for (const margin of margins) total += Math.max(0, 1 - margin);
  for (const w of values) total += (BETA / 2) * w * w;
  return total / train.n;
}

function attackedDifferences(epsilon: number, steps: number): Float64Array {
  const weights = Float64Array.from(network.values);
  const h = 1e-6;
  return weights.map((_, at) => {
    const moved = (by: number): number => attackedMean(weights.map((w, i) => (i === at ? w + by : w)), epsilon, steps);
    return (moved(h) - moved(-h)) / (2 * h);
  });
}

async function gradientOf(problem: Problem, attack: string): Promise<number[]> {
  const gradient = problem.gradients?.gradient(varsOf(network), problem.train, true, {attack});
  if (!gradient) throw new Error('no gradients');
  return [...(await gradient.u.data()), ...(await gradient.alpha.data())];
}

describe.each(['cpu', 'wasm'])('the network under attack on %s', (backend) => {
  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true);
  });
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it.each([0, 0.1, 0.4])('measures what the host measures (radius %d)', async (epsilon) => {
    const problem = formulate(data, paramsOf(epsilon), hinge);
    const host = hostProblem(data, paramsOf(epsilon), hingeHost).evaluate(network);
    const found = await problem.evaluate(varsOf(network), {}).data();
    const expected = [host.objective, host.trainLoss, host.testLoss, host.penalty, host.trainScore, host.testScore];
    for (const [i, value] of expected.entries()) expect(Math.abs(found[i] - value)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(value)));
  });

  it('evaluates many networks at once as one by one', async () => {
    const problem = formulate(data, paramsOf(0.2), hinge);
    const host = hostProblem(data, paramsOf(0.2), hingeHost);
    const networks = [1, 2, 3, 4].map((seed) => randomNetwork(6, 4, 1, seed));
    const points = {
      u: tf.tensor3d(Float32Array.from(networks.flatMap(({values}) => [...values.subarray(0, 24)])), [4, 6, 4]),
      alpha: tf.tensor3d(Float32Array.from(networks.flatMap(({values}) => [...values.subarray(24)])), [4, 6, 1]),
    };
    const found = await problem.objectives(points, {}).data();
    for (const [i, one] of networks.entries()) expect(Math.abs(found[i] / host.evaluate(one).objective - 1)).toBeLessThan(1e-4);
  });

  it('follows the clean gradient without an attack', async () => {
    const found = await gradientOf(formulate(data, paramsOf(0.3), hinge), 'none');
    const expected = centralDifferences(Float64Array.from(network.values), data, BETA, hingeHost);
    expect(distance(found, expected) / norm(expected)).toBeLessThan(1e-3);
  });

  it.each([['fgsm', 1], ['pgd', 7]] as const)('follows the slope of the attacked loss with %s', async (attack, steps) => {
    const found = await gradientOf(formulate(data, paramsOf(0.3), hinge), attack);
    const expected = attackedDifferences(0.3, steps);
    expect(distance(found, expected) / norm(expected)).toBeLessThan(1e-3);
    const clean = await gradientOf(formulate(data, paramsOf(0.3), hinge), 'none');
    expect(distance(found, clean) / norm(expected)).toBeGreaterThan(0.01);
  });

  it('counts the passes of an attacked step', () => {
    const {gradients} = formulate(data, paramsOf(0.3), hinge);
    expect(['none', 'fgsm', 'pgd'].map((attack) => gradients?.passes?.({attack}))).toEqual([1, 2, 8]);
    expect(formulate(data, paramsOf(0), hinge).gradients?.passes?.({attack: 'pgd'})).toBe(1);
  });

  it('gives the accuracy under attack of the test set, or of the training set without one', async () => {
    const plane = randomData({task: 'binary', n: 40, testCount: 30, d: 3}, 6);
    const small = randomNetwork(4, 3, 1, 2);
    const withoutTest = {...plane, test: {n: 0, x: new Float64Array(0), y: new Float64Array(0)}};
    for (const [given, part] of [[plane, plane.test], [withoutTest, plane.train]] as const) {
      const measures = formulate(given, paramsOf(0.4, 20), hinge).measures?.(varsOf(small), {});
      const score = (await measures?.robustScore.data())?.[0] ?? Number.NaN;
      const exact = Array.from({length: part.n}, (_, i) => worstMargin(small, part.x.subarray(3 * i, 3 * i + 3), part.y[i], 0.4)).filter((margin) => margin > 0).length / part.n;
      const clean = Array.from({length: part.n}, (_, i) => part.y[i] * output(small, part.x.subarray(3 * i, 3 * i + 3))).filter((margin) => margin > 0).length / part.n;
      expect(exact).toBeLessThan(clean);
      expect(score).toBeGreaterThanOrEqual(exact - 1e-6);
      expect(score).toBeLessThanOrEqual(exact + 0.05);
    }
  });
});

describe('the host side', () => {
  it('draws landscapes of the attacked J', () => {
    const host = hostProblem(data, paramsOf(0.2), hingeHost);
    const other = randomNetwork(6, 4, 1, 8);
    const space = host.share([[network], [other]]);
    const [from, to] = space.paths.map((path) => path.point(0));
    const length = distance(from, to);
    const du = to.map((value, i) => (value - from[i]) / length);
    const out = new Float64Array(3);
    space.kernel({origin: from, du, dv: new Float64Array(du.length)}).evaluateRow(0, Float64Array.of(0, length / 2, length), out);
    const middle = from.map((value, i) => (value + to[i]) / 2);
    const expected = [network, space.network(middle), other].map((one) => host.evaluate(one).objective);
    for (const [i, value] of expected.entries()) expect(Math.abs(out[i] / value - 1)).toBeLessThan(1e-5);
  });

  it('says NaN where there is no test set, and no other', () => {
    const alone = {...data, test: {n: 0, x: new Float64Array(0), y: new Float64Array(0)}};
    const measured = hostProblem(alone, paramsOf(0.2), hingeHost).evaluate(snapshotOf(2, 4, 1, new Float64Array(10)));
    expect(measured.objective).toBe(25);
    expect([measured.testLoss, measured.testScore]).toEqual([Number.NaN, Number.NaN]);
  });
});
