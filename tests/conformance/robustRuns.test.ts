import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import type {BackendName, Telemetry} from '../../src/core/protocol.ts';
import {appendColumns, EMPTY_COLUMNS} from '../../src/core/results.ts';
import {loadData} from '../../src/engine/data.ts';
import {formulateProblem} from '../../src/engine/formulate.ts';
import {Run} from '../../src/engine/loop.ts';
import {solverFor} from '../../src/engine/tensorPlugins.ts';
import {tf} from '../../src/engine/tf.ts';
import {readFrom} from '../../src/headless/runExperiment.ts';
import type {PreparedData} from '../../src/core/data.ts';
import type {Snapshot} from '../../src/core/protocol.ts';
import {sampleRobustPatterns} from '../../src/numerics/robustPatterns.ts';
import {ellipsoidMinimum} from '../helpers/ellipsoid.ts';
import {worstMargin} from '../helpers/robustBruteForce.ts';
import {experimentOf, runOn} from '../helpers/session.ts';

const SMALL = {id: 'moons', params: {n: 24, seed: 3, noise: 0.05}};
const CONVEX = {solver: {id: 'convex-adversarial', params: {patterns: 12}}};
const FIELD: Readonly<Record<string, unknown>> = {
  clean: {solver: {id: 'sgd', params: {batchSize: 5}}, model: {width: 4}},
  fgsm: {solver: {id: 'sgd', params: {batchSize: 5}}, model: {width: 4, attack: 'fgsm'}},
  pgd: {solver: {id: 'sgd', params: {batchSize: 5}}, model: {width: 4, attack: 'pgd'}},
  convex: CONVEX,
};
const raceOf = (contestants: readonly unknown[], amount: number, params: unknown = {}): unknown => ({
  seed: 11,
  dataset: SMALL,
  problem: {id: 'robust-relu', params: {beta: 0.05, epsilon: 0.05, attackSteps: 3, ...(params as object)}},
  contestants,
  budget: {axis: 'iterations', amount},
});

async function openRun(json: unknown, backend: BackendName) {
  await tf.setBackend(backend);
  const experiment = experimentOf(json);
  const data = await loadData(experiment, readFrom('public/data'));
  if (!data.ok) throw new Error(data.error.message);
  const problem = await formulateProblem(experiment, data.value);
  const run = new Run(problem, await solverFor(experiment.contestants[0].solver, problem), experiment, 0, () => performance.now());
  return {run, data: data.value, close: () => [run.dispose(), problem.dispose()]};
}

const FOREVER = Number.POSITIVE_INFINITY;

describe.each(Object.keys(FIELD))('%s training under attack', (name) => {
  it.each(['wasm', 'cpu'] as const)('keeps the number of live tensors constant on %s and leaves none behind', async (backend) => {
    await tf.setBackend(backend);
    const before = tf.memory().numTensors;
    const {run, close} = await openRun(raceOf([FIELD[name]], 160), backend);
    await run.start();
    await run.advance({iterations: 50, milliseconds: FOREVER});
    const early = tf.memory().numTensors;
    await run.advance({iterations: 100, milliseconds: FOREVER});
    expect(tf.memory().numTensors).toBe(early);
    close();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('has the same history however the grants are cut', async () => {
    const histories = [];
    for (const cuts of [[1000], [1, 2, 7, 1, 19, 100]]) {
      const {run, close} = await openRun(raceOf([FIELD[name]], 60), 'cpu');
      const pieces: Telemetry[] = [await run.start()];
      for (const iterations of cuts) pieces.push(await run.advance({iterations, milliseconds: FOREVER}));
      histories.push({...pieces.reduce(appendColumns, EMPTY_COLUMNS), seconds: []});
      close();
    }
    expect(histories[1]).toEqual(histories[0]);
  });
});

describe('backends', () => {
  it('give bit-equal histories twice and agree on J after 50 steps to 1e-3', async () => {
    const race = raceOf(Object.values(FIELD), 50);
    const timeless = (results: Awaited<ReturnType<typeof runOn>>): unknown => results.map(({seconds: _s, history: {seconds: _h, ...history}, ...rest}) => ({...rest, history}));
    const [cpu, wasm, again] = [await runOn('cpu', race), await runOn('wasm', race), await runOn('wasm', race)];
    expect(timeless(again)).toEqual(timeless(wasm));
    for (const [i, result] of cpu.entries()) {
      expect(result.status).toBe('finished');
      expect(Math.abs((result.final.objective ?? Number.NaN) / (wasm[i].final.objective ?? Number.NaN) - 1), result.name).toBeLessThan(1e-3);
      expect(result.final.robustScore).toBeLessThanOrEqual(result.final.testScore ?? Number.NaN);
    }
  });
});

/** The last network of a run, and what was measured on it. */
async function lastOf(json: unknown, amount: number): Promise<{readonly snapshot: Snapshot; readonly final: Record<string, number>; readonly data: PreparedData}> {
  const {run, data, close} = await openRun(json, 'wasm');
  await run.start();
  const {snapshots, metrics} = await run.advance({iterations: amount, milliseconds: FOREVER});
  close();
  return {snapshot: snapshots[snapshots.length - 1], data, final: Object.fromEntries(Object.entries(metrics).map(([name, column]) => [name, column[column.length - 1]]))};
}

describe('J under attack', () => {
  it.each(['clean', 'fgsm', 'pgd'])('is below the true worst case of a trained network, by little (%s)', async (name) => {
    const {attack} = (FIELD[name] as {model: {attack?: string}}).model;
    const contestant = {solver: {id: 'sgd', params: {batchSize: 0, learningRate: 0.3}}, model: {width: 30, attack: attack ?? 'none'}};
    const {snapshot, final, data} = await lastOf(raceOf([contestant], 400, {epsilon: 0.3, attackSteps: 10}), 400);
    const {n, x, y} = data.train;
    let losses = 0;
    for (let i = 0; i < n; i++) losses += Math.max(0, 1 - worstMargin(snapshot, x.subarray(3 * i, 3 * i + 3), y[i], 0.3));
    const exact = losses + final.penalty;
    expect(losses).toBeGreaterThan(0.1);
    expect(final.objective).toBeLessThanOrEqual(exact * (1 + 1e-4));
    expect(final.objective).toBeGreaterThan(0.98 * exact);
  });
});

describe('convex adversarial training', () => {
  it('reaches the certified hinge optimum at radius 0', async () => {
    const {instances} = JSON.parse(readFileSync('tests/fixtures/convex_reference.json', 'utf8'));
    const instance = instances.find(({name}: {name: string}) => name === 'xor-20-hinge');
    const [result] = await runOn('wasm', {
      seed: 2,
      dataset: {id: 'inline', params: {points: instance.points, targets: instance.targets, task: 'classification', trainFraction: 1}},
      problem: {id: 'robust-relu', params: {beta: instance.beta, epsilon: 0}},
      contestants: [{solver: {id: 'convex-adversarial', params: {patterns: 300}}}],
      budget: {amount: 1200},
    });
    expect(result.final.objective).toBeGreaterThanOrEqual(instance.optimum_lower - 1e-4);
    expect(result.final.objective).toBeLessThanOrEqual(1.01 * instance.optimum_upper);
  });

  it.each([0, 0.1, 0.3])('finds the optimum that the ellipsoid method encloses (radius %d)', async (epsilon) => {
    const points = [[-1, -0.9], [1, 0.8], [-0.8, 1], [0.9, -1.1], [0.1, 0.4], [1.2, 0.1]];
    const targets = [0, 0, 1, 1, 0, 1];
    const beta = 0.2;
    const json = {
      seed: 4,
      dataset: {id: 'inline', params: {points, targets, task: 'classification', trainFraction: 1}},
      problem: {id: 'robust-relu', params: {beta, epsilon}},
      contestants: [{solver: {id: 'convex-adversarial', params: {patterns: 3}}}],
      budget: {amount: 1500},
    };
    const {final, data} = await lastOf(json, 1500);
    const {n, x, y} = data.train;
    const {count, mask} = sampleRobustPatterns(x, n, 3, 3, 4, epsilon);
    const {lower, upper} = enclosed({n, x, y, count, mask, beta, epsilon});
    expect(upper - lower).toBeLessThan(2e-3);
    expect(final.programmeObjective).toBeGreaterThan(lower - 2e-3);
    expect(final.programmeObjective).toBeLessThan(upper + 2e-3);
  });

  it('keeps its neurons out of the boxes, so that its objective is the exact worst case', async () => {
    const {snapshot, final, data} = await lastOf(raceOf([{solver: {id: 'convex-adversarial', params: {patterns: 30}}}], 1500), 1500);
    const {n, x, y} = data.train;
    const m = snapshot.shapes.u[0];
    let active = 0;
    let exact = 0;
    for (let j = 0; j < m; j++) {
      const [a, b, c] = snapshot.values.subarray(3 * j, 3 * j + 3);
      const size = Math.hypot(a, b, c);
      if (size === 0) continue;
      active++;
      const alpha = Math.abs(snapshot.values[3 * m + j]);
      exact += 0.05 * size * alpha;
      for (let i = 0; i < n; i++) {
        // In units of the output, up to where ADMM has come.
        const room = Math.abs(a * x[3 * i] + b * x[3 * i + 1] + c) - 0.05 * (Math.abs(a) + Math.abs(b));
        expect(alpha * room).toBeGreaterThan(-5e-3);
      }
    }
    for (let i = 0; i < n; i++) exact += Math.max(0, 1 - worstMargin(snapshot, x.subarray(3 * i, 3 * i + 3), y[i], 0.05));
    expect(active).toBeGreaterThan(2);
    expect(active).toBe(final.activeNeurons);
    expect(Math.abs(final.programmeObjective / exact - 1)).toBeLessThan(0.01);
    expect(final.objective).toBeLessThanOrEqual(exact * (1 + 1e-4));
  });

  it('says when the radius leaves only linear networks, and when zero is optimal', async () => {
    const [linear] = await runOn('wasm', raceOf([CONVEX], 100, {epsilon: 0.6}));
    expect(linear.notices.join(' ')).toMatch(/only networks that are linear/);
    const [zero] = await runOn('wasm', raceOf([CONVEX], 1500, {epsilon: 1, beta: 3}));
    expect(zero.status).toBe('converged');
    expect(zero.reason).toMatch(/zero network/);
    expect(zero.final.penalty).toBe(0);
    const [decayed] = await runOn('wasm', raceOf([CONVEX], 20, {beta: 500}));
    expect(decayed.notices.join(' ')).toMatch(/zero network/);
  });

  it('refuses data with several classes and other problems in words', () => {
    const race = {dataset: {id: 'iris', params: {}}, problem: {id: 'robust-relu', params: {}}, contestants: [CONVEX]};
    expect(() => experimentOf(race)).toThrow(/two classes/);
    expect(() => experimentOf({dataset: SMALL, contestants: [CONVEX]})).toThrow(/network under attack/);
    expect(() => experimentOf({...(raceOf([CONVEX], 10) as object), certificate: true})).toThrow(/attack/);
  });
});

interface Programme {
  readonly n: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly count: number;
  readonly mask: Float64Array;
  readonly beta: number;
  readonly epsilon: number;
}

/** The programme as convex functions of the groups v_1.., w_1.., three numbers each, for the ellipsoid method. */
function enclosed({n, x, y, count, mask, beta, epsilon}: Programme): {readonly lower: number; readonly upper: number} {
  const dim = 6 * count;
  const objective = (groups: Float64Array) => {
    const slope = new Float64Array(dim);
    let value = 0;
    for (let g = 0; g < 2 * count; g++) {
      const size = Math.hypot(...groups.subarray(3 * g, 3 * g + 3));
      value += beta * size;
      if (size > 0) for (let t = 0; t < 3; t++) slope[3 * g + t] += (beta * groups[3 * g + t]) / size;
    }
    for (let k = 0; k < n; k++) {
      const b = [0, 0, 0];
      const weight = (g: number): number => mask[k * count + (g % count)] * (g < count ? 1 : -1);
      for (let g = 0; g < 2 * count; g++) for (let t = 0; t < 3; t++) b[t] += weight(g) * groups[3 * g + t];
      const short = 1 - y[k] * (b[0] * x[3 * k] + b[1] * x[3 * k + 1] + b[2]) + epsilon * (Math.abs(b[0]) + Math.abs(b[1]));
      if (short <= 0) continue;
      value += short;
      for (let t = 0; t < 3; t++) {
        const pull = -y[k] * x[3 * k + t] + (t < 2 ? epsilon * Math.sign(b[t]) : 0);
        for (let g = 0; g < 2 * count; g++) slope[3 * g + t] += weight(g) * pull;
      }
    }
    return {value, slope};
  };
  const constraint = (groups: Float64Array) => {
    const slope = new Float64Array(dim);
    let worst = Number.NEGATIVE_INFINITY;
    for (let g = 0; g < 2 * count; g++) {
      const [a, b, c] = groups.subarray(3 * g, 3 * g + 3);
      for (let k = 0; k < n; k++) {
        const side = 2 * mask[k * count + (g % count)] - 1;
        const outside = epsilon * (Math.abs(a) + Math.abs(b)) - side * (a * x[3 * k] + b * x[3 * k + 1] + c);
        if (outside <= worst) continue;
        worst = outside;
        slope.fill(0);
        slope.set([epsilon * Math.sign(a) - side * x[3 * k], epsilon * Math.sign(b) - side * x[3 * k + 1], -side], 3 * g);
      }
    }
    return {value: worst, slope};
  };
  // No group is longer than J(0) / beta at the optimum.
  return ellipsoidMinimum(dim, n / beta, objective, constraint, 1e-3);
}
