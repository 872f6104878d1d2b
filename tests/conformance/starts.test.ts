import {beforeAll, describe, expect, it} from 'vitest';
import {startSeeds} from '../../src/core/study.ts';
import type {SolverContext} from '../../src/core/solver.ts';
import {chooseBackend} from '../../src/engine/backend.ts';
import {loadData} from '../../src/engine/data.ts';
import {formulateProblem} from '../../src/engine/formulate.ts';
import {groupsOf} from '../../src/engine/studies/groups.ts';
import {solverFor} from '../../src/engine/tensorPlugins.ts';
import {tf} from '../../src/engine/tf.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {readFrom} from '../../src/headless/runExperiment.ts';
import {KERNEL_CASES, kernelRace} from '../helpers/kernelChecks.ts';
import {eventsOf, objectiveAlone, parsed, startsOf} from '../helpers/studies.ts';

prepareNodeBackends();
const readFile = readFrom('public/data');

const sgd = (changes: Record<string, unknown> = {}, params: Record<string, unknown> = {}): Record<string, unknown> => ({
  seed: 4,
  dataset: {id: 'spiral', params: {n: 40, seed: 2, trainFraction: 0.75}},
  problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 0.1}},
  contestants: [{solver: {id: 'sgd', params: {learningRate: 0.1, batchSize: 0, ...params}}, model: {width: 6}}],
  budget: {axis: 'iterations', amount: 60},
  ...changes,
});

const lastOf = async (...args: Parameters<typeof startsOf>) => {
  const events = await startsOf(...args);
  expect(events.at(-1)).toEqual({type: 'done'});
  const {starts} = eventsOf(events, 'starts').at(-1) ?? {};
  if (!starts) throw new Error('nothing was told');
  return starts;
};

describe('starts on the SIMD kernel', () => {
  it.each(KERNEL_CASES)('$id, $loss, width $width, batch $batchSize: each is bit-equal to a single run of its seed', async (one) => {
    const race = kernelRace(one, 50);
    const {objectives} = await lastOf('wasm', race, 5, readFile);
    const alone = [];
    for (const seed of startSeeds(9, 5)) alone.push(await objectiveAlone(race, seed, readFile));
    expect(Array.from(objectives)).toEqual(alone);
    expect(new Set(alone).size).toBe(5);
  });

  it('goes in groups where one state cannot hold all, with the same numbers', async () => {
    await chooseBackend('wasm', []);
    const experiment = parsed(sgd({}, {batchSize: 7}));
    const data = await loadData(experiment, readFile);
    if (!data.ok) throw new Error(data.error.message);
    const problem = await formulateProblem(experiment, data.value);
    const solver = await solverFor(experiment.contestants[0].solver, problem);
    const {replicas} = solver;
    if (!replicas) throw new Error('SGD has no replicas here');
    const {solver: choice, model} = experiment.contestants[0];
    const context: SolverContext = {problem, params: choice.params, model, seed: 4};
    const run = async (fit: number) => {
      const groups = groupsOf({...solver, replicas: {...replicas, fit: () => fit, most: () => 3}}, context, startSeeds(4, 5));
      const values: number[][] = [];
      for (const group of groups) {
        await group.advance(1, 20);
        expect(group.from).toBe(values.length);
        values.push(...(await group.networks()).map((network) => Array.from(network.values)));
        group.dispose();
      }
      return values;
    };
    expect(await run(2)).toEqual(await run(100));
    problem.dispose();
  });
});

describe.each(['wasm', 'cpu'] as const)('starts on %s', (backend) => {
  beforeAll(async () => void (await chooseBackend(backend, [])));

  it('agrees with the tensor path to 1e-3 and gives start 0 the seed of the race', async () => {
    const {objectives, trainScores, testScores, iteration, iterations} = await lastOf(backend, sgd(), 6, readFile);
    const tensors = await lastOf('cpu', sgd(), 6, readFile);
    expect([iteration, iterations]).toEqual([60, 60]);
    for (const [r, value] of tensors.objectives.entries()) expect(Math.abs(objectives[r] / value - 1)).toBeLessThan(1e-3);
    for (const score of [...trainScores, ...testScores]) expect(score).toSatisfy((value: number) => value >= 0 && value <= 1);
    await chooseBackend(backend, []);
    expect(objectives[0]).toBe(await objectiveAlone(sgd(), 4, readFile));
  });

  it('tells all starts from the first step on, and how far they are', async () => {
    const events = await startsOf(backend, sgd(), 3, readFile);
    const told = eventsOf(events, 'starts').map(({starts}) => starts);
    expect(told.map(({iteration}) => iteration)).toEqual(Array.from({length: 21}, (_, i) => 3 * i));
    const means = told.map(({objectives}) => objectives.reduce((sum, value) => sum + value, 0) / 3);
    expect(means[20]).toBeLessThan(means[0]);
    const shares = eventsOf(events, 'progress').map(({share}) => share);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  it('calls a start that diverges infinite, without a score', async () => {
    const contestants = [{solver: {id: 'sgd', params: {learningRate: 5, batchSize: 0}}, model: {width: 20}}];
    const {objectives, trainScores} = await lastOf(backend, sgd({dataset: {id: 'moons', params: {n: 60}}, contestants, budget: {amount: 400}}), 4, readFile);
    expect(Array.from(objectives)).toEqual(new Array(4).fill(Number.POSITIVE_INFINITY));
    expect(Array.from(trainScores)).toEqual(new Array(4).fill(Number.NaN));
  });

  it('leaves no tensors behind, however many steps were taken', async () => {
    await startsOf(backend, sgd(), 3, readFile);
    const before = tf.memory().numTensors;
    await startsOf(backend, sgd({budget: {amount: 300}}, {batchSize: 8}), 3, readFile);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('starts ADMM with given patterns as often as asked, always with the same end', async () => {
    const gates = [[1, 0, 0.1], [-1, 0.2, 0], [0.3, 1, 0], [0, -1, -0.2]];
    const admm = sgd({contestants: [{solver: {id: 'convex-admm', params: {source: 'sampled', gates}}}], budget: {amount: 40}});
    const before = tf.memory().numTensors;
    const {objectives} = await lastOf(backend, admm, 3, readFile);
    expect(new Set(objectives)).toEqual(new Set([await objectiveAlone(admm, 4, readFile)]));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('takes as many iterations as a budget in passes allows', async () => {
    // 30 samples in batches of 8: four iterations a pass.
    const {iteration} = await lastOf(backend, sgd({budget: {axis: 'evaluations', amount: 7}}, {batchSize: 8}), 2, readFile);
    expect(iteration).toBe(28);
  });
});

describe('starts', () => {
  it('turns a budget in seconds into iterations', async () => {
    const {iteration, iterations, objectives} = await lastOf('wasm', sgd({budget: {axis: 'seconds', amount: 1}}), 2, readFile);
    expect(iteration).toBe(iterations);
    expect(iterations).toBeGreaterThan(10);
    expect(Array.from(objectives).every(Number.isFinite)).toBe(true);
  });

  it('refuses in words what cannot be started', async () => {
    const race = sgd({contestants: [{solver: {id: 'convex-admm', params: {gates: [[1]]}}}]});
    const events = await startsOf('cpu', race, 3, readFile);
    expect(events).toEqual([{type: 'refused', field: 'contestants[0]', message: expect.stringMatching(/gate 1 has 1 numbers/)}]);
  });

  it('gives each start a seed of its own that an experiment can have', () => {
    const seeds = startSeeds(4, 200);
    expect(seeds[0]).toBe(4);
    expect(new Set(seeds).size).toBe(200);
    expect(startSeeds(4, 3)).toEqual(seeds.slice(0, 3));
    expect(startSeeds(5, 3)[1]).not.toBe(seeds[1]);
    for (const seed of seeds) expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true);
  });
});
