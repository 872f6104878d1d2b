import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {DataPart, PreparedData} from '../../src/core/data.ts';
import {defaultsOf, type ParamValues} from '../../src/core/params.ts';
import type {Problem, TensorLoss, Vars} from '../../src/core/problem.ts';
import {replicaOf, type Solver, type SolverContext, type SolverState} from '../../src/core/solver.ts';
import {chooseBackend} from '../../src/engine/backend.ts';
import {formulateProblem} from '../../src/engine/formulate.ts';
import {Run} from '../../src/engine/loop.ts';
import {startsStudy} from '../../src/engine/studies/starts.ts';
import {disposeReplaced, tidyState} from '../../src/engine/tensors.ts';
import {tf} from '../../src/engine/tf.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {referencePlane, twoClasses} from '../../src/headless/references/binaryData.ts';
import crossEntropy from '../../src/losses/cross-entropy/tensor.ts';
import logistic from '../../src/losses/logistic/tensor.ts';
import formulate from '../../src/problems/binary-network/problem.ts';
import {binaryNetwork} from '../../src/problems/binary-network/spec.ts';
import fixture from '../fixtures/binary_networks.json';
import {DATA_FOLDER, readData} from './dataSets.ts';
import {open} from './open.ts';
import {chosen, type Section} from './section.ts';
import {show, table} from './table.ts';

const BACKEND = 'wasm';
const STEPS = 1200;
const TINY_STEPS = 400;
const clock = (): number => performance.now();

interface Task {
  readonly name: string;
  readonly data: () => PreparedData;
  readonly loss: TensorLoss;
  readonly problem: ParamValues;
  readonly batchSize: number;
}

const plane = (name: string, width: number): Task => ({
  name,
  data: () => twoClasses(3, referencePlane(name, 200, 101), referencePlane(name, 1000, 202)),
  loss: logistic,
  problem: {width},
  batchSize: 0,
});

/** The first 1000 images for training, the others for testing, as the specification has it. */
function digits(): PreparedData {
  const rows = readFileSync(join(DATA_FOLDER, 'digits.csv'), 'utf8').trim().split('\n').slice(1).map((line) => line.split(',').map(Number));
  const part = (some: readonly number[][]): DataPart => ({
    n: some.length,
    x: Float64Array.from(some.flatMap((row) => [...row.slice(0, 64), 1])),
    y: Float64Array.from(some.flatMap((row) => Array.from({length: 10}, (_, c) => (c === row[64] ? 1 : 0)))),
  });
  return {
    task: 'multiclass', d: 65, k: 10, train: part(rows.slice(0, 1000)), test: part(rows.slice(1000)),
    featureNames: [], targetName: 'digit', classNames: [], notes: [],
  };
}

const TASKS: readonly Task[] = [
  plane('moons', 12),
  plane('circles', 16),
  plane('xor', 6),
  {name: 'digits', data: digits, loss: crossEntropy, problem: {width: 32, scaling: 'common range'}, batchSize: 100},
];

interface Method {
  readonly name: string;
  readonly solver: string;
  readonly params: ParamValues;
  /** Its name in the reference. */
  readonly reference: string;
}

const lowRank = (rank: number): Method => ({name: `sphere k=${rank}`, solver: 'burer-monteiro', params: {rank}, reference: `sphere k=${rank}`});
const METHODS: readonly Method[] = [
  {name: 'STE', solver: 'straight-through', params: {}, reference: 'STE'},
  {name: 'clip', solver: 'binary-connect', params: {}, reference: 'clip'},
  ...[1, 2, 4, 8].map(lowRank),
  {name: 'paper k=4', solver: 'burer-monteiro', params: {rank: 4, learningRate: 0.1, zInit: 0.1, tangent: false}, reference: 'paper k=4'},
  {name: 'mean field', solver: 'mean-field', params: {}, reference: 'diag'},
];
const QUICK = ['STE', 'sphere k=2'];

const SOLVERS = import.meta.glob<Solver>('../../src/solvers/{straight-through,binary-connect,burer-monteiro,mean-field}/solver.ts', {import: 'default', eager: true});
const SPECS = import.meta.glob<Record<string, {readonly params: Parameters<typeof defaultsOf>[0]}>>(
  '../../src/solvers/{straight-through,binary-connect,burer-monteiro,mean-field}/spec.ts', {eager: true});
const solverOf = (id: string): Solver => SOLVERS[`../../src/solvers/${id}/solver.ts`];
const paramsOf = (id: string, changes: ParamValues): ParamValues => ({...defaultsOf(Object.values(SPECS[`../../src/solvers/${id}/spec.ts`])[0].params), ...changes});
const problemOf = (data: PreparedData, params: ParamValues, loss: TensorLoss): Problem => formulate(data, {...defaultsOf(binaryNetwork([]).params), ...params}, loss);

/** The state after so many steps, all networks side by side. */
async function trained(solver: Solver, context: SolverContext, seeds: readonly number[], steps: number): Promise<SolverState> {
  const {replicas} = solver;
  const networks = seeds.map((seed) => replicaOf({...context, seed}));
  if (!replicas) throw new Error('no replicas');
  let state = tidyState(() => ({state: replicas.init(context, networks)})).state;
  const most = replicas.most(context, seeds.length);
  for (let done = 0; done < steps; done += most) {
    const before = state;
    state = tidyState(() => ({state: replicas.steps(context, before, networks, done + 1, Math.min(most, steps - done))})).state;
    disposeReplaced(before, state);
  }
  await (state.rows as tf.Tensor).data();
  return state;
}

/** What the tables show of one network. */
type Row = Readonly<Record<'loss' | 'train' | 'test' | 'expected' | 'best' | 'bestScore' | 'average' | 'flips', number>>;

async function rowsOf(solver: Solver, context: SolverContext, state: SolverState, count: number): Promise<readonly Row[]> {
  const {problem} = context;
  const all = tf.tidy(() => solver.replicas?.weights(context, state) as tf.TensorContainerObject) as Vars;
  const flips = await (state.flipped as tf.Tensor).data();
  const rows: Row[] = [];
  for (let r = 0; r < count; r++) {
    const values = tf.tidy(() => {
      const own = Object.fromEntries(Object.entries(all).map(([name, one]) => [name, tf.squeeze(tf.slice(one, [r], [1]), [0])]));
      const measured = problem.measures?.(own, {}) ?? {};
      const scores = problem.test ? [measured.bestScore, measured.averageScore] : [tf.scalar(0), tf.scalar(0)];
      return tf.concat([problem.evaluate(own, {}), tf.stack([measured.expectedObjective, measured.bestObjective, ...scores])]);
    });
    const [, loss, , , train, test, expected, best, bestScore, average] = await values.data();
    values.dispose();
    const n = problem.data.train.n;
    rows.push({loss, train, test, expected: expected / n, best: best / n, bestScore, average, flips: flips[r] / (state.steps as number)});
  }
  tf.dispose(all);
  return rows;
}

const mean = (rows: readonly Row[], name: keyof Row): number => rows.reduce((sum, row) => sum + row[name], 0) / rows.length;
const COLUMNS: readonly (readonly [string, keyof Row, string, number])[] = [
  ['train loss', 'loss', 'trL', 3], ['train acc.', 'train', 'trA', 3], ['test acc.', 'test', 'teA', 3], ['EL', 'expected', 'EL', 3],
  ['best64', 'bestScore', 'bA', 3], ['ens40', 'average', 'ensA', 3], ['flips', 'flips', 'flips', 2],
];
type Reference = Readonly<Record<string, readonly [number, number]>>;
const REFERENCE: Readonly<Record<string, Reference | undefined>> = fixture.training.results as unknown as Record<string, Reference>;

/** The mean of the runs over the reference's, where that has the number. */
function cells(rows: readonly Row[], reference: Reference | undefined): string[] {
  return COLUMNS.map(([, name, key, digitsShown]) => {
    const own = mean(rows, name).toFixed(digitsShown);
    const theirs = reference?.[key];
    return theirs ? `${own}/${theirs[0].toFixed(digitsShown)}` : own;
  });
}

async function oneTask(task: Task, methods: readonly Method[], count: number, steps: number): Promise<void> {
  const problem = problemOf(task.data(), task.problem, task.loss);
  const lines: string[][] = [];
  for (const {name, solver: id, params, reference} of methods) {
    const solver = solverOf(id);
    const context: SolverContext = {problem, params: paramsOf(id, {...params, batchSize: task.batchSize}), model: {}, seed: 1};
    disposeReplaced(await trained(solver, context, [1], 40), null);
    const from = clock();
    disposeReplaced(await trained(solver, context, [1], steps), null);
    const between = clock();
    const state = await trained(solver, context, Array.from({length: count}, (_, r) => 1000 + r), steps);
    const [one, many] = [(between - from) / 1000, (clock() - between) / 1000];
    lines.push([name, ...cells(await rowsOf(solver, context, state, count), REFERENCE[`${reference}|${task.name}`]), show(one), show(many), (many / one).toFixed(2)]);
    disposeReplaced(state, null);
  }
  problem.dispose();
  console.log(`\n${task.name}`);
  console.log(table(['method', ...COLUMNS.map(([title]) => title), 'one s', `${count} s`, 'ratio'], lines));
}

const TINY: readonly (Method & {readonly key: string})[] = [
  {name: 'STE', key: 'STE lr.01', reference: '', solver: 'straight-through', params: {}},
  {name: 'clip', key: 'clip lr.1', reference: '', solver: 'binary-connect', params: {}},
  ...[1, 2, 4].map((rank) => ({name: `k=${rank}`, key: `k=${rank} lr.1 zmul1`, reference: '', solver: 'burer-monteiro', params: {rank, learningRate: 0.1, zRate: 1}})),
];

/** Share of runs that end at the optimum, as sign(mu) and as the best of 64 samples. */
async function tiny(count: number): Promise<void> {
  const lines: string[][] = [];
  for (const net of fixture.tiny_nets) {
    const n = net.X.length;
    const train: DataPart = {n, x: Float64Array.from(net.X.flatMap((point) => [...point, 1])), y: Float64Array.from(net.y, (label) => 2 * label - 1)};
    const problem = problemOf(twoClasses(3, train), {width: net.h, parameters: 'binary only'}, logistic);
    for (const {name, key, solver: id, params} of TINY) {
      const solver = solverOf(id);
      const context: SolverContext = {problem, params: paramsOf(id, {...params, scheduleLength: TINY_STEPS, warmUp: 0}), model: {}, seed: 1};
      const size = solver.replicas?.fit(context, [replicaOf(context)]) ?? 1;
      const rows: Row[] = [];
      for (let from = 0; from < count; from += size) {
        const seeds = Array.from({length: Math.min(size, count - from)}, (_, r) => 5000 + from + r);
        const state = await trained(solver, context, seeds, TINY_STEPS);
        rows.push(...(await rowsOf(solver, context, state, seeds.length)));
        disposeReplaced(state, null);
      }
      const share = (of: 'loss' | 'best'): string => (rows.filter((row) => row[of] < net.opt_loss + 1e-5).length / count).toFixed(2);
      const theirs = (net.hits as unknown as Record<string, {readonly sign: number; readonly best64: number}>)[key];
      lines.push([net.id, name, `${share('loss')}/${theirs.sign.toFixed(2)}`, `${share('best')}/${theirs.best64.toFixed(2)}`]);
    }
    problem.dispose();
  }
  console.log(`\nTiny networks, all parameters binary: share of ${count} runs at the optimum`);
  console.log(table(['network', 'method', 'sign', 'best64'], lines, 2));
}

/** Basin's own data in the sizes of section 3. */
const RACES: readonly {readonly name: string; readonly dataset: object; readonly problem: object; readonly batchSize: number}[] = [
  ...(['moons', 'circles', 'xor'] as const).map((id, i) => ({name: id, dataset: {id, params: {n: 1200, trainFraction: 1 / 6}}, problem: {width: [12, 16, 6][i]}, batchSize: 0})),
  {name: 'digits', dataset: {id: 'digits', params: {classes: 'all', standardise: false, trainFraction: 0.5565}}, problem: {width: 32, scaling: 'common range'}, batchSize: 100},
];

/** Wall times as the page has them: one run with all its records, and a study of ten starts. */
async function asOnThePage(steps: number): Promise<void> {
  const lines: string[][] = [];
  for (const {name, dataset, problem: params, batchSize} of RACES) {
    for (const id of ['straight-through', 'burer-monteiro']) {
      const race = {dataset, problem: {id: 'binary-network', params}, contestants: [{solver: {id, params: {batchSize}}}], budget: {amount: steps}};
      const {experiment, data} = await open(race, readData);
      const problem = await formulateProblem(experiment, data);
      const from = clock();
      const run = new Run(problem, solverOf(id), experiment, 0, clock);
      await run.start();
      const {progress} = await run.advance({iterations: steps, milliseconds: Number.POSITIVE_INFINITY});
      const between = clock();
      run.dispose();
      problem.dispose();
      await startsStudy({experiment, contestant: 0, count: 10, request: BACKEND, exclude: []}, {emit: () => undefined, readFile: readData, clock});
      const [one, ten] = [(between - from) / 1000, (clock() - between) / 1000];
      lines.push([name, id, show(progress.seconds), show(one), show(ten), (ten / one).toFixed(2)]);
    }
  }
  console.log('\nWall times as on the page: the steps of one run, the run with its records, and a study of ten starts');
  console.log(table(['data', 'solver', 'steps s', 'one run s', 'ten starts s', 'ratio'], lines, 2));
}

/** Sections 3 and 4 of the specification, each number beside the specification's. */
export const binary: Section = async ({quick, data}) => {
  prepareNodeBackends();
  await chooseBackend(BACKEND, []);
  const [count, steps] = quick ? [4, 120] : [10, STEPS];
  const methods = METHODS.filter(({name}) => !quick || QUICK.includes(name));
  console.log(`${count} seeds, ${steps} steps, on ${BACKEND}: this/reference.`);
  for (const task of chosen([...TASKS, {name: 'tiny'}, {name: 'page'}], data)) {
    if ('data' in task) await oneTask(task, methods, count, steps);
    else if (task.name === 'tiny') await tiny(quick ? 20 : 200);
    else await asOnThePage(steps);
  }
};
