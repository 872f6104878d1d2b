import type {Tensor} from '@tensorflow/tfjs-core';
import {describe, expect, it} from 'vitest';
import type {Problem} from '../../src/core/problem.ts';
import type {Grant, Telemetry} from '../../src/core/protocol.ts';
import {appendColumns, type Columns, EMPTY_COLUMNS} from '../../src/core/results.ts';
import {sharpnessStride} from '../../src/engine/sharpness.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {openRun} from '../helpers/runs.ts';

prepareNodeBackends();

/** A bowl with curvatures 1 and 1/20, where every limit is known: SGD 2, heavy ball 2 (1 + mu). */
const bowl = (solver: object, amount: number) => ({
  dataset: {id: 'surface-functions', params: {function: 'quadratic', condition: 20, rotation: 30}},
  problem: {id: 'surface'},
  contestants: [{solver, model: {startX: -1.5, startY: 1.2}}],
  budget: {axis: 'iterations', amount},
});

const moons = (solver: object) => ({
  seed: 4,
  dataset: {id: 'moons', params: {n: 40, seed: 2}},
  problem: {id: 'two-layer-relu', params: {loss: 'logistic', beta: 0.1}},
  contestants: [{solver, model: {width: 6}}],
  budget: {axis: 'iterations', amount: 40},
});

interface Whole {
  readonly columns: Columns;
  readonly weights: readonly number[];
  readonly ending: Telemetry['ending'];
}

async function wholeRun(json: unknown, backend: 'cpu' | 'wasm', grant: Omit<Grant, 'milliseconds'>): Promise<Whole> {
  const {run, close} = await openRun(json, backend);
  let telemetry = await run.start();
  let columns = appendColumns(EMPTY_COLUMNS, telemetry);
  let weights: readonly number[] = [];
  while (!telemetry.ending) {
    telemetry = await run.advance({milliseconds: Number.POSITIVE_INFINITY, ...grant});
    columns = appendColumns(columns, telemetry);
    weights = Array.from(telemetry.snapshots.at(-1)?.values ?? weights);
  }
  close();
  return {columns, weights, ending: telemetry.ending};
}

/** Everything but times and the sharpness. */
function timeless({columns: {iterations, evaluations, metrics}, weights}: Whole): unknown {
  const {sharpness: _, sharpnessLimit: __, ...rest} = metrics;
  return {iterations, evaluations, metrics: rest, weights};
}

describe.each(['cpu', 'wasm'] as const)('sharpness along a run on %s', (backend) => {
  it.each([
    ['SGD in mini-batches', {id: 'sgd', params: {batchSize: 8}}],
    ['Adam', {id: 'adam', params: {batchSize: 0}}],
  ])('leaves the history of %s as it is, to the bit', async (_, solver) => {
    const without = await wholeRun(moons(solver), backend, {iterations: 1000});
    const beside = await wholeRun(moons(solver), backend, {iterations: 7, sharpness: true});
    expect(timeless(beside)).toEqual(timeless(without));
    expect(without.columns.metrics.sharpness).toBeUndefined();
    const measured = beside.columns.metrics.sharpness.filter(Number.isFinite);
    expect(measured.length).toBeGreaterThan(20);
    expect(measured.length).toBeLessThanOrEqual(100);
    expect(Math.min(...measured)).toBeGreaterThan(0);
  });

  it('is the curvature of a bowl, beside what the schedule allows', async () => {
    const schedule = {schedule: 'step', scheduleLength: 20};
    const {columns} = await wholeRun(bowl({id: 'momentum', params: {learningRate: 0.1, momentum: 0.8, batchSize: 0, ...schedule}}, 30), backend, {iterations: 30, sharpness: true});
    const {sharpness, sharpnessLimit} = columns.metrics;
    for (const [i, value] of sharpness.entries()) if (i > 0 && Number.isFinite(value)) expect(Math.abs(value - 1)).toBeLessThan(2e-3);
    // 2 (1 + 0.8) / eta, eta being divided by 10 after half of the schedule and after three quarters.
    const limitAfter = (iteration: number): number => sharpnessLimit[columns.iterations.indexOf(iteration)];
    expect(limitAfter(1)).toBeCloseTo(36, 9);
    expect(limitAfter(12)).toBeCloseTo(360, 9);
    expect(limitAfter(30)).toBeCloseTo(3600, 8);
  });
});

it('is asked of every network that is kept, of large ones more rarely, and of huge ones never', () => {
  const stride = (size: number, id = 'sgd'): number =>
    sharpnessStride({gradients: {}} as Problem, {id, params: {}}, {w: {size: size - 1} as Tensor, b: {size: 1} as Tensor});
  expect([stride(4000), stride(4001), stride(50_000), stride(50_001)]).toEqual([1, 4, 4, 0]);
  expect([stride(10, 'newton'), stride(10, 'convex-admm')]).toEqual([1, 0]);
  expect(sharpnessStride({} as Problem, {id: 'sgd', params: {}}, {})).toBe(0);
});

it('has no sharpness for contestants that train no network of their own', async () => {
  const {columns} = await wholeRun({...moons({}), contestants: [{solver: {id: 'convex-admm', params: {patterns: 8}}}]}, 'wasm', {iterations: 40, sharpness: true});
  expect(columns.metrics.sharpness).toBeUndefined();
});

describe('a run that diverges', () => {
  it('says which learning rate the curvature allows', async () => {
    const {ending} = await wholeRun(bowl({id: 'sgd', params: {learningRate: 2.5, batchSize: 0}}, 200), 'wasm', {iterations: 200});
    expect(ending).toMatchObject({kind: 'diverged'});
    expect(ending?.reason).toMatch(/The largest curvature at iteration 0 is 1, which allows learning rates up to 2\. At 2\.5 each step overshoots .* Try 1\.$/);
  });

  it('keeps to general advice where the curvature does not explain it', async () => {
    // Adam has no such limit: each of its steps is about as long as its rate.
    const wild = {...bowl({id: 'adam', params: {learningRate: 30, batchSize: 0}}, 400), dataset: {id: 'surface-functions', params: {function: 'beale'}}};
    const {ending} = await wholeRun(wild, 'wasm', {iterations: 400});
    expect(ending).toMatchObject({kind: 'diverged'});
    expect(ending?.reason).toMatch(/Try a third of the learning rate or less\.$/);
  });
});
