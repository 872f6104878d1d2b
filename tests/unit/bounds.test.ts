import {describe, expect, it} from 'vitest';
import {CATALOGUE} from '../../src/catalogue.ts';
import {DEFAULT_VIEW, type Experiment, parseExperiment} from '../../src/core/experiment.ts';
import type {Certificate} from '../../src/core/study.ts';
import {binaryFindings} from '../../src/state/binaryFindings.ts';
import {freshRun} from '../../src/state/runs.ts';
import type {RunView} from '../../src/state/types.ts';
import {boundScale, curvesOf, eigenScale, truthOf} from '../../src/ui/bounds/curves.ts';
import {liftingOf} from '../../src/ui/bounds/lifting.ts';
import {type Optimum, optimumOf} from '../../src/ui/race/optimum.ts';
import {seriesOf, shareOf, standing, yScaleOf} from '../../src/ui/race/series.ts';

/** Bounds as a run has them: far apart at first, measured every other record, with an end that matters. */
const METRICS = {
  objective: [5000, 700, 140, 140, 136],
  relaxation: [4000, 200, 133, 132, 131.6],
  lowerBound: [-9000, Number.NaN, 100, Number.NaN, 131.5],
  boxBound: [123.1, 123.1, 123.1, 123.1, 123.1],
  leastEigenvalue: [-900, -100, -3, -1, -0.01],
};

function runOf(metrics: Readonly<Record<string, readonly number[]>>, ending: RunView['ending'] = null): RunView {
  const iterations = [0, 1, 2, 3, 4];
  return {
    ...freshRun('r'),
    ending,
    status: ending?.kind ?? 'running',
    history: {iterations, evaluations: iterations, seconds: iterations, metrics},
    progress: {iteration: 4, evaluations: 4, seconds: 4},
  };
}

const CLOSED: Certificate = {
  scope: 'global', lower: 136, upper: 136, relativeGap: 0, patterns: 256, working: 1, neurons: 1, second: 140, rounds: 1, seconds: 0.1, closed: true, message: '',
};

describe('the curves of bounds', () => {
  it('hold what was measured', () => {
    const curves = curvesOf(runOf(METRICS).history, false);
    expect(curves.lower).toEqual([{x: 0, y: -9000}, {x: 2, y: 100}, {x: 4, y: 131.5}]);
    expect(curves.upper.map(({y}) => y)).toEqual(METRICS.objective);
    expect(curvesOf(runOf(METRICS).history, true).upper.map(({x}) => x)).toEqual([1, 2, 3, 4]);
    expect(curvesOf(runOf({}).history, false)).toEqual({upper: [], relaxation: [], lower: [], box: [], eigenvalue: []});
  });

  it('are shown where they end, not where they come from', () => {
    const curves = curvesOf(runOf(METRICS).history, false);
    const {domain} = boundScale(curves, 136);
    for (const value of [136, 131.6, 131.5, 123.1]) {
      expect(value).toBeGreaterThan(domain[0]);
      expect(value).toBeLessThan(domain[1]);
    }
    // The gap of 4.5 is to be seen in a range of 12.9: not among 14,000.
    expect(shareOf(boundScale(curves, 136), 136) - shareOf(boundScale(curves, 136), 131.5)).toBeGreaterThan(0.05);
    expect(eigenScale(curves).domain[0]).toBeLessThanOrEqual(-100);
    expect(eigenScale(curves).domain[1]).toBeGreaterThan(0);
  });

  it('have a scale before anything is measured and where all is one number', () => {
    const none = curvesOf(runOf({}).history, false);
    expect(boundScale(none, null).domain).toEqual([0, 1]);
    const zero = curvesOf(runOf({objective: [0, 0, 0, 0, 0], lowerBound: [0, 0, 0, 0, 0], relaxation: [0, 0, 0, 0, 0]}).history, false);
    expect(boundScale(zero, 0).domain[0]).toBeLessThan(boundScale(zero, 0).domain[1]);
  });

  it('have a truth where the certificate has closed', () => {
    expect(truthOf(CLOSED)).toBe(136);
    expect(truthOf({...CLOSED, closed: false})).toBeNull();
    expect(truthOf(null)).toBeNull();
  });
});

function experimentOf(contestants: readonly object[]): Experiment {
  const parsed = parseExperiment({dataset: {id: 'moons'}, contestants}, CATALOGUE);
  if (!parsed.ok) throw new Error(`${parsed.error.field} ${parsed.error.message}`);
  return parsed.value;
}

describe('the race of bounds', () => {
  const experiment = experimentOf([{name: 'A', solver: {id: 'adam'}}]);

  it('has a lower bound beneath J, and beneath nothing else', () => {
    expect(seriesOf(experiment, [runOf(METRICS)])[0].bound.map(({x}) => x)).toEqual([2, 4]);
    expect(seriesOf({...experiment, view: {...DEFAULT_VIEW, logY: false}}, [runOf(METRICS)])[0].bound).toHaveLength(3);
    expect(seriesOf({...experiment, view: {...DEFAULT_VIEW, metric: 'trainLoss'}}, [runOf({...METRICS, trainLoss: METRICS.objective})])[0].bound).toEqual([]);
  });

  it('makes room for what the bound comes to, not for where it begins', () => {
    for (const logY of [false, true]) {
      const view = {...DEFAULT_VIEW, logY};
      const scale = yScaleOf(seriesOf({...experiment, view}, [runOf(METRICS)]), view);
      expect(scale.domain[0]).toBeLessThan(131.5);
      const early = {...METRICS, lowerBound: [logY ? 1e-9 : -1e9, Number.NaN, Number.NaN, Number.NaN, Number.NaN]};
      const wide = yScaleOf(seriesOf({...experiment, view}, [runOf(early)]), view);
      expect(wide.domain[0]).toBeGreaterThan(logY ? 1 : -6000);
    }
  });

  it('holds a bound until a better one is found', () => {
    const bound = [{x: 2, y: 100}, {x: 4, y: 131.5}];
    expect([1, 2, 3, 4, 9].map((x) => standing(bound, x)?.y)).toEqual([undefined, 100, 100, 131.5, 131.5]);
  });

  it('knows the next best value where all values are known', () => {
    const proved = {...experiment, certificate: true};
    const view = {status: 'done', certificate: CLOSED, reason: ''} as const;
    expect(optimumOf(proved, view)).toMatchObject<Partial<Optimum>>({upper: 136, second: 140});
    expect(optimumOf(proved, {...view, certificate: {...CLOSED, second: null}})?.second).toBeNull();
  });
});

describe('findings', () => {
  const told = (metrics: Readonly<Record<string, readonly number[]>>): readonly string[] =>
    binaryFindings([{index: 0, name: 'A', run: runOf(metrics), objective: metrics.objective.at(-1) ?? Number.NaN}]).map(({text}) => text.replaceAll('\u202f', ' '));

  it('tell the interval that a contestant proves, and when it has closed', () => {
    expect(told(METRICS)).toEqual(['A proves that the smallest J lies between 132 and 136, 3.31 % of J apart.']);
    expect(told({...METRICS, lowerBound: [136]})).toEqual(['A: its two bounds have met at 136, so no weights have a smaller J.']);
    expect(told({...METRICS, objective: [0], lowerBound: [0]})).toEqual(['A: its two bounds have met at 0, so no weights have a smaller J.']);
  });

  it('tell what sampled networks are worth beside the rounded one', () => {
    const sampled = {objective: [2], expectedObjective: [2.5], bestObjective: [1.5]};
    expect(told(sampled)).toEqual(['A: rounded to sign(μ) J is 2, over sampled networks 2.5 on average; the best of 64 samples has 1.5.']);
    expect(told({...sampled, bestObjective: [2]})).toEqual(['A: rounded to sign(μ) J is 2, over sampled networks 2.5 on average; no sample of 64 is better than sign(μ).']);
    expect(told({objective: [2]})).toEqual([]);
    expect(told({objective: [2], expectedObjective: [2], bestObjective: [2]})).toEqual([]);
  });
});

describe('a lift', () => {
  it('is refused, with its reason, for a solver without columns', () => {
    const lifting = liftingOf(experimentOf([{name: 'A', solver: {id: 'adam'}}]), 0, runOf(METRICS));
    expect(lifting).toEqual({refusal: 'Adam has no columns to add to'});
  });

  const mixing = (params: object, amount = 100): Experiment => {
    const json = {
      dataset: {id: 'least-squares-instances', params: {instance: 'ls10'}},
      problem: {id: 'binary-least-squares'},
      contestants: [{name: 'A', solver: {id: 'mixing', params}}],
      budget: {axis: 'iterations', amount},
    };
    const parsed = parseExperiment(json, CATALOGUE);
    if (!parsed.ok) throw new Error(`${parsed.error.field} ${parsed.error.message}`);
    return parsed.value;
  };
  const stuck = {...METRICS, relaxation: [4000, 60, 51.6, 51.6, 51.6], leastEigenvalue: [-900, -9, -2.6, -2.6, -2.6]};
  const finished = {kind: 'finished', reason: 'used its budget'} as const;

  it('is at the present iteration while the run goes on, and where it stood still once it is over', () => {
    expect(liftingOf(mixing({rank: 2}), 0, runOf(stuck))).toEqual({at: 4});
    expect(liftingOf(mixing({rank: 2}, 4), 0, runOf(stuck, finished))).toEqual({at: 2});
  });

  it('is refused where nothing can be gained, or nothing more', () => {
    const refusal = (experiment: Experiment, run: RunView): unknown => (liftingOf(experiment, 0, run) as {refusal?: string}).refusal;
    const solved = {...stuck, leastEigenvalue: [-900, -9, -0.1, -0.01, -1e-7]};
    expect(refusal(mixing({rank: 3}), runOf(solved))).toMatch(/λ_min is not negative/);
    expect(refusal(mixing({rank: 3}), runOf(stuck, {kind: 'converged', reason: 'the relaxation is solved'}))).toBe('the relaxation is solved');
    expect(refusal(mixing({rank: 2, liftAt: 3}), runOf(stuck))).toMatch(/once already, at iteration 3/);
    expect(refusal(mixing({rank: 2, liftAt: 50}), runOf(stuck))).toBeUndefined();
    expect(refusal(mixing({rank: 2}, 4), runOf(stuck))).toMatch(/budget ends here/);
    expect(refusal(mixing({rank: 2}), runOf({objective: [1]}))).toMatch(/take a step first/);
  });
});
