import {describe, expect, it} from 'vitest';
import {GrayEnumeration} from '../../src/numerics/binary/enumeration.ts';
import {beginSampling, couplingOf, samplingStep, type SamplingRule} from '../../src/numerics/binary/lowRankSampling.ts';
import {energy} from '../../src/numerics/binary/quadratic.ts';
import {randomStream} from '../../src/core/random.ts';
import {binaryFileSchema, quadraticOfCase} from '../../src/headless/references/binaryFile.ts';
import {compareIdentities, compareTraces} from '../../src/headless/references/binaryIdentities.ts';
import {compareQubo, compareStuckOne, compareStuckTwo} from '../../src/headless/references/binaryQubo.ts';
import {compareSampling} from '../../src/headless/references/binarySampling.ts';
import {compareNeurons} from '../../src/headless/references/logisticNeuron.ts';
import type {Comparison} from '../../src/headless/references/types.ts';
import json from '../fixtures/bnn_reference.json';

const file = binaryFileSchema.parse(json);
const clock = (): number => 0;
/** 2^28 weight vectors take ten seconds; the command does them. */
const enumerable = file.qubo.filter(({p}) => p <= 20);

const expectAll = (lines: Iterable<Comparison>, count: number): void => {
  const all = [...lines];
  expect(all.filter(({ok}) => !ok)).toEqual([]);
  expect(all).toHaveLength(count);
};

describe('the reference file', () => {
  it.each(enumerable.map((one) => [one.id, one] as const))('%s: relaxation, bounds, box and enumeration', (_, one) => expectAll(compareQubo(one, clock), 4));
  it('stuck at rank 2 and freed, stuck at rank 1', () => {
    expectAll(compareStuckTwo(file, clock), 12);
    expectAll(compareStuckOne(file, clock), 4);
  });
  it('gradients, moments and certificates at given rows; sweeps and steps value by value', () => {
    expectAll(compareIdentities(file, clock), 2);
    expectAll(compareTraces(file, clock), 1);
  });
  it('logistic neurons', () => expectAll(compareNeurons(file, clock), 2));
  it('shares of runs that find the optimum', () => {
    const hits = Object.fromEntries(Object.entries(file.linear_layer_low_rank_hits.hits).filter(([id]) => id === 'ls12b' || id === 'ls16a'));
    expectAll(compareSampling({...file, linear_layer_low_rank_hits: {hits}}, clock), 2);
  });

  it('is not met by wrong values', () => {
    const wrong = (change: object): readonly string[] => [...compareQubo({...enumerable[0], ...change}, clock)].filter(({ok}) => !ok).map(({name}) => name);
    expect(wrong({})).toEqual([]);
    expect(wrong({sdp_opt: 131.6})).toEqual(['ls8, SDP']);
    expect(wrong({opt: 131})).toEqual(['ls8, bounds', 'ls8, enumeration']);
    expect(wrong({opt: 140})).toEqual(['ls8, bounds', 'ls8, enumeration']);
    expect(wrong({n_opt: 2})).toEqual(['ls8, enumeration']);
    expect(wrong({box_certified_lb: 123.2})).toEqual(['ls8, box']);
    const [first] = file.stuck_k2;
    expect([...compareStuckTwo({...file, stuck_k2: [{...first, f_stuck: 5.9}]}, clock)].map(({ok}) => ok)).toEqual([false, true]);
    const [one] = file.trace;
    expect([...compareTraces({...file, trace: [{...one, rgd_step: 0.004}]}, clock)].map(({ok}) => ok)).toEqual([false]);
  });
});

describe('the sampled gradient', () => {
  const [one] = file.identities;
  const quadratic = quadraticOfCase(one);
  const scale = couplingOf(quadratic);
  const rule: SamplingRule = {rank: 2, learningRate: 1, momentum: 0, length: 1, antithetic: false, deleteDiagonal: false, tangent: false};
  const ignore = (): void => undefined;
  const start = {rows: {n: 6, k: 3, v: Float64Array.from(one.mu.flatMap((mu, i) => [mu, ...one.Z[i]]))}, velocity: new Float64Array(18)};
  const random = randomStream(3, 'expectation');
  const mean = (changes: Partial<SamplingRule>): Float64Array => {
    const total = new Float64Array(18);
    const draws = 40_000;
    for (let draw = 0; draw < draws; draw++) {
      const {velocity} = samplingStep(quadratic, start, {...rule, ...changes}, scale, 0, random, ignore);
      for (let i = 0; i < 18; i++) total[i] += (scale * velocity[i]) / draws;
    }
    return total;
  };
  const expected = one.visp_grad_mu_expected.flatMap((mu, i) => [mu, ...one.visp_grad_Z_expected[i]]);

  it.each([{}, {antithetic: true}])('has the expectation of the file (%o)', (changes) => {
    for (const [i, value] of mean(changes).entries()) expect(Math.abs(value - expected[i])).toBeLessThan(1.2);
  });

  it('has no part along the rows with tangent projection', () => {
    const {velocity} = samplingStep(quadratic, start, {...rule, tangent: true}, scale, 0, random, ignore);
    for (let i = 0; i < 6; i++) expect([0, 1, 2].reduce((sum, c) => sum + velocity[3 * i + c] * start.rows.v[3 * i + c], 0)).toBeCloseTo(0, 9);
  });

  it('is half the change of E by a flip where the diagonal is deleted, at rank 0', () => {
    const w = [1, -1, 1, 1, -1, -1];
    const latent = {rows: {n: 6, k: 1, v: Float64Array.from(w, (sign) => 0.3 * sign)}, velocity: new Float64Array(6)};
    const seen: number[] = [];
    const {velocity} = samplingStep(quadratic, latent, {...rule, rank: 0, deleteDiagonal: true}, scale, 0, random, (_w, value) => seen.push(value));
    for (let i = 0; i < 6; i++) {
      const at = (sign: number): number => energy(quadratic, w.map((x, j) => (j === i ? sign : x)));
      expect(scale * velocity[i]).toBeCloseTo((at(1) - at(-1)) / 2, 9);
    }
    expect(seen).toEqual([energy(quadratic, w)]);
    const plain = samplingStep(quadratic, latent, {...rule, rank: 0}, scale, 0, random, ignore).velocity;
    for (let i = 0; i < 6; i++) expect(scale * (plain[i] - velocity[i])).toBeCloseTo(2 * quadratic.matrix[(i + 1) * 8] * w[i], 9);
  });

  it('keeps rows at length 1, clips latent weights, and stands still after the schedule', () => {
    let state = beginSampling(6, 2, random);
    for (let step = 0; step < 30; step++) state = samplingStep(quadratic, state, {...rule, length: 30, momentum: 0.9}, scale, step, random, ignore);
    for (let i = 0; i < 6; i++) expect(Math.hypot(...state.rows.v.subarray(3 * i, 3 * i + 3))).toBeCloseTo(1, 12);
    const after = samplingStep(quadratic, state, {...rule, length: 30}, scale, 30, random, ignore);
    for (const [i, value] of after.rows.v.entries()) expect(value).toBeCloseTo(state.rows.v[i], 12);
    let latent = beginSampling(6, 0, random);
    for (let step = 0; step < 30; step++) latent = samplingStep(quadratic, latent, {...rule, rank: 0, length: 1000}, scale, step, random, ignore);
    expect(latent.rows.v.every((x) => Math.abs(x) <= 1)).toBe(true);
    expect(latent.rows.v.some((x) => Math.abs(x) === 1)).toBe(true);
  });
});

it('enumerates the large instance in part, keeping its best', () => {
  const large = file.qubo.find(({id}) => id === 'ls28');
  if (!large) throw new Error('no ls28');
  const enumeration = new GrayEnumeration(quadraticOfCase(large));
  expect(enumeration.advance(100_000)).toBe(false);
  expect(enumeration.done).toBe(100_001);
  expect(enumeration.result.best).toBeGreaterThanOrEqual(large.opt);
  expect(energy(quadraticOfCase(large), enumeration.result.w)).toBe(enumeration.result.best);
});
