import {describe, expect, it} from 'vitest';
import reference from '../fixtures/convex_reference.json';
import {planeGates} from '../helpers/planeGates.ts';
import {at, runOn} from '../helpers/session.ts';

/** The numbers that the project promises, measured on WASM in float32. */

const BREAST_CANCER = {
  seed: 1,
  dataset: {id: 'breast-cancer', params: {trainFraction: 0.8, standardise: true}},
  problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 2.65}},
};

function instance(name: string) {
  const found = reference.instances.find((one) => one.name === name);
  if (!found) throw new Error(`no instance ${name}`);
  return found;
}

const allPatterns = (name: string): unknown => {
  const {points, targets, loss, beta} = instance(name);
  const gates = planeGates(points.map((point) => [...point, 1]));
  return {
    dataset: {id: 'inline', params: {points, targets, task: 'classification'}},
    problem: {id: 'two-layer-relu', params: {loss, beta}},
    contestants: [{solver: {id: 'convex-admm', params: {gates}}}],
    budget: {amount: 3000},
  };
};

describe('Breast Cancer', () => {
  it('ADMM with 50 sampled patterns reaches 95 % test accuracy within 20 iterations', async () => {
    const [admm] = await runOn('wasm', {...BREAST_CANCER, contestants: [{solver: {id: 'convex-admm', params: {source: 'sampled', patterns: 50}}}], budget: {amount: 20}});
    expect(Math.max(...admm.history.testScore.map(Number))).toBeGreaterThanOrEqual(0.95);
  });

  it('Adam is within 2 % of its own J at 10,000 steps after 3,000', async () => {
    const adam = {solver: {id: 'adam', params: {learningRate: 0.003, batchSize: 64}}, model: {width: 100}};
    const [result] = await runOn('wasm', {...BREAST_CANCER, contestants: [adam], budget: {amount: 10_000}});
    const end = result.final.objective ?? Number.NaN;
    expect(Math.abs(at(result, 'objective', 3000) / end - 1)).toBeLessThan(0.02);
  });
});

describe('ADMM over all patterns, against the certified optimum', () => {
  it('xor-20, squared loss: within 0.5 % after 1000 iterations and 0.1 % after 3000', async () => {
    const [result] = await runOn('wasm', allPatterns('xor-20-squared'));
    const {optimum_lower: lower, optimum_upper: upper, patterns} = instance('xor-20-squared');
    expect(patterns).toBe(382);
    expect(result.notices).toEqual([]);
    expect(at(result, 'objective', 1000) / upper - 1).toBeLessThan(0.005);
    expect(at(result, 'objective', 3000) / upper - 1).toBeLessThan(0.001);
    expect(Math.min(...result.history.objective.map(Number))).toBeGreaterThan(lower * (1 - 1e-6));
  });

  it.each([['xor-20-hinge', 0.005], ['xor-20-logistic', 0.001]])('%s: within %d after 3000 iterations, never below the lower bound', async (name, tolerance) => {
    const [result] = await runOn('wasm', allPatterns(name));
    const {optimum_lower: lower, optimum_upper: upper} = instance(name);
    expect(at(result, 'objective', 3000) / upper - 1).toBeLessThan(tolerance);
    expect(Math.min(...result.history.objective.map(Number))).toBeGreaterThan(lower * (1 - 1e-6));
  });
});
