import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {CATALOGUE} from '../../src/catalogue.ts';
import type {PreparedData} from '../../src/core/data.ts';
import type {HostLoss} from '../../src/core/hostProblem.ts';
import {defaultsOf, type ParamValues} from '../../src/core/params.ts';
import type {Problem, TensorLoss, Vars} from '../../src/core/problem.ts';
import type {Snapshot} from '../../src/core/protocol.ts';
import {tf} from '../../src/engine/tf.ts';
import crossEntropyHost from '../../src/losses/cross-entropy/host.ts';
import crossEntropyTensor from '../../src/losses/cross-entropy/tensor.ts';
import logisticHost from '../../src/losses/logistic/host.ts';
import logisticTensor from '../../src/losses/logistic/tensor.ts';
import squaredHost from '../../src/losses/squared/host.ts';
import squaredTensor from '../../src/losses/squared/tensor.ts';
import {backwardNet, forwardNet} from '../../src/numerics/binary/netHost.ts';
import {inputRows, netModel} from '../../src/numerics/binary/netModel.ts';
import {latentOf, roundedNet} from '../../src/numerics/binary/netSamples.ts';
import hostProblem from '../../src/problems/binary-network/host.ts';
import formulate from '../../src/problems/binary-network/problem.ts';
import {randomBinary} from './binaryNetwork.ts';
import {randomData} from './twoLayerRelu.ts';

export const problemParams = (changes: ParamValues): ParamValues => ({...defaultsOf(CATALOGUE.problems['binary-network'].params), ...changes});

export interface Case {
  readonly name: string;
  readonly data: PreparedData;
  readonly params: ParamValues;
  readonly tensor: TensorLoss;
  readonly host: HostLoss;
}

export const CASES: readonly Case[] = [
  {name: 'two classes', data: randomData({task: 'binary', n: 21, testCount: 8, d: 3}, 1), params: problemParams({width: 5}), tensor: logisticTensor, host: logisticHost},
  {name: 'three classes', data: randomData({task: 'multiclass', n: 25, testCount: 9, d: 6, k: 3}, 2), params: problemParams({width: 7}), tensor: crossEntropyTensor, host: crossEntropyHost},
  {name: 'ReLU, a regression', data: randomData({task: 'regression', n: 18, testCount: 6, d: 4}, 3), params: problemParams({width: 6, activation: 'relu'}), tensor: squaredTensor, host: squaredHost},
  {name: 'all binary', data: randomData({task: 'binary', n: 16, testCount: 5, d: 3}, 4), params: problemParams({width: 4, parameters: 'binary only'}), tensor: logisticTensor, host: logisticHost},
];
const KINDS = [{rank: 0}, {rank: 2}, {rank: 0, noise: true}] as const;

function varsOf({shapes, values}: Snapshot): Vars {
  let at = 0;
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => {
    const size = shape.reduce((product, length) => product * length, 1);
    at += size;
    return [name, tf.tensor(values.slice(at - size, at), [...shape])];
  }));
}

export const near = (found: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void => {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    if (Number.isNaN(expected[i])) expect(found[i]).toBeNaN();
    else expect(Math.abs(found[i] - expected[i])).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected[i])));
  }
};

/** The tensor code of binary networks against the float64 code of the host, on the backend in force. */
export function describeBinaryProblem(): void {
  describe.each(CASES)('$name', ({data, params, tensor, host: loss}) => {
    const host = hostProblem(data, params, loss);
    const model = netModel(data, params);
    let problem: Problem;
    beforeAll(() => {
      problem = formulate(data, params, tensor);
    });
    afterAll(() => problem.dispose());

    it.each(KINDS)('measures what the host measures, of sign(mu) and of samples: %o', async (kind) => {
      const network = randomBinary(model, {seed: 9, ...kind});
      const vars = varsOf(network);
      const {objective, trainLoss, testLoss, penalty, trainScore, testScore} = host.evaluate(network);
      near(await problem.evaluate(vars, {}).data(), [objective, trainLoss, testLoss, penalty, trainScore, testScore]);
      const {sampled, best} = host.weights?.(network) ?? {sampled: new Float64Array(0), best: 0};
      const measured = problem.measures?.(vars, {}) ?? {};
      near(await measured.expectedObjective.data(), [sampled.reduce((sum, value) => sum + value, 0) / sampled.length]);
      near(await measured.bestObjective.data(), [best]);
      const scored = (readout: 'best' | 'average'): number => {
        const f = host.predict(network, data.test.x, data.test.n, readout);
        // The host's own score, of a problem whose only network has these outputs.
        const right = Array.from({length: data.test.n}, (_, i) => {
          const row = f.subarray(i * data.k, (i + 1) * data.k);
          const target = data.test.y.subarray(i * data.k, (i + 1) * data.k);
          return data.k === 1 ? row[0] * target[0] > 0 : row.indexOf(Math.max(...row)) === target.indexOf(1);
        });
        if (data.task !== 'regression') return right.filter(Boolean).length / data.test.n;
        const mean = data.test.y.reduce((sum, value) => sum + value, 0) / data.test.n;
        return 1 - f.reduce((sum, value, i) => sum + (value - data.test.y[i]) ** 2, 0) / data.test.y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      };
      near(await measured.bestScore.data(), [scored('best')]);
      near(await measured.averageScore.data(), [scored('average')]);
    });

    it('predicts from rows of data, and evaluates many points at once', async () => {
      const networks = [1, 2, 3, 4].map((seed) => randomBinary(model, {seed, rank: 1}));
      near(await problem.predict(varsOf(networks[0]), tf.tensor2d(Float32Array.from(data.test.x), [data.test.n, data.d]), {}).data(), host.predict(networks[0], data.test.x, data.test.n));
      const all = networks.map(varsOf);
      const points = Object.fromEntries(Object.keys(all[0]).map((name) => [name, tf.stack(all.map((vars) => vars[name]))]));
      near(await problem.objectives(points, {}).data(), networks.map((network) => host.evaluate(network).objective));
    });

    it('has the gradient of the host code, of the full set and of batches', async () => {
      const facet = problem.binaryNetwork;
      if (!facet) throw new Error('no facet');
      const networks = [5, 6].map((seed) => roundedNet(latentOf(model, randomBinary(model, {seed, rank: 0}))));
      const rows = [Int32Array.of(3, 1, 1, 7, 12), Int32Array.of(0, 2, 15, 4, 4)];
      const first = model.hidden * model.inputs;
      const weights = {
        hidden: tf.tensor3d(networks.flatMap((net) => Array.from(net.weights).slice(0, first)), [2, model.hidden, model.inputs]),
        output: tf.tensor3d(networks.flatMap((net) => Array.from(net.weights).slice(first)), [2, model.outputs, model.sums]),
      };
      const reals = model.allBinary ? [] : (['bias', 'scale', 'shift'] as const);
      const real = Object.fromEntries(reals.map((name) => [name, tf.tensor2d(networks.map((net) => Array.from(net[name])))]));
      const every = Int32Array.from({length: data.train.n}, (_, i) => i);
      for (const batch of [null, rows]) {
        const found = facet.gradient(weights, real, facet.batch(batch));
        for (const [r, net] of networks.entries()) {
          const chosen = batch ? batch[r] : every;
          const pick = (values: Float64Array, width: number): Float64Array => Float64Array.from([...chosen].flatMap((i) => [...values.subarray(i * width, (i + 1) * width)]));
          const x = inputRows(model, pick(data.train.x, data.d), chosen.length);
          const y = pick(data.train.y, data.k);
          const forward = forwardNet(model, net, x, chosen.length);
          const df = new Float64Array(chosen.length * data.k);
          for (let i = 0; i < chosen.length; i++) loss.derivative(forward.f, y, i, df, data.k);
          const expected = backwardNet(model, net, x, chosen.length, forward, df.map((value) => value / chosen.length));
          const own = async (name: string): Promise<number[]> => [...(await tf.slice(found[name], [r], [1]).data())];
          near([...(await own('hidden')), ...(await own('output'))], expected.weights);
          for (const name of reals) near(await own(name), expected[name]);
        }
      }
    });
  });
}
