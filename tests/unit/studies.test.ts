import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import type {Experiment} from '../../src/core/experiment.ts';
import type {Certificate, PathPoint} from '../../src/core/study.ts';
import {edits} from '../../src/state/edits.ts';
import {intersection, NO_CERTIFICATE, NO_CURVATURE, NO_GRADIENT_CHECK, NO_PATH, NO_STARTS, NO_SWEEP, pathBetas, Studies, type StudiesHost} from '../../src/state/studies.ts';
import {experimentOf} from '../helpers/session.ts';
import {startedStudies} from '../helpers/startedStudies.ts';

const xor = experimentOf({
  certificate: true,
  dataset: {id: 'xor'},
  contestants: [{solver: {id: 'sgd'}}, {solver: {id: 'convex-admm', params: {source: 'sampled'}}}],
});

const PROVED: Certificate = {
  scope: 'global', lower: 2, upper: 3, relativeGap: 1 / 3, patterns: 100, working: 20, neurons: 5, second: null, rounds: 1, seconds: 0.5, closed: false, message: '',
};
const POINT: PathPoint = {beta: 1, objective: 2, lower: 2, neurons: 3, trainLoss: 0.1, testLoss: 0.2, trainScore: 1, testScore: 0.9};

function bench(experiment: Experiment = xor) {
  const {started, start} = startedStudies();
  let state: ReturnType<StudiesHost['get']> = {
    experiment,
    engine: {report: {backend: 'wasm', device: '', reason: ''}, request: 'auto', lanes: 1, notices: []},
    certificate: NO_CERTIFICATE,
    path: NO_PATH,
    starts: NO_STARTS,
    curvature: NO_CURVATURE,
    gradientCheck: NO_GRADIENT_CHECK,
    sweep: NO_SWEEP,
  };
  const studies = new Studies(
    start,
    {
      get: () => state,
      set: (part) => {
        state = {...state, ...part};
      },
      base: '/',
    },
  );
  const edit = (change: Partial<Experiment>): void => {
    state = {...state, experiment: {...state.experiment, ...change}};
    studies.sync(state.experiment);
    vi.advanceTimersByTime(1000);
  };
  edit({});
  return {studies, started, edit, state: () => state};
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the certificate', () => {
  it('starts by itself where it is asked for, and shows each interval', () => {
    const {started, state} = bench();
    expect(started.map(({command}) => command.kind)).toEqual(['certificate']);
    started[0].tell({type: 'certificate', certificate: PROVED, network: null});
    expect(state().certificate).toEqual({status: 'running', certificate: PROVED, reason: ''});
    started[0].tell({type: 'done'});
    expect(state().certificate.status).toBe('done');
    expect(bench({...xor, certificate: false}).started).toEqual([]);
  });

  it('starts once for edits that follow each other', () => {
    const {studies, started, state} = bench({...xor, certificate: false});
    for (const seed of [1, 2, 3]) studies.sync({...state().experiment, certificate: true, dataset: {id: 'xor', params: {...xor.dataset.params, seed}}});
    vi.advanceTimersByTime(1000);
    expect(started).toHaveLength(1);
  });

  it('starts anew for other data or another problem, and not for names, colours, budgets or views', () => {
    const {started, edit, state} = bench();
    started[0].tell({type: 'certificate', certificate: PROVED, network: null});
    edit({title: 'new', budget: {axis: 'iterations', amount: 7}, view: {...xor.view, logX: true}});
    expect(started).toHaveLength(1);
    edit({problem: {id: 'two-layer-relu', params: {...xor.problem.params, beta: 0.3}}});
    expect(started).toHaveLength(2);
    expect(started[0].cancelled).toBe(true);
    expect(state().certificate).toEqual({status: 'running', certificate: null, reason: ''});
    // What a cancelled study still says belongs to the problem before.
    started[0].tell({type: 'certificate', certificate: PROVED, network: null});
    expect(state().certificate.certificate).toBeNull();
  });

  it('depends on seed and sampled patterns only where its scope is the sampled programme', () => {
    const {started, edit} = bench();
    started[0].tell({type: 'certificate', certificate: PROVED, network: null});
    edit({seed: 9});
    expect(started).toHaveLength(1);
    const sampled = bench();
    sampled.started[0].tell({type: 'certificate', certificate: {...PROVED, scope: 'sampled programme'}, network: null});
    sampled.edit({seed: 9});
    expect(sampled.started).toHaveLength(2);
    expect(sampled.started[0].cancelled).toBe(true);
  });

  it('can be stopped with the interval it has, stays stopped, and goes on from there', () => {
    const {studies, started, edit, state} = bench();
    started[0].tell({type: 'certificate', certificate: PROVED, network: null});
    studies.stopCertificate();
    expect(started[0].cancelled).toBe(true);
    expect(state().certificate).toMatchObject({status: 'stopped', certificate: PROVED});
    edit({title: 'other'});
    expect(started).toHaveLength(1);
    studies.resumeCertificate();
    expect(state().certificate).toMatchObject({status: 'running', certificate: PROVED});
    // A fresh study's first bounds are wide; those proved before still hold.
    started[1].tell({type: 'certificate', certificate: {...PROVED, lower: 1, upper: 2.5, neurons: 7}, network: null});
    expect(state().certificate.certificate).toMatchObject({lower: 2, upper: 2.5, relativeGap: 0.2, neurons: 7, second: null, rounds: 2, seconds: 1});
  });

  it('rests while it is switched off and goes on when it is switched on', () => {
    const {started, edit, state} = bench();
    started[0].tell({type: 'certificate', certificate: PROVED, network: null});
    edit({certificate: false});
    expect(started[0].cancelled).toBe(true);
    edit({certificate: true});
    expect(started).toHaveLength(2);
    expect(state().certificate.certificate).toEqual(PROVED);
    started[1].tell({type: 'done'});
    edit({certificate: false});
    edit({certificate: true});
    expect(started).toHaveLength(2);
  });

  it('gives the reason of a refusal as a sentence', () => {
    const {started, state} = bench();
    started[0].tell({type: 'refused', field: 'problem.params.beta', message: 'must be above 0 for a certificate'});
    expect(state().certificate).toEqual({status: 'failed', certificate: null, reason: 'problem.params.beta must be above 0 for a certificate.'});
  });

  it('that came with the page takes the place of one about to start', () => {
    const {studies, started, edit, state} = bench({...xor, certificate: false});
    studies.sync({...xor, certificate: true});
    studies.adoptCertificate(PROVED);
    vi.advanceTimersByTime(1000);
    edit({certificate: true});
    expect(started).toEqual([]);
    expect(state().certificate).toEqual({status: 'done', certificate: PROVED, reason: ''});
  });
});

describe('two intervals about one optimum', () => {
  it('hold together, and never widen', () => {
    const both = intersection(PROVED, {...PROVED, lower: 2.5, upper: 4});
    expect([both.lower, both.upper, both.relativeGap]).toEqual([2.5, 3, 1 / 6]);
    expect(both.neurons).toBe(PROVED.neurons);
  });

  it('of another scope say nothing about each other', () => {
    const sampled: Certificate = {...PROVED, scope: 'sampled programme', lower: 5, upper: 6};
    expect(intersection(PROVED, sampled)).toEqual(sampled);
  });
});

describe('the path', () => {
  it('has the present beta in the middle of four decades, descending, within the range of beta', () => {
    const betas = pathBetas(0.2);
    expect(betas[0]).toBe(20);
    expect(betas.at(-1)).toBe(0.002);
    expect(betas).toContain(0.2);
    expect([...betas].sort((a, b) => b - a)).toEqual(betas);
    expect(Math.max(...pathBetas(900))).toBe(900);
    expect(pathBetas(0).every((beta) => beta > 0)).toBe(true);
  });

  it('collects its points by falling beta, on the backend that runs, and outlives a change of beta but not of data', () => {
    const {studies, started, edit, state} = bench({...xor, certificate: false});
    studies.startPath();
    expect(started[0].command).toMatchObject({kind: 'path', request: 'wasm'});
    for (const beta of [0.5, 2, 1]) started[0].tell({type: 'path', point: {...POINT, beta}, method: 'certified'});
    started[0].tell({type: 'progress', share: 0.5});
    expect(state().path.points.map(({beta}) => beta)).toEqual([2, 1, 0.5]);
    expect(state().path).toMatchObject({status: 'running', share: 0.5, method: 'certified'});
    const draft = edits.problemParam('beta', 0.5)(state().experiment);
    edit((draft.ok ? draft.value : {}) as Partial<Experiment>);
    expect(state().path.points).toHaveLength(3);
    edit({seed: 5});
    expect(state().path.points).toHaveLength(3);
    edit({dataset: {id: 'moons', params: {}}});
    expect(state().path).toEqual(NO_PATH);
    expect(started[0].cancelled).toBe(true);
  });

  it('by pursuit depends on the seed', () => {
    const {studies, started, edit, state} = bench({...xor, certificate: false});
    studies.startPath();
    started[0].tell({type: 'path', point: POINT, method: 'pursuit'});
    edit({seed: 5});
    expect(state().path).toEqual(NO_PATH);
  });
});

describe('many starts', () => {
  const STARTS = {objectives: Float64Array.of(1, 2), trainScores: Float64Array.of(1, 1), testScores: Float64Array.of(1, 1), iteration: 5, iterations: 10};

  it('belong to a contestant wherever it moves, and go when its settings change', () => {
    const {studies, started, edit, state} = bench({...xor, certificate: false});
    studies.startStarts(1, 20);
    expect(started[0].command).toMatchObject({kind: 'starts', contestant: 1, count: 20});
    started[0].tell({type: 'starts', starts: STARTS, backend: 'wasm'});
    edit({contestants: [xor.contestants[1]]});
    expect(state().starts).toMatchObject({status: 'running', contestant: 0, starts: STARTS});
    edit({seed: 2});
    expect(state().starts).toEqual(NO_STARTS);
    expect(started[0].cancelled).toBe(true);
  });

  it('can be stopped with what they have', () => {
    const {studies, started, state} = bench({...xor, certificate: false});
    studies.startStarts(0, 100);
    started[0].tell({type: 'starts', starts: STARTS, backend: 'wasm'});
    studies.stopStarts();
    expect(state().starts).toMatchObject({status: 'stopped', starts: STARTS});
    started[0].tell({type: 'done'});
    expect(state().starts.status).toBe('stopped');
  });
});
