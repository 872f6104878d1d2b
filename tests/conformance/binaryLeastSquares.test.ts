import {afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import type {BackendName, Snapshot, Telemetry} from '../../src/core/protocol.ts';
import type {ContestantResult} from '../../src/core/results.ts';
import {appendColumns, EMPTY_COLUMNS} from '../../src/core/results.ts';
import {loadData} from '../../src/engine/data.ts';
import {formulateProblem} from '../../src/engine/formulate.ts';
import {Run} from '../../src/engine/loop.ts';
import {solverFor} from '../../src/engine/tensorPlugins.ts';
import {tf} from '../../src/engine/tf.ts';
import {readFrom} from '../../src/headless/runExperiment.ts';
import squaredHost from '../../src/losses/squared/host.ts';
import squaredTensor from '../../src/losses/squared/tensor.ts';
import {rankTwoStuck} from '../../src/presets/rankTwoStuck.ts';
import {sdpBound} from '../../src/presets/sdpBound.ts';
import hostProblem from '../../src/problems/binary-least-squares/host.ts';
import formulate from '../../src/problems/binary-least-squares/problem.ts';
import reference from '../fixtures/bnn_reference.json';
import {experimentOf, runOn} from '../helpers/session.ts';
import {randomData} from '../helpers/twoLayerRelu.ts';

const SOLVERS = ['mixing', 'riemannian', 'low-rank-sampling'];
const FOREVER = Number.POSITIVE_INFINITY;

const raceOf = (instance: string, contestants: readonly unknown[], amount: number, more: object = {}): unknown => ({
  seed: 3,
  dataset: {id: 'least-squares-instances', params: {instance}},
  problem: {id: 'binary-least-squares', params: {alpha: instance === 'pm12' ? 0.25 : 1}},
  contestants,
  budget: {axis: 'iterations', amount},
  ...more,
});
const using = (id: string, params: object = {}): unknown => ({solver: {id, params}});

async function openRun(json: unknown, backend: BackendName): Promise<{readonly run: Run; readonly close: () => void}> {
  await tf.setBackend(backend);
  const experiment = experimentOf(json);
  const data = await loadData(experiment, readFrom('public/data'));
  if (!data.ok) throw new Error(data.error.message);
  const problem = await formulateProblem(experiment, data.value);
  const run = new Run(problem, await solverFor(experiment.contestants[0].solver, problem), experiment, 0, () => 0);
  const close = (): void => {
    run.dispose();
    problem.dispose();
  };
  return {run, close};
}

/** Every number of a history is finite, but test values without a test set. */
function expectFinite({history}: ContestantResult): void {
  for (const [name, values] of Object.entries(history)) {
    if (name === 'testLoss' || name === 'testScore') continue;
    for (const value of values) expect(Number.isFinite(value), name).toBe(true);
  }
}

describe.each(['cpu', 'wasm'] as const)('the problem on %s', (backend) => {
  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true);
  });
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it.each(['regression', 'binary'] as const)('measures what the host measures (%s)', async (task) => {
    const data = randomData({task, n: 17, testCount: 5, d: 7}, 5);
    const w = [1, -1, -1, 1, 1, -1];
    const v = Array.from({length: 14}, (_, i) => (i % 2 === 0 ? 1 : 0));
    const snapshot: Snapshot = {iteration: 0, shapes: {v: [7, 2], w: [6]}, values: Float32Array.from([...v, ...w])};
    const expected = hostProblem(data, {alpha: 0.3}, squaredHost).evaluate(snapshot);
    const problem = formulate(data, {alpha: 0.3}, squaredTensor);
    const facet = problem.binaryQuadratic;
    if (!facet) throw new Error('no quadratic');
    const vars = facet.toNetwork(Float64Array.from(v), 2, Int8Array.from(w));
    const found = await problem.evaluate(vars, {}).data();
    for (const [i, value] of [expected.objective, expected.trainLoss, expected.testLoss, 0, expected.trainScore, expected.testScore].entries()) expect(found[i]).toBeCloseTo(value, 4);
    const many = await problem.objectives({w: tf.tensor2d([...w, ...w.map((sign) => -sign)], [2, 6])}, {}).data();
    const opposite = hostProblem(data, {alpha: 0.3}, squaredHost).evaluate({...snapshot, values: Float32Array.from([...v, ...w.map((sign) => -sign)])});
    expect(many[0]).toBeCloseTo(expected.objective, 4);
    expect(many[1]).toBeCloseTo(opposite.objective, 4);
  });
});

describe.each(SOLVERS)('%s', (id) => {
  it.each(['wasm', 'cpu'] as const)('keeps the number of live tensors constant on %s and leaves none behind', async (backend) => {
    await tf.setBackend(backend);
    const before = tf.memory().numTensors;
    const {run, close} = await openRun(raceOf('ls10', [using(id, {rank: 2})], 300), backend);
    await run.start();
    const early = tf.memory().numTensors;
    await run.advance({iterations: 300, milliseconds: FOREVER});
    expect(tf.memory().numTensors).toBe(early);
    close();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('has the same history however the grants are cut, and on either backend', async () => {
    const race = raceOf('ls16a', [using(id)], 60);
    const columns = async (cuts: readonly number[], backend: BackendName): Promise<unknown> => {
      const {run, close} = await openRun(race, backend);
      const parts: Telemetry[] = [await run.start()];
      for (const iterations of cuts) parts.push(await run.advance({iterations, milliseconds: FOREVER}));
      close();
      return parts.reduce(appendColumns, EMPTY_COLUMNS);
    };
    const whole = await columns([1000], 'cpu');
    expect(await columns([1, 2, 7, 1, 19, 100], 'cpu')).toEqual(whole);
    // The arithmetic is the host's; tensors only measure the rounded network, in whole numbers here.
    const scoreless = ({metrics: {trainScore: _s, trainLoss: _l, ...rest}}: ReturnType<typeof appendColumns>): unknown => rest;
    expect(scoreless((await columns([1000], 'wasm')) as ReturnType<typeof appendColumns>)).toEqual(scoreless(whole as ReturnType<typeof appendColumns>));
  });
});

describe('the relaxation as a race', () => {
  it.each(reference.qubo.map((one) => [one.id, one] as const))('has bounds around the optimum of %s at every record', async (id, {opt, sdp_opt, k_default}) => {
    const results = await runOn('cpu', raceOf(id, [using('mixing', {rank: k_default}), using('riemannian', {rank: k_default}), using('mixing', {rank: 1}), using('low-rank-sampling')], 400));
    const slack = 1e-5 * Math.max(1, opt);
    for (const result of results) {
      expectFinite(result);
      const {objective, lowerBound, boxBound, bestObjective, expectedObjective} = result.history;
      for (const [i, value] of objective.entries()) {
        expect(value).toBeGreaterThanOrEqual(opt - slack);
        expect(bestObjective[i]).toBeGreaterThanOrEqual(opt - slack);
        expect(expectedObjective[i]).toBeGreaterThanOrEqual(opt - slack);
        expect(boxBound[i]).toBeLessThanOrEqual(opt + slack);
        if (lowerBound) expect(lowerBound[i]).toBeLessThanOrEqual(opt + 1e-12 * opt);
        if (i > 0) expect(value).toBeLessThanOrEqual(objective[i - 1] ?? Number.NaN);
      }
    }
    const [mixing] = results;
    expect(mixing.status).toBe('converged');
    // Either the relaxation is solved, or the rounded bound met the rounding before that.
    if (mixing.reason?.startsWith('the relaxation')) expect(Math.abs((mixing.final.relaxation ?? 0) - sdp_opt)).toBeLessThan(2e-5 * Math.max(1, sdp_opt));
    else expect(mixing.final.objective).toBeCloseTo(opt, 4);
  });

  it('is stuck at rank 2 and freed by a lift, a staircase and a third column, as the preset says', async () => {
    const [two, three, lifted, one] = await runOn('cpu', rankTwoStuck.experiment);
    expect(two.final.relaxation).toBeCloseTo(51.614151, 5);
    expect(two.final.lowerBound).toBe(25);
    expect(two.notices.join(' ')).toMatch(/Stuck at rank 2: at rest at f = 51\.6142, while the least eigenvalue of S is -2\.62049/);
    for (const free of [three, lifted]) {
      expect(free.status).toBe('converged');
      expect(free.final.relaxation).toBeCloseTo(48.108167, 3);
      expect(free.final).toMatchObject({lowerBound: 49, rank: 3});
    }
    expect(lifted.notices.join(' ')).toMatch(/Lifted to rank 3 after iteration 100/);
    const at = lifted.history.iterations.indexOf(100);
    expect(lifted.history.relaxation[at]).toBeCloseTo(51.588151, 5);
    expect(lifted.history.relaxation[at - 1]).toBeCloseTo(51.614151, 5);
    expect(one.final.objective).toBe(57);
    expect(one.final.lowerBound).toBeLessThan(25);
    const [stairs] = await runOn('cpu', raceOf('ring10', [using('mixing', {rank: 2, start: 'twisted', turns: 2, staircase: true})], 300));
    expect(stairs.notices.join(' ')).toMatch(/Stuck|Lifted to rank 3/);
    expect(stairs.final.objective).toBe(0);
    expect(stairs.final.rank).toBeGreaterThanOrEqual(2);
  });

  it('shows the bounds against the truth that its preset speaks of', async () => {
    const [mixing, riemannian, sampling, straight] = await runOn('cpu', sdpBound.experiment);
    for (const solved of [mixing, riemannian]) {
      expect(solved.status).toBe('converged');
      expect(solved.final).toMatchObject({objective: 233, lowerBound: 197});
      expect(solved.final.relaxation).toBeCloseTo(193.5467, 3);
      expect(solved.final.boxBound).toBeCloseTo(172.2459, 3);
    }
    expect(sampling.final.objective).toBe(233);
    expect(straight.final.objective).toBe(233);
    expect(straight.final.expectedObjective).toBeGreaterThan(300);
  });

  it('takes all rules of Riemannian descent to the same value, counting products', async () => {
    const results = await runOn('cpu', raceOf('ls8', ['fixed', 'armijo', 'bb'].map((rule) => using('riemannian', {rule, rank: 5})), 3000));
    for (const {final} of results) expect(final.relaxation).toBeCloseTo(131.58029, 3);
    const [fixed, armijo, bb] = results;
    expect(fixed.evaluations).toBe(fixed.iterations);
    expect(armijo.evaluations).toBeGreaterThan(1.5 * armijo.iterations);
    expect(bb.iterations).toBeLessThan(armijo.iterations);
    expect(armijo.iterations).toBeLessThan(fixed.iterations);
  });
});

describe('the start and the rank', () => {
  const finalOf = async (instance: string, params: object, id = 'mixing', amount = 1): Promise<ContestantResult> => (await runOn('cpu', raceOf(instance, [using(id, params)], amount)))[0];

  it('are those of the reference', async () => {
    for (const one of reference.stuck_k2) {
      const {history} = await finalOf(one.instance, {rank: 2, start: 'angles', angles: one.angles0});
      expect(history.relaxation[0]).toBeCloseTo(one.f0, 5);
      expect(history.relaxation[1]).toBeCloseTo(one.f_after_1_sweep, 5);
    }
    for (const one of reference.stuck_k1) expect((await finalOf(one.instance, {rank: 1, start: 'signs', signs: one.w0}, 'mixing', 50)).final.relaxation).toBe(one.f_stuck);
    expect((await finalOf('ring6', {rank: 2, start: 'twisted'}, 'mixing', 100)).final.relaxation).toBeCloseTo(6, 9);
  });

  it('are told about where they do not fit', async () => {
    await expect(finalOf('ls8', {start: 'angles', angles: [1, 2]})).rejects.toThrow(/the start has 2 angles, but 9 are needed/);
    await expect(finalOf('ls8', {start: 'signs', signs: []})).rejects.toThrow(/the start has 0 weights, but 8 are needed/);
    expect((await finalOf('ls8', {rank: 2})).notices.join(' ')).toMatch(/Rank 2 is below ceil\(sqrt\(2\(p \+ 1\)\)\) = 5 for these 8 weights/);
    expect((await finalOf('ls8', {rank: 9})).notices.join(' ')).toMatch(/Rank 9 is more than/);
    expect((await finalOf('ls8', {rank: 5})).notices).toEqual([]);
    expect((await finalOf('ls8', {rank: 1}, 'riemannian')).notices.join(' ')).toMatch(/nothing moves/);
    await expect(finalOf('ls8', {rank: 65})).rejects.toThrow(/rank must be a number from 1 to 64/);
    await expect(finalOf('ls8', {rank: 0})).rejects.toThrow(/rank must be a number from 1 to 64/);
  });
});

describe('bad input', () => {
  const inline = (points: readonly (readonly number[])[], targets: readonly number[], task = 'regression'): object => ({dataset: {id: 'inline', params: {points, targets, task}}});
  const field = SOLVERS.map((id) => using(id, {rank: 2}));

  it.each([
    ['one weight', inline([[2], [1]], [1, 3])],
    ['one sample', inline([[1, -2, 0.5]], [4])],
    ['zero columns', inline([[1, 0], [2, 0]], [1, -1])],
    ['zero inputs', inline([[0, 0], [0, 0]], [1, -1])],
    ['nothing but zeros', inline([[0], [0]], [0, 0])],
    ['huge numbers', inline([[1e8, -1e7], [1e9, 1]], [1e9, 1])],
    ['classes', inline([[1, 0.5], [2, 0], [-1, 1]], [1, -1, 1], 'classification')],
  ])('%s gives plain numbers', async (_, more) => {
    for (const result of await runOn('cpu', raceOf('ls8', field, 40, more))) {
      expect(['finished', 'converged']).toContain(result.status);
      const {trainScore: _s, ...history} = result.history;
      expectFinite({...result, history});
    }
  });

  it('is refused in words: three classes, scale zero, other solvers, other problems', () => {
    const fault = (json: unknown): string => {
      try {
        experimentOf(json);
        return 'fine';
      } catch (error) {
        return error instanceof Error ? error.message : '';
      }
    };
    expect(fault(raceOf('ls8', field, 10, inline([[1], [2], [3]], [0, 1, 2], 'classification')))).toMatch(/one output; pick two classes or a regression/);
    expect(fault(raceOf('ls8', field, 10, {problem: {id: 'binary-least-squares', params: {alpha: 0}}}))).toMatch(/alpha must be a number from 0\.001 to 1000/);
    expect(fault(raceOf('ls8', [using('adam')], 10))).toMatch(/there is no gradient to follow/);
    expect(fault({...(raceOf('ls8', field, 10) as object), problem: {id: 'two-layer-relu', params: {loss: 'squared'}}})).toMatch(/made for binary least squares/);
  });
});
