import type {Contestant, Experiment} from '../core/experiment.ts';
import type {Ending, Telemetry} from '../core/protocol.ts';
import {appendColumns, EMPTY_COLUMNS} from '../core/results.ts';
import type {Phase, RunStatus, RunView} from './types.ts';

/** What a contestant's run depends on. Names, colours and the view are not among it, so editing those keeps the run. */
export function runKey(experiment: Experiment, index: number): string {
  const {solver, model} = experiment.contestants[index];
  return JSON.stringify([experiment.seed, experiment.dataset, experiment.problem, experiment.budget, solver, model]);
}

/** What a sweep over learning rates depends on: the same but for the rate. */
export function sweepKey({contestants, ...rest}: Experiment, index: number): string {
  const {solver, ...one} = contestants[index];
  // Any fixed rate will do.
  const params = {...solver.params, learningRate: 0};
  return runKey({...rest, contestants: contestants.with(index, {...one, solver: {...solver, params}})}, index);
}

/** Whether two experiments differ in no more than what is looked at. */
export const isSameRace = (one: Experiment, other: Experiment): boolean => JSON.stringify({...one, view: null}) === JSON.stringify({...other, view: null});

export const freshRun = (runId: string): RunView => ({
  runId,
  status: 'preparing',
  ending: null,
  history: EMPTY_COLUMNS,
  progress: {iteration: 0, evaluations: 0, seconds: 0},
  notices: [],
});

/** The run with a telemetry's records added. */
export function withTelemetry(run: RunView, telemetry: Telemetry, running: boolean): RunView {
  const {ending, progress} = telemetry;
  const next = {
    ...run,
    ending,
    progress,
    history: appendColumns(run.history, telemetry),
    notices: telemetry.notices.length > 0 ? [...run.notices, ...telemetry.notices] : run.notices,
  };
  return {...next, status: statusOf(next, running)};
}

export const withFailure = (run: RunView, reason: string): RunView => {
  const ending: Ending = {kind: 'failed', reason};
  return {...run, ending, status: 'failed'};
};

export function statusOf(run: Pick<RunView, 'ending' | 'progress' | 'history'>, running: boolean): RunStatus {
  if (run.ending) return run.ending.kind;
  if (run.history.iterations.length === 0) return 'preparing';
  if (running) return 'running';
  return run.progress.iteration > 0 ? 'paused' : 'ready';
}

export function phaseOf(runs: readonly RunView[], engineReady: boolean, running: boolean): Phase {
  if (!engineReady || runs.some((run) => run.status === 'preparing')) return 'starting';
  if (runs.every((run) => run.ending !== null)) return 'finished';
  if (running) return 'running';
  return runs.some((run) => run.progress.iteration > 0) ? 'paused' : 'ready';
}

/**
 * Which contestant of after is which of before: those at either end that did not change, and of what lies between each with the one in
 * its place. One edit changes, adds or removes a contestant, or changes several without adding any. Null for those that are new.
 */
export function sameContestants(before: readonly Contestant[], after: readonly Contestant[]): readonly (number | null)[] {
  const [old, now] = [before, after].map((contestants) => contestants.map((one) => JSON.stringify(one)));
  const most = Math.min(old.length, now.length);
  let head = 0;
  while (head < most && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  return now.map((_, i) => {
    if (i >= now.length - tail) return i - now.length + old.length;
    return i < old.length - tail ? i : null;
  });
}
