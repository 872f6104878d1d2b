import {expect, it} from 'vitest';
import type {PreparedData} from '../../src/core/data.ts';
import type {ParamValues} from '../../src/core/params.ts';
import type {Problem, Vars} from '../../src/core/problem.ts';
import {tf} from '../../src/engine/tf.ts';
import {readingOf} from '../../src/numerics/transformer/layout.ts';
import formulate from '../../src/problems/transformer/problem.ts';
import {clockData, modelOf, moved, pictureData, type Plain, plainGradient} from './transformer.ts';

const PARAMS = {beta: 0, patch: '2'};

/** The facet that every transformer has. */
export function facetOf(problem: Problem): NonNullable<Problem['gradients']> {
  if (!problem.gradients) throw new Error('no gradients');
  return problem.gradients;
}

export function plainOf(data: PreparedData, model: ParamValues): Plain {
  const {length, outputs, kind} = readingOf(data, PARAMS);
  return {model, length, outputs, causal: kind === 'sequence'};
}

async function expectEqual(own: Vars, plain: Vars): Promise<void> {
  expect(Object.keys(own)).toEqual(Object.keys(plain));
  for (const name of Object.keys(plain)) {
    const [a, b] = await Promise.all([own, plain].map(async (of) => Array.from(await of[name].data())));
    expect(own[name].shape, name).toEqual(plain[name].shape);
    const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const apart = a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
    expect(apart, name).toBeLessThan(5e-4 * largest + 1e-6);
  }
}

/** The gradient written by hand against automatic differentiation of the plain version. */
async function compareGradients(data: PreparedData, changes: ParamValues): Promise<void> {
  const model = modelOf(changes);
  const problem = formulate(data, PARAMS);
  const facet = facetOf(problem);
  const start = facet.init(model, 3);
  const vars = moved(start);
  const own = facet.gradient(vars, problem.train, true, model);
  const plain = plainGradient(plainOf(data, model), vars, problem.train.x, problem.train.y);
  await expectEqual(own, plain);
  tf.dispose([start, vars, own, plain] as unknown as tf.TensorContainer);
  problem.dispose();
}

const CAUSAL: readonly ParamValues[] = [
  {placement: 'none'}, {placement: 'none', attention: 'selective', step: 'root'},
  ...['pre', 'post', 'peri'].flatMap((placement) => [
    {placement, norm: 'layer'}, {placement, norm: 'rms', temperature: 0.5},
    {placement, norm: 'layer', attention: 'selective', temperatureForm: 'product', residualStep: 0.3}, {placement, norm: 'rms', attention: 'selective'},
  ]),
  {attention: 'selective', temperatureForm: 'token', mlpRatio: 3}, {attention: 'selective', temperatureForm: 'position', heads: 4},
];

const WHOLE: readonly ParamValues[] = [
  ...['none', 'pre', 'post', 'peri'].flatMap((placement) => [{placement, attention: 'softmax'}, {placement, attention: 'soft'}, {placement, norm: 'rms', attention: 'nystrom', landmarks: 4}]),
  {attention: 'soft', softNorm: 'sym'}, {attention: 'soft', softNorm: 'none', norm: 'rms'}, {attention: 'selective'},
];

const named = (changes: ParamValues): string => Object.values(changes).join(' ');

/** @param few only some of the combinations */
export function describeGradients(few = false): void {
  const some = (all: readonly ParamValues[]): readonly ParamValues[] => (few ? all.filter((_, i) => i % 4 === 2) : all);
  it.each(some(CAUSAL).map((changes) => [named(changes), changes] as const))('has the gradient of its loss on sequences: %s', (_, changes) =>
    compareGradients(clockData(4, 5), changes));
  it.each(some(WHOLE).map((changes) => [named(changes), changes] as const))('has the gradient of its loss on pictures: %s', (_, changes) =>
    compareGradients(pictureData(3), changes));
}
