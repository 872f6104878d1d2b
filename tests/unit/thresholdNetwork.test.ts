import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {CATALOGUE} from '../../src/catalogue.ts';
import type {Certifier, CertifierInput} from '../../src/core/certificate.ts';
import type {PreparedData} from '../../src/core/data.ts';
import type {Plane} from '../../src/core/hostProblem.ts';
import type {Snapshot} from '../../src/core/protocol.ts';
import {randomStream} from '../../src/core/random.ts';
import {planeFor, pointOf} from '../../src/engine/planes.ts';
import squared from '../../src/losses/squared/host.ts';
import makeCertifier from '../../src/problems/threshold-network/certify.ts';
import hostProblem from '../../src/problems/threshold-network/host.ts';
import {randomData} from '../helpers/twoLayerRelu.ts';

const snapshotOf = (m: number, d: number, values: ArrayLike<number>): Snapshot => ({
  iteration: 0,
  shapes: {gates: [m, d], alpha: [m, 1]},
  values: Float32Array.from(values),
});

function randomNetwork(m: number, d: number, seed: number): Snapshot {
  const random = randomStream(seed, 'threshold network');
  return snapshotOf(m, d, Array.from({length: m * (d + 1)}, () => random.normal()));
}

describe('the host problem', () => {
  const data: PreparedData = {
    ...randomData({task: 'regression', n: 3, d: 2}, 1),
    train: {n: 3, x: Float64Array.of(2, 1, -1, 1, 0, 1), y: Float64Array.of(3, 1, 0)},
  };
  const host = hostProblem(data, {beta: 0.5}, squared);

  it('measures a network worked out by hand; a sample on the edge and a zero gate are on', () => {
    // x >= 0 is on for 2 and 0, weight 3; x <= -1 is on for -1 alone, weight -2; the zero gate everywhere, weight 1/2.
    const network = snapshotOf(3, 2, [1, 0, -1, -1, 0, 0, 3, -2, 0.5]);
    expect([...host.predict(network, data.train.x, 3)]).toEqual([3.5, -1.5, 3.5]);
    const measured = host.evaluate(network);
    expect(measured.trainLoss).toBe((0.25 + 6.25 + 12.25) / 2 / 3);
    expect([measured.penalty, measured.rawPenalty]).toEqual([2.75, 2.75]);
    expect(measured.objective).toBe(9.375 + 2.75);
    expect(measured.trainScore).toBeCloseTo(1 - 18.75 / (14 / 3), 14);
    expect([measured.testLoss, measured.testScore]).toEqual([Number.NaN, Number.NaN]);
  });

  it('does not see how long gates are', () => {
    const network = randomNetwork(5, 2, 3);
    const values = network.values.map((value, at) => (at < 10 ? value * 2 ** ((at >> 1) - 2) : value));
    expect(host.evaluate({...network, values})).toEqual(host.evaluate(network));
  });
});

describe('the shared space', () => {
  const data = randomData({task: 'binary', n: 40, d: 3}, 6);
  const host = hostProblem(data, {beta: 0.3}, squared);

  it('keeps J of networks of several widths, with units in any order and gates of any length', () => {
    const one = randomNetwork(7, 3, 8);
    const order = randomStream(2, 'order').permutation(7);
    const copy = snapshotOf(7, 3, [
      ...[...order].flatMap((j) => [0, 1, 2].map((c) => 2 ** (j - 3) * one.values[3 * j + c])),
      ...[...order].map((j) => one.values[21 + j]),
    ]);
    const zeroGate = snapshotOf(2, 3, [0, 0, 0, 1, 1, 1, 0.7, -0.2]);
    const networks = [one, copy, randomNetwork(4, 3, 9), zeroGate];
    const space = host.share(networks.map((network) => [network]));
    for (const [i, network] of networks.entries()) {
      const there = space.network(space.paths[i].point(0));
      expect(host.evaluate(there).objective).toBeCloseTo(host.evaluate(network).objective, 4);
    }
    const [p, q] = [space.paths[0].point(0), space.paths[1].point(0)];
    expect(Math.hypot(...p.map((value, i) => value - q[i]))).toBeLessThan(1e-5);
  });

  it('leaves units of weight zero out', () => {
    const network = snapshotOf(3, 3, [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 2, 0]);
    const space = host.share([[network]]);
    expect(space.dim).toBe(4);
    expect(host.evaluate(space.network(space.paths[0].point(0)))).toEqual(host.evaluate(network));
  });

  it('has a kernel that agrees with direct evaluation, on rows of any length', () => {
    const space = host.share([[randomNetwork(6, 3, 11)], [randomNetwork(9, 3, 12)], [randomNetwork(4, 3, 13)]]);
    const {plane} = planeFor(space, {kind: 'contestants', names: ['A', 'B', 'C'], of: 0, seed: 1});
    const line = Float64Array.from({length: 37}, (_, i) => -7 + i * 0.41);
    const kernel = space.kernel(plane);
    for (const b of [-3.3, -0.2, 0, 1.7]) {
      const out = new Float64Array(line.length);
      kernel.evaluateRow(b, line, out);
      for (const [i, a] of line.entries()) {
        expect(Math.abs(out[i] / host.evaluate(space.network(pointOf(plane, a, b))).objective - 1)).toBeLessThan(1e-5);
        const single = new Float64Array(1);
        kernel.evaluateRow(b, Float64Array.of(a), single);
        expect(single[0]).toBeCloseTo(out[i], 9);
      }
    }
  });

  it('has a kernel that is right where units switch exactly on a grid point, never switch, or fade out', () => {
    const small: PreparedData = {
      ...randomData({task: 'regression', n: 3, d: 2}, 1),
      train: {n: 3, x: Float64Array.of(1, 1, -1, 1, 0, 1), y: Float64Array.of(1, -1, 0.5)},
    };
    const own = hostProblem(small, {beta: 1}, squared);
    const space = own.share([[snapshotOf(2, 2, [3, 4, -1, 0, 5, 1])]]);
    const vector = (entries: Readonly<Record<number, number>>): Float64Array => Float64Array.from({length: space.dim}, (_, i) => entries[i] ?? 0);
    const planes: readonly Plane[] = [
      {origin: space.paths[0].point(0), du: vector({0: 1}), dv: vector({1: 1})},
      {origin: space.paths[0].point(0), du: vector({4: 1}), dv: vector({2: 1})},
      {origin: vector({}), du: vector({1: 1}), dv: vector({5: 1})},
    ];
    const line = Float64Array.of(-4, -3, -2, -1, 0, 1);
    for (const plane of planes) {
      for (const b of line) {
        const out = new Float64Array(line.length);
        space.kernel(plane).evaluateRow(b, line, out);
        for (const [i, a] of line.entries()) expect(out[i]).toBeCloseTo(own.evaluate(space.network(pointOf(plane, a, b))).objective, 5);
      }
    }
  });
});

describe('the certificate', () => {
  const {instances} = JSON.parse(readFileSync('tests/fixtures/convex_reference.json', 'utf8')) as {
    readonly instances: readonly {readonly points: readonly (readonly number[])[]; readonly targets: readonly number[]; readonly threshold_lasso_lower: number; readonly threshold_lasso_upper: number}[];
  };
  const [xor] = instances;
  const xorData: PreparedData = {
    ...randomData({task: 'regression', n: 20, d: 3}, 1),
    train: {n: 20, x: Float64Array.from(xor.points.flatMap((point) => [...point, 1])), y: Float64Array.from(xor.targets)},
  };
  const begun = (data: PreparedData, beta: number, sample: CertifierInput['sample'] = null): Certifier => {
    const made = makeCertifier({data, params: {beta}, loss: squared, sample});
    if (!made.ok) throw new Error(made.error.message);
    return made.value;
  };
  const closed = (certifier: Certifier) => {
    let interval = certifier.advance();
    while (interval.improvable) interval = certifier.advance();
    return interval;
  };

  it('closes on the reference, and its network has that J', () => {
    const certifier = begun(xorData, 0.1);
    const interval = closed(certifier);
    expect(certifier.scope).toBe('global');
    expect(interval.relativeGap).toBeLessThan(1e-10);
    expect(interval.upper).toBeGreaterThanOrEqual(xor.threshold_lasso_lower * (1 - 1e-12));
    expect(interval.lower).toBeLessThanOrEqual(xor.threshold_lasso_upper * (1 + 1e-12));
    expect(interval.patterns).toBe(382);
    const {objective} = hostProblem(xorData, {beta: 0.1}, squared).evaluate(certifier.network());
    expect(Math.abs(objective / interval.upper - 1)).toBeLessThan(1e-6);
    expect(certifier.network().shapes.gates).toEqual([interval.neurons, 3]);
  });

  it('has nested intervals and the same ends along a path of betas', () => {
    let certifier = begun(xorData, 3);
    closed(certifier);
    for (const beta of [1, 0.1, 0, 0.01]) {
      certifier = certifier.withBeta?.(beta) ?? certifier;
      let before = certifier.advance();
      while (before.improvable) {
        const next = certifier.advance();
        expect(next.lower).toBeGreaterThanOrEqual(before.lower);
        expect(next.upper).toBeLessThanOrEqual(before.upper);
        before = next;
      }
      expect(before.upper).toBeCloseTo(closed(begun(xorData, beta)).upper, 10);
      expect(before.relativeGap).toBeLessThan(1e-9);
    }
  });

  // Any labels of points that differ can be made of threshold units, so that nothing is left without a penalty.
  it.each([0, 1e6])('closes without a penalty on a checkerboard at (%f, %f), with gates in float32', (offset) => {
    const points = Array.from({length: 16}, (_, i) => [offset + (i >> 2), offset - (i & 3)]);
    const data: PreparedData = {
      ...randomData({task: 'regression', n: 16, d: 3}, 1),
      train: {n: 16, x: Float64Array.from(points.flatMap((point) => [...point, 1])), y: Float64Array.from(points, (_, i) => (((i >> 2) + i) % 2 ? 1 : -1))},
    };
    const certifier = begun(data, 0);
    expect(closed(certifier)).toMatchObject({lower: 0, upper: 0});
    expect(certifier.remainder).toBeUndefined();
    expect(hostProblem(data, {beta: 0}, squared).evaluate(certifier.network()).objective).toBeLessThan(1e-10);
  });

  it('says why it stays open where float32 has no gate for what the optimum needs', () => {
    const near = Array.from({length: 8}, (_, i) => [0.5 + 1e-9 * i, 0.2 - 1e-9 * i * i, 1]);
    const data: PreparedData = {
      ...randomData({task: 'regression', n: 8, d: 3}, 1),
      train: {n: 8, x: Float64Array.from(near.flat()), y: Float64Array.from(near, (_, i) => (i % 2 ? -1 : 1))},
    };
    const certifier = begun(data, 0.1);
    expect(closed(certifier).relativeGap).toBeGreaterThan(0.1);
    expect(certifier.remainder).toMatch(/too thin for a gate in float32/);
  });

  it('is the zero network for a large beta, with a network to show', () => {
    const certifier = begun(xorData, 100);
    expect(closed(certifier)).toMatchObject({lower: 10, upper: 10, relativeGap: 0, neurons: 0});
    expect(hostProblem(xorData, {beta: 100}, squared).evaluate(certifier.network()).objective).toBe(10);
  });

  it('never has a bound above the J of any network, and speaks only of the sample where it is one', () => {
    const data = randomData({task: 'regression', n: 25, d: 5}, 4);
    const refused = makeCertifier({data, params: {beta: 0.1}, loss: squared, sample: null});
    expect(refused.ok ? '' : refused.error.message).toMatch(/one or two inputs/);
    const certifier = begun(data, 0.1, {patterns: 60, seed: 3});
    const interval = closed(certifier);
    expect(certifier.scope).toBe('sampled programme');
    expect(interval.patterns).toBe(60);
    expect(interval.relativeGap).toBeLessThan(1e-9);
    expect(hostProblem(data, {beta: 0.1}, squared).evaluate(certifier.network()).objective / interval.upper).toBeCloseTo(1, 6);
    const {lower} = closed(begun(xorData, 0.1));
    const host = hostProblem(xorData, {beta: 0.1}, squared);
    for (let seed = 0; seed < 200; seed++) {
      const network = randomNetwork(1 + (seed % 7), 3, seed);
      const small = {...network, values: network.values.map((value, at) => (at < network.shapes.gates[0] * 3 ? value : value / 10))};
      expect(host.evaluate(small).objective).toBeGreaterThan(lower);
    }
  });
});

describe('the spec', () => {
  it('has one output: several classes are refused in words', () => {
    const spec = CATALOGUE.problems['threshold-network'];
    const context = {task: 'multiclass', params: {beta: 1}, losses: CATALOGUE.losses} as const;
    expect(spec.refuses(context)).toMatch(/one output/);
    expect(spec.certificate(context)).toMatch(/one output/);
    expect(spec.refuses({...context, task: 'binary'})).toBeNull();
  });
});
