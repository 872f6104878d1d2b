import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import type {ParamValues} from '../../src/core/params.ts';
import {EVALUATION, type Problem, type Vars} from '../../src/core/problem.ts';
import type {Snapshot} from '../../src/core/protocol.ts';
import {readScalars} from '../../src/engine/tensors.ts';
import {tf} from '../../src/engine/tf.ts';
import {sizeOf} from '../../src/numerics/flatSpace.ts';
import hostProblem from '../../src/problems/mlp-classifier/host.ts';
import formulate from '../../src/problems/mlp-classifier/problem.ts';
import {ACTIVATIONS, BETA, dataOf, definition, differences, HEADS, modelOf, networkOf, NORMS, stateDifferences} from './mlpClassifier.ts';
import {distance, norm} from './problem.ts';

function varsOf({shapes, values}: Snapshot): Vars {
  let at = 0;
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      at += sizeOf(shape);
      return [name, tf.tensor(values.slice(at - sizeOf(shape), at), [...shape])];
    }),
  );
}

const flat = async (vars: Vars, names: readonly string[]): Promise<number[]> => {
  const parts = await Promise.all(names.map((name) => vars[name].data()));
  return parts.flatMap((part) => [...part]);
};

function gradientOf(problem: Problem, vars: Vars, decay: boolean, model: ParamValues): Vars {
  if (!problem.gradients) throw new Error('no gradients');
  return problem.gradients.gradient(vars, problem.train, decay, model);
}

/** The hand-written gradient against central differences of the definition. */
async function checkGradient(changes: ParamValues, task: 'multiclass' | 'binary' = 'multiclass'): Promise<void> {
  const model = modelOf(changes);
  const data = dataOf(task);
  const network = networkOf(data, model);
  const problem = formulate(data, {beta: BETA});
  const found = await flat(gradientOf(problem, varsOf(network), true, model), Object.keys(network.shapes));
  const expected = differences(network, data, BETA);
  expect(distance(found, expected) / norm(expected), JSON.stringify(changes)).toBeLessThan(1e-3);
}

/** All measured quantities and outputs against the float64 host code. */
async function checkAgainstHost(changes: ParamValues, task: 'multiclass' | 'binary'): Promise<void> {
  const model = modelOf(changes);
  const data = dataOf(task);
  const problem = formulate(data, {beta: BETA});
  const host = hostProblem(data, {beta: BETA});
  const network = networkOf(data, model);
  const vars = varsOf(network);
  const expected = host.evaluate(network);
  const found = await problem.evaluate(vars, model).data();
  for (const [i, name] of EVALUATION.entries()) expect(Math.abs(found[i] - expected[name]), `${JSON.stringify(changes)} ${name}`).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected[name])));
  const x = tf.tensor2d(Float32Array.from(data.test.x), [data.test.n, data.d]);
  const outputs = host.predict(network, data.test.x, data.test.n);
  expect(distance(await problem.predict(vars, x, model).data(), outputs), JSON.stringify(changes)).toBeLessThan(1e-3 * Math.max(1, norm(outputs)));
}

/** J at several points in one call. */
async function checkObjectives(changes: ParamValues): Promise<void> {
  const model = modelOf(changes);
  const data = dataOf();
  const problem = formulate(data, {beta: BETA});
  const host = hostProblem(data, {beta: BETA});
  const networks = [1, 2, 3].map((seed) => networkOf(data, model, seed));
  const all = networks.map(varsOf);
  const points = Object.fromEntries(Object.keys(all[0]).map((name) => [name, tf.stack(all.map((vars) => vars[name]))]));
  const found = await problem.objectives(points, model).data();
  for (const [g, network] of networks.entries()) {
    const {objective} = host.evaluate(network);
    expect(Math.abs(found[g] - objective) / objective).toBeLessThan(1e-4);
  }
}

const rms = (a: readonly number[]): number => norm(a) / Math.sqrt(a.length);

/** What is measured beside J, against the definition; with so few samples the probe is the training set. */
async function checkMeasures(changes: ParamValues): Promise<void> {
  const model = modelOf(changes);
  const data = dataOf();
  const network = networkOf(data, model);
  const problem = formulate(data, {beta: BETA});
  const read = await readScalars(problem.measures?.(varsOf(network), model) ?? {});
  const {states} = definition(network, network.values, data, data.train);
  const logits = states[states.length - 1].flat();
  const sizes = states.slice(0, -1).map((h) => rms(h.flat()));
  const slopes = sizes.map((_, l) => rms(stateDifferences(network, data, l)));
  const gradient = differences(network, data, 0);
  const cosine = -network.values.reduce((sum, w, i) => sum + w * gradient[i], 0) / (norm(network.values) * norm(gradient));
  const close = (name: string, expected: readonly number[]): void => {
    const found = expected.map((_, i) => read[name] ?? read[`${name}/${i}`]);
    expect(distance(found, expected) / Math.max(1e-3, norm(expected)), `${JSON.stringify(changes)} ${name}: ${found} for ${expected}`).toBeLessThan(2e-3);
  };
  close('rms', sizes);
  close('slope', slopes);
  close('hiddenGrowth', [sizes[sizes.length - 1] / sizes[0]]);
  close('logitScale', [logits.reduce((sum, z) => sum + Math.abs(z), 0) / logits.length]);
  close('alignment', [cosine]);
  const layers = (name: string): string[] => sizes.map((_, l) => `${name}/${l}`);
  expect(Object.keys(read).sort()).toEqual(['alignment', 'collapsed', 'hiddenGrowth', 'logitScale', 'surprise', ...layers('rms'), ...layers('slope')].sort());
}

/** With cross-entropy the surprise is the test loss; with another head it is that of the head's own or the softmax's probabilities. */
async function checkSurprise(): Promise<void> {
  const data = dataOf();
  const problem = formulate(data, {beta: 0});
  const of = async (head: ParamValues): Promise<readonly number[]> => {
    const model = modelOf(head);
    const vars = varsOf(networkOf(data, modelOf()));
    const {surprise} = await readScalars(problem.measures?.(vars, model) ?? {});
    return [surprise, (await problem.evaluate(vars, model).data())[2]];
  };
  const [softmax, taylor, squares, tau] = await Promise.all([of({head: 'softmax'}), of({head: 'taylor'}), of({head: 'squares'}), of({head: 'comp-sum', tau: 2})]);
  expect(softmax[0]).toBeCloseTo(softmax[1], 5);
  expect(taylor[0]).toBeCloseTo(taylor[1], 5);
  expect(squares[0]).toBeCloseTo(softmax[0], 5);
  expect(tau[0]).toBeCloseTo(softmax[0], 5);
}

/** Logits so far apart that one bit, ten bits, or 23 see the label's lead as certain. */
async function checkCollapse(): Promise<void> {
  const data = dataOf();
  const problem = formulate(data, {beta: 0});
  const share = async (scale: number, head: ParamValues): Promise<number> => {
    const model = modelOf({depth: 0, bias: false, ...head});
    const network = networkOf(data, model);
    const vars = {w0: tf.mul(scale, varsOf(network).w0)};
    return (await readScalars(problem.measures?.(vars, model) ?? {})).collapsed;
  };
  const right = hostProblem(data, {beta: 0}).evaluate(networkOf(data, modelOf({depth: 0, bias: false}))).trainScore;
  expect(right).toBeGreaterThan(0);
  expect(await share(1e4, {head: 'softmax'})).toBeCloseTo(right, 5);
  expect(await share(0.01, {head: 'softmax-bits', bits: 10})).toBe(0);
  expect(await share(1e4, {head: 'softmax-bits', bits: 10})).toBeCloseTo(right, 5);
  for (const head of ['softmax-exact', 'stablemax', 'squares']) expect(await share(1e4, {head})).toBe(0);
}

function checkDisposal(): void {
  const model = modelOf({norm: 'batch'});
  const data = dataOf();
  const before = tf.memory().numTensors;
  const problem = formulate(data, {beta: BETA});
  const vars = varsOf(networkOf(data, model));
  const names = Object.keys(vars).length;
  const held = tf.memory().numTensors;
  tf.dispose(problem.evaluate(vars, model));
  tf.dispose(Object.values(problem.measures?.(vars, model) ?? {}));
  tf.tidy(() => void gradientOf(problem, vars, true, model));
  expect(tf.memory().numTensors).toBe(held);
  problem.dispose();
  expect(tf.memory().numTensors).toBe(before + names);
}

/** All norms with all activations, or each of either at least once. */
const VARIANTS = NORMS.flatMap((norms) => ACTIVATIONS.map((activation) => ({norm: norms, activation})));
const FEW_VARIANTS = NORMS.map((norms, i) => ({norm: norms, activation: ACTIVATIONS[i % ACTIVATIONS.length]}));

/**
 * The checks that hold on every backend, on the one that the surrounding block has set.
 * @param heads for a slow backend a few, which then meet fewer variants too
 */
export function describeClassifier(heads: readonly ParamValues[] = HEADS): void {
  const variants = heads === HEADS ? VARIANTS : FEW_VARIANTS;
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it.each(heads)('has the gradient of its definition with %o, with norms and activations', async (head) => {
    for (const variant of variants) await checkGradient({...head, ...variant});
  });

  it('has it without biases, without hidden layers and with two classes', async () => {
    for (const changes of [{bias: false, norm: 'rms'}, {depth: 0}, {depth: 1}]) {
      await checkGradient(changes);
      await checkGradient(changes, 'binary');
    }
  });

  it('measures and predicts what the host does', async () => {
    for (const task of ['multiclass', 'binary'] as const) {
      for (const head of heads) await checkAgainstHost(head, task);
      for (const variant of variants) await checkAgainstHost(variant, task);
      await checkAgainstHost({depth: 0}, task);
    }
  });

  it('evaluates several points at once', async () => {
    for (const norms of NORMS) await checkObjectives({norm: norms});
  });

  describe('measures', () => {
    it.each(NORMS)('sizes and slopes by layer, logits and alignment with norm %s', (norms) => checkMeasures({norm: norms}));
    it('the surprise on the test set by probabilities of the head', checkSurprise);
    it('the share of collapsed samples at the precision of the head', checkCollapse);
  });

  it('keeps no tensors', checkDisposal);
}
