import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {CATALOGUE} from '../../src/catalogue.ts';
import type {CertifiedInterval, Certifier, CertifierInput} from '../../src/core/certificate.ts';
import type {DataPart, PreparedData} from '../../src/core/data.ts';
import type {HostLoss, HostProblem, Plane} from '../../src/core/hostProblem.ts';
import {defaultsOf, type ParamValues} from '../../src/core/params.ts';
import type {Snapshot} from '../../src/core/protocol.ts';
import {randomStream} from '../../src/core/random.ts';
import {planeFor, pointOf} from '../../src/engine/planes.ts';
import {compareBinaryNetworks} from '../../src/headless/references/binaryNetworks.ts';
import crossEntropy from '../../src/losses/cross-entropy/host.ts';
import logistic from '../../src/losses/logistic/host.ts';
import squared from '../../src/losses/squared/host.ts';
import {NetEnumeration} from '../../src/numerics/binary/netEnumeration.ts';
import {backwardNet, forwardNet, type HostNet} from '../../src/numerics/binary/netHost.ts';
import {inputRows, netModel, weightCount} from '../../src/numerics/binary/netModel.ts';
import {latentOf, sampledNet, sampleDraws} from '../../src/numerics/binary/netSamples.ts';
import makeCertifier from '../../src/problems/binary-network/certify.ts';
import hostProblem from '../../src/problems/binary-network/host.ts';
import {binaryOf, randomBinary} from '../helpers/binaryNetwork.ts';
import {randomData} from '../helpers/twoLayerRelu.ts';

const SPEC = CATALOGUE.problems['binary-network'];
const params = (changes: ParamValues = {}): ParamValues => ({...defaultsOf(SPEC.params), ...changes});
const fixture: unknown = JSON.parse(readFileSync('tests/fixtures/binary_networks.json', 'utf8'));

/** f of one network and one row of data, written out once more: features, both layers, sign(0) = 1. */
function outputOf(features: readonly number[], w1: readonly (readonly number[])[], w2: readonly (readonly number[])[], real: {readonly bias: readonly number[]; readonly scale: readonly number[]; readonly shift: readonly number[]} | null, relu = false): number[] {
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const hidden = w1.map((row, j) => {
    const u = dot(row, features) / Math.sqrt(features.length) + (real?.bias[j] ?? 0);
    if (relu) return Math.max(0, u);
    return u >= 0 ? 1 : -1;
  });
  return w2.map((row, c) => (real ? real.scale[c] * dot(row, hidden) + real.shift[c] : dot(row, [...hidden, 1])));
}

const directions = ([x1, x2]: readonly number[]): number[] => Array.from({length: 8}, (_, j) => x1 * Math.cos((Math.PI * j) / 8) + x2 * Math.sin((Math.PI * j) / 8));

describe('the reference', () => {
  it('is met in every part that is about networks', () => {
    const lines = [...compareBinaryNetworks(fixture, () => 0)];
    expect(lines.length).toBe(1 + 6 + 3 + 4);
    for (const {name, ok, message} of lines) expect(ok, `${name}: ${message}`).toBe(true);
    expect(Math.max(...lines.filter(({name}) => name.startsWith('golden')).map(({relativeError}) => relativeError))).toBeLessThan(1e-9);
  });

  it('is missed, in words, where a number is wrong or a part has another shape', () => {
    const changed = structuredClone(fixture) as {tiny_nets: {n_opt: number}[]; golden_training: {steps: {mu1: number[][]}[]}};
    changed.tiny_nets[0].n_opt = 97;
    changed.golden_training.steps[2].mu1[0][0] += 1e-6;
    const missed = [...compareBinaryNetworks(changed, () => 0)].filter(({ok}) => !ok);
    expect(missed.map(({name}) => name)).toEqual(['golden_training, step 3', 'tiny_nets, xor13']);
    expect(missed[1].message).toMatch(/number of networks/);
    const [line] = [...compareBinaryNetworks({golden_training: 3}, () => 0)];
    expect(line).toMatchObject({ok: false});
    expect(line.message).toMatch(/golden_training/);
  });
});

describe('the host problem', () => {
  const data = randomData({task: 'binary', n: 23, testCount: 9, d: 3}, 4);
  const setting = params({width: 5});
  const host = hostProblem(data, setting, logistic);

  it('is the formula, on eight directions of two inputs', () => {
    const snapshot = randomBinary(netModel(data, setting), {seed: 3, rank: 0});
    const {w1, w2, bias, scale, shift} = binaryOf(snapshot);
    const f = host.predict(snapshot, data.train.x, data.train.n);
    const expected = Array.from({length: data.train.n}, (_, i) => outputOf(directions([...data.train.x.subarray(3 * i, 3 * i + 2)]), w1, w2, {bias, scale, shift})[0]);
    for (const [i, value] of expected.entries()) expect(f[i]).toBeCloseTo(value, 12);
    const evaluation = host.evaluate(snapshot);
    expect(evaluation.objective).toBeCloseTo(expected.reduce((sum, value, i) => sum + Math.log1p(Math.exp(-data.train.y[i] * value)), 0), 10);
    expect(evaluation.trainLoss).toBeCloseTo(evaluation.objective / 23, 12);
    expect(evaluation.trainScore).toBeCloseTo(expected.filter((value, i) => value * data.train.y[i] > 0).length / 23, 12);
    expect(evaluation.penalty).toBe(0);
  });

  it('is the formula where all parameters are binary, and with ReLU', () => {
    for (const activation of ['sign', 'relu']) {
      const own = params({width: 4, parameters: 'binary only', activation});
      const snapshot = randomBinary(netModel(data, own), {seed: 8, rank: 1});
      const {w1, w2} = binaryOf(snapshot);
      expect([w1.length, w1[0].length, w2.length, w2[0].length]).toEqual([4, 3, 1, 5]);
      const f = hostProblem(data, own, logistic).predict(snapshot, data.test.x, data.test.n);
      for (let i = 0; i < 9; i++) expect(f[i]).toBeCloseTo(outputOf([...data.test.x.subarray(3 * i, 3 * i + 3)], w1, w2, null, activation === 'relu')[0], 12);
    }
  });

  it('counts a pre-activation and a latent weight of zero as positive', () => {
    const own = params({width: 1, parameters: 'binary only'});
    const zero = {iteration: 0, shapes: {hiddenMu: [1, 3], outputMu: [1, 2]}, values: Float32Array.of(0, -1, -0, 0, 0)};
    // (1, -1, 1) meets (1, 2, 1): 0, so H = 1 and f = 2.
    expect([...hostProblem(data, own, logistic).predict(zero, Float64Array.of(1, 2, 1), 1)]).toEqual([2]);
  });

  it('reads networks out of a distribution in three ways', () => {
    const model = netModel(data, setting);
    const snapshot = randomBinary(model, {seed: 5, rank: 2});
    const latent = latentOf(model, snapshot);
    const {train: {n, x, y}} = data;
    const outputs = sampleDraws(model, 64, 2, false).map((draw) => forwardNet(model, sampledNet(model, latent, draw), inputRows(model, x, n), n).f);
    const lossOf = (f: ArrayLike<number>): number => Array.from(f).reduce((sum, value, i) => sum + Math.log1p(Math.exp(-y[i] * value)), 0);
    const rounded = host.predict(snapshot, x, n, 'rounded');
    expect([...host.predict(snapshot, x, n)]).toEqual([...rounded]);
    const losses = [rounded, ...outputs].map(lossOf);
    expect(lossOf(host.predict(snapshot, x, n, 'best'))).toBeCloseTo(Math.min(...losses), 10);
    const average = host.predict(snapshot, x, n, 'average');
    for (let i = 0; i < n; i++) expect(average[i]).toBeCloseTo(outputs.slice(0, 40).reduce((sum, f) => sum + f[i], 0) / 40, 10);
    const weights = host.weights?.(snapshot);
    if (!weights) throw new Error('no weights');
    expect(weights.sampled.length).toBe(64);
    for (const [s, value] of weights.sampled.entries()) expect(value).toBeCloseTo(losses[s + 1], 9);
    expect(weights.rounded).toBeCloseTo(losses[0], 9);
    expect(weights.best).toBeCloseTo(Math.min(...losses), 9);
    expect([weights.rank, weights.image]).toEqual([2, null]);
    expect(weights.layers).toEqual([{name: 'hidden layer', out: 5, in: 8}, {name: 'output layer', out: 1, in: 5}]);
    for (let i = 0; i < weightCount(model); i++) {
      const row = [...weights.rows.subarray(3 * i, 3 * i + 3)];
      expect(Math.hypot(...row)).toBeCloseTo(1, 12);
      expect(row[0]).toBeCloseTo(latent.mu[i] / Math.hypot(latent.mu[i], latent.z[i], latent.z[weightCount(model) + i]), 6);
    }
  });

  it('has one network to read where there is no distribution, and a mean-field one where weights have noise', () => {
    const model = netModel(data, setting);
    const latent = randomBinary(model, {seed: 5, rank: 0});
    const {x, n} = data.train;
    expect([...host.predict(latent, x, n, 'average')]).toEqual([...host.predict(latent, x, n)]);
    expect(host.weights?.(latent).sampled.length).toBe(1);
    expect([...(host.weights?.(latent).rows ?? [])].every((row) => Math.abs(row) === 1)).toBe(true);
    const noisy = randomBinary(model, {seed: 5, rank: 0, noise: true});
    const shown = host.weights?.(noisy);
    expect(new Set(shown?.sampled).size).toBeGreaterThan(10);
    expect([...(shown?.rows ?? [])].some((row) => Math.abs(row) < 0.9)).toBe(true);
  });

  it('sees digits as pixels from -1 to 1 and says that rows are pictures', () => {
    const pixels = randomData({task: 'multiclass', n: 12, testCount: 4, d: 65, k: 3}, 2);
    const raw: PreparedData = {...pixels, train: {...pixels.train, x: pixels.train.x.map((_, at) => (at % 65 === 64 ? 1 : at % 17))}};
    const own = params({width: 3, scaling: 'common range'});
    const model = netModel(raw, own);
    const rows = inputRows(model, raw.train.x, 12);
    for (let i = 0; i < 12; i++) for (let j = 0; j < 64; j++) expect(rows[i * 64 + j]).toBe(raw.train.x[i * 65 + j] / 8 - 1);
    expect(hostProblem(raw, own, crossEntropy).weights?.(randomBinary(model, {seed: 1, rank: 1})).image).toEqual({width: 8, height: 8});
  });

  it('maps each of several inputs to [-1, 1], and leaves out one that never varies', () => {
    const many = randomData({task: 'binary', n: 20, d: 6}, 3);
    const x = many.train.x.map((value, at) => (at % 6 === 2 ? 7 : value));
    const model = netModel({...many, train: {...many.train, x}}, params());
    const rows = inputRows(model, x, 20);
    for (let j = 0; j < 5; j++) {
      const column = Array.from({length: 20}, (_, i) => rows[i * 5 + j]);
      expect(Math.min(...column)).toBeCloseTo(j === 2 ? 0 : -1, 12);
      expect(Math.max(...column)).toBeCloseTo(j === 2 ? 0 : 1, 12);
    }
  });
});

describe('the backward pass', () => {
  const data = randomData({task: 'multiclass', n: 7, d: 4, k: 3}, 5);
  const {n, x, y} = data.train;

  /** Mean loss as a function of real-valued parameters, for ReLU, whose slope is the true one. */
  const lossAt = (model: ReturnType<typeof netModel>, net: HostNet, rows: Float64Array): number => {
    const {f} = forwardNet(model, net, rows, n);
    let sum = 0;
    for (let i = 0; i < n; i++) sum += crossEntropy.value(f, y, i, 3);
    return sum / n;
  };

  it.each(['real scales', 'binary only'])('is the gradient for ReLU, by central differences (%s)', (parameters) => {
    const model = netModel(data, params({width: 5, activation: 'relu', parameters}));
    const random = randomStream(4, 'net');
    const draw = (length: number): Float64Array => Float64Array.from({length}, () => random.normal());
    const all = {weights: draw(weightCount(model)), bias: draw(model.allBinary ? 0 : 5), scale: draw(model.allBinary ? 0 : 3), shift: draw(model.allBinary ? 0 : 3)};
    const rows = inputRows(model, x, n);
    const forward = forwardNet(model, all, rows, n);
    const df = new Float64Array(n * 3);
    for (let i = 0; i < n; i++) crossEntropy.derivative(forward.f, y, i, df, 3);
    const gradient = backwardNet(model, all, rows, n, forward, df.map((value) => value / n));
    for (const name of ['weights', 'bias', 'scale', 'shift'] as const) {
      for (let at = 0; at < all[name].length; at++) {
        const moved = (by: number): number => lossAt(model, {...all, [name]: all[name].map((value, i) => (i === at ? value + by : value))}, rows);
        expect(gradient[name][at]).toBeCloseTo((moved(1e-6) - moved(-1e-6)) / 2e-6, 7);
      }
    }
  });
});

describe('the shared space', () => {
  const data = randomData({task: 'multiclass', n: 19, d: 3, k: 3}, 6);

  /** The mean J over the kernel's draws, network by network. */
  const expectedAt = (own: ParamValues, snapshot: Snapshot, rank: number, noise: boolean): number => {
    const model = netModel(data, own);
    const {n, x, y} = data.train;
    const latent = latentOf(model, snapshot);
    const nets = sampleDraws(model, 16, rank, noise).map((draw) => sampledNet(model, latent, draw));
    return nets.reduce((sum, net) => {
      const {f} = forwardNet(model, net, inputRows(model, x, n), n);
      for (let i = 0; i < n; i++) sum += crossEntropy.value(f, y, i, 3) / nets.length;
      return sum;
    }, 0);
  };

  it.each([
    ['low rank beside latent weights', {width: 6}, [{seed: 1, rank: 2}, {seed: 2, rank: 0}, {seed: 3, rank: 1}], 2, false],
    ['mean field, ReLU', {width: 4, activation: 'relu'}, [{seed: 1, rank: 0, noise: true}, {seed: 2, rank: 1}], 1, true],
    ['all binary', {width: 5, parameters: 'binary only'}, [{seed: 1, rank: 3}, {seed: 2, rank: 3}], 3, false],
  ] as const)('has the mean J over fixed draws at every point: %s', (_, changes, kinds, rank, noise) => {
    const own = params(changes);
    const model = netModel(data, own);
    const host = hostProblem(data, own, crossEntropy);
    const space = host.share(kinds.map((kind) => [randomBinary(model, kind)]));
    const {plane} = planeFor(space, {kind: 'contestants', names: ['A', 'B', 'C'].slice(0, kinds.length), of: 0, seed: 1});
    const line = Float64Array.from({length: 13}, (_x, i) => -6 + i);
    for (const b of [-2.5, 0, 3.1]) {
      const out = new Float64Array(13);
      space.kernel(plane).evaluateRow(b, line, out);
      expect(new Set(out).size).toBeGreaterThan(6);
      for (const [t, a] of line.entries()) expect(out[t]).toBeCloseTo(expectedAt(own, space.network(pointOf(plane, a, b)), rank, noise), 4);
    }
  });

  it('has J of sign(mu) where no network is a distribution', () => {
    const own = params({width: 7});
    const host = hostProblem(data, own, crossEntropy);
    const networks = [1, 2, 3].map((seed) => randomBinary(netModel(data, own), {seed, rank: 0}));
    const space = host.share(networks.map((network) => [network]));
    expect(space.unitOf.length).toBe(space.dim);
    for (const [i, network] of networks.entries()) expect(host.evaluate(space.network(space.paths[i].point(0)))).toEqual(host.evaluate(network));
    const unit = (at: number): Float64Array => Float64Array.from({length: space.dim}, (_, i) => (i === at ? 1 : 0));
    const plane: Plane = {origin: space.paths[0].point(0), du: unit(0), dv: unit(space.dim - 1)};
    const out = new Float64Array(3);
    space.kernel(plane).evaluateRow(0.5, Float64Array.of(-9, 0, 9), out);
    for (const [t, a] of [-9, 0, 9].entries()) expect(out[t]).toBeCloseTo(host.evaluate(space.network(pointOf(plane, a, 0.5))).objective, 4);
  });
});

/** J of all networks of a model, each computed from nothing. */
function allValues(data: PreparedData, own: ParamValues, loss: HostLoss): readonly number[] {
  const model = netModel(data, own);
  const {n, x, y} = data.train;
  const rows = inputRows(model, x, n);
  const none = new Float64Array(0);
  return Array.from({length: 2 ** weightCount(model)}, (_, code) => {
    const weights = Int8Array.from({length: weightCount(model)}, (_w, bit) => ((code >> bit) & 1 ? 1 : -1));
    const {f} = forwardNet(model, {weights, bias: none, scale: none, shift: none}, rows, n);
    let sum = 0;
    for (let i = 0; i < n; i++) sum += loss.value(f, y, i, data.k);
    return sum;
  });
}

describe('the certificate', () => {
  const begun = (input: Omit<CertifierInput, 'sample'>): Certifier => {
    const made = makeCertifier({...input, sample: null});
    if (!made.ok) throw new Error(made.error.message);
    return made.value;
  };
  const closed = (certifier: Certifier): readonly CertifiedInterval[] => {
    const intervals = [certifier.advance()];
    while (intervals[intervals.length - 1].improvable) intervals.push(certifier.advance());
    return intervals;
  };
  const refusal = (data: PreparedData, changes: ParamValues): string => {
    const made = makeCertifier({data, params: params(changes), loss: logistic, sample: null});
    return made.ok ? '' : `${made.error.field} ${made.error.message}`;
  };
  const cases: readonly (readonly [string, PreparedData, ParamValues, HostLoss])[] = [
    ['three neurons, logistic', randomData({task: 'binary', n: 21, d: 3}, 1), {width: 3}, logistic],
    ['two neurons, squared, a regression', randomData({task: 'regression', n: 15, d: 4}, 2), {width: 2}, squared],
    ['ReLU', randomData({task: 'binary', n: 12, d: 2}, 3), {width: 4, activation: 'relu'}, logistic],
    ['three classes', randomData({task: 'multiclass', n: 14, d: 2, k: 3}, 4), {width: 2}, crossEntropy],
  ];

  it.each(cases)('finds the optimum, how many attain it, and the next value: %s', (_, data, changes, loss) => {
    const own = params({...changes, parameters: 'binary only'});
    const values = allValues(data, own, loss);
    const optimum = Math.min(...values);
    const copies = values.filter((value) => value < optimum + 1e-9).length;
    const next = Math.min(...values.filter((value) => value > optimum + 1e-9));
    const certifier = begun({data, params: own, loss});
    const intervals = closed(certifier);
    const last = intervals[intervals.length - 1];
    expect(last).toMatchObject({relativeGap: 0, patterns: values.length, working: copies, improvable: false});
    expect(last.upper).toBeCloseTo(optimum, 10);
    expect(last.second).toBeCloseTo(next, 10);
    expect(certifier.claim).toContain(`all ${new Intl.NumberFormat('en-GB').format(values.length)} networks`);
    expect(certifier.claim).toContain(`${copies} of them attain`);
    expect(hostProblem(data, own, loss).evaluate(certifier.network()).objective).toBeCloseTo(optimum, 9);
  });

  it('goes in rounds that hold the optimum, from a bound that needs no search', () => {
    const data = randomData({task: 'binary', n: 900, d: 4}, 7);
    const intervals = closed(begun({data, params: params({width: 3, parameters: 'binary only'}), loss: logistic}));
    expect(intervals.length).toBeGreaterThan(5);
    const {upper: optimum} = intervals[intervals.length - 1];
    const floor = 900 * Math.log1p(Math.exp(-4));
    for (const [i, {lower, upper, patterns, second}] of intervals.entries()) {
      expect(upper).toBeGreaterThanOrEqual(optimum);
      if (i === intervals.length - 1) continue;
      expect(lower).toBeCloseTo(floor, 8);
      expect(second).toBeUndefined();
      expect(patterns).toBeLessThan(2 ** 16);
    }
    expect(optimum).toBeGreaterThan(floor);
  });

  it('keeps its best where it is ended early', () => {
    const data = randomData({task: 'binary', n: 30, d: 3}, 8);
    const model = netModel(data, params({width: 3, parameters: 'binary only'}));
    const enumeration = new NetEnumeration(model, {...data.train, x: inputRows(model, data.train.x, 30)}, logistic);
    const {best, count, weights} = enumeration.advance(100);
    expect(count).toBe(100);
    const {f} = forwardNet(model, {weights, bias: [], scale: [], shift: []}, inputRows(model, data.train.x, 30), 30);
    expect(Array.from(f).reduce((sum, _, i) => sum + logistic.value(f, data.train.y, i, 1), 0)).toBeCloseTo(best, 10);
  });

  it('refuses what it can not try, with numbers', () => {
    const plane = randomData({task: 'binary', n: 10, d: 3}, 1);
    expect(refusal(plane, {width: 3})).toMatch(/parameters must be "binary only"/);
    expect(refusal(plane, {width: 5, parameters: 'binary only'})).toMatch(/width gives 21 binary weights .* take a width of at most 4/);
    const wide = randomData({task: 'binary', n: 10, d: 31}, 1);
    expect(refusal(wide, {width: 1, parameters: 'binary only'})).toMatch(/gives 33 binary weights \(1 neuron of 31 inputs and 1 output\).*fewer inputs/);
    expect(refusal(plane, {width: 4, parameters: 'binary only'})).toBe('');
  });
});

describe('the spec', () => {
  const context = (task: 'binary' | 'multiclass' | 'regression', changes: ParamValues = {}) => ({task, params: params(changes), losses: CATALOGUE.losses});

  it('picks the loss that fits, and refuses in words the ones that do not', () => {
    expect(SPEC.lossOf(context('binary'))).toBe('logistic');
    expect(SPEC.lossOf(context('multiclass'))).toBe('cross-entropy');
    expect(SPEC.lossOf(context('regression'))).toBe('squared');
    expect(SPEC.lossOf(context('binary', {loss: 'squared'}))).toBe('squared');
    for (const task of ['binary', 'multiclass', 'regression'] as const) expect(SPEC.refuses(context(task))).toBeNull();
    expect(SPEC.refuses(context('regression', {loss: 'logistic'}))).toMatch(/needs classes/);
    expect(SPEC.refuses(context('multiclass', {loss: 'squared'}))).toMatch(/one output/);
  });

  it('says without the data which networks can not be tried', () => {
    expect(SPEC.certificate(context('binary'))).toMatch(/all parameters are binary/);
    expect(SPEC.certificate(context('binary', {parameters: 'binary only'}))).toMatch(/12 neurons have at least 37/);
    expect(SPEC.certificate(context('binary', {parameters: 'binary only', width: 4}))).toBe(true);
  });
});

/** So that the type of an empty part stays one. */
const EMPTY: DataPart = {n: 0, x: new Float64Array(0), y: new Float64Array(0)};

it('measures without a test set', () => {
  const data = {...randomData({task: 'binary', n: 8, d: 3}, 1), test: EMPTY};
  const own = params({width: 2});
  const host: HostProblem = hostProblem(data, own, logistic);
  const {testLoss, testScore, trainScore} = host.evaluate(randomBinary(netModel(data, own), {seed: 1, rank: 1}));
  expect([testLoss, testScore]).toEqual([Number.NaN, Number.NaN]);
  expect(trainScore).toBeGreaterThanOrEqual(0);
});
