import {describe, expect, it} from 'vitest';
import type {Curvature} from '../../src/core/curvature.ts';
import type {Experiment} from '../../src/core/experiment.ts';
import type {Snapshot} from '../../src/core/protocol.ts';
import {type RatePoint, sweepRates} from '../../src/core/sweep.ts';
import {curvatureFindings, measuredStability, risingShare} from '../../src/state/curvatureFindings.ts';
import {edits} from '../../src/state/edits.ts';
import {freshRun, sweepKey} from '../../src/state/runs.ts';
import {rateFindings} from '../../src/state/rateFindings.ts';
import {NO_SWEEP, Studies, type StudiesHost} from '../../src/state/studies.ts';
import type {RunView} from '../../src/state/types.ts';
import {useBasin} from '../../src/state/basin.ts';
import {checkWords, curvatureRows, noiseWords, verdictOf} from '../../src/ui/curvature/words.ts';
import {bestOf, divergesFrom, sweepsOf} from '../../src/state/sweeps.ts';
import {experimentOf} from '../helpers/session.ts';
import {startedStudies} from '../helpers/startedStudies.ts';

const race = experimentOf({
  dataset: {id: 'xor'},
  contestants: [
    {name: 'SGD', solver: {id: 'sgd', params: {learningRate: 0.1, batchSize: 0}}},
    {name: 'Adam', solver: {id: 'adam', params: {learningRate: 0.02}}},
    {name: 'ADMM', solver: {id: 'convex-admm'}},
  ],
});
const spec = {kind: 'number', label: '', help: '', default: 1, min: 1e-3, max: 1, scale: 'log'} as const;

describe('rates of a sweep', () => {
  it('are spaced evenly on a log axis about the present one, which is among them', () => {
    const rates = sweepRates(0.0321, {...spec, min: 1e-9, max: 1e9}, 5, 100);
    expect(rates).toEqual([0.000321, 0.00321, 0.0321, 0.321, 3.21]);
  });

  it('stay within the parameter\'s range', () => {
    const rates = sweepRates(0.5, spec, 15, 1000);
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(1e-3);
    expect(Math.max(...rates)).toBeLessThanOrEqual(1);
    expect(rates).toContain(0.5);
    expect(sweepRates(0.5, undefined)).toEqual([]);
  });
});

const point = (rate: number, objective: number, testScore = Number.NaN): RatePoint => ({rate, objective, trainScore: Number.NaN, testScore, iterations: 9});

describe('a swept contestant', () => {
  const points = [point(0.01, 5, 0.7), point(0.1, 2, 0.8), point(1, 3, 0.9), point(10, Number.POSITIVE_INFINITY), point(100, Number.POSITIVE_INFINITY)];

  it('does best where J is lowest, or the test score highest, among rates that came to an end', () => {
    expect(bestOf(points, 'objective')?.rate).toBe(0.1);
    expect(bestOf(points, 'testScore')?.rate).toBe(1);
    expect(bestOf(points.slice(3), 'objective')).toBeNull();
  });

  it('diverges from between its last sound rate and the next', () => {
    expect(divergesFrom(points)).toBeCloseTo(Math.sqrt(10), 12);
    expect(divergesFrom(points.slice(0, 3))).toBeNull();
    expect(divergesFrom(points.slice(3))).toBe(10);
    // A rate that fails amid sound ones is no region.
    expect(divergesFrom([point(0.1, 1), point(1, Number.POSITIVE_INFINITY), point(10, 1)])).toBeNull();
  });
});

/** A run whose records have these columns, one an iteration from 0. */
const runWith = (metrics: Record<string, readonly number[]>): RunView => {
  const iterations = Object.values(metrics)[0].map((_, i) => i);
  return {...freshRun('r'), status: 'running', history: {iterations, evaluations: iterations, seconds: iterations, metrics}};
};
const entry = (index: number, run: RunView) => [{index, name: race.contestants[index].name, run}];

describe('findings of curvature', () => {
  it('hold the rate of the moment against the sharpness measured last', () => {
    // 2 / 0.1 is 20; a schedule has halved the rate since.
    const run = runWith({objective: [3, 2, 1, 1], sharpness: [Number.NaN, 10, 50, Number.NaN], sharpnessLimit: [Number.NaN, 20, 40, Number.NaN]});
    const stability = measuredStability(race.contestants[0], 40, run);
    expect(stability).toMatchObject({verdict: 'grows'});
    expect(stability?.allowed).toBeCloseTo(0.04, 12);
    expect(stability?.share).toBeCloseTo(1.25, 12);
    expect(curvatureFindings(race, 40, entry(0, run))).toEqual([{tone: 'warning', contestant: 0, text: expect.stringMatching(/^SGD: The largest curvature at iteration 2 is 50, which allows learning rates up to 0\.04\. At 0\.05 /)}]);
  });

  it('say so at the edge, and nothing below it or of adaptive methods', () => {
    const at = (sharpness: number) => runWith({objective: [3, 2], sharpness: [sharpness, sharpness], sharpnessLimit: [20, 20]});
    expect(curvatureFindings(race, 40, entry(0, at(19)))).toMatchObject([{tone: 'info', text: expect.stringContaining('edge of stability')}]);
    expect(curvatureFindings(race, 40, entry(0, at(10)))).toEqual([]);
    expect(curvatureFindings(race, 40, entry(1, runWith({objective: [1, 2], sharpness: [1e6, 1e6]})))).toEqual([]);
  });

  it('point to full-batch runs whose J keeps rising, where no sharpness was measured', () => {
    const swinging = Array.from({length: 40}, (_, i) => 5 + (i % 2));
    expect(risingShare(swinging)).toBe(0.5);
    expect(risingShare(swinging.slice(0, 20))).toBe(0);
    expect(risingShare(swinging.map((_, i) => 5 + 1e-6 * (i % 2)))).toBe(0);
    expect(curvatureFindings(race, 40, entry(0, runWith({objective: swinging})))).toMatchObject([{tone: 'info', text: expect.stringMatching(/^SGD: J rose at 50/)}]);
    const minibatch = experimentOf({...race, contestants: [{solver: {id: 'sgd', params: {batchSize: 2}}}]});
    const own = [{index: 0, name: 'SGD', run: runWith({objective: swinging})}];
    expect(curvatureFindings(minibatch, 3, own)).toEqual([]);
    expect(curvatureFindings(minibatch, Number.POSITIVE_INFINITY, own)).toEqual([]);
    // A batch as large as the data is all of them.
    expect(curvatureFindings(minibatch, 2, own)).toMatchObject([{text: expect.stringContaining('every step sees all data')}]);
  });

  it('ask for less only of mini-batches that are smaller than the data', () => {
    const {contestants: [contestant]} = experimentOf({...race, contestants: [{solver: {id: 'sgd', params: {batchSize: 32}}}]});
    const run = runWith({objective: [3, 2], sharpness: [50, 50], sharpnessLimit: [20, 20]});
    expect(measuredStability(contestant, 33, run)?.text).toContain('Mini-batches need somewhat less.');
    for (const samples of [32, 31]) expect(measuredStability(contestant, samples, run)?.text).not.toContain('Mini-batches');
  });
});

describe('the gradient check in words', () => {
  const check = (slope: number, mismatch: number) => ({slope, mismatch, steps: new Float64Array(), errors: new Float64Array(), fitted: [], fixed: []});
  it.each([
    [2.01, 1e-6, 'right', /^Slope 2\.01: .* this is the gradient of J\.$/],
    [1.5, 2e-3, 'kinked', /^Slope 1\.50, less than 2, as where steps cross kinks .* off by 0\.2.% at most\. So this is the gradient/],
    [1.18, 1.2e-5, 'kinked', /or single precision shows\. At the best step it is off by less than 0\.01.%\./],
    [1.5, 0.2, 'wrong', /more slowly than the square .* not the gradient of J\. .*straight-through/],
    [1.02, 0.001, 'wrong', /no faster than the step/],
    [Number.NaN, 1e-9, 'flat', /linear along this direction/],
  ])('slope %d with mismatch %d is %s', (slope, mismatch, verdict, words) => {
    expect(verdictOf({slope, mismatch})).toBe(verdict);
    expect(checkWords(check(slope, mismatch))).toMatch(words);
  });

  it('says no share where J hides the gradient', () => {
    for (const slope of [Number.NaN, 1, 2]) expect(checkWords(check(slope, Number.NaN))).not.toMatch(/off by|NaN/);
  });

  it('names what was not moved', () => {
    expect(checkWords({...check(2, 0), fixed: ['gates']})).toMatch(/Not moved: gates\.$/);
  });
});

const CURVATURE: Curvature = {
  iteration: 7, dimension: 12, fixed: [], exact: false, largest: [{value: 4, bound: 1e-20}, {value: 1, bound: 0.01}], smallest: {value: -0.5, bound: 1e-6}, directions: [], spectrum: null,
  noise: {trace: {value: 2, error: 0.1}, gradientSquared: 0.05, scale: 40}, gradients: 99,
};

describe('measured curvature in words', () => {
  it('claims no more than float32 differences allow', () => {
    const rows = curvatureRows(CURVATURE);
    expect(rows.slice(0, 3)).toEqual([['λ₁', '4.000', '± 0.0004'], ['λ₂', '1.000', '± 0.01'], ['λₘᵢₙ', '−0.5000', '± 0.0004']]);
  });

  it('calls what an exact Hessian tells exact', () => {
    const spectrum = {at: new Float64Array(2), density: new Float64Array(2), width: 1, trace: {value: 5, error: 0}, probes: 0};
    expect(curvatureRows({...CURVATURE, exact: true, spectrum}).slice(0, 4).map((row) => row[2])).toEqual(['(exact)', '(exact)', '(exact)', '(exact)']);
  });

  it('says what the noise means for a batch', () => {
    const noise = {trace: {value: 2, error: 0.1}, gradientSquared: 0.05, scale: 40};
    expect(noiseWords(noise, 1000)).toMatch(/in a batch of 40 noise and gradient are equal/);
    expect(noiseWords(noise, 30)).toMatch(/more than the 30 training samples/);
    expect(noiseWords({...noise, scale: Number.POSITIVE_INFINITY}, 30)).toMatch(/nothing but noise/);
  });
});

function bench() {
  const {started, start} = startedStudies();
  let state: ReturnType<StudiesHost['get']> = {...useBasin.getState(), experiment: race};
  const set: StudiesHost['set'] = (part) => {
    state = {...state, ...part};
  };
  const studies = new Studies(start, {get: () => state, set, base: '/'});
  const edit = (change: ReturnType<typeof edits.merge>): void => {
    const draft = change(state.experiment);
    if (!draft.ok) throw new Error(draft.error.message);
    state = {...state, experiment: draft.value as Experiment};
    studies.sync(state.experiment);
  };
  return {studies, started, edit, state: () => state};
}

const NETWORK: Snapshot = {iteration: 7, shapes: {w: [2]}, values: Float32Array.of(1, 2)};

describe('studies of a network', () => {
  it('follow their contestant and end with its run', () => {
    const {studies, started, edit, state} = bench();
    studies.startCurvature(1, NETWORK);
    studies.startGradientCheck(1, NETWORK);
    expect(started.map(({command}) => command)).toMatchObject([{kind: 'curvature', contestant: 1, network: NETWORK}, {kind: 'gradientCheck', contestant: 1}]);
    started[0].tell({type: 'curvature', curvature: CURVATURE, backend: 'wasm'});
    started[0].tell({type: 'progress', share: 0.4});
    expect(state().curvature).toMatchObject({status: 'running', share: 0.4, curvature: CURVATURE});
    edit(edits.remove(0));
    expect([state().curvature.contestant, state().gradientCheck.contestant]).toEqual([0, 0]);
    edit(edits.solverParam(0, 'learningRate', 0.5));
    expect(started.map(({cancelled}) => cancelled)).toEqual([true, true]);
    expect([state().curvature, state().gradientCheck]).toMatchObject([{status: 'idle', curvature: null}, {status: 'idle', check: null}]);
  });
});

describe('the sweep', () => {
  it('collects rates in order, outlives another rate, and drops what an edit makes untrue', () => {
    const {studies, started, edit, state} = bench();
    studies.startSweep([0, 1]);
    const [{command}] = started;
    if (command.kind !== 'sweep') throw new Error(command.kind);
    expect(command.grids.map(({contestant}) => contestant)).toEqual([0, 1]);
    expect(command.grids[0].rates).toContain(0.1);
    for (const rate of [1, 0.1, 0.1]) started[0].tell({type: 'sweep', contestant: 0, points: [point(rate, 3)], ended: true, backend: 'wasm'});
    started[0].tell({type: 'sweep', contestant: 1, points: [point(0.02, 4)], ended: true, backend: 'wasm'});
    started[0].tell({type: 'done'});
    const ratesOf = (): number[][] => sweepsOf(state().experiment, state().sweep).map(({points}) => points.map(({rate}) => rate));
    expect(ratesOf()).toEqual([[0.1, 1], [0.02]]);
    edit(edits.solverParam(0, 'learningRate', 1));
    edit(edits.contestant(1, {name: 'other'}));
    expect(ratesOf()).toEqual([[0.1, 1], [0.02]]);
    edit(edits.solverParam(1, 'batchSize', 8));
    expect(ratesOf()).toEqual([[0.1, 1], []]);
    edit(edits.merge({seed: 9}));
    expect(state().sweep).toMatchObject({status: 'idle', results: {}});
  });

  it('is stopped where one of its contestants changes, and keeps the others\' rates', () => {
    const {studies, started, edit, state} = bench();
    studies.startSweep([0, 1]);
    started[0].tell({type: 'sweep', contestant: 0, points: [point(0.1, 3)], ended: true, backend: 'wasm'});
    edit(edits.solverParam(1, 'batchSize', 8));
    expect(started[0].cancelled).toBe(true);
    expect(state().sweep.status).toBe('stopped');
    expect(Object.keys(state().sweep.results)).toEqual([sweepKey(race, 0)]);
  });

  it('runs once for contestants that differ in their rate alone, with the rates of all', () => {
    const {studies, started, edit} = bench();
    edit(edits.duplicate(0));
    edit(edits.solverParam(1, 'learningRate', 0.3));
    studies.startSweep([0, 1, 2]);
    const [{command}] = started;
    if (command.kind !== 'sweep') throw new Error(command.kind);
    expect(command.grids.map(({contestant}) => contestant)).toEqual([0, 2]);
    const [{rates}] = command.grids;
    expect(rates).toEqual([...new Set(rates)].sort((a, b) => a - b));
    expect(rates).toEqual(expect.arrayContaining([0.1, 0.3]));
  });

  it('forgets rates on their way when it is stopped', () => {
    const {studies, started, state} = bench();
    studies.startSweep([0, 1]);
    started[0].tell({type: 'sweep', contestant: 0, points: [point(0.1, 3), point(1, 5)], ended: false, backend: 'wasm'});
    started[0].tell({type: 'sweep', contestant: 0, points: [point(0.1, 2), point(1, 4)], ended: true, backend: 'wasm'});
    started[0].tell({type: 'sweep', contestant: 0, points: [point(3, 4)], ended: false, backend: 'wasm'});
    started[0].tell({type: 'sweep', contestant: 1, points: [point(0.02, 4)], ended: false, backend: 'wasm'});
    studies.stopSweep();
    expect(state().sweep).toMatchObject({status: 'stopped', results: {[sweepKey(race, 0)]: [point(0.1, 2), point(1, 4)]}});
    expect(Object.keys(state().sweep.results)).toEqual([sweepKey(race, 0)]);
  });

  it('is a finding once it is through: what a better rate would give, and who was not swept', () => {
    const results = {[sweepKey(race, 0)]: [point(0.01, 5), point(0.1, 4), point(0.3, 3), point(1, Number.POSITIVE_INFINITY)]};
    const texts = (changes: object): string[] => rateFindings(race, {...NO_SWEEP, status: 'done', results, ...changes}).map(({text}) => text);
    expect(texts({})).toEqual([
      'SGD ends at J 4 with η 0.1, and at 3 with η 0.3, the best of 4 rates tried.',
      'Not equal: learning rates were tried for SGD, not for Adam.',
    ]);
    expect(texts({status: 'running'})).toEqual([]);
    expect(texts({results: {}})).toEqual([]);
    const diverges = {[sweepKey(race, 0)]: [point(0.01, 5), point(0.1, Number.POSITIVE_INFINITY)], [sweepKey(race, 1)]: [point(0.02, 1)]};
    expect(texts({results: diverges})).toEqual(['SGD diverges with η 0.1, and ends at 5 with η 0.01, the best of 2 rates tried.']);
    const best = {[sweepKey(race, 0)]: [point(0.1, 2), point(0.2, 1.99)], [sweepKey(race, 1)]: [point(0.02, 1)]};
    const fine = ['Each races with a learning rate within 1\u202f% of the best of those tried for it.'];
    expect(texts({results: best})).toEqual(fine);
    expect(texts({results: best, status: 'stopped'})).toEqual([]);
  });

  it('makes no finding of a tie, of rounding, or of what was not tried', () => {
    const texts = (sgd: readonly RatePoint[], adam: readonly RatePoint[] = [point(0.02, 1)]): string[] =>
      rateFindings(race, {...NO_SWEEP, status: 'done', results: {[sweepKey(race, 0)]: sgd, [sweepKey(race, 1)]: adam}}).map(({text}) => text);
    const fine = [expect.stringMatching(/^Each races/)];
    expect(texts([point(0.01, 0), point(0.1, 0), point(1, 0)])).toEqual(fine);
    expect(texts([point(0.01, -10), point(0.1, -10 + 1e-7)])).toEqual(fine);
    expect(texts([point(0.01, -20), point(0.1, -10)])).toEqual(['SGD ends at J −10 with η 0.1, and at −20 with η 0.01, the best of 2 rates tried.']);
    // J began at some hundred.
    expect(texts([point(0.001, 150), point(0.1, 1.5e-7), point(0.2, 5e-8)])).toEqual(fine);
    const lost = [point(0.01, Number.POSITIVE_INFINITY), point(0.1, Number.POSITIVE_INFINITY)];
    expect(texts(lost)).toEqual([]);
    expect(texts([point(0.01, 5), point(0.3, 4)])).toEqual([]);
  });

  it('says why it was refused', () => {
    const {studies, started, state} = bench();
    studies.startSweep([0]);
    started[0].tell({type: 'refused', field: 'sweep', message: 'ran out of memory'});
    expect(state().sweep).toMatchObject({status: 'failed', reason: 'The sweep ran out of memory.'});
  });
});
