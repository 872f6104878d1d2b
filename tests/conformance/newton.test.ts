import {Matrix, solve} from 'ml-matrix';
import {describe, expect, it} from 'vitest';
import {CATALOGUE} from '../../src/catalogue.ts';
import type {PreparedData} from '../../src/core/data.ts';
import {offerOf} from '../../src/core/plugin.ts';
import type {Problem} from '../../src/core/problem.ts';
import type {Telemetry} from '../../src/core/protocol.ts';
import {randomStream} from '../../src/core/random.ts';
import {appendColumns, EMPTY_COLUMNS} from '../../src/core/results.ts';
import {loadData} from '../../src/engine/data.ts';
import {formulateProblem} from '../../src/engine/formulate.ts';
import {Run} from '../../src/engine/loop.ts';
import {solverFor} from '../../src/engine/tensorPlugins.ts';
import {tf} from '../../src/engine/tf.ts';
import {readFrom} from '../../src/headless/runExperiment.ts';
import {experimentOf, runOn} from '../helpers/session.ts';

const IRIS = {id: 'iris', params: {}};
const MOONS = {id: 'moons', params: {n: 60, noise: 0.4, trainFraction: 1}};
const json = (dataset: object, params: object = {}, amount = 60, beta = 0.5): object => ({
  dataset, problem: {id: 'mlp-classifier', params: {beta}}, contestants: [{solver: {id: 'newton', params}}], budget: {amount},
});

async function open(given: unknown): Promise<{readonly data: PreparedData; readonly problem: Problem; readonly run: Run; readonly close: () => void}> {
  await tf.setBackend('cpu');
  const experiment = experimentOf(given);
  const data = await loadData(experiment, readFrom('public/data'));
  if (!data.ok) throw new Error(data.error.message);
  const problem = await formulateProblem(experiment, data.value);
  const run = new Run(problem, await solverFor(experiment.contestants[0].solver, problem), experiment, 0, () => performance.now());
  const close = (): void => {
    run.dispose();
    problem.dispose();
  };
  return {data: data.value, problem, run, close};
}

/** J/n's gradient and Hessian in all weights of all classes, biases last in each class, by matrices. */
function derivatives({train: {n, x, y}, d, k}: PreparedData, beta: number, w: Matrix): {readonly g: Matrix; readonly h: Matrix} {
  const inputs = Matrix.from1DArray(n, d, Array.from(x));
  const scores = inputs.mmul(w.transpose()).exp();
  const p = scores.divColumnVector(scores.sum('row'));
  const penalty = new Matrix(k, d).add(beta / n).setColumn(d - 1, new Array(k).fill(0));
  const misses = Matrix.sub(p, Matrix.from1DArray(n, k, Array.from(y)));
  const g = misses.transpose().mmul(inputs).div(n).add(Matrix.mul(penalty, w));
  const h = Matrix.diag(penalty.to1DArray());
  for (let i = 0; i < n; i++) {
    const own = p.getRowVector(i);
    const block = Matrix.diag(own.to1DArray()).sub(own.transpose().mmul(own));
    const row = inputs.getRowVector(i);
    h.add(block.kroneckerProduct(row.transpose().mmul(row)).div(n));
  }
  return {g, h};
}

/** The network's variables as W [k, d] with the bias last. */
function weightsOf(telemetry: Telemetry, d: number, k: number): Matrix {
  const {values} = telemetry.snapshots[telemetry.snapshots.length - 1];
  return new Matrix(Array.from({length: k}, (_, c) => Array.from({length: d}, (_, j) => values[j * k + c])));
}

const apart = (a: Matrix, b: Matrix): number => Matrix.sub(a, b).norm('max' as never) / b.norm();
const all = {milliseconds: Number.POSITIVE_INFINITY};

describe('regularised Newton', () => {
  it.each([['many classes', IRIS], ['two classes', MOONS]])('minimises J/n of the problem itself: %s', async (_, dataset) => {
    const {problem, data, close} = await open(json(dataset));
    const {newton} = problem;
    if (!newton) throw new Error('no facet');
    const random = randomStream(3, 'weights');
    for (let trial = 0; trial < 3; trial++) {
      const w = Float64Array.from({length: newton.dimension}, () => random.normal());
      const expected = (await tf.tidy(() => problem.evaluate(newton.toNetwork(w), {})).data())[0] / data.train.n;
      for (const kind of ['exact', 'gauss-newton', 'fisher', 'none'] as const) expect(newton.objective(kind)(w).value).toBeCloseTo(expected, 5);
    }
    close();
  });

  it('takes the plain Newton step of matrix algebra', async () => {
    const {run, data, close} = await open(json(IRIS, {regularised: false, start: 0.25}, 1));
    await run.start();
    const found = weightsOf(await run.advance({iterations: 1, ...all, measure: true}), data.d, data.k);
    close();
    const start = new Matrix(data.k, data.d).add(0.25);
    const {g, h} = derivatives(data, 0.5, start);
    // Biases of all classes may move together at no cost, so the system has a line of solutions; a trace of damping picks one.
    const step = solve(h.add(Matrix.eye(data.k * data.d).mul(1e-12)), Matrix.columnVector(g.to1DArray())).to1DArray();
    const expected = Matrix.sub(start, Matrix.from1DArray(data.k, data.d, step));
    const centred = (w: Matrix): Matrix => {
      const shift = w.getColumn(data.d - 1).reduce((sum, value) => sum + value / data.k, 0);
      return w.clone().setColumn(data.d - 1, w.getColumn(data.d - 1).map((value) => value - shift));
    };
    expect(apart(centred(found), centred(expected))).toBeLessThan(1e-4);
  });

  it.each([['exact', 30, 1e-8], ['gauss-newton', 60, 0.01], ['fisher', 60, 0.1], ['none', 60, 0.1]] as const)('falls without a rise and leaves little gradient (%s)', async (curvature, amount, left) => {
    const {run, data, close} = await open(json(IRIS, {curvature}, amount));
    const start = await run.start();
    const end = await run.advance({iterations: amount, ...all, measure: true});
    close();
    const {objective, gradientNorm} = [start, end].reduce(appendColumns, EMPTY_COLUMNS).metrics;
    for (let i = 1; i < objective.length; i++) expect(objective[i]).toBeLessThanOrEqual(objective[i - 1] * (1 + 1e-6));
    const last = gradientNorm[gradientNorm.length - 1];
    expect(last).toBeLessThan(left);
    expect(derivatives(data, 0.5, weightsOf(end, data.d, data.k)).g.norm()).toBeCloseTo(last, 6);
  });

  it('ends when it is there, and says so', async () => {
    const [result] = await runOn('cpu', json(MOONS));
    expect(result.status).toBe('converged');
    expect(result.reason).toMatch(/optimal as far as float64 can tell|lowers J any further/);
    expect(result.iterations).toBeLessThan(30);
    expect(result.evaluations).toBeGreaterThanOrEqual(2 * result.iterations);
  });

  it('comes back from weights of 30 on ill-conditioned data, where plain Newton leaves', async () => {
    const random = randomStream(1, 'ill');
    const points = Array.from({length: 200}, () => Array.from({length: 10}, (_, j) => random.normal() * 10 ** (-j / 3)));
    const targets = points.map(([x]) => (x + 0.5 * random.normal() > 0 ? 1 : 0));
    const dataset = {id: 'inline', params: {points, targets, task: 'classification', standardise: false, trainFraction: 1}};
    const [regularised] = await runOn('cpu', json(dataset, {start: 30}, 60, 0));
    expect(regularised.final.gradientNorm).toBeLessThan(1e-6);
    const [plain] = await runOn('cpu', json(dataset, {start: 30, regularised: false}, 20, 0));
    expect(plain.status).toBe('diverged');
    expect(plain.iterations).toBeLessThanOrEqual(3);
  });

  it('has the same history however the grants are cut, and keeps no tensors', async () => {
    await tf.setBackend('cpu');
    const before = tf.memory().numTensors;
    const [whole, cut] = [await open(json(IRIS, {curvature: 'none'}, 60)), await open(json(IRIS, {curvature: 'none'}, 60))];
    const once = [await whole.run.start(), await whole.run.advance({iterations: 100, ...all})];
    const pieces = [await cut.run.start()];
    const early = tf.memory().numTensors;
    for (const iterations of [1, 2, 7, 1, 100]) pieces.push(await cut.run.advance({iterations, ...all}));
    expect(tf.memory().numTensors).toBe(early);
    const columns = (parts: readonly Telemetry[]) => ({...parts.reduce(appendColumns, EMPTY_COLUMNS), seconds: []});
    expect(columns(pieces)).toEqual(columns(once));
    whole.close();
    cut.close();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is refused beyond 1000 weights with their number, and on other problems with what it is for', async () => {
    await expect(runOn('cpu', json({id: 'modular-addition', params: {p: 31}}))).rejects.toThrow(/at most 1000; these data need 1953/);
    const context = {task: 'binary' as const, params: {}, losses: CATALOGUE.losses};
    expect(offerOf(CATALOGUE.problems['binary-network'], context, CATALOGUE.solvers.newton)).toBe('it is made for softmax and logistic regression');
  });
});
