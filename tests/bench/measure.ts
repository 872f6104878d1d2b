import type {ReadDataFile} from '../../src/core/data.ts';
import type {PlaneKernel} from '../../src/core/hostProblem.ts';
import type {Snapshot} from '../../src/core/protocol.ts';
import {formulateProblem} from '../../src/engine/formulate.ts';
import {createGpuGrid} from '../../src/engine/gpuGrid.ts';
import {openGpu} from '../../src/engine/gpuSums.ts';
import {loadHostProblem} from '../../src/engine/hostPlugins.ts';
import {Run} from '../../src/engine/loop.ts';
import {solverFor} from '../../src/engine/tensorPlugins.ts';
import {samplePatterns} from '../../src/numerics/patterns.ts';
import {factorise, setUp, startingPenalties} from '../../src/solvers/convex-admm/factor.ts';
import {admmLoop, type LoopProblem, objectiveLoop, sgdLoop} from './baseline.ts';
import {open, type Opened} from './open.ts';

/** One row of the table: the engine and the plain loop, both measured in this run, one after the other. */
export interface Row {
  readonly what: string;
  readonly backend: string;
  readonly unit: string;
  readonly engine: number;
  readonly baseline: number;
}

const seconds = (): number => performance.now() / 1000;

interface Task {
  readonly what: string;
  readonly json: object;
}

const moons = (contestant: object): object => ({
  dataset: {id: 'moons', params: {n: 200, trainFraction: 1}},
  problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 0.1}},
  contestants: [contestant],
  budget: {amount: 1_000_000},
});
const cancer = (contestant: object): object => ({
  dataset: {id: 'breast-cancer', params: {trainFraction: 0.8}},
  problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 2.65}},
  contestants: [contestant],
  budget: {amount: 1_000_000},
});
const sgd = (width: number, batchSize: number): object => ({solver: {id: 'sgd', params: {learningRate: 0.01, batchSize}}, model: {width}});

const SGD_TASKS: readonly Task[] = [
  {what: 'SGD 2-16-1, 200 points, full batch', json: moons(sgd(16, 0))},
  {what: 'SGD 2-16-1, 200 points, batch 10', json: moons(sgd(16, 10))},
  {what: 'SGD Breast Cancer, width 100, full batch', json: cancer(sgd(100, 0))},
  {what: 'SGD Breast Cancer, width 100, batch 64', json: cancer(sgd(100, 64))},
];
const ADMM_TASK: Task = {what: 'ADMM Breast Cancer, 50 patterns', json: cancer({solver: {id: 'convex-admm', params: {source: 'sampled', patterns: 50, penalties: 'fixed', rho: 1}}})};

/** Iterations a second of the engine's own loop on the current backend, records and read-backs included. */
async function engineRate({experiment, data}: Opened, duration: number): Promise<number> {
  const problem = await formulateProblem(experiment, data);
  const run = new Run(problem, await solverFor(experiment.contestants[0].solver, problem), experiment, 0, () => performance.now());
  await run.start();
  await run.advance({iterations: 1_000_000, milliseconds: 300 * duration});
  const from = seconds();
  const before = (await run.advance({iterations: 1, milliseconds: 0})).progress.iteration;
  const {progress} = await run.advance({iterations: 1_000_000, milliseconds: 1000 * duration});
  const rate = (progress.iteration - before) / (seconds() - from);
  run.dispose();
  problem.dispose();
  return rate;
}

/** Calls a second of a function, after a warm-up. */
function rateOf(call: (i: number) => void, duration: number): number {
  const until = (limit: number): number => {
    const from = seconds();
    let calls = 0;
    while (seconds() - from < limit) for (let i = 0; i < 5; i++) call(calls++);
    return calls / (seconds() - from);
  };
  until(0.3 * duration);
  return until(duration);
}

function loopProblem({experiment, data}: Opened): LoopProblem {
  const m = Number(experiment.contestants[0].model.width);
  const random = (size: number): Float32Array => Float32Array.from({length: size}, (_, i) => Math.sin(12.9898 * (i + 1)) * 0.3);
  return {n: data.train.n, d: data.d, m, x: Float32Array.from(data.train.x), y: Float32Array.from(data.train.y), u: random(m * data.d), alpha: random(m)};
}

function sgdBaseline(opened: Opened, duration: number): number {
  const p = loopProblem(opened);
  const asked = Number(opened.experiment.contestants[0].solver.params.batchSize);
  const size = asked === 0 ? p.n : asked;
  const step = sgdLoop(p, 0.01, 1e-4);
  const rows = Int32Array.from({length: p.n}, (_, i) => i);
  return rateOf((i) => step(rows.subarray((i * size) % (p.n - size + 1), ((i * size) % (p.n - size + 1)) + size)), duration);
}

function admmBaseline({experiment, data}: Opened, duration: number): number {
  const patterns = samplePatterns(data.train.x, data.train.n, data.d, 50, 1);
  const setup = setUp(data.train, data.d, patterns, data.train.y);
  const {rho1, rho2, rho3} = startingPenalties(setup, Number(experiment.problem.params.beta));
  const step = admmLoop({
    n: data.train.n, d: data.d, patterns: patterns.count, x: Float32Array.from(data.train.x), y: Float32Array.from(data.train.y),
    mask: patterns.mask, beta: Number(experiment.problem.params.beta), rho: [rho1, rho2, rho3], ...factorise(setup, {rho1, rho2, rho3}),
  });
  return rateOf(step, duration);
}

/** Training steps a second on the current backend. */
export async function measureTraining(backend: string, readFile: ReadDataFile, duration: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const {what, json} of SGD_TASKS) {
    const opened = await open(json, readFile);
    rows.push({what, backend, unit: 'steps/s', engine: await engineRate(opened, duration), baseline: sgdBaseline(opened, duration)});
  }
  const opened = await open(ADMM_TASK.json, readFile);
  rows.push({what: ADMM_TASK.what, backend, unit: 'iterations/s', engine: await engineRate(opened, duration), baseline: admmBaseline(opened, duration)});
  return rows;
}

const SIDE = 61;
const LINE = Float64Array.from({length: SIDE}, (_, i) => -3 + i / 10);
const LANDSCAPES: readonly Task[] = [
  {what: 'landscape 61 x 61, 2-16-1, 200 points', json: moons(sgd(16, 0))},
  {what: 'landscape 61 x 61, Breast Cancer, width 100', json: cancer(sgd(100, 0))},
];

/** The kernel of a plane through three random networks, made anew by each call, and the first of the networks. */
async function openLandscape({json}: Task, readFile: ReadDataFile) {
  const opened = await open(json, readFile);
  const loaded = await loadHostProblem(opened.experiment, readFile);
  if (!loaded.ok) throw new Error(loaded.error.message);
  const p = loopProblem(opened);
  const values = Float32Array.from([...p.u, ...p.alpha]);
  const snapshot = (scale: number): Snapshot => ({iteration: 0, shapes: {u: [p.m, p.d], alpha: [p.m, 1]}, values: values.map((v, i) => v + scale * Math.cos(i * scale))});
  const space = loaded.value.host.share([[snapshot(0)], [snapshot(0.7)], [snapshot(1.3)]]);
  const [origin, b, c] = space.paths.map((path) => path.point(0));
  const unit = (v: Float64Array): Float64Array => v.map((entry) => entry / Math.hypot(...v));
  const plane = {origin, du: unit(b.map((v, i) => v - origin[i])), dv: unit(c.map((v, i) => v - origin[i]))};
  return {p, beta: Number(opened.experiment.problem.params.beta), kernel: (): PlaneKernel => space.kernel(plane)};
}

function rowKernelRate(makeKernel: () => PlaneKernel, duration: number): number {
  const out = new Float64Array(SIDE);
  const grids = rateOf(() => {
    const kernel = makeKernel();
    for (const row of LINE) kernel.evaluateRow(row, LINE, out);
  }, duration);
  return grids * SIDE * SIDE;
}

/** Points a second of a 61 x 61 landscape, by the plane kernel and by evaluating each point. */
export async function measureLandscape(readFile: ReadDataFile, duration: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const task of LANDSCAPES) {
    const {p, beta, kernel} = await openLandscape(task, readFile);
    const baseline = rateOf(() => objectiveLoop(p, p.u, p.alpha, beta), duration);
    rows.push({what: task.what, backend: 'instrument lane', unit: 'points/s', engine: rowKernelRate(kernel, duration), baseline});
  }
  return rows;
}

/** The same by WebGPU, against the row kernel. */
export async function measureGpuLandscape(backend: string, readFile: ReadDataFile, duration: number): Promise<readonly Row[]> {
  const gpu = createGpuGrid(openGpu);
  gpu.allow(true);
  const services = {clock: () => performance.now(), pause: async () => undefined, progress: () => undefined};
  const rows: Row[] = [];
  for (const task of LANDSCAPES) {
    const {kernel} = await openLandscape(task, readFile);
    const draw = async (): Promise<void> => {
      if (!(await gpu.values({requestId: 0, live: true}, kernel(), LINE, LINE, services))) throw new Error(`${task.what}: not by WebGPU`);
    };
    await draw();
    const from = seconds();
    let grids = 0;
    for (; seconds() - from < duration; grids++) await draw();
    const engine = (grids * SIDE * SIDE) / (seconds() - from);
    rows.push({what: `${task.what}, against the row kernel`, backend, unit: 'points/s', engine, baseline: rowKernelRate(kernel, duration)});
  }
  return rows;
}
