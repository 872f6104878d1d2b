import {describe, expect, it} from 'vitest';
import {SOLVERS} from '../../src/solvers/registry.ts';
import {MAX_CONTESTANTS} from '../../src/core/experiment.ts';
import type {BackendName, Telemetry} from '../../src/core/protocol.ts';
import {loadData} from '../../src/engine/data.ts';
import {formulateProblem} from '../../src/engine/formulate.ts';
import {Run} from '../../src/engine/loop.ts';
import {solverFor} from '../../src/engine/tensorPlugins.ts';
import {tf} from '../../src/engine/tf.ts';
import {randomStream} from '../../src/core/random.ts';
import {appendColumns, EMPTY_COLUMNS} from '../../src/core/results.ts';
import {readFrom} from '../../src/headless/runExperiment.ts';
import {experimentOf, runOn} from '../helpers/session.ts';

const SMALL = {id: 'moons', params: {n: 24, seed: 3}};
const CONVEX: Readonly<Record<string, object>> = {'convex-admm': {patterns: 6}, 'random-features': {features: 9}};
const contestantOf = (id: string): unknown => ({
  solver: {id, params: CONVEX[id] ?? {batchSize: 5}},
  ...(CONVEX[id] ? {} : {model: {width: 4}}),
});
const raceOf = (ids: readonly string[], amount: number, loss = 'logistic'): unknown => ({
  seed: 11,
  dataset: SMALL,
  problem: {id: 'two-layer-relu', params: {loss, beta: 0.05}},
  contestants: ids.map(contestantOf),
  budget: {axis: 'iterations', amount},
});
/** Solvers of the plain ReLU network; those of other problems have tests of their own. */
const ids = SOLVERS.filter(({needs}) => needs === 'gradients' || needs === 'convexRelu').map((solver) => solver.id);

/** Without fused kernels 10,000 iterations take too long here. */
const iterationsOf = (id: string): number => (['lars', 'lamb', 'adagrad-norm'].includes(id) ? 1500 : 10_000);
/** As many as an experiment holds. */
const FIELDS = Array.from({length: Math.ceil(ids.length / MAX_CONTESTANTS)}, (_, i) => ids.slice(i * MAX_CONTESTANTS, (i + 1) * MAX_CONTESTANTS));

/** A run driven by hand, so that grants can be cut anywhere. */
async function openRun(json: unknown, backend: BackendName): Promise<{readonly run: Run; readonly close: () => void}> {
  await tf.setBackend(backend);
  const experiment = experimentOf(json);
  const data = await loadData(experiment, readFrom('public/data'));
  if (!data.ok) throw new Error(data.error.message);
  const problem = await formulateProblem(experiment, data.value);
  const run = new Run(problem, await solverFor(experiment.contestants[0].solver, problem), experiment, 0, () => performance.now());
  const close = (): void => {
    run.dispose();
    problem.dispose();
  };
  return {run, close};
}

describe.each(ids)('%s', (id) => {
  // WASM takes the fused kernel where there is one, CPU the tensor path.
  it.each(['wasm', 'cpu'] as const)('keeps the number of live tensors constant over thousands of iterations on %s and leaves none behind', async (backend) => {
    await tf.setBackend(backend);
    const before = tf.memory().numTensors;
    const {run, close} = await openRun(raceOf([id], iterationsOf(id), 'squared'), backend);
    await run.start();
    await run.advance({iterations: 400, milliseconds: Number.POSITIVE_INFINITY});
    const early = tf.memory().numTensors;
    const last = await run.advance({iterations: iterationsOf(id) - 400, milliseconds: Number.POSITIVE_INFINITY});
    expect(last.ending?.kind).toBe('finished');
    expect(tf.memory().numTensors).toBe(early);
    close();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('has the same history however the grants are cut', async () => {
    const whole = await openRun(raceOf([id], 60), 'cpu');
    const cut = await openRun(raceOf([id], 60), 'cpu');
    const once = [await whole.run.start(), await whole.run.advance({iterations: 1000, milliseconds: Number.POSITIVE_INFINITY})];
    const pieces: Telemetry[] = [await cut.run.start()];
    for (const iterations of [1, 2, 7, 1, 19, 100]) pieces.push(await cut.run.advance({iterations, milliseconds: Number.POSITIVE_INFINITY}));
    const columns = (parts: readonly Telemetry[]) => ({...parts.reduce(appendColumns, EMPTY_COLUMNS), seconds: []});
    expect(columns(pieces)).toEqual(columns(once));
    whole.close();
    cut.close();
  });

  it('stops a grant when its time is up, after at least one iteration', async () => {
    const {run, close} = await openRun(raceOf([id], 10_000), 'cpu');
    await run.start();
    const {progress} = await run.advance({iterations: 1_000_000, milliseconds: 0});
    expect(progress.iteration).toBe(1);
    close();
  });
});

describe.each(['cpu', 'wasm'] as const)('the whole field on %s', (backend) => {
  it.each(FIELDS.map((field) => [field]))('gives bit-equal histories twice: %s', async (field) => {
    const race = raceOf(field, 120);
    const [first, second] = [await runOn(backend, race), await runOn(backend, race)];
    const timeless = (results: typeof first): unknown => results.map(({seconds: _s, history: {seconds: _h, ...history}, ...rest}) => ({...rest, history}));
    expect(timeless(second)).toEqual(timeless(first));
    expect(first.every((result) => result.status === 'finished')).toBe(true);
  });
});

describe('backends', () => {
  it.each(FIELDS.map((field) => [field]))('agree on J after 50 steps to 1e-3: %s', async (field) => {
    const race = raceOf(field, 50, 'squared');
    const [cpu, wasm] = [await runOn('cpu', race), await runOn('wasm', race)];
    for (const [i, result] of cpu.entries()) {
      const [a, b] = [result.final.objective ?? Number.NaN, wasm[i].final.objective ?? Number.NaN];
      expect(Math.abs(a - b) / Math.abs(a), result.solver).toBeLessThan(1e-3);
    }
  });
});

describe('endings', () => {
  it('says in words that a run diverged, and keeps its curve', async () => {
    const [result] = await runOn('cpu', {
      dataset: {id: 'moons', params: {n: 60}},
      contestants: [{solver: {id: 'sgd', params: {learningRate: 5, batchSize: 0}}, model: {width: 20}}],
      budget: {amount: 500},
    });
    expect(result.status).toBe('diverged');
    expect(result.reason).toMatch(/iteration \d+/);
    expect(result.iterations).toBeLessThan(500);
    expect(result.history.objective.length).toBeGreaterThan(1);
  });

  it('counts full-data passes: a budget of 7 passes is 7 epochs', async () => {
    const [sgd, admm] = await runOn('cpu', {
      dataset: {id: 'moons', params: {n: 50, trainFraction: 1}},
      contestants: [{solver: {id: 'sgd', params: {batchSize: 20}}}, {solver: {id: 'convex-admm', params: {patterns: 5}}}],
      budget: {axis: 'evaluations', amount: 7},
    });
    expect(sgd.iterations).toBe(21);
    expect(sgd.evaluations).toBeCloseTo(7, 9);
    expect(admm.iterations).toBe(4);
  });

  it('ends on compute time where that is the budget', async () => {
    const [result] = await runOn('cpu', {
      dataset: {id: 'moons', params: {n: 50}},
      contestants: [{solver: {id: 'adam'}}],
      budget: {axis: 'seconds', amount: 1},
    });
    expect(result.status).toBe('finished');
    expect(result.seconds).toBeGreaterThanOrEqual(1);
    expect(result.history.objective.length).toBeGreaterThan(20);
  });

  it('refuses gates of the wrong length with the number that is expected', async () => {
    const race = {dataset: SMALL, contestants: [{solver: {id: 'convex-admm', params: {gates: [[1, 2]]}}}]};
    await expect(runOn('cpu', race)).rejects.toThrow(/gate 1 has 2 numbers, but the data have 3 columns/);
  });

  it('refuses more patterns than the memory holds, with the number', async () => {
    const random = randomStream(1, 'gates');
    const gates = Array.from({length: 9000}, () => Array.from({length: 65}, () => random.normal()));
    const race = {dataset: {id: 'digits', params: {}}, contestants: [{solver: {id: 'convex-admm', params: {gates}}}], budget: {amount: 1}};
    await expect(runOn('cpu', race)).rejects.toThrow(/8979 patterns on 1437 samples need about 1\.4 GB/);
  });

  it('says when the optimum of the programme is the zero network', async () => {
    const [result] = await runOn('cpu', {
      dataset: SMALL,
      problem: {id: 'two-layer-relu', params: {beta: 500}},
      contestants: [{solver: {id: 'convex-admm', params: {patterns: 8}}}],
      budget: {amount: 50},
    });
    expect(result.notices.join(' ')).toMatch(/zero network/);
    expect(result.final.penalty).toBe(0);
    expect(result.final.objective).toBeGreaterThan(0);
  });
});
