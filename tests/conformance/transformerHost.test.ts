import {beforeAll, describe, expect, it} from 'vitest';
import type {PreparedData} from '../../src/core/data.ts';
import {classOf, type HostProblem} from '../../src/core/hostProblem.ts';
import type {ParamValues} from '../../src/core/params.ts';
import type {Vars} from '../../src/core/problem.ts';
import type {Snapshot} from '../../src/core/protocol.ts';
import {randomStream} from '../../src/core/random.ts';
import {tf} from '../../src/engine/tf.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import hostProblem from '../../src/problems/transformer/host.ts';
import formulate from '../../src/problems/transformer/problem.ts';
import {MODEL, randomTransformer, shapesOf, tokenData} from '../helpers/naiveTransformer.ts';
import {randomData} from '../helpers/twoLayerRelu.ts';

prepareNodeBackends();

const PARAMS = {beta: 0.3, patch: '2'};

interface Data {
  readonly data: PreparedData;
  readonly tokenWidth: number;
  readonly length: number;
  readonly outputs: number;
}

const SEQUENCES: Data = {data: tokenData(6, 5, 9, 4), tokenWidth: 5, length: 6, outputs: 5};
const IMAGES: Data = {data: {...randomData({task: 'multiclass', n: 7, testCount: 3, d: 17, k: 3}, 9), picture: 4}, tokenWidth: 4, length: 4, outputs: 3};
const PAIRS: Data = {data: randomData({task: 'binary', n: 6, testCount: 2, d: 6}, 10), tokenWidth: 1, length: 5, outputs: 2};

function varsOf({shapes, values}: Snapshot): Vars {
  let at = 0;
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      at += size;
      return [name, tf.tensor(values.slice(at - size, at), [...shape])];
    }),
  );
}

const relative = (a: number, b: number): number => (Number.isNaN(a) && Number.isNaN(b) ? 0 : Math.abs(a - b) / Math.max(1e-3, Math.abs(b)));

/** The gradient of J/n along random directions against central differences of the float64 J. */
function compareSlopes(host: HostProblem, snapshot: Snapshot, gradient: readonly number[], n: number): void {
  const space = host.share([[snapshot]]);
  const origin = space.paths[0].point(0);
  expect(gradient.length).toBe(origin.length);
  const random = randomStream(5, 'directions');
  const length = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
  for (let pass = 0; pass < 4; pass++) {
    const du = origin.map(() => random.normal());
    const ends = new Float64Array(2);
    space.kernel({origin, du, dv: du}).evaluateRow(0, Float64Array.of(-1e-6, 1e-6), ends);
    const along = du.reduce((sum, value, i) => sum + value * gradient[i], 0);
    expect(Math.abs((ends[1] - ends[0]) / (2e-6 * n) - along)).toBeLessThan(1e-4 * length);
  }
}

function compare({data, tokenWidth, length, outputs}: Data, change: ParamValues): void {
  const model = {...MODEL, ...change};
  const problem = formulate(data, PARAMS);
  const host = hostProblem(data, PARAMS);
  const started = problem.gradients?.init(model, 1) ?? {};
  const shapes = shapesOf(model, tokenWidth, length, outputs);
  expect(Object.entries(started).map(([name, {shape}]) => [name, shape])).toEqual(Object.entries(shapes));
  const snapshot = randomTransformer(model, shapes, 3);
  const vars = varsOf(snapshot);
  const value = problem.evaluate(vars, model);
  const [objective, trainLoss, testLoss, penalty, trainScore, testScore] = value.dataSync();
  const seen = host.evaluate(snapshot);
  for (const [tensor, own] of [[objective, seen.objective], [trainLoss, seen.trainLoss], [testLoss, seen.testLoss], [penalty, seen.penalty], [trainScore, seen.trainScore], [testScore, seen.testScore]]) {
    expect(relative(tensor, own)).toBeLessThan(1e-4);
  }
  const x = tf.tensor2d(Float32Array.from(data.test.x), [data.test.n, data.d]);
  const outputsSeen = problem.predict(vars, x, model);
  const tensorPredicted = Float64Array.from(outputsSeen.dataSync());
  const predicted = host.predict(snapshot, data.test.x, data.test.n);
  if (data.task === 'sequence') expect([...predicted]).toEqual([...tensorPredicted]);
  else for (let i = 0; i < data.test.n; i++) expect(classOf(predicted, i, data.k)).toBe(classOf(tensorPredicted, i, data.k));
  const gradient = tf.tidy(() => problem.gradients?.gradient(vars, problem.train, true, model)) ?? {};
  // Rounding the normaliser makes J a staircase, whose gradient is by definition that of the softmax.
  if (model.head !== 'softmax-bits') compareSlopes(host, snapshot, Object.values(gradient).flatMap((of) => [...of.dataSync()]), data.train.n);
  tf.dispose([value, x, outputsSeen, ...Object.values(gradient), ...Object.values(vars), ...Object.values(started)]);
  problem.dispose();
}

describe('the transformer on WASM and in float64', () => {
  beforeAll(async () => {
    expect(await tf.setBackend('wasm')).toBe(true);
  });

  const norms = ['none', 'pre', 'post', 'peri'].flatMap((placement) => ['layer', 'rms'].map((norm) => ({placement, norm})));
  it.each(norms)('agree with norm $norm placed $placement', (change) => {
    compare(SEQUENCES, {...change, temperature: 0.7});
    compare(IMAGES, {...change, step: 'root'});
  });

  const attentions = [
    ...['sum', 'product', 'token', 'position'].map((temperatureForm) => ({attention: 'selective', temperatureForm})),
    ...['none', 'row', 'sym'].map((softNorm) => ({attention: 'soft', softNorm})),
    {attention: 'nystrom', landmarks: 4},
  ];
  it.each(attentions)('agree with attention $attention $temperatureForm $softNorm', (change) => {
    if (change.attention === 'selective') compare(SEQUENCES, change);
    compare(IMAGES, change);
    compare(PAIRS, change);
  });

  const heads = ['softmax-exact', 'stablemax', 'taylor', 'squared-hinge', 'crammer-singer', 'squares'].map((head) => ({head}));
  it.each([...heads, {head: 'comp-sum', tau: 1.7}, {head: 'spherical', sphericalEpsilon: 0.01}, {head: 'z-loss', zSlope: 1}, {head: 'softmax-bits', bits: 10}])('agree with the head $head', (change) => {
    compare(SEQUENCES, change);
    compare(IMAGES, change);
    compare(PAIRS, change);
  });
});
