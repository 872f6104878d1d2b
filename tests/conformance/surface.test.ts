import {beforeAll, describe, expect, it} from 'vitest';
import type {Basins} from '../../src/core/basins.ts';
import {OTHER_FATES} from '../../src/core/basins.ts';
import type {BackendName} from '../../src/core/protocol.ts';
import type {StudyEvent} from '../../src/core/study.ts';
import {basinsStudy} from '../../src/engine/studies/basins.ts';
import {tf} from '../../src/engine/tf.ts';
import {readFrom} from '../../src/headless/runExperiment.ts';
import {expectedLosses} from '../../src/numerics/theory/noisyQuadratic.ts';
import {quadraticAfter} from '../../src/numerics/theory/momentum.ts';
import {at, runOn} from '../helpers/session.ts';
import {eventsOf, listening, parsed} from '../helpers/studies.ts';
import {bowl, BY_HAND, METHODS} from '../helpers/surface.ts';
import {describeSurface} from '../helpers/surfaceChecks.ts';

describe.each(['cpu', 'wasm'])('surfaces on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });
  describeSurface();
});

const START = [-1.5, 1.2] as const;

const race = (id: string, params: object, dataset: object, amount: number): Record<string, unknown> => ({
  seed: 3,
  dataset: {id: 'surface-functions', params: dataset},
  problem: {id: 'surface'},
  contestants: [{solver: {id, params}, model: {startX: START[0], startY: START[1]}}],
  budget: {axis: 'iterations', amount},
});

describe('first-order methods on a quadratic', () => {
  const dataset = {function: 'quadratic', condition: 20, rotation: 30};
  const {value, slopes} = bowl(20, 30);
  const expected = (id: string, steps: number, rates: {rate: number; momentum?: number; decay?: number}): number => value(...METHODS[id](slopes, START, steps, rates));

  it.each([
    ['sgd', {learningRate: 0.4}, {rate: 0.4}],
    ['momentum', {learningRate: 0.1, momentum: 0.8}, {rate: 0.1, momentum: 0.8}],
    ['nesterov', {learningRate: 0.1, momentum: 0.8}, {rate: 0.1, momentum: 0.8}],
    ['rmsprop', {learningRate: 0.03, decay: 0.9, epsilon: 1e-8}, {rate: 0.03, decay: 0.9}],
    ['adam', {learningRate: 0.05}, {rate: 0.05}],
    ['adamw', {learningRate: 0.05}, {rate: 0.05}],
  ] as const)('%s goes where float64 goes', async (id, params, rates) => {
    const [result] = await runOn('wasm', race(id, params, dataset, 40));
    const rule = id === 'adamw' ? 'adam' : id;
    for (const steps of [1, 10, 40]) expect(Math.abs(at(result, 'objective', steps) / expected(rule, steps, rates) - 1)).toBeLessThan(3e-4);
  });

  it('momentum goes where theory says', async () => {
    const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
    const start = [c * START[0] + s * START[1], c * START[1] - s * START[0]];
    const [result] = await runOn('wasm', race('nesterov', {learningRate: 0.3, momentum: 0.7}, dataset, 30));
    for (const steps of [5, 30]) {
      const theory = quadraticAfter('nesterov', [1, 1 / 20], start, 0.3, 0.7, steps);
      expect(Math.abs(at(result, 'objective', steps) / theory - 1)).toBeLessThan(3e-4);
    }
  });

  it.each(['adagrad-norm', 'lars', 'lamb'])('%s descends', async (id) => {
    const [result] = await runOn('cpu', race(id, {}, {function: 'himmelblau'}, 60));
    expect(result.final.objective ?? Number.NaN).toBeLessThan(at(result, 'objective', 0));
  });

  it('end as they should: past 2 / L, below 0, and without a floor', async () => {
    const [wild] = await runOn('cpu', race('sgd', {learningRate: 2.5}, {function: 'quadratic'}, 200));
    expect(wild.status).toBe('diverged');
    const [negative] = await runOn('cpu', race('sgd', {learningRate: 0.1}, {function: 'expression', expression: 'x^2 + y^2 - 100'}, 100));
    expect(negative.status).toBe('finished');
    expect(negative.final.objective).toBeCloseTo(-100, 4);
    const [endless] = await runOn('cpu', race('sgd', {learningRate: 0.1}, {function: 'expression', expression: 'x^2 - y^2'}, 100));
    expect(endless.reason).toContain('no smallest value');
    const [lost] = await runOn('cpu', race('sgd', {learningRate: 0.05}, {function: 'expression', expression: 'ln(2 + x) + y^2'}, 100));
    expect(lost.reason).toContain('left where the function is defined');
  });
});

describe('the noisy quadratic model', () => {
  it('ends at the expected loss of the closed form, in inverse proportion to the batch', async () => {
    const [condition, rate, steps] = [4, 0.25, 200];
    const curvature = Float64Array.of(1, 1 / condition);
    const start = Float64Array.of(4, 4);
    const theory = (batch: number): number => expectedLosses({curvature, noise: curvature, start}, {momentum: 0, power: 0}, rate, batch, steps)[steps];
    const dataset = {function: 'quadratic', condition, rotation: 0, noise: 1, n: 16384};
    for (const batch of [4, 32]) {
      const json = race('sgd', {learningRate: rate, batchSize: batch}, dataset, 1500);
      const [{history}] = await runOn('cpu', json);
      // Records far apart are nearly independent: their mean estimates the stationary loss.
      const late = history.objective.filter((_, row) => (history.iterations[row] ?? 0) > 200).map(Number);
      const mean = late.reduce((sum, value) => sum + value, 0) / late.length;
      expect(late.length).toBeGreaterThan(100);
      expect(mean / theory(batch)).toBeGreaterThan(0.7);
      expect(mean / theory(batch)).toBeLessThan(1.4);
    }
  });
});

async function basinsOf(backend: BackendName, json: unknown, side: number, iterations: number): Promise<{readonly basins: Basins; readonly events: readonly StudyEvent[]}> {
  const {services, events} = listening(readFrom('public/data'));
  await basinsStudy({experiment: parsed(json), contestant: 0, side, iterations, request: backend, exclude: []}, services);
  expect(events.at(-1)).toEqual({type: 'done'});
  const told = eventsOf(events, 'basins').at(-1);
  if (!told) throw new Error('nothing was told');
  return {basins: told.basins, events};
}

describe('basins of attraction', () => {
  it('has the four of Himmelblau, each where gradient descent in float64 ends', async () => {
    const side = 15;
    const before = tf.memory().numTensors;
    const {basins, events} = await basinsOf('wasm', race('sgd', {learningRate: 0.005}, {function: 'himmelblau'}, 10), side, 400);
    expect(tf.memory().numTensors).toBe(before);
    expect(basins.minima.length).toBe(4);
    expect(basins.minima.reduce((sum, {starts}) => sum + starts, 0)).toBe(basins.reached.filter((index) => index >= 0).length);
    for (const {value} of basins.minima) expect(value).toBeLessThan(1e-12);
    let same = 0;
    for (let i = 0; i < side * side; i++) {
      const start = [-5.5 + (11 * (i % side)) / (side - 1), -5.5 + (11 * Math.floor(i / side)) / (side - 1)] as const;
      const [x, y] = METHODS.sgd(BY_HAND.himmelblau.slopes, start, 400, {rate: 0.005});
      const index = basins.reached[i];
      const there = index >= 0 && Math.hypot(basins.minima[index].x - x, basins.minima[index].y - y) < 0.01;
      if (there || (index === OTHER_FATES.diverged && !Number.isFinite(x + y))) same++;
      expect(basins.arrived[i] >= 0).toBe(index >= 0);
    }
    // Starts at the edge of a basin may go either way in float32.
    expect(same).toBeGreaterThanOrEqual(side * side - 3);
    expect(eventsOf(events, 'basins').length).toBeGreaterThan(5);
    expect(eventsOf(events, 'progress').at(-1)?.share).toBe(1);
  });

  it('are mirror images where the function is one, with a start on the ridge that stays there', async () => {
    const side = 21;
    const {basins} = await basinsOf('cpu', race('nesterov', {learningRate: 0.05, momentum: 0.8}, {function: 'saddle'}, 10), side, 200);
    expect(basins.minima.map(({x, y, value}) => [x, Math.abs(y), value].map((number) => Math.round(number * 1e6) / 1e6 + 0))).toEqual([[0, 1.414214, 0], [0, 1.414214, 0]]);
    const [low, high] = basins.minima[0].y < 0 ? [0, 1] : [1, 0];
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const index = basins.reached[row * side + column];
        const across = (side - 1 - row) * side + column;
        if (row === (side - 1) / 2) expect(index).toBe(OTHER_FATES.underWay);
        else expect(basins.reached[across]).toBe(index === low ? high : low);
        expect(basins.reached[row * side + side - 1 - column]).toBe(index);
        expect(basins.arrived[across]).toBe(basins.arrived[row * side + column]);
      }
    }
  });

  it('goes with each start as a run of its own would, noise included', async () => {
    const json = race('adam', {learningRate: 0.05, batchSize: 16}, {function: 'himmelblau', noise: 3, n: 200}, 60);
    const side = 5;
    const {basins} = await basinsOf('cpu', json, side, 120);
    for (const i of [0, 7, 18]) {
      const [startX, startY] = [-5.5 + (11 * (i % side)) / (side - 1), -5.5 + (11 * Math.floor(i / side)) / (side - 1)];
      const contestants = [{solver: {id: 'adam', params: {learningRate: 0.05, batchSize: 16}}, model: {startX, startY}}];
      const [single] = await runOn('cpu', {...json, contestants, budget: {axis: 'iterations', amount: 120}});
      const reached = (single.final.objective ?? Number.NaN) < 5;
      expect(basins.reached[i] >= 0).toBe(reached);
    }
  });

  it('tells holes, divergence and what can\'t be asked', async () => {
    const {basins} = await basinsOf('cpu', race('sgd', {learningRate: 0.1}, {function: 'expression', expression: 'x^2 - y^2 + 0*sqrt(2 - x)', reach: 3}, 10), 7, 300);
    for (let i = 0; i < 49; i++) {
      const [x, y] = [-3 + (i % 7), -3 + Math.floor(i / 7)];
      const fate = y === 0 ? OTHER_FATES.underWay : OTHER_FATES.diverged;
      expect(basins.reached[i]).toBe(x > 2 ? OTHER_FATES.undefined : fate);
    }
    const refused = async (json: unknown, side = 5, iterations = 10): Promise<string> => {
      const {services, events} = listening(readFrom('public/data'));
      await basinsStudy({experiment: parsed(json), contestant: 0, side, iterations, request: 'cpu', exclude: []}, services);
      const [event] = eventsOf(events, 'refused');
      return event.field;
    };
    expect(await refused(race('lars', {}, {}, 10))).toBe('contestants[0].solver.id');
    expect(await refused(race('sgd', {perpGrad: 'projected'}, {}, 10))).toBe('contestants[0].solver.params.perpGrad');
    expect(await refused(race('sgd', {}, {}, 10), 1000)).toBe('side');
    expect(await refused(race('sgd', {}, {}, 10), 5, 0.5)).toBe('iterations');
    expect(await refused({dataset: {id: 'moons'}, contestants: [{solver: {id: 'sgd'}}]})).toBe('problem.id');
  });
});
