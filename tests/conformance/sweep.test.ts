import {describe, expect, it} from 'vitest';
import type {RatePoint} from '../../src/core/sweep.ts';
import {withPoints} from '../../src/core/sweep.ts';
import {chooseBackend} from '../../src/engine/backend.ts';
import {sweepStudy} from '../../src/engine/studies/sweep.ts';
import {tf} from '../../src/engine/tf.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {readFrom} from '../../src/headless/runExperiment.ts';
import {experimentOf, runOn} from '../helpers/session.ts';
import {eventsOf, listening, parsed} from '../helpers/studies.ts';

prepareNodeBackends();

type Race = Readonly<Record<string, unknown>>;
type Params = Readonly<Record<string, unknown>>;

/** A bowl with curvatures 1 and 1/20, where every limit is known: SGD 2, heavy ball 2 (1 + mu). */
const bowl = (id: string, params: Params, dataset: Params = {}): Race => ({
  dataset: {id: 'surface-functions', params: {function: 'quadratic', condition: 20, rotation: 30, ...dataset}},
  problem: {id: 'surface'},
  contestants: [{solver: {id, params}, model: {startX: -1.5, startY: 1.2}}],
  budget: {axis: 'iterations', amount: 60},
});

const moons = (id: string, params: Params, problem: Params = {loss: 'logistic', beta: 0.1}): Race => ({
  seed: 4,
  dataset: {id: 'moons', params: {n: 40, seed: 2}},
  problem: {id: 'two-layer-relu', params: problem},
  contestants: [{solver: {id, params}, model: {width: 6}}],
  budget: {axis: 'iterations', amount: 40},
});

const binary = (id: string, params: Params): Race => ({
  dataset: {id: 'moons', params: {n: 40}},
  problem: {id: 'binary-network', params: {width: 6}},
  contestants: [{solver: {id, params}}],
  budget: {axis: 'iterations', amount: 25},
});

const withRate = (race: Race, learningRate: number): Race => {
  const [{solver, ...one}] = race.contestants as {solver: {id: string; params: Params}}[];
  return {...race, contestants: [{...one, solver: {...solver, params: {...solver.params, learningRate}}}]};
};

async function swept(backend: 'wasm' | 'cpu', race: Race, rates: readonly number[]) {
  const {services, events} = listening(readFrom('public/data'));
  await sweepStudy({experiment: parsed(race), grids: [{contestant: 0, rates}], request: backend, exclude: []}, services);
  expect(events.at(-1)).toEqual({type: 'done'});
  const told = eventsOf(events, 'sweep').map(({points}) => points);
  const points = told.reduce((known, newer) => withPoints(known, newer), [] as readonly RatePoint[]);
  return {told, points, shares: eventsOf(events, 'progress').map(({share}) => share)};
}

/** What the race with this rate ends with. */
async function raced(backend: 'wasm' | 'cpu', race: Race, rate: number): Promise<RatePoint> {
  const [{final, iterations, status}] = await runOn(backend, withRate(race, rate));
  const number = (value: number | null | undefined): number => value ?? Number.NaN;
  if (status === 'diverged') return {rate, objective: Number.POSITIVE_INFINITY, trainScore: Number.NaN, testScore: Number.NaN, iterations};
  return {rate, objective: number(final.objective), trainScore: number(final.trainScore), testScore: number(final.testScore), iterations};
}

describe('a sweep over learning rates', () => {
  it.each([
    ['sgd', {batchSize: 0}, 2],
    ['momentum', {batchSize: 0, momentum: 0.5}, 3],
  ])('of %s on a bowl diverges just above the theory\'s rate', async (id, params, limit) => {
    const rates = [0.5, 0.97, 1.03, 1.5].map((share) => share * limit);
    const {points, shares} = await swept('wasm', {...bowl(id, params), budget: {axis: 'iterations', amount: 600}}, rates);
    expect(points.map(({rate}) => rate)).toEqual(rates);
    expect(points.map(({objective}) => Number.isFinite(objective))).toEqual([true, true, false, false]);
    expect(points[0].objective).toBeLessThan(1e-6);
    expect(points[3].iterations).toBeLessThan(100);
    expect(shares.every((share, i) => i === 0 || share > shares[i - 1])).toBe(true);
    expect(shares.at(-1)).toBe(1);
  });

  // The third says whether rates train side by side.
  it.each([
    ['SGD', 'wasm', moons('sgd', {batchSize: 0}), true],
    ['Adam on batches', 'wasm', moons('adam', {batchSize: 8}), true],
    ['AdamW with a schedule', 'wasm', moons('adamw', {batchSize: 7, schedule: 'cosine', scheduleLength: 40}), true],
    ['RMSProp for so many passes', 'wasm', {...moons('rmsprop', {batchSize: 9}), budget: {axis: 'evaluations', amount: 7}}, true],
    ['Nesterov for part of a pass more', 'wasm', {...moons('nesterov', {batchSize: 9}), budget: {axis: 'evaluations', amount: 7.3}}, false],
    ['SGD on tensors', 'cpu', moons('sgd', {batchSize: 0}), false],
    ['perpGrad', 'wasm', moons('sgd', {batchSize: 0, perpGrad: 'projected'}), false],
    ['AdaGrad-norm', 'wasm', moons('adagrad-norm', {batchSize: 0}), false],
    ['straight-through', 'wasm', binary('straight-through', {batchSize: 8, scheduleLength: 25}), true],
    ['rank two', 'wasm', binary('burer-monteiro', {rank: 2, zRate: 3, scheduleLength: 25}), true],
    ['a bowl', 'wasm', bowl('momentum', {momentum: 0.5, batchSize: 0}), true],
    ['a noisy bowl', 'cpu', bowl('adam', {batchSize: 8}, {noise: 0.5}), true],
    ['AdamW on a bowl', 'cpu', bowl('adamw', {batchSize: 0, weightDecay: 0.1}), true],
    ['LARS on a bowl', 'wasm', bowl('lars', {batchSize: 0}), false],
  ] as const)('%s (%s) ends where races end, to the bit', async (name, backend, race, together) => {
    const largest = /straight|rank/.test(name) ? 3 : 30;
    const rates = [0.004, 0.05, largest];
    const {points, told} = await swept(backend, race, rates);
    const races = [];
    for (const rate of rates) races.push(await raced(backend, race, rate));
    expect(points).toEqual(races);
    expect(told.some((of) => of.length > 1)).toBe(together);
  });

  it('tells all rates on the way where they train side by side', async () => {
    const {told} = await swept('wasm', moons('sgd', {batchSize: 0}), [0.01, 0.1]);
    expect(told.length).toBeGreaterThan(15);
    const iterations = told.map(([{iterations: taken}]) => taken);
    expect(iterations).toEqual([...new Set(iterations)].sort((a, b) => a - b));
    expect(iterations.at(-1)).toBe(40);
    const first = told.map(([{objective}]) => objective);
    expect(first.at(-1)).toBeLessThan(first[0]);
  });

  it.each(['wasm', 'cpu'] as const)('leaves no tensors behind on %s', async (backend) => {
    await chooseBackend(backend, []);
    await swept(backend, bowl('adam', {batchSize: 0}), [0.1, 9]);
    await swept(backend, moons('sgd', {batchSize: 0}), [0.1, 9]);
    const before = tf.memory().numTensors;
    await swept(backend, {...bowl('adam', {batchSize: 0}), budget: {axis: 'iterations', amount: 90}}, [0.1, 1, 9]);
    await swept(backend, moons('sgd', {batchSize: 0}), [0.1, 1, 9]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    [{contestant: 3, rates: [0.1]}, 'contestants[3]', /does not exist/],
    [{contestant: 0, rates: []}, 'rates', /positive numbers/],
    [{contestant: 1, rates: [0.1]}, 'contestants[1].solver.id', /"convex-admm" has no learning rate/],
  ])('refuses %j', async (grid, field, words) => {
    const {services, events} = listening(readFrom('public/data'));
    const experiment = experimentOf({...moons('sgd', {}), contestants: [{solver: {id: 'sgd'}, model: {width: 6}}, {solver: {id: 'convex-admm'}}]});
    await sweepStudy({experiment, grids: [grid], request: 'cpu', exclude: []}, services);
    expect(events).toEqual([{type: 'refused', field, message: expect.stringMatching(words)}]);
  });
});
