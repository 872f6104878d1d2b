import {describe, expect, it} from 'vitest';
import type {CertifiedInterval, Certifier} from '../../src/core/certificate.ts';
import type {PreparedData} from '../../src/core/data.ts';
import type {Snapshot} from '../../src/core/protocol.ts';
import {randomStream} from '../../src/core/random.ts';
import squared from '../../src/losses/squared/host.ts';
import {INSTANCES, inputsOf} from '../../src/datasets/least-squares-instances/instances.ts';
import {loadData} from '../../src/engine/data.ts';
import {atHead} from '../../src/numerics/binary/frame.ts';
import {binaryQuadratic} from '../../src/numerics/binary/quadratic.ts';
import {randomRows, relaxation, type Rows} from '../../src/numerics/binary/rows.ts';
import makeCertifier from '../../src/problems/binary-least-squares/certify.ts';
import hostProblem from '../../src/problems/binary-least-squares/host.ts';
import json from '../fixtures/bnn_reference.json';
import {parsed} from '../helpers/studies.ts';
import {randomData} from '../helpers/twoLayerRelu.ts';

const ALPHA = {alpha: 0.5};

function dataOf(id: string): PreparedData {
  const one = json.qubo.find((instance) => instance.id === id);
  if (!one) throw new Error(`no ${id}`);
  const {X, y} = one;
  return {
    ...randomData({task: 'regression', n: 1, d: 2}, 1),
    d: X[0].length + 1,
    train: {n: X.length, x: Float64Array.from(X.flatMap((row) => [...row, 1])), y: Float64Array.from(y)},
  };
}

const snapshotOf = ({n, k, v}: Rows, w: readonly number[], iteration = 0): Snapshot => ({iteration, shapes: {v: [n, k], w: [n - 1]}, values: Float32Array.from([...v, ...w])});

describe('the data set', () => {
  it.each(json.qubo.map((one) => [one.id, one] as const))('holds %s as the reference does', (id, {X, y}) => {
    expect(INSTANCES[id].rows.split(' ').map(inputsOf)).toEqual(X);
    expect(INSTANCES[id].y).toEqual(y);
  });

  it('has no other instances, and says which scale the odd one is for', async () => {
    expect(Object.keys(INSTANCES).sort()).toEqual(json.qubo.map(({id}) => id).sort());
    const experiment = (instance: string) => parsed({dataset: {id: 'least-squares-instances', params: {instance}}, problem: {id: 'binary-least-squares'}, contestants: [{solver: {id: 'mixing'}}]});
    const notes = async (instance: string): Promise<readonly string[]> => {
      const data = await loadData(experiment(instance), () => Promise.reject(new Error('no files')));
      if (!data.ok) throw new Error(data.error.message);
      return data.value.notes;
    };
    expect(await notes('pm12')).toEqual(['This instance is meant for the scale 0.25.']);
    expect(await notes('ls8')).toEqual([]);
  });
});

describe('the host problem', () => {
  const data = randomData({task: 'regression', n: 9, testCount: 4, d: 6}, 3);
  const host = hostProblem(data, ALPHA, squared);
  const w = [1, -1, -1, 1, -1];
  const quadratic = binaryQuadratic(data.train.x, data.train.y, 6, 5, 0.5);
  const rows = randomRows(6, 3, randomStream(1, 'rows'));

  it('measures E as a sum over samples, the constant column left out', () => {
    const residuals = ({x, y, n}: PreparedData['train']): number[] =>
      Array.from({length: n}, (_, i) => w.reduce((sum, sign, j) => sum + 0.5 * sign * x[i * 6 + j], 0) - y[i]);
    const square = (values: number[]): number => values.reduce((sum, value) => sum + value * value, 0);
    const found = host.evaluate(snapshotOf(rows, w));
    expect(found.objective).toBeCloseTo(square(residuals(data.train)), 12);
    expect(found.trainLoss).toBeCloseTo(found.objective / 18, 12);
    expect(found.testLoss).toBeCloseTo(square(residuals(data.test)) / 8, 12);
    expect(found.penalty).toBe(0);
    const predicted = host.predict(snapshotOf(rows, w), data.train.x, 9);
    expect(predicted.reduce((sum, f, i) => sum + (f - data.train.y[i]) ** 2, 0)).toBeCloseTo(found.objective, 12);
  });

  it('averages 40 roundings on request', () => {
    const mean = host.predict(snapshotOf(rows, w), data.train.x, 9, 'average');
    expect(mean).not.toEqual(host.predict(snapshotOf(rows, w), data.train.x, 9));
    const certain = snapshotOf({n: 6, k: 1, v: Float64Array.from([-1, ...w.map((sign) => -sign)])}, w.map((sign) => -sign));
    const direct = host.predict(snapshotOf(rows, w), data.train.x, 9);
    for (const [i, f] of host.predict(certain, data.train.x, 9, 'average').entries()) expect(f).toBeCloseTo(direct[i], 10);
  });

  it('tells the distribution in the frame of the head', () => {
    const weights = host.weights?.(snapshotOf(rows, w, 7));
    if (!weights) throw new Error('no weights');
    expect(weights).toMatchObject({iteration: 7, rank: 2, layers: [{name: 'w', out: 1, in: 5}], image: null});
    const framed = atHead(rows);
    for (const [i, entry] of weights.rows.entries()) expect(entry).toBeCloseTo(framed.v[3 + i], 6);
    const signs = Array.from({length: 5}, (_, i) => (weights.rows[3 * i] >= 0 ? 1 : -1));
    expect(weights.rounded).toBeCloseTo(host.evaluate(snapshotOf(rows, signs)).objective, 9);
    expect(weights.best).toBeCloseTo(Math.min(...weights.sampled, weights.rounded, host.evaluate(snapshotOf(rows, w)).objective), 12);
    expect(weights.sampled).toHaveLength(200);
    expect(host.weights?.(snapshotOf(rows, w, 7))).toEqual(weights);
  });

  it('brings paths of different ranks into one space, where f stays what it is', () => {
    const random = randomStream(2, 'paths');
    const path = (k: number): Snapshot[] => [0, 1, 2].map((iteration) => snapshotOf(randomRows(6, k, random), w, iteration));
    const paths = [path(2), path(4), path(1)];
    const space = host.share(paths);
    expect(space.dim).toBe(20);
    expect([...space.unitOf]).toEqual(Array.from({length: 20}, (_, i) => Math.floor(i / 4)));
    for (const [c, snapshots] of paths.entries()) {
      for (const [index, {shapes: {v: [n, k]}, values}] of snapshots.entries()) {
        const point = space.paths[c].point(index);
        const out = new Float64Array(1);
        const still = new Float64Array(20);
        space.kernel({origin: point, du: still, dv: still}).evaluateRow(0, Float64Array.of(0), out);
        expect(out[0]).toBeCloseTo(relaxation(quadratic.matrix, {n, k, v: Float64Array.from(values.subarray(0, n * k))}), 4);
        expect(space.network(point).shapes).toEqual({v: [6, 4], w: [5]});
      }
    }
  });

  it('fixes the frame: the same run, rotated, is the same path; a common start is one point', () => {
    const random = randomStream(4, 'rotation');
    const start = randomRows(6, 2, random);
    const end = randomRows(6, 2, random);
    const turned = ({n, k, v}: Rows): Rows => ({n, k, v: v.map((_, at) => (at % 2 === 0 ? 0.6 * v[at] - 0.8 * v[at + 1] : 0.8 * v[at - 1] + 0.6 * v[at]))});
    const paths = [[start, end], [turned(start), turned(end)], [start, randomRows(6, 2, random)]].map((points) => points.map((rowsAt, i) => snapshotOf(rowsAt, w, i)));
    const space = host.share(paths);
    for (const index of [0, 1]) for (const [i, x] of space.paths[0].point(index).entries()) expect(space.paths[1].point(index)[i]).toBeCloseTo(x, 5);
    for (const [i, x] of space.paths[0].point(0).entries()) expect(space.paths[2].point(0)[i]).toBeCloseTo(x, 5);
  });

  it('evaluates a plane at retracted rows', () => {
    const space = host.share([[snapshotOf(rows, w)]]);
    const [origin, du, dv] = [space.paths[0].point(0), new Float64Array(15), new Float64Array(15)];
    du[0] = 1;
    dv[4] = 1;
    const out = new Float64Array(3);
    space.kernel({origin, du, dv}).evaluateRow(-0.4, Float64Array.of(-1, 0, 2), out);
    for (const [t, a] of [-1, 0, 2].entries()) {
      const point = origin.map((x, i) => x + a * du[i] - 0.4 * dv[i]);
      const unit = Array.from({length: 5}, (_, i) => {
        const row = point.slice(3 * i, 3 * i + 3);
        return [...row.map((x) => x / Math.hypot(...row))];
      });
      expect(out[t]).toBeCloseTo(relaxation(quadratic.matrix, {n: 6, k: 3, v: Float64Array.from([1, 0, 0, ...unit.flat()])}), 10);
    }
  });
});

describe('the certificate', () => {
  const certifierOf = (data: PreparedData, alpha = 1): Certifier => {
    const made = makeCertifier({data, params: {alpha}, loss: squared, sample: null});
    if (!made.ok) throw new Error(made.error.message);
    return made.value;
  };
  function roundsOf(certifier: Certifier): readonly CertifiedInterval[] {
    const rounds = [certifier.advance()];
    while (rounds[rounds.length - 1].improvable && rounds.length < 100) rounds.push(certifier.advance());
    return rounds;
  }

  it.each(json.qubo.filter(({p}) => p <= 20).map((one) => [one.id, one] as const))('closes %s at the true optimum, with the second value', (_, {id, opt, second, alpha, p}) => {
    const certifier = certifierOf(dataOf(id), alpha);
    const rounds = roundsOf(certifier);
    for (const [i, {lower, upper}] of rounds.entries()) {
      expect(lower).toBeLessThanOrEqual(opt + 1e-12);
      expect(upper).toBeGreaterThanOrEqual(opt - 1e-12);
      if (i > 0) expect([lower >= rounds[i - 1].lower, upper <= rounds[i - 1].upper]).toEqual([true, true]);
    }
    const last = rounds[rounds.length - 1];
    expect(last.relativeGap).toBeLessThan(1e-7);
    expect(last.upper).toBeCloseTo(opt, 9);
    expect(last.second).toBeCloseTo(second, 9);
    expect(last.patterns).toBe(2 ** p);
    expect(certifier.claim).toMatch(/^Proved by trying all 2\^\d+ = \d+ weight vectors/);
    const {objective} = hostProblem(dataOf(id), {alpha}, squared).evaluate(certifier.network());
    expect(objective).toBe(last.upper);
  });

  it('says how many share the optimum', () => {
    const certifier = certifierOf(dataOf('ls12b'));
    roundsOf(certifier);
    expect(certifier.claim).toMatch(/2 weight vectors share it/);
  });

  it('begins with the box bound and then improves on it by the relaxation', () => {
    const [box, relaxed] = roundsOf(certifierOf(dataOf('ls16a')));
    expect(box.lower).toBe(173);
    expect(relaxed.lower).toBe(197);
    expect(relaxed.patterns).toBe(0);
  });

  it('stays open where the vectors are too many to try, and says why', () => {
    const certifier = certifierOf(dataOf('ls28'));
    const last = roundsOf(certifier).at(-1);
    expect(last).toMatchObject({improvable: false, lower: 1783, patterns: 0});
    expect(last?.upper).toBeGreaterThanOrEqual(2039);
    expect(last).not.toHaveProperty('second');
    expect(certifier.remainder).toMatch(/^p = 28 has too many weight vectors to try them all/);
  });

  it('is plain where there is little to prove', () => {
    const plain = (x: readonly (readonly number[])[], y: readonly number[]): PreparedData => ({
      ...randomData({task: 'regression', n: 1, d: 2}, 1), d: x[0].length + 1,
      train: {n: x.length, x: Float64Array.from(x.flatMap((row) => [...row, 1])), y: Float64Array.from(y)},
    });
    for (const [x, y, optimum, second] of [
      [[[2]], [3], 1, 25],
      [[[0, 0], [0, 0]], [1, 2], 5, undefined],
      [[[1, 0]], [1], 0, 4],
      [[[0.3, -0.7]], [0.1], 0.09, 0.25],
      [[[0]], [0], 0, undefined],
    ] as const) {
      const last = roundsOf(certifierOf(plain(x, y))).at(-1);
      expect(last?.upper).toBeCloseTo(optimum, 12);
      expect(last?.lower).toBeCloseTo(optimum, 9);
      if (second === undefined) expect(last).not.toHaveProperty('second');
      else expect(last?.second).toBeCloseTo(second, 12);
      expect(Number.isFinite(last?.relativeGap)).toBe(true);
    }
  });
});
