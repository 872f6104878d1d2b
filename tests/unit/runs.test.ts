import {describe, expect, it} from 'vitest';
import {CATALOGUE} from '../../src/catalogue.ts';
import {type Experiment, parseExperiment} from '../../src/core/experiment.ts';
import type {Ending, Telemetry} from '../../src/core/protocol.ts';
import {freshRun, phaseOf, runKey, sameContestants, statusOf, withFailure, withTelemetry} from '../../src/state/runs.ts';
import {edits} from '../../src/state/edits.ts';
import type {RunStatus, RunView} from '../../src/state/types.ts';

function experimentOf(changes: object = {}): Experiment {
  const parsed = parseExperiment(
    {dataset: {id: 'moons'}, contestants: [{solver: {id: 'sgd'}}, {solver: {id: 'adam'}}, {solver: {id: 'convex-admm'}}], ...changes},
    CATALOGUE,
  );
  if (!parsed.ok) throw new Error(`${parsed.error.field} ${parsed.error.message}`);
  return parsed.value;
}

const FINISHED: Ending = {kind: 'finished', reason: 'used its budget'};

function telemetry(iterations: readonly number[], metrics: Record<string, readonly number[]>, rest: Partial<Telemetry> = {}): Telemetry {
  return {
    iterations: Int32Array.from(iterations),
    evaluations: Float64Array.from(iterations, (i) => i / 8),
    seconds: Float64Array.from(iterations, (i) => i / 1000),
    metrics: Object.fromEntries(Object.entries(metrics).map(([name, values]) => [name, Float64Array.from(values)])),
    snapshots: [],
    progress: {iteration: iterations.at(-1) ?? 0, evaluations: 0, seconds: 0},
    ending: null,
    notices: [],
    ...rest,
  };
}

describe('runKey', () => {
  const base = experimentOf();

  it('stays while only names, colours, the title or the view change', () => {
    const [first, ...others] = base.contestants;
    const dressed: Experiment = {
      ...base,
      title: 'other',
      view: {...base.view, metric: 'testScore', logX: true, planeSeed: 9},
      contestants: [{...first, name: 'other', colour: 'grey'}, ...others],
    };
    for (const index of [0, 1, 2]) expect(runKey(dressed, index)).toBe(runKey(base, index));
  });

  it('changes with all that a run depends on', () => {
    const [first, ...others] = base.contestants;
    const changed: readonly Experiment[] = [
      {...base, seed: 2},
      {...base, dataset: {...base.dataset, params: {...base.dataset.params, noise: 0.5}}},
      {...base, problem: {...base.problem, params: {...base.problem.params, beta: 7}}},
      {...base, budget: {axis: 'iterations', amount: 77}},
      {...base, budget: {axis: 'seconds', amount: base.budget.amount}},
      {...base, contestants: [{...first, solver: {...first.solver, params: {...first.solver.params, learningRate: 0.5}}}, ...others]},
      {...base, contestants: [{...first, model: {...first.model, width: 3}}, ...others]},
    ];
    const keys = changed.map((experiment) => runKey(experiment, 0));
    expect(new Set([runKey(base, 0), ...keys]).size).toBe(changed.length + 1);
    // The last two are about the first contestant alone.
    expect(runKey(changed[5], 1)).toBe(runKey(base, 1));
    expect(runKey(changed[6], 1)).toBe(runKey(base, 1));
  });

  it('is equal for equal contestants, wherever they stand', () => {
    const twins = experimentOf({contestants: [{name: 'a', solver: {id: 'sgd'}}, {name: 'b', solver: {id: 'sgd'}}, {solver: {id: 'adam'}}]});
    expect(runKey(twins, 0)).toBe(runKey(twins, 1));
    expect(runKey(twins, 0)).not.toBe(runKey(twins, 2));
  });
});

describe('withTelemetry', () => {
  it('appends records, leaves the old history alone and fills what was not measured with NaN', () => {
    const first = withTelemetry(freshRun('r'), telemetry([0], {objective: [5]}), true);
    const second = withTelemetry(first, telemetry([1, 2], {objective: [4, 3], rho1: [7, 8]}), true);
    const third = withTelemetry(second, telemetry([3], {rho1: [9]}), true);
    expect(first.history).toEqual({iterations: [0], evaluations: [0], seconds: [0], metrics: {objective: [5]}});
    expect(third.history).toEqual({
      iterations: [0, 1, 2, 3],
      evaluations: [0, 1 / 8, 2 / 8, 3 / 8],
      seconds: [0, 0.001, 0.002, 0.003],
      metrics: {objective: [5, 4, 3, Number.NaN], rho1: [Number.NaN, 7, 8, 9]},
    });
    expect(Object.values(third.history.metrics).every((column) => column.length === third.history.iterations.length)).toBe(true);
    // Plain arrays: the state is compared, exported and charted.
    expect(Array.isArray(third.history.iterations)).toBe(true);
  });

  it('takes over progress and endings between records, and keeps the history object when nothing was measured', () => {
    const before = withTelemetry(freshRun('r'), telemetry([0, 1], {objective: [5, 4]}), true);
    const progress = {iteration: 17, evaluations: 2.5, seconds: 0.25};
    const after = withTelemetry(before, telemetry([], {}, {progress, ending: FINISHED}), true);
    expect(after.history).toBe(before.history);
    expect(after).toMatchObject({progress, ending: FINISHED, status: 'finished', runId: 'r'});
  });

  it('gathers notices', () => {
    const once = withTelemetry(freshRun('r'), telemetry([0], {objective: [1]}, {notices: ['one']}), true);
    const twice = withTelemetry(once, telemetry([1], {objective: [1]}, {notices: ['two', 'three']}), true);
    expect(withTelemetry(twice, telemetry([2], {objective: [1]}), true).notices).toEqual(['one', 'two', 'three']);
  });
});

describe('statuses', () => {
  const ready = withTelemetry(freshRun('r'), telemetry([0], {objective: [5]}), false);
  const begun = withTelemetry(ready, telemetry([1], {objective: [4]}), false);

  it('go from preparing over ready and running to paused', () => {
    expect(freshRun('r').status).toBe('preparing');
    expect(statusOf(freshRun('r'), true)).toBe('preparing');
    expect(ready.status).toBe('ready');
    expect(statusOf(ready, true)).toBe('running');
    expect(begun.status).toBe('paused');
    expect(statusOf(begun, true)).toBe('running');
  });

  it('are the kind of the ending once there is one, running or not', () => {
    for (const kind of ['finished', 'converged', 'diverged', 'failed'] as const) {
      const ended = withTelemetry(begun, telemetry([2], {objective: [3]}, {ending: {kind, reason: 'because'}}), true);
      expect(ended.status).toBe(kind);
      expect(statusOf(ended, false)).toBe(kind);
    }
  });

  it('a failure keeps what was recorded and says why', () => {
    expect(withFailure(begun, 'out of memory')).toEqual({...begun, status: 'failed', ending: {kind: 'failed', reason: 'out of memory'}});
  });
});

describe('phaseOf', () => {
  const run = (status: RunStatus, iteration = 0): RunView => ({
    ...freshRun(status),
    status,
    ending: status === 'finished' || status === 'diverged' || status === 'failed' ? {kind: status, reason: ''} : null,
    progress: {iteration, evaluations: 0, seconds: 0},
  });

  it('waits for the engine and for every contestant', () => {
    expect(phaseOf([run('ready')], false, false)).toBe('starting');
    expect(phaseOf([run('ready'), run('preparing')], true, false)).toBe('starting');
    expect(phaseOf([run('ready'), run('ready')], true, false)).toBe('ready');
  });

  it('runs and pauses, and is finished only when all have ended, however', () => {
    expect(phaseOf([run('running', 3), run('ready')], true, true)).toBe('running');
    expect(phaseOf([run('paused', 3), run('ready')], true, false)).toBe('paused');
    expect(phaseOf([run('finished', 9), run('running', 3)], true, true)).toBe('running');
    expect(phaseOf([run('finished', 9), run('paused', 3)], true, false)).toBe('paused');
    expect(phaseOf([run('finished', 9), run('diverged', 3), run('failed')], true, true)).toBe('finished');
  });
});

describe('contestants through edits', () => {
  const before = experimentOf();
  const matched = (edit: ReturnType<typeof edits.add>): readonly (number | null)[] => {
    const draft = edit(before);
    if (!draft.ok) throw new Error(draft.error.message);
    const {contestants} = experimentOf(Object(draft.value));
    return sameContestants(before.contestants, contestants);
  };

  it('are the same ones with another name, colour or rate, and keep theirs when another comes or goes', () => {
    expect(matched(edits.contestant(1, {name: 'Renamed'}))).toEqual([0, 1, 2]);
    expect(matched(edits.solverParam(2, 'rho', 3))).toEqual([0, 1, 2]);
    expect(matched(edits.remove(0))).toEqual([1, 2]);
    expect(matched(edits.remove(1))).toEqual([0, 2]);
    expect(matched(edits.remove(2))).toEqual([0, 1]);
    expect(matched(edits.add('adam'))).toEqual([0, 1, 2, null]);
    expect(matched(edits.duplicate(0))).toEqual([0, null, 1, 2]);
    expect(sameContestants(before.contestants, before.contestants)).toEqual([0, 1, 2]);
    expect(sameContestants([], before.contestants)).toEqual([null, null, null]);
  });
});
