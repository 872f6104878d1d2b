import {describe, expect, it} from 'vitest';
import type {PathPoint} from '../../src/core/study.ts';
import {pathStudy} from '../../src/engine/studies/path.ts';
import {tf} from '../../src/engine/tf.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {readFrom} from '../../src/headless/runExperiment.ts';
import reference from '../fixtures/convex_reference.json';
import {gapOf, provedWords} from '../../src/ui/path/proved.ts';
import {eventsOf, listening, parsed} from '../helpers/studies.ts';

prepareNodeBackends();
const readFile = readFrom('public/data');

async function pathOf(json: unknown, betas: readonly number[]) {
  const {services, events} = listening(readFile);
  await pathStudy({experiment: parsed(json), betas, request: 'wasm', exclude: []}, services);
  const told = eventsOf(events, 'path');
  return {events, points: told.map(({point}) => point), methods: [...new Set(told.map(({method}) => method))]};
}

const numbersOf = ({lower: _, ...point}: PathPoint): readonly number[] => Object.values(point);

describe('a certified path', () => {
  const instance = reference.instances[0];
  const race = (share: number) => ({
    dataset: {id: 'inline', params: {points: instance.points, targets: instance.targets, task: 'classification', trainFraction: share}},
    problem: {id: 'two-layer-relu', params: {loss: instance.loss, beta: 7}},
    contestants: [{solver: {id: 'sgd'}}],
  });
  const betas = [100, 10, 3, 1, 0.3, instance.beta, 0.03];

  it('holds the reference optimum at its beta, and the zero network beyond all pulls', async () => {
    const {events, points, methods} = await pathOf(race(1), betas);
    expect(methods).toEqual(['certified']);
    expect(points.map(({beta}) => beta)).toEqual(betas);
    expect(events.at(-1)).toEqual({type: 'done'});
    const known = points[betas.indexOf(instance.beta)];
    expect(known.lower).toBeLessThanOrEqual(instance.optimum_upper);
    expect(known.objective).toBeGreaterThanOrEqual(instance.optimum_lower);
    // Squared loss of the zero network: n / 2 for targets of -1 and 1.
    expect(points[0]).toMatchObject({neurons: 0, trainLoss: 0.5, trainScore: 0});
    expect(points[0].objective).toBeCloseTo(instance.points.length / 2, 9);
    for (const {objective, lower, testLoss} of points) {
      expect((objective - lower) / objective).toBeLessThanOrEqual(1e-4);
      expect(testLoss).toBeNaN();
    }
  });

  it('is concave and rises in beta, as the least of functions affine in beta must', async () => {
    const {points} = await pathOf(race(1), betas);
    for (let i = 1; i + 1 < points.length; i++) {
      const [above, at, below] = [points[i - 1], points[i], points[i + 1]];
      const share = (at.beta - below.beta) / (above.beta - below.beta);
      expect(at.objective).toBeGreaterThanOrEqual((share * above.lower + (1 - share) * below.lower) * (1 - 1e-9));
      expect(below.lower).toBeLessThanOrEqual(at.objective);
      expect(below.trainLoss).toBeLessThanOrEqual(at.trainLoss + 1e-3);
    }
  });

  it('scores the networks on the test set too', async () => {
    const {points} = await pathOf(race(0.7), [3, 0.3]);
    for (const point of points) for (const value of numbersOf(point)) expect(value).toSatisfy(Number.isFinite);
  });
});

describe('a pursued path', () => {
  const race = {dataset: {id: 'breast-cancer', params: {}}, problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 2.65}}, contestants: [{solver: {id: 'adam'}}]};

  it('grows neurons as beta falls, and gives what it took back', async () => {
    await tf.setBackend('wasm');
    const before = tf.memory().numTensors;
    const {events, points, methods} = await pathOf(race, [1e5, 30, 8, 2.65]);
    expect(tf.memory().numTensors).toBe(before);
    expect(methods).toEqual(['pursuit']);
    expect(events.at(-1)).toEqual({type: 'done'});
    const [none, sparse, , dense] = points;
    expect(none).toMatchObject({neurons: 0, trainLoss: 0.5});
    expect(sparse.neurons).toBeGreaterThan(0);
    expect(dense.neurons).toBeGreaterThan(sparse.neurons);
    for (const [i, point] of points.entries()) {
      expect(point.lower).toBeNaN();
      for (const value of numbersOf(point)) expect(value).toSatisfy(Number.isFinite);
      if (i > 0) expect(point.objective).toBeLessThan(points[i - 1].objective);
    }
    expect(dense.testScore).toBeGreaterThan(0.95);
  });

  it('is refused in words where neither a proof nor convex ADMM can be had', async () => {
    const {events} = await pathOf({dataset: {id: 'iris', params: {}}, contestants: [{solver: {id: 'adam'}}]}, [1, 0.1]);
    expect(events).toEqual([{type: 'refused', field: 'problem', message: expect.stringMatching(/pick two classes/)}]);
  });

  it('keeps the points that it has when one fails, and says at which beta', async () => {
    const {services, events} = listening(readFile);
    const experiment = parsed(race);
    await pathStudy({experiment, betas: [1e5, Number.NaN], request: 'wasm', exclude: []}, services);
    expect(eventsOf(events, 'path')).toHaveLength(1);
    expect(events.at(-1)).toEqual({type: 'refused', field: 'study', message: expect.stringMatching(/stopped at \u03b2 = NaN/)});
  });
});

describe('the words for a path', () => {
  const point = (objective: number, lower: number): PathPoint => ({beta: 1, objective, lower, neurons: 1, trainLoss: 0, testLoss: 0, trainScore: 0, testScore: 0});

  it('has the gap of a point relative to its J, none without a bound, and 0 for a J of 0', () => {
    expect(gapOf(point(4, 3))).toBe(0.25);
    expect(gapOf(point(4, Number.NaN))).toBeNaN();
    expect(gapOf(point(0, 0))).toBe(0);
    // By rounding alone.
    expect(gapOf(point(1, 1 + 1e-15))).toBe(0);
  });

  it('calls points proved optima only where their intervals are closed', () => {
    expect(provedWords('certified', [point(1, 1), point(1, 1 - 1e-5)])).toMatch(/^Proved optima/);
    const words = provedWords('certified', [point(1, 1), point(4, 3), point(2, 1.9)]);
    expect(words).toMatch(/^1 of 3 points are proved optima/);
    expect(words).toContain('up to 0.25');
    expect(provedWords('pursuit', [point(1, Number.NaN)])).toMatch(/not proved/);
  });
});
