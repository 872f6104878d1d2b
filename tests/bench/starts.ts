import type {Experiment} from '../../src/core/experiment.ts';
import {type Starts, startSeeds, type StudyEvent} from '../../src/core/study.ts';
import {chooseBackend} from '../../src/engine/backend.ts';
import {formulateProblem} from '../../src/engine/formulate.ts';
import {Run} from '../../src/engine/loop.ts';
import {startsStudy} from '../../src/engine/studies/starts.ts';
import {solverFor} from '../../src/engine/tensorPlugins.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {readData, spiral} from './dataSets.ts';
import {open, type Opened} from './open.ts';
import type {Section} from './section.ts';
import {ratio, show, table} from './table.ts';

const BACKEND = 'wasm';
const clock = (): number => performance.now();

interface Task {
  readonly what: string;
  readonly dataset: object;
  readonly beta: number;
  readonly solver: object;
  readonly width: number;
}

const SPIRAL = {dataset: spiral(60), beta: 0.05};
const TASKS: readonly Task[] = [
  {what: 'SGD, spiral-60, 4 neurons, full batch', ...SPIRAL, solver: {id: 'sgd', params: {learningRate: 0.1, batchSize: 0}}, width: 4},
  {what: 'Adam, spiral-60, 16 neurons, batch 10', ...SPIRAL, solver: {id: 'adam', params: {learningRate: 0.01, batchSize: 10}}, width: 16},
  {what: 'SGD, Breast Cancer, 10 neurons, batch 64', dataset: {id: 'breast-cancer', params: {}}, beta: 2.65, solver: {id: 'sgd', params: {learningRate: 0.3, batchSize: 64}}, width: 10},
];

const describe = ({dataset, beta, solver, width}: Task, steps: number): object => ({
  dataset, problem: {id: 'two-layer-relu', params: {loss: 'squared', beta}}, contestants: [{solver, model: {width}}], budget: {amount: steps},
});

interface Outcome {
  readonly objectives: readonly number[];
  readonly seconds: number;
}

async function study(experiment: Experiment, count: number): Promise<Outcome> {
  let last: Starts | null = null;
  const emit = (event: StudyEvent): void => {
    if (event.type === 'starts') last = event.starts;
    if (event.type === 'refused') throw new Error(`${event.field} ${event.message}`);
  };
  const from = clock();
  await startsStudy({experiment, contestant: 0, count, request: BACKEND, exclude: []}, {emit, readFile: readData, clock});
  const seconds = (clock() - from) / 1000;
  return {objectives: [...((last as Starts | null)?.objectives ?? [])], seconds};
}

/** The same networks as runs of the engine, one after the other; their records are part of what a run costs. */
async function inTurn({experiment, data}: Opened, seeds: readonly number[]): Promise<Outcome & {readonly own: number}> {
  const from = clock();
  const problem = await formulateProblem(experiment, data);
  const solver = await solverFor(experiment.contestants[0].solver, problem);
  const objectives: number[] = [];
  let own = 0;
  for (const seed of seeds) {
    const run = new Run(problem, solver, {...experiment, seed}, 0, clock);
    await run.start();
    const {metrics, progress, ending} = await run.advance({iterations: experiment.budget.amount, milliseconds: Number.POSITIVE_INFINITY});
    objectives.push(ending?.kind === 'diverged' ? Number.POSITIVE_INFINITY : (metrics.objective.at(-1) ?? Number.NaN));
    own += progress.seconds;
    run.dispose();
  }
  problem.dispose();
  return {objectives, seconds: (clock() - from) / 1000, own};
}

/** The largest relative difference of a start's J: both ways train the same networks. */
const apart = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((most, value, r) => (value === other[r] ? most : Math.max(most, Math.abs(value - other[r]) / Math.abs(other[r]))), 0);

async function measure(task: Task, count: number, steps: number): Promise<readonly string[]> {
  const opened = await open(describe(task, steps), readData);
  const seeds = startSeeds(opened.experiment.seed, count);
  // Both once in small before they are timed.
  await study({...opened.experiment, budget: {axis: 'iterations', amount: 20}}, 4);
  await inTurn(opened, seeds.slice(0, 2));
  const together = await study(opened.experiment, count);
  const alone = await inTurn(opened, seeds);
  return [
    task.what, show(together.seconds), show(alone.seconds), ratio(alone.seconds, together.seconds), show(alone.own), ratio(alone.own, together.seconds),
    apart(together.objectives, alone.objectives).toExponential(1),
  ];
}

export const starts: Section = async ({quick}) => {
  const [count, steps] = quick ? [10, 200] : [100, 2000];
  prepareNodeBackends();
  await chooseBackend(BACKEND, []);
  console.log(`${count} starts of ${steps} steps on ${BACKEND}. The study measures all starts at 21 places, a run itself at about 180; \`steps alone\` leaves the runs' measuring out.`);
  const rows: (readonly string[])[] = [];
  for (const task of TASKS) rows.push(await measure(task, count, steps));
  console.log(table(['what', 'study s', 'in turn s', 'ratio', 'steps alone s', 'ratio', 'J apart'], rows));
};
