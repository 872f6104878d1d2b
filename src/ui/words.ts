import type {BudgetAxis, ChartMetric, PlaneKind} from '../core/experiment.ts';
import type {BackendName} from '../core/protocol.ts';
import type {Task} from '../core/data.ts';
import type {RunView} from '../state/types.ts';
import {count, number, scoreName, seconds} from './format.ts';

export const AXIS_WORDS: Readonly<Record<BudgetAxis, {readonly short: string; readonly long: string}>> = {
  iterations: {short: 'iterations', long: 'iterations'},
  evaluations: {short: 'evaluations (passes)', long: 'gradient evaluations, in full-data passes'},
  seconds: {short: 'compute time (s)', long: 'compute time of its own steps'},
};

/** The contestant's name follows in a select of its own. */
export const PLANE_WORDS: Readonly<Record<PlaneKind, string>> = {
  contestants: 'three contestants',
  path: 'path of',
  paths: 'all paths',
  random: 'random at',
  curvature: 'curvature at',
  gradient: 'gradient at',
  line: 'line from',
};

export const BACKEND_WORDS: Readonly<Record<BackendName, string>> = {webgpu: 'WebGPU', wasm: 'WASM', cpu: 'CPU'};

export const metricWords = (metric: ChartMetric, task: Task): string => {
  switch (metric) {
    case 'objective':
      return 'J';
    case 'trainLoss':
      return 'train loss';
    case 'testLoss':
      return 'test loss';
    case 'trainScore':
      return `train ${scoreName(task)}`;
    case 'testScore':
      return `test ${scoreName(task)}`;
    case 'robustScore':
      return `${scoreName(task)} under attack`;
    case 'expectedObjective':
      return 'expected J';
    case 'bestObjective':
      return 'J of the best sample';
    case 'averageScore':
      return `${scoreName(task)} of the mean`;
    case 'flips':
      return 'flips a step';
    case 'lowerBound':
      return 'lower bound';
    case 'surprise':
      return 'surprise (test)';
    case 'logitScale':
      return 'mean |logit|';
    case 'collapsed':
      return 'share collapsed';
    case 'hiddenGrowth':
      return 'growth of the hidden state';
    case 'alignment':
      return 'cosine of −gradient with weights';
    case 'updateRatio':
      return 'step / weights';
    case 'batchSize':
      return 'batch size';
    case 'needleLoss':
      return 'loss on needles';
    case 'averageLoss':
      return 'loss on means';
    case 'longNeedleLoss':
      return 'loss on needles in long sets';
    case 'needleKeys':
      return 'keys attended to for a needle';
    case 'averageKeys':
      return 'keys attended to for a mean';
  }
};

/** An amount on an axis, with its unit. */
export const onAxis = (value: number, axis: BudgetAxis): string => {
  switch (axis) {
    case 'iterations':
      return `iteration ${count(value)}`;
    case 'evaluations':
      return `${number(value)} passes`;
    case 'seconds':
      return seconds(value);
  }
};

export const latest = (run: RunView | undefined, metric: string): number => run?.history.metrics[metric]?.at(-1) ?? Number.NaN;
