import {describe, expect, it} from 'vitest';
import type {Task} from '../../src/core/data.ts';
import type {HostLoss, Plane} from '../../src/core/hostProblem.ts';
import type {Snapshot} from '../../src/core/protocol.ts';
import {randomStream} from '../../src/core/random.ts';
import {planeFor, pointOf, projectPath} from '../../src/engine/planes.ts';
import crossEntropy from '../../src/losses/cross-entropy/host.ts';
import hinge from '../../src/losses/hinge/host.ts';
import logistic from '../../src/losses/logistic/host.ts';
import squared from '../../src/losses/squared/host.ts';
import hostProblem from '../../src/problems/two-layer-relu/host.ts';
import {disguised, randomData, randomNetwork, rawGradient, snapshotOf} from '../helpers/twoLayerRelu.ts';

const NAMES = ['A', 'B', 'C', 'D'];

describe('the host problem', () => {
  it('measures a network worked out by hand', () => {
    const data = {
      ...randomData({task: 'regression', n: 2, testCount: 1, d: 2}, 1),
      train: {n: 2, x: Float64Array.of(2, 1, -3, 1), y: Float64Array.of(1, 0)},
      test: {n: 0, x: new Float64Array(0), y: new Float64Array(0)},
    };
    const host = hostProblem(data, {beta: 0.5}, squared);
    // u = (3, 4) and (-1, 0), alpha = 0.5 and 2: f = (0.5 * 10, 2 * 3).
    const measured = host.evaluate(snapshotOf(2, 2, 1, [3, 4, -1, 0, 0.5, 2]));
    expect(measured.trainLoss).toBe((16 / 2 + 36 / 2) / 2);
    expect(measured.penalty).toBe(0.5 * (2.5 + 2));
    expect(measured.rawPenalty).toBe(0.25 * (25 + 0.25 + 1 + 4));
    expect(measured.objective).toBe(26 + 2.25);
    expect(measured.trainScore).toBe(1 - 52 / 0.5);
    expect([measured.testLoss, measured.testScore]).toEqual([Number.NaN, Number.NaN]);
  });

  it('scores classes by accuracy; a zero output is wrong', () => {
    const data = randomData({task: 'binary', n: 40, testCount: 20, d: 3}, 2);
    const host = hostProblem(data, {beta: 0.1}, logistic);
    const zero = host.evaluate(snapshotOf(2, 3, 1, new Float64Array(8)));
    expect(zero.trainScore).toBe(0);
    expect(zero.trainLoss).toBeCloseTo(Math.log(2), 14);
    const network = randomNetwork(5, 3, 1, 3);
    const f = host.predict(network, data.test.x, 20);
    const right = f.filter((value, i) => value * data.test.y[i] > 0).length;
    expect(host.evaluate(network).testScore).toBe(right / 20);
  });

  it('has the gradient helper as its slope', () => {
    const data = randomData({task: 'multiclass', n: 30, d: 4, k: 3}, 4);
    const host = hostProblem(data, {beta: 0.3}, crossEntropy);
    const network = randomNetwork(6, 4, 3, 5);
    const gradient = rawGradient(network, data, 0.3, crossEntropy);
    const value = (values: Float32Array): number => {
      const {trainLoss, rawPenalty} = host.evaluate({...network, values});
      return trainLoss + rawPenalty / 30;
    };
    const h = 2 ** -10;
    for (let i = 0; i < gradient.length; i++) {
      const up = network.values.slice();
      const down = network.values.slice();
      up[i] += h;
      down[i] -= h;
      expect(gradient[i]).toBeCloseTo((value(up) - value(down)) / (up[i] - down[i]), 3);
    }
  });
});

describe('the shared space', () => {
  const data = randomData({task: 'binary', n: 50, d: 4}, 6);
  const host = hostProblem(data, {beta: 0.2}, squared);
  const distance = (p: Float64Array, q: Float64Array): number => Math.hypot(...p.map((value, i) => value - q[i]));

  it('brings a permuted and rescaled copy exactly onto the original, and to the same plane point', () => {
    const original = [randomNetwork(12, 4, 1, 7), randomNetwork(12, 4, 1, 8, 10)];
    const order = randomStream(9, 'order').permutation(12);
    const scales = Float64Array.from({length: 12}, (_, j) => 2 ** ((j % 7) - 3));
    const copy = original.map((network) => disguised(network, order, scales));
    const third = [randomNetwork(9, 4, 1, 10)];
    const space = host.share([original, copy, third]);
    for (const s of [0, 1]) expect(distance(space.paths[0].point(s), space.paths[1].point(s))).toBeLessThan(1e-12);
    const {plane} = planeFor(space, {kind: 'path', names: NAMES.slice(0, 3), of: 0, seed: 1});
    const [one, other] = space.paths.map((path) => projectPath(plane, path, 'r'));
    for (const s of [0, 1]) {
      expect(other.a[s]).toBeCloseTo(one.a[s], 12);
      expect(other.b[s]).toBeCloseTo(one.b[s], 12);
    }
  });

  it('leaves J and the function of every network alone', () => {
    const networks = [randomNetwork(5, 4, 1, 11), randomNetwork(9, 4, 1, 12), randomNetwork(7, 4, 1, 13)];
    const space = host.share(networks.map((network) => [network]));
    expect(space.dim).toBe(9 * 5);
    for (const [i, network] of networks.entries()) {
      const there = space.network(space.paths[i].point(0));
      expect(host.evaluate(there).objective / host.evaluate(network).objective).toBeCloseTo(1, 6);
      expect(host.evaluate(there).rawPenalty / host.evaluate(network).penalty).toBeCloseTo(1, 6);
    }
  });

  it('drops neurons that are zero all along, and keeps those that are zero at the end only', () => {
    const [m, d] = [6, 4];
    const withZeros = (network: Snapshot, zero: readonly number[]): Snapshot => {
      const values = network.values.slice();
      for (const j of zero) values[m * d + j] = 0;
      return {...network, values};
    };
    const path = [withZeros(randomNetwork(m, d, 1, 14), [0, 3]), withZeros(randomNetwork(m, d, 1, 15, 5), [0, 3, 4])];
    const space = host.share([path, [randomNetwork(2, d, 1, 16)]]);
    expect(space.dim).toBe(4 * 5);
    expect(host.evaluate(space.network(space.paths[0].point(0))).objective).toBeCloseTo(host.evaluate(path[0]).objective, 3);
    const zero = host.share([[snapshotOf(3, d, 1, new Float64Array(15))]]);
    expect([...zero.paths[0].point(0)]).toEqual([0, 0, 0, 0, 0]);
  });

  it('keeps a common start common, whoever the reference is', () => {
    const start = randomNetwork(8, 4, 1, 17);
    const wide = [randomNetwork(20, 4, 1, 18)];
    const order = randomStream(19, 'order').permutation(8);
    const permuted = disguised(start, order, new Float64Array(8).fill(1));
    const space = host.share([[start, randomNetwork(8, 4, 1, 20, 9)], wide, [start, permuted]]);
    expect(space.paths[0].point(0)).toEqual(space.paths[2].point(0));
    expect(distance(space.paths[2].point(0), space.paths[2].point(1))).toBeGreaterThan(0.1);
  });
});

describe('the plane kernel', () => {
  const cases: readonly [string, Task, HostLoss, number, number][] = [
    ['squared', 'regression', squared, 1, 5],
    ['squared on classes', 'binary', squared, 1, 12],
    ['logistic', 'binary', logistic, 1, 5],
    ['hinge', 'binary', hinge, 1, 5],
    ['cross-entropy', 'multiclass', crossEntropy, 4, 6],
  ];
  it.each(cases)('%s (%s) agrees with direct evaluation at random grid points to 1e-5', (_, task, loss, k, d) => {
    const data = randomData({task, n: 60, d, k}, 21);
    const host = hostProblem(data, {beta: 0.4}, loss);
    const space = host.share([[randomNetwork(10, d, k, 22)], [randomNetwork(14, d, k, 23)], [randomNetwork(6, d, k, 24)]]);
    const {plane} = planeFor(space, {kind: 'contestants', names: NAMES.slice(0, 3), of: 0, seed: 1});
    const side = 41;
    const line = Float64Array.from({length: side}, (_, i) => -8 + (16 * i) / (side - 1));
    const kernel = space.kernel(plane);
    const rows = [...line].map((b) => {
      const out = new Float64Array(side);
      kernel.evaluateRow(b, line, out);
      return out;
    });
    const random = randomStream(25, 'grid');
    for (let trial = 0; trial < 100; trial++) {
      const [column, row] = [random.below(side), random.below(side)];
      const direct = host.evaluate(space.network(pointOf(plane, line[column], line[row]))).objective;
      expect(Math.abs(rows[row][column] / direct - 1)).toBeLessThan(1e-5);
    }
  });

  it('is right where neurons switch exactly on a grid point, never switch, or are zero', () => {
    const data = {
      ...randomData({task: 'regression', n: 3, d: 2}, 1),
      train: {n: 3, x: Float64Array.of(1, 1, -1, 1, 0, 1), y: Float64Array.of(1, -1, 0.5)},
    };
    const host = hostProblem(data, {beta: 1}, squared);
    const space = host.share([[snapshotOf(3, 2, 1, [1, 1, -1, 1, 0.5, 0, 1, -1, 2])]]);
    const vector = (entries: Readonly<Record<number, number>>): Float64Array =>
      Float64Array.from({length: space.dim}, (_, i) => entries[i] ?? 0);
    const planes: readonly Plane[] = [
      {origin: space.paths[0].point(0), du: vector({0: 1}), dv: vector({1: 1})},
      {origin: vector({}), du: vector({0: 1}), dv: vector({6: 1})},
      {origin: space.paths[0].point(0), du: vector({6: 1}), dv: vector({3: 1})},
    ];
    const line = Float64Array.of(-2, -1, 0, 1, 2);
    for (const plane of planes) {
      for (const b of line) {
        const out = new Float64Array(5);
        space.kernel(plane).evaluateRow(b, line, out);
        for (const [i, a] of line.entries()) {
          expect(out[i]).toBeCloseTo(host.evaluate(space.network(pointOf(plane, a, b))).objective, 5);
          const single = new Float64Array(1);
          space.kernel(plane).evaluateRow(b, Float64Array.of(a), single);
          expect(single[0]).toBeCloseTo(out[i], 10);
        }
      }
    }
  });
});
