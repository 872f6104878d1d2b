import {execFileSync} from 'node:child_process';
import {referenceData, spiral, xor} from './dataSets.ts';
import type {Instance, Measured} from './instance.ts';
import {chosen, type Section} from './section.ts';
import {median, ratio, show, table} from './table.ts';

interface Task {
  readonly name: string;
  readonly n: number;
  readonly dataset: object;
  readonly losses: readonly Instance['loss'][];
  readonly beta: number;
  /** Whether the programme of all patterns is solved too. */
  readonly atOnce: boolean;
}

const xorTask = (n: number, losses: Task['losses'], atOnce: boolean): Task => ({name: `xor-${n}`, n, dataset: xor(n), losses, beta: 0.1, atOnce});
const TASKS: readonly Task[] = [
  xorTask(20, ['squared'], true),
  xorTask(40, ['squared', 'hinge', 'logistic'], true),
  xorTask(60, ['squared'], false),
  xorTask(100, ['squared', 'hinge', 'logistic'], false),
  xorTask(200, ['squared'], false),
  {name: 'spiral-40', n: 40, ...referenceData('spiral-40-squared'), losses: ['squared'], atOnce: true},
  {name: 'spiral-100', n: 100, dataset: spiral(100), losses: ['squared'], beta: 0.05, atOnce: false},
];
const RELU_TOLERANCE = 1e-4;
const LASSO_TOLERANCE = 1e-6;
const LIMIT = 240;
/** Below so many seconds a single time is mostly the start-up of the process's compiler: three are taken. */
const SHORT = 3;

/** In a process of its own, so that nothing else is in its memory and its code is as cold as a worker's. */
function prove(instance: Instance): Measured {
  const once = (): Measured => {
    const output = execFileSync(process.execPath, [process.argv[1], '--instance', JSON.stringify(instance)], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit']});
    return JSON.parse(output) as Measured;
  };
  const first = once();
  if (first.seconds > SHORT) return first;
  const others = [once(), once()];
  return {...first, seconds: median([first, ...others].map(({seconds}) => seconds)), peak: Math.max(first.peak, ...others.map(({peak}) => peak))};
}

/** How long it took, and that the tolerance was missed where it was. */
const time = ({seconds, interval}: Measured, tolerance: number): string => `${interval.relativeGap <= tolerance ? '' : 'open after '}${show(seconds)}`;
const megabytes = (bytes: number): string => show(bytes / 1e6);

function reluRow(task: Task, loss: Instance['loss']): readonly string[] {
  const instance = {dataset: task.dataset, loss, beta: task.beta, tolerance: RELU_TOLERANCE, limit: LIMIT};
  const columns = prove({...instance, method: 'column generation'});
  const atOnce = task.atOnce && loss === 'squared' ? prove({...instance, method: 'all patterns'}) : null;
  const {interval, rounds, peak, before} = columns;
  const isComparable = atOnce !== null && Math.max(interval.relativeGap, atOnce.interval.relativeGap) <= RELU_TOLERANCE;
  return [
    task.name, loss, show(interval.patterns), String(rounds), show(interval.working), show(interval.relativeGap), String(interval.neurons),
    time(columns, RELU_TOLERANCE), megabytes(peak), megabytes(before),
    ...(atOnce ? [time(atOnce, RELU_TOLERANCE), megabytes(atOnce.peak), isComparable ? ratio(atOnce.seconds, columns.seconds) : '-'] : ['', '', '']),
  ];
}

function lassoRow({name, dataset, beta}: Task): readonly string[] {
  const measured = prove({dataset, loss: 'squared', beta, method: 'threshold LASSO', tolerance: LASSO_TOLERANCE, limit: LIMIT});
  const {interval, rounds, peak} = measured;
  return [name, show(interval.patterns), String(rounds), show(interval.relativeGap), String(interval.neurons), time(measured, LASSO_TOLERANCE), megabytes(peak)];
}

export const certificate: Section = async ({quick, data}) => {
  const tasks = chosen(TASKS, data).filter(({n}) => !quick || data.length > 0 || n <= 40);
  if (tasks.length === 0) return;
  console.log(`Two-layer ReLU networks of any width, until the certified interval is ${RELU_TOLERANCE} wide; beta 0.1, on spirals 0.05.`);
  console.log('`at once`: the same interior-point method on all patterns. Peaks are of the whole process; `empty` is Node and the bundle alone.');
  const relu = tasks.flatMap((task) => task.losses.map((loss) => reluRow(task, loss)));
  console.log(table(['data', 'loss', 'patterns', 'rounds', 'working', 'gap', 'neurons', 's', 'peak MB', 'empty MB', 'at once s', 'at once MB', 'ratio'], relu, 2));
  console.log('(Not measured here: an unoptimised NumPy prototype took 24 s for n = 44, and 73 s for n = 100 down to 2.3e-4, on other data and another machine.)');
  console.log(`\nThreshold networks by the LASSO over all patterns on the same data, until the interval is ${LASSO_TOLERANCE} wide.`);
  console.log(table(['data', 'patterns', 'rounds', 'gap', 'neurons', 's', 'peak MB'], tasks.map(lassoRow)));
};
