import {expect, it} from 'vitest';
import {randomStream} from '../../src/core/random.ts';
import {tf} from '../../src/engine/tf.ts';
import {compareCase} from '../../src/headless/references/softmaxCompare.ts';
import {type SoftmaxCase, softmaxFileSchema} from '../../src/headless/references/softmaxFile.ts';
import {runOnTensors, TENSOR_OPS} from '../../src/headless/references/softmaxOps.ts';
import {nystromAttention, softAttention, stridedLandmarks} from '../../src/numerics/attention/gaussian.ts';
import {attention, causalMask, effectiveKeys, mergeHeads, splitHeads} from '../../src/numerics/attention/scaledDot.ts';
import {type HeadChoice, headOf} from '../../src/numerics/heads/head.ts';
import {differentiable} from '../../src/numerics/heads/parts.ts';
import type {UpdateInput} from '../../src/numerics/firstOrder.ts';
import {batchNormAtRest, batchNormForward} from '../../src/numerics/normalisation/batch.ts';
import {lamb, lars} from '../../src/numerics/optim/layerwise.ts';
import {onPerpendicular, perpendicularGradient} from '../../src/numerics/optim/perpGrad.ts';
import {descentCosine} from '../../src/numerics/optim/tensorNorms.ts';
import {product} from '../../src/numerics/products.ts';
import fixture from '../fixtures/softmax_reference.json';

const cases: readonly SoftmaxCase[] = softmaxFileSchema.parse(fixture).cases.filter(({op}) => Object.hasOwn(TENSOR_OPS, op));

/** Every head that a contestant can have. */
const HEADS: readonly HeadChoice[] = [
  {kind: 'softmax'}, {kind: 'softmax-exact'}, {kind: 'softmax-bits', bits: 10}, {kind: 'softmax-bits', bits: 23}, {kind: 'softmax-log-z', lambda: 1e-4},
  {kind: 'comp-sum', tau: 0}, {kind: 'comp-sum', tau: 1}, {kind: 'comp-sum', tau: 2}, {kind: 'stablemax'}, {kind: 'taylor'}, {kind: 'spherical', epsilon: 0.01},
  {kind: 'z-loss', a: 1, b: null}, {kind: 'squares'}, {kind: 'squared-hinge'}, {kind: 'crammer-singer'},
];

const oneHot = (labels: readonly number[], classes: number): tf.Tensor2D => tf.tensor2d(labels.map((label) => Array.from({length: classes}, (_, c) => (c === label ? 1 : 0))));

function normals(shape: readonly number[], label: string): tf.Tensor {
  const random = randomStream(3, label);
  return tf.tensor(Float32Array.from({length: shape.reduce((a, b) => a * b, 1)}, () => random.normal()), [...shape]);
}

/** max |a - b| / max |b|. */
async function apart(a: tf.Tensor, b: tf.Tensor): Promise<number> {
  expect(a.shape).toEqual(b.shape);
  const [x, y] = await Promise.all([a.data(), b.data()]);
  expect(Array.from(x).every(Number.isFinite)).toBe(true);
  return Math.max(...Array.from(x, (value, i) => Math.abs(value - y[i]))) / Math.max(...Array.from(y, Math.abs));
}

/** The file's cases on the current backend; CPU and WASM in Node, WebGPU in Chromium. */
export function describeReferenceCases(): void {
  it('holds all operations of the file that need tensors', () => expect(cases.length).toBe(181));

  it.each(cases.map((one) => [one.id, one] as const))('%s', async (id, one) => {
    const before = tf.memory().numTensors;
    const line = compareCase(id, one, await runOnTensors(one), 0);
    expect(line, JSON.stringify(line)).toMatchObject({ok: true});
    expect(tf.memory().numTensors).toBe(before);
  });
}

/** Loss and slope of every head where logits are as large as they get, and a label leads, trails or ties. */
async function checkExtremes(choice: HeadChoice): Promise<void> {
  const rows = [[1e4, -1e4, 0], [-1e4, 1e4, 0], [1e4, 1e4, 1e4], [-1e4, -1e4, -1e4], [0, 0, 0], [-200, 0, 200], [17, 0, 0], [1e-30, -1e-30, 0]];
  const z = tf.tensor2d(rows);
  for (const label of [0, 1, 2]) {
    const y = oneHot(rows.map(() => label), 3);
    const {loss, decision} = headOf(choice, 3);
    const {values, slope} = loss(z, y);
    const found = [...(await values().data()), ...(await slope().data()), ...(await decision(z).data())];
    expect(found.every(Number.isFinite), `label ${label}`).toBe(true);
  }
}

/** The slope against central differences of the loss in float32, where the loss is smooth. */
async function checkSlope(choice: HeadChoice): Promise<void> {
  const z = tf.mul(1.5, normals([6, 4], 'slope'));
  const y = oneHot([0, 1, 2, 3, 0, 1], 4);
  const {loss} = headOf(choice, 4);
  const h = 2 ** -7;
  const columns = await Promise.all(
    [0, 1, 2, 3].map(async (c) => {
      const step = tf.mul(h, oneHot(Array.from({length: 6}, () => c), 4));
      const [up, down] = await Promise.all([loss(tf.add(z, step), y).values().data(), loss(tf.sub(z, step), y).values().data()]);
      return Array.from(up, (value, i) => (value - down[i]) / (2 * h));
    }),
  );
  const expected = tf.transpose(tf.tensor2d(columns));
  expect(await apart(loss(z, y).slope(), expected)).toBeLessThan(5e-3);
  const through = tf.grad((a: tf.Tensor) => tf.sum(differentiable(loss)(a, y)))(z);
  expect(await apart(through, loss(z, y).slope())).toBeLessThan(1e-6);
}

export function describeHeads(): void {
  it.each(HEADS.map((choice) => [JSON.stringify(choice), choice] as const))('%s is finite at extreme logits', (_, choice) => checkExtremes(choice));

  // A precision of 10 bits makes steps, which have no slope.
  const smooth = HEADS.filter((choice) => choice.kind !== 'softmax-bits');
  it.each(smooth.map((choice) => [JSON.stringify(choice), choice] as const))('%s has the slope of its loss', (_, choice) => checkSlope(choice));

  it('keeps slopes balanced in exact mode where float32 loses the label', async () => {
    const z = tf.tensor2d([[25, 0, 0, 0]]);
    const y = oneHot([0], 4);
    const plain = await headOf({kind: 'softmax'}, 4).loss(z, y).slope().data();
    const exact = await headOf({kind: 'softmax-exact'}, 4).loss(z, y).slope().data();
    expect(plain[0]).toBe(0);
    expect(plain[1]).toBeGreaterThan(1e-11);
    expect(exact[0] / (3 * Math.exp(-25))).toBeCloseTo(-1, 5);
  });

  it('predicts with scores where they are even, and Z-loss does not see scale or offset', async () => {
    const z = tf.tensor2d([[-5, 1, 2]]);
    expect(Array.from(await tf.argMax(headOf({kind: 'spherical', epsilon: 0.01}, 3).decision(z), -1).data())).toEqual([0]);
    const {loss} = headOf({kind: 'z-loss', a: 1, b: null}, 3);
    const y = oneHot([2], 3);
    expect(await apart(loss(tf.add(tf.mul(z, 40), 300), y).values(), loss(z, y).values())).toBeLessThan(1e-5);
  });
}

export function describeAttention(): void {
  it('attends in several heads at once as head by head, and causally never ahead', async () => {
    const [q, k, v] = ['q', 'k', 'v'].map((name) => normals([2, 5, 6], name));
    const together = mergeHeads(attention({q: splitHeads(q, 3), k: splitHeads(k, 3), v: splitHeads(v, 3)}, causalMask(5)));
    const part = (x: tf.Tensor, b: number, h: number): tf.Tensor => tf.reshape(tf.slice(x, [b, 0, 2 * h], [1, 5, 2]), [5, 2]);
    const one = tf.concat([0, 1, 2].map((h) => attention({q: part(q, 1, h), k: part(k, 1, h), v: part(v, 1, h)}, causalMask(5))), 1);
    expect(await apart(tf.reshape(tf.slice(together, [1, 0, 0], [1, 5, 6]), [5, 6]), one)).toBeLessThan(1e-6);
    expect(await apart(tf.slice(together, [0, 0, 0], [2, 1, 6]), tf.slice(v, [0, 0, 0], [2, 1, 6]))).toBeLessThan(1e-6);
  });

  it('counts effective keys between one and all', async () => {
    const found = await effectiveKeys(tf.tensor2d([[1, 0, 0, 0], [0.25, 0.25, 0.25, 0.25], [0.5, 0.5, 0, 0]])).data();
    [1, 4, 2].forEach((expected, i) => expect(found[i]).toBeCloseTo(expected, 5));
  });

  it('SOFT with row sums is softmax attention with a bias of -|k|^2 / (2 sqrt d)', async () => {
    const q = normals([2, 7, 4], 'soft q');
    const v = normals([2, 7, 3], 'soft v');
    const logits = tf.sub(tf.mul(0.5, tf.matMul(q, q, false, true)), tf.expandDims(tf.mul(0.25, tf.sum(tf.square(q), -1)), 1));
    expect(await apart(softAttention(q, v, 'row'), tf.matMul(tf.softmax(logits), v))).toBeLessThan(1e-5);
  });

  it('SOFT from inner products agrees with SOFT from differences, and Nystrom comes closer with more landmarks', async () => {
    const q = normals([96, 16], 'many q');
    const v = normals([96, 8], 'many v');
    const large = softAttention(tf.stack([q, q]), tf.stack([v, v]), 'none');
    const small = softAttention(q, v, 'none');
    expect(q.size * 96).toBeLessThan(2 ** 18);
    expect(q.size * 96 * 2).toBeGreaterThan(2 ** 18);
    expect(await apart(tf.squeeze(tf.slice(large, [1, 0, 0], [1, 96, 8]), [0]), small)).toBeLessThan(1e-4);
    const narrow = tf.slice(q, [0, 0], [96, 2]);
    const full = softAttention(narrow, v, 'none');
    const errors: number[] = [];
    for (const m of [4, 16, 48]) errors.push(await apart(nystromAttention(narrow, v, stridedLandmarks(96, m)), full));
    expect(errors[1]).toBeLessThan(errors[0]);
    expect(errors[2]).toBeLessThan(0.1);
  });
}

/** What a rule gets in its first step, with a learning rate of 0.1. */
const firstInput = (w: tf.Tensor, g: tf.Tensor, more: Partial<UpdateInput>): UpdateInput => ({
  w, g, slots: Object.fromEntries(['v', 'm', 's'].map((slot) => [slot, tf.zerosLike(w)])), learningRate: 0.1, decayRate: 0, t: 1, bias: false,
  params: {momentum: 0.9, trust: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-12}, ...more,
});

export function describeOptimizers(): void {
  it('measures the cosine of a descent with the weights, within -1 and 1 also where squares underflow', async () => {
    const [w, g] = [{a: tf.tensor1d([3, 4]), b: tf.tensor1d([12])}, {a: tf.tensor1d([-3, -4]), b: tf.tensor1d([12])}];
    expect((await descentCosine(w, g).data())[0]).toBeCloseTo((25 - 144) / 169, 5);
    const [tiny] = await descentCosine(w, {a: tf.tensor1d([-3e-21, -4e-21]), b: tf.tensor1d([-12e-21])}).data();
    expect(tiny).toBeGreaterThanOrEqual(0);
    expect(tiny).toBeLessThanOrEqual(1.00001);
  });

  it('takes steps across the weights, so that a small step hardly changes their length', async () => {
    const w = normals([40, 30], 'w');
    const g = normals([40, 30], 'g');
    const across = perpendicularGradient(w, g, true);
    const [[along], [before], [after]] = await Promise.all([tf.sum(tf.mul(w, across)).data(), tf.norm(g).data(), tf.norm(across).data()]);
    expect(Math.abs(along) / (before * before)).toBeLessThan(1e-6);
    expect(after / before).toBeCloseTo(1, 5);
    const descent = onPerpendicular({slots: [], decayInGradient: true, update: (input) => ({w: tf.sub(input.w, tf.mul(input.learningRate, input.g)), slots: {}})}, true);
    expect(await apart(descent.update(firstInput(w, g, {})).w, tf.sub(w, tf.mul(0.1, across)))).toBeLessThan(1e-6);
  });

  it('LARS steps eta trust |w| g / |g| in matrices and eta trust g in biases', async () => {
    const w = normals([5, 4], 'lars w');
    const g = normals([5, 4], 'lars g');
    const expected = tf.sub(w, tf.mul(tf.div(tf.mul(0.002, tf.norm(w)), tf.norm(g)), g));
    expect(await apart(lars.update(firstInput(w, g, {})).w, expected)).toBeLessThan(1e-6);
    expect(await apart(lars.update(firstInput(w, g, {bias: true})).w, tf.sub(w, tf.mul(0.002, g)))).toBeLessThan(1e-6);
  });

  it('LAMB steps eta |w| along the signs at first, and eta from zero weights', async () => {
    const w = normals([5, 4], 'lamb w');
    const g = normals([5, 4], 'lamb g');
    const length = tf.norm(w);
    expect(await apart(lamb.update(firstInput(w, g, {})).w, tf.sub(w, tf.mul(tf.mul(0.1 / Math.sqrt(20), length), tf.sign(g))))).toBeLessThan(1e-5);
    expect(await apart(lamb.update(firstInput(tf.zerosLike(w), g, {})).w, tf.mul(-0.1, tf.sign(g)))).toBeLessThan(1e-5);
  });

  it('multiplies with the gradients of a product', async () => {
    const a = normals([2, 5, 3], 'a');
    const b = normals([2, 3, 4], 'b');
    const c = normals([2, 5, 4], 'c');
    const [own, builtIn] = [product, (x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y)].map((f) => tf.grads((x: tf.Tensor, y: tf.Tensor) => f(x, y))([a, b], c));
    for (const i of [0, 1]) expect(await apart(own[i], builtIn[i])).toBeLessThan(1e-6);
  });

  it('BatchNorm at rest with a batch\'s own statistics is BatchNorm in training', async () => {
    const x = tf.add(7, normals([12, 5], 'batch'));
    const [gain, shift] = [normals([5], 'gain'), normals([5], 'shift')];
    const {value, batch} = batchNormForward(x, gain, shift);
    expect(await apart(batchNormAtRest(x, gain, shift, batch), value)).toBeLessThan(1e-5);
  });
}
