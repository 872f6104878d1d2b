import {describe, expect, it} from 'vitest';
import type {DataPart, PreparedData} from '../../src/core/data.ts';
import type {ParamValues} from '../../src/core/params.ts';
import type {Snapshot} from '../../src/core/protocol.ts';
import {multiply} from '../../src/numerics/transformer/hostProduct.ts';
import hostProblem from '../../src/problems/transformer/host.ts';
import {crossEntropy, type Matrix, MODEL, naiveForward, oneHot, randomTransformer, type Seen, shapesOf, tokenData, weightsOf} from '../helpers/naiveTransformer.ts';
import {randomData} from '../helpers/twoLayerRelu.ts';

const LENGTH = 5;
const VOCABULARY = 4;
// More rows than go through the layers together, so that parts of any size are met.
const sequences = tokenData(LENGTH, VOCABULARY, 14, 4);
const images = {...randomData({task: 'multiclass', n: 5, testCount: 3, d: 17, k: 3}, 9), picture: 4};
const pairs = randomData({task: 'binary', n: 6, testCount: 2, d: 6}, 10);
const PARAMS = {beta: 0.3, patch: '2'};

const tokensOf = ({x}: DataPart, sample: number): number[] => Array.from(x.subarray(sample * (LENGTH + 1), sample * (LENGTH + 1) + LENGTH));
const onTokens = (snapshot: Snapshot, part: DataPart, sample: number): Seen => naiveForward(snapshot, oneHot(tokensOf(part, sample), VOCABULARY), true);

/** The four 2 x 2 patches of a 4 x 4 picture, written out. */
const PATCHES = [[0, 1, 4, 5], [2, 3, 6, 7], [8, 9, 12, 13], [10, 11, 14, 15]];
const onImage = (snapshot: Snapshot, {x}: DataPart, sample: number): Seen =>
  naiveForward(snapshot, PATCHES.map((patch) => patch.map((pixel) => x[sample * 17 + pixel])), false);

const sequenceNet = (change: ParamValues, seed = 1, iteration = 0): Snapshot => {
  const model = {...MODEL, ...change};
  return randomTransformer(model, shapesOf(model, VOCABULARY, LENGTH, VOCABULARY), seed, iteration);
};
const imageNet = (change: ParamValues): Snapshot => {
  const model = {...MODEL, ...change};
  return randomTransformer(model, shapesOf(model, 4, 4, 3), 2);
};

const penaltyOf = (snapshot: Snapshot): number =>
  Object.entries(weightsOf(snapshot))
    .filter(([name]) => !/gain|shift|alpha/i.test(name))
    .reduce((sum, [, matrix]) => sum + (PARAMS.beta / 2) * matrix.flat().reduce((a, value) => a + value ** 2, 0), 0);

/** Sum of the samples' mean losses, and the share of right tokens. */
function naiveSequences(snapshot: Snapshot, part: DataPart) {
  let [loss, right] = [0, 0];
  for (let i = 0; i < part.n; i++) {
    const {logits} = onTokens(snapshot, part, i);
    for (let t = 1; t < LENGTH; t++) {
      const label = part.y[i * LENGTH + t];
      loss += crossEntropy(logits[t], label) / (LENGTH - 1);
      if (logits[t].indexOf(Math.max(...logits[t])) === label) right++;
    }
  }
  return {loss, score: right / (part.n * (LENGTH - 1))};
}

const PLACEMENTS = ['none', 'pre', 'post', 'peri'];
const NORMED = PLACEMENTS.flatMap((placement) => ['layer', 'rms'].map((norm) => ({placement, norm})));
const CAUSAL: readonly ParamValues[] = [
  {attention: 'softmax', temperature: 0.6},
  ...['sum', 'product', 'token', 'position'].map((temperatureForm) => ({attention: 'selective', temperatureForm})),
];
const ALL_SEEING: readonly ParamValues[] = [
  ...CAUSAL,
  ...['none', 'row', 'sym'].map((softNorm) => ({attention: 'soft', softNorm})),
  {attention: 'nystrom', landmarks: 3},
];

describe('transformer, float64', () => {
  it.each(NORMED)('sequences with norm $norm placed $placement: J, losses and scores equal the definition', (norms) => {
    const host = hostProblem(sequences, PARAMS);
    for (const change of [...CAUSAL, {step: 'root'}]) {
      const snapshot = sequenceNet({...norms, ...change});
      const [train, test] = [naiveSequences(snapshot, sequences.train), naiveSequences(snapshot, sequences.test)];
      const seen = host.evaluate(snapshot);
      expect(seen.objective / (train.loss + penaltyOf(snapshot))).toBeCloseTo(1, 10);
      expect(seen.penalty / penaltyOf(snapshot)).toBeCloseTo(1, 10);
      expect([seen.trainLoss, seen.testLoss, seen.trainScore, seen.testScore].map((value) => value.toFixed(9))).toEqual(
        [train.loss / 14, test.loss / 4, train.score, test.score].map((value) => value.toFixed(9)),
      );
    }
  });

  it.each(NORMED)('images in patches with norm $norm placed $placement equal the definition', (norms) => {
    const host = hostProblem(images, PARAMS);
    for (const change of ALL_SEEING) {
      const snapshot = imageNet({...norms, ...change});
      const all = Array.from({length: 5}, (_, i) => onImage(snapshot, images.train, i).logits[0]);
      const loss = all.reduce((sum, z, i) => sum + crossEntropy(z, images.train.y.subarray(3 * i, 3 * i + 3).indexOf(1)), 0);
      expect(host.evaluate(snapshot).objective / (loss + penaltyOf(snapshot))).toBeCloseTo(1, 8);
      const scores = host.predict(snapshot, images.train.x, 5);
      all.forEach((z, i) => {
        z.forEach((_, c) => expect(scores[3 * i + c]).toBeCloseTo(-crossEntropy(z, c), 7));
      });
    }
  });

  it('reads a table that is no picture feature by feature, and answers two classes with z_1 - z_0', () => {
    const host = hostProblem(pairs, PARAMS);
    const snapshot = randomTransformer(MODEL, shapesOf(MODEL, 1, 5, 2), 4);
    const z = Array.from({length: 6}, (_, i) => naiveForward(snapshot, Array.from({length: 5}, (_, t) => [pairs.train.x[6 * i + t]]), false).logits[0]);
    const difference = host.predict(snapshot, pairs.train.x, 6);
    z.forEach(([z0, z1], i) => expect(difference[i]).toBeCloseTo(z1 - z0, 10));
    const {trainLoss, trainScore} = host.evaluate(snapshot);
    expect(trainLoss).toBeCloseTo(z.reduce((sum, row, i) => sum + crossEntropy(row, pairs.train.y[i] > 0 ? 1 : 0) / 6, 0), 10);
    expect(trainScore).toBeCloseTo(z.filter(([z0, z1], i) => (z1 - z0) * pairs.train.y[i] > 0).length / 6, 12);
  });

  it("takes the loss, the probabilities and the decision of the contestant's own head", () => {
    const host = hostProblem(pairs, PARAMS);
    const shapes = shapesOf(MODEL, 1, 5, 2);
    const snapshot = randomTransformer({...MODEL, head: 'taylor'}, shapes, 5);
    // Large logits of both signs, for which the order of scores and that of logits differ.
    snapshot.values.set(snapshot.values.slice(-16).map((value) => 20 * value), snapshot.values.length - 16);
    const score = (z: number): number => 1 + z + (z * z) / 2;
    let [loss, right, disagree] = [0, 0, 0];
    const scores = host.predict(snapshot, pairs.train.x, 6);
    for (let i = 0; i < 6; i++) {
      const [z0, z1] = naiveForward(snapshot, Array.from({length: 5}, (_, t) => [pairs.train.x[6 * i + t]]), false).logits[0];
      const y = pairs.train.y[i];
      loss += Math.log((score(z0) + score(z1)) / score(y > 0 ? z1 : z0)) / 6;
      if ((score(z1) - score(z0)) * y > 0) right++;
      if (Math.sign(score(z1) - score(z0)) !== Math.sign(z1 - z0)) disagree++;
      expect(scores[i]).toBeCloseTo(Math.log(score(z1) / score(z0)), 8);
    }
    expect(disagree).toBeGreaterThan(0);
    expect(host.evaluate(snapshot).trainLoss).toBeCloseTo(loss, 8);
    expect(host.evaluate(snapshot).trainScore).toBeCloseTo(right / 6, 12);
  });

  it('expects the token with the largest logit at every position', () => {
    const snapshot = sequenceNet({});
    const expected = hostProblem(sequences, PARAMS).predict(snapshot, sequences.train.x, 14);
    for (let i = 0; i < 14; i++) {
      onTokens(snapshot, sequences.train, i).logits.forEach((z, t) => expect(expected[i * LENGTH + t]).toBe(z.indexOf(Math.max(...z))));
    }
  });

  it('a position sees itself and those before it, and no later one', () => {
    const scoredAt = (place: number, moved: number): PreparedData => {
      const {x, n} = sequences.train;
      const y = sequences.train.y.map((label, i) => (i % LENGTH === place ? label : -1));
      return {...sequences, train: {n, y, x: x.map((token, i) => (i % (LENGTH + 1) === moved ? (token + 1) % VOCABULARY : token))}};
    };
    for (const attention of ['softmax', 'selective']) {
      const snapshot = sequenceNet({attention});
      const lossOf = (moved: number): number => hostProblem(scoredAt(2, moved), PARAMS).evaluate(snapshot).trainLoss;
      const still = lossOf(-1);
      expect([lossOf(3), lossOf(4)]).toEqual([still, still]);
      for (const seen of [0, 1, 2]) expect(Math.abs(lossOf(seen) - still)).toBeGreaterThan(1e-4);
    }
  });
});

describe('the space of one kin', () => {
  it('has J of the networks at its points', () => {
    const host = hostProblem(sequences, PARAMS);
    const path = [sequenceNet({placement: 'peri'}, 1, 0), sequenceNet({placement: 'peri'}, 2, 10)];
    const other = [sequenceNet({placement: 'peri', outputScale: 2}, 3, 0)];
    const space = host.share([path, other]);
    expect([...space.paths[0].iterations]).toEqual([0, 10]);
    expect(space.unitOf.length).toBe(space.dim);
    const [start, end, third] = [space.paths[0].point(0), space.paths[0].point(1), space.paths[1].point(0)];
    const kernel = space.kernel({origin: start, du: end.map((value, i) => value - start[i]), dv: third.map((value, i) => value - start[i])});
    const out = new Float64Array(3);
    kernel.evaluateRow(0, Float64Array.of(0, 0.5, 1), out);
    expect(out[0]).toBeCloseTo(host.evaluate(path[0]).objective, 8);
    expect(out[2]).toBeCloseTo(host.evaluate(path[1]).objective, 8);
    const halfway = space.network(start.map((value, i) => 0.5 * (value + end[i])));
    expect(out[1] / host.evaluate(halfway).objective).toBeCloseTo(1, 5);
    kernel.evaluateRow(1, Float64Array.of(0), out);
    expect(out[0]).toBeCloseTo(host.evaluate(other[0]).objective, 8);
  });

  it('is the same for networks with one J over one space, and no others', () => {
    const {kin} = hostProblem(sequences, PARAMS);
    if (!kin) throw new Error('the transformer tells kin apart');
    const own = kin(sequenceNet({}));
    for (const same of [{outputScale: 4}, {temperatureForm: 'token'}, {softNorm: 'sym'}, {bits: 4}, {landmarks: 8}]) {
      expect(kin(sequenceNet(same, 2, 7))).toBe(own);
    }
    for (const other of [{depth: 1}, {width: 4}, {heads: 4}, {placement: 'post'}, {norm: 'rms'}, {residualStep: 0.1}, {step: 'root'}, {temperature: 2}, {attention: 'selective'}, {head: 'stablemax'}]) {
      expect(kin(sequenceNet(other))).not.toBe(own);
    }
    const without = (norm: string): string => kin({...sequenceNet({placement: 'none'}), model: {...MODEL, placement: 'none', norm}});
    expect(without('rms')).toBe(without('layer'));
  });

  it('needs to know the network', () => {
    const {model: _, ...bare} = sequenceNet({});
    expect(() => hostProblem(sequences, PARAMS).evaluate(bare)).toThrow('parameters');
    expect(() => hostProblem(sequences, PARAMS).evaluate({...bare, model: {...MODEL, placement: 'sideways'}})).toThrow('none, pre, post, peri');
  });
});

describe('attention', () => {
  const entropyKeys = (row: readonly number[]): number => {
    const sum = row.reduce((a, b) => a + b, 0);
    return Math.exp(-row.reduce((total, p) => total + (p > 0 ? (p / sum) * Math.log(p / sum) : 0), 0));
  };

  const compare = (picture: {weights: Float64Array; effective: Float64Array}, attention: Seen['attention'], shown = (row: readonly number[]) => row): void => {
    const rows = attention.flat().flatMap((head: Matrix) => head.map((row) => shown(row)));
    expect(picture.weights.length).toBe(rows.length * rows[0].length);
    rows.flat().forEach((weight, i) => expect(picture.weights[i]).toBeCloseTo(weight, 8));
    rows.forEach((row, i) => expect(picture.effective[i]).toBeCloseTo(entropyKeys(row), 7));
  };

  it.each(CAUSAL)('$attention $temperatureForm of a sequence: rows sum to 1 over what is seen', (change) => {
    const host = hostProblem(sequences, PARAMS);
    const snapshot = sequenceNet(change, 1, 12);
    const picture = host.attention?.(snapshot, 16);
    if (!picture) throw new Error('the transformer attends');
    expect(picture).toMatchObject({iteration: 12, example: 16, examples: 18, layers: 2, heads: 2});
    expect(picture.keys).toEqual(tokensOf(sequences.test, 2).map((token) => `word ${token}`));
    compare(picture, onTokens(snapshot, sequences.test, 2).attention);
    picture.effective.forEach((keys, i) => {
      const row = picture.weights.subarray(i * LENGTH, (i + 1) * LENGTH);
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      expect(keys).toBeGreaterThanOrEqual(1 - 1e-12);
      expect(keys).toBeLessThanOrEqual((i % LENGTH) + 1 + 1e-9);
    });
  });

  it.each(ALL_SEEING)('$attention $softNorm of an image, as the definition has it; landmarks with rows divided by their sum', (change) => {
    const host = hostProblem(images, PARAMS);
    const snapshot = imageNet(change);
    const picture = host.attention?.(snapshot, 0);
    if (!picture) throw new Error('the transformer attends');
    const over = (row: readonly number[]): number[] => {
      const above = row.map((weight) => Math.max(0, weight));
      return above.map((weight) => weight / above.reduce((a, b) => a + b, 0));
    };
    compare(picture, onImage(snapshot, images.train, 0).attention, change.attention === 'nystrom' ? over : undefined);
    expect(picture.queries).toEqual(['row 1, column 1', 'row 1, column 2', 'row 2, column 1', 'row 2, column 2']);
  });
});

describe('multiply', () => {
  it.each([[1, 1, 1], [2, 3, 4], [5, 7, 9], [6, 2, 11]])('%i x %i by %i', (n, k, m) => {
    const value = (i: number): number => Math.sin(1 + i * i);
    const [a, b] = [Float64Array.from({length: n * k}, (_, i) => value(i)), Float64Array.from({length: k * m}, (_, i) => value(i + 100))];
    const c = new Float64Array(n * m).fill(Number.NaN);
    multiply(a, b, c, n, k, m);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) expect(c[i * m + j]).toBeCloseTo(Array.from({length: k}, (_, t) => a[i * k + t] * b[t * m + j]).reduce((x, y) => x + y, 0), 12);
    }
  });
});
