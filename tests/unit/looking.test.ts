import {describe, expect, it} from 'vitest';
import {CATALOGUE} from '../../src/catalogue.ts';
import type {InstrumentClient} from '../../src/client/instrumentClient.ts';
import {type Experiment, parseExperiment} from '../../src/core/experiment.ts';
import type {Landscape, LandscapeSpec, LineSpec, Readout} from '../../src/core/protocol.ts';
import type {StudyCommand, StudyEvent} from '../../src/core/study.ts';
import type {NetworkDirections} from '../../src/core/directions.ts';
import type {RunningStudy} from '../../src/client/studyClient.ts';
import {failure} from '../../src/core/result.ts';
import {binaryWeightsOf} from '../../src/state/fitting.ts';
import {Directions, type Found} from '../../src/state/directions.ts';
import {Looking, withKnownValues} from '../../src/state/looking.ts';

function experimentOf(json: object): Experiment {
  const parsed = parseExperiment({dataset: {id: 'moons'}, ...json}, CATALOGUE);
  if (!parsed.ok) throw new Error(`${parsed.error.field} ${parsed.error.message}`);
  return parsed.value;
}

const RELU = experimentOf({contestants: [{solver: {id: 'adam'}}]});
const BINARY = experimentOf({problem: {id: 'binary-network'}, contestants: [{solver: {id: 'burer-monteiro'}}]});
const DEEP = experimentOf({dataset: {id: 'clock-grammar'}, problem: {id: 'transformer'}, contestants: [{solver: {id: 'adam'}}]});
const SQUARES = experimentOf({dataset: {id: 'least-squares-instances'}, problem: {id: 'binary-least-squares'}, contestants: [{solver: {id: 'mixing'}}]});

/** What is asked of the instruments, in order; a landscape answers when it is told to. */
function asked(experiment: Experiment, host: {readout?: Readout; watchesWeights?: boolean; attention?: {runId: string; example: number}} = {}) {
  const questions: string[] = [];
  let endLandscape = (): void => {};
  const refused = failure('runId', 'this contestant has no network yet');
  const answer = async (question: string): Promise<typeof refused> => {
    questions.push(question);
    return refused;
  };
  const client = {
    boundary: (runId: string, _side: number, readout: Readout) => answer(`boundary ${runId} ${readout}`),
    neurons: (runId: string) => answer(`neurons ${runId}`),
    weights: (runId: string) => answer(`weights ${runId}`),
    attention: (runId: string, example: number) => answer(`attention ${runId} ${example}`),
    cancelPicture: () => endLandscape(),
    landscape: async () => {
      await answer('landscape');
      return new Promise((done) => {
        endLandscape = () => done(null);
      });
    },
  } as unknown as InstrumentClient;
  const state: {readout: Readout; watchesWeights: boolean; attention: {runId: string; example: number} | null} = {readout: 'rounded', watchesWeights: false, attention: null, ...host};
  const nothing = (): void => {};
  const looking = new Looking(client, {
    current: () => ({experiment, runIds: ['a', 'b'], seats: [1, 2], running: false, ...state}),
    landscape: nothing,
    line: nothing,
    directions: () => ({missing: ''}),
    boundary: nothing,
    neurons: nothing,
    weights: nothing,
    attention: nothing,
  });
  return {looking, questions, state, endLandscape: () => endLandscape()};
}

const landscapeAsked = (questions: readonly string[]): Promise<void> => expect.poll(() => questions.at(-1)).toBe('landscape');

describe('looking', () => {
  it('asks for neurons where there are real weights', async () => {
    const {looking, questions} = asked(RELU, {readout: 'average', watchesWeights: true});
    looking.viewChanged();
    await landscapeAsked(questions);
    expect(questions).toEqual(['boundary a rounded', 'neurons a', 'boundary b rounded', 'neurons b', 'landscape']);
  });

  it('asks for binary weights only while they are on show, and for the chosen read-out', async () => {
    const away = asked(BINARY, {readout: 'best'});
    away.looking.viewChanged();
    await landscapeAsked(away.questions);
    expect(away.questions).toEqual(['boundary a best', 'boundary b best', 'landscape']);
    const watched = asked(SQUARES, {readout: 'best', watchesWeights: true});
    watched.looking.viewChanged();
    await landscapeAsked(watched.questions);
    expect(watched.questions).toEqual(['boundary a rounded', 'weights a', 'boundary b rounded', 'weights b', 'landscape']);
  });

  it('asks for attention only while it is on show, of the run and the sample looked at, and for no neurons of deep networks', async () => {
    const away = asked(DEEP);
    away.looking.viewChanged();
    await landscapeAsked(away.questions);
    expect(away.questions).toEqual(['boundary a rounded', 'boundary b rounded', 'landscape']);
    away.looking.attentionAskedFor();
    expect(away.questions).toHaveLength(3);
    const watched = asked(DEEP, {attention: {runId: 'b', example: 7}});
    watched.looking.viewChanged();
    await landscapeAsked(watched.questions);
    expect(watched.questions).toEqual(['boundary a rounded', 'boundary b rounded', 'attention b 7', 'landscape']);
    watched.state.attention = {runId: 'a', example: 8};
    watched.looking.attentionAskedFor();
    expect(watched.questions.at(-1)).toBe('attention a 8');
  });

  it('does not wait for a landscape when something else is asked of the networks', async () => {
    const {looking, questions, state, endLandscape} = asked(BINARY);
    looking.viewChanged();
    await landscapeAsked(questions);
    state.watchesWeights = true;
    looking.networksAskedFor();
    await expect.poll(() => questions.slice(3)).toEqual(['boundary a rounded', 'weights a', 'boundary b rounded', 'weights b']);
    endLandscape();
  });
});

describe('binary weights', () => {
  it('are known of a problem by what it offers', () => {
    expect([RELU, BINARY, SQUARES].map(binaryWeightsOf)).toEqual([null, 'network', 'quadratic']);
  });
});

/** A host whose landscapes answer when they are told to, at the side that they can afford. */
function maps(view: object = {}, {running = false, affordable = 999, directions = null as Found | null} = {}) {
  const asked: {readonly what: string; readonly answer: (result: unknown) => void}[] = [];
  const shown: string[] = [];
  const state = {running};
  const picture = (what: string) => new Promise((answer) => asked.push({what, answer}));
  const client = {
    boundary: async () => failure('runId', 'none'),
    neurons: async () => failure('runId', 'none'),
    cancelPicture: () => {
      shown.push('cancelled');
      asked.at(-1)?.answer(null);
    },
    landscape: ({plane, side, freeze, directions: along}: LandscapeSpec) => picture(`${plane} ${side}${freeze ? ' frozen' : ''}${along ? ' along' : ''}`),
    line: ({of, to}: LineSpec) => picture(`line ${of} ${to}`),
  } as unknown as InstrumentClient;
  const contestants = [{solver: {id: 'adam'}}, {solver: {id: 'sgd'}}, {solver: {id: 'momentum'}}];
  const experiment = experimentOf({contestants, view});
  const found = {directions};
  const looking = new Looking(client, {
    current: () => ({experiment, runIds: ['a', 'b', 'c'], seats: [1, 2, 3], running: state.running, readout: 'rounded', watchesWeights: false, attention: null}),
    landscape: (landscape, progress) => void shown.push(!landscape ? `progress ${progress}` : 'missing' in landscape ? landscape.missing : `map ${landscape.side}`),
    line: (line) => void shown.push('missing' in line ? line.missing : `line ${line.t.length}`),
    directions: () => found.directions,
    boundary: () => undefined,
    neurons: () => undefined,
    weights: () => undefined,
    attention: () => undefined,
  });
  const next = async (count: number): Promise<string> => {
    await expect.poll(() => asked.length).toBeGreaterThanOrEqual(count);
    return asked[count - 1].what;
  };
  const answer = (): void => {
    const {what, answer: tell} = asked[asked.length - 1];
    tell({ok: true, value: {side: Math.min(affordable, Number(what.split(' ')[1]))}});
  };
  return {looking, asked, shown, state, found, next, answer};
}

describe('refinement', () => {
  it('draws at rest 21, 41, 81 and 161 points a side, one after the other', async () => {
    const {looking, shown, asked, next, answer} = maps({plane: 'random', freeze: true});
    looking.viewChanged();
    for (const [i, side] of [21, 41, 81, 161].entries()) {
      expect(await next(i + 1)).toBe(`random ${side} frozen`);
      answer();
    }
    await expect.poll(() => shown).toEqual(['map 21', 'map 41', 'map 81', 'map 161']);
    expect(asked.length).toBe(4);
  });

  it('ends where J is too slow for a finer map', async () => {
    const {looking, shown, asked, next, answer} = maps({}, {affordable: 31});
    looking.viewChanged();
    await next(1);
    answer();
    expect(await next(2)).toBe('contestants 41');
    answer();
    await expect.poll(() => shown).toEqual(['map 21', 'map 31']);
    expect(asked.length).toBe(2);
  });

  it('says why there can be no map, but not that there is no network yet', async () => {
    const {looking, shown, asked, next} = maps();
    looking.viewChanged();
    await next(1);
    asked[0].answer(failure('runs', 'no contestant has a network yet; take a step first'));
    await expect.poll(() => shown).toEqual(['progress null']);
    looking.viewChanged();
    await next(2);
    asked[1].answer(failure('problem', 'is too large to be mapped here'));
    await expect.poll(() => shown).toEqual(['progress null', 'The problem is too large to be mapped here.']);
  });

  it('draws one map of 31 points a side while the race is on', async () => {
    const {looking, shown, asked, next, answer} = maps({}, {running: true});
    looking.viewChanged();
    expect(await next(1)).toBe('contestants 31');
    answer();
    await expect.poll(() => shown).toEqual(['map 31']);
    expect(asked.length).toBe(1);
  });

  it('gives a finer map up for a newer network, but not the first', async () => {
    const {looking, shown, state, next, answer} = maps();
    looking.viewChanged();
    await next(1);
    looking.runChanged('a');
    expect(shown).toEqual([]);
    answer();
    // The first map was out of date when it came: no finer one of it is asked for.
    expect(await next(2)).toBe('contestants 21');
    answer();
    expect(await next(3)).toBe('contestants 41');
    state.running = true;
    looking.runChanged('b');
    expect(await next(4)).toBe('contestants 31');
    expect(shown).toContain('cancelled');
  });

  it('gives any map up for another view', async () => {
    const {looking, shown, next} = maps();
    looking.viewChanged();
    await next(1);
    looking.viewChanged();
    expect(shown[0]).toBe('cancelled');
    expect(await next(2)).toBe('contestants 21');
  });
});

describe('planes that need more', () => {
  it('wait for their directions, and are drawn along them', async () => {
    const {looking, shown, found, asked, next} = maps({plane: 'curvature'});
    looking.viewChanged();
    await expect.poll(() => shown).toEqual(['progress 0']);
    expect(asked).toEqual([]);
    found.directions = {missing: 'none'};
    looking.landscapeAskedFor();
    expect(await next(1)).toBe('curvature 21 along');
  });

  it('lead from one contestant to another, or to the first other one', async () => {
    const chosen = maps({plane: 'line', planeOf: 0, planeTo: 2});
    chosen.looking.viewChanged();
    expect(await chosen.next(1)).toBe('line a c');
    chosen.asked[0].answer({ok: true, value: {t: [0, 1]}});
    await expect.poll(() => chosen.shown).toEqual(['progress null', 'line 2']);
    const same = maps({plane: 'line', planeOf: 1, planeTo: 1});
    same.looking.viewChanged();
    expect(await same.next(1)).toBe('line b a');
    same.asked[0].answer(failure('to', 'they have the same network so far'));
    await expect.poll(() => same.shown.at(-1)).toBe('They have the same network so far.');
  });
});

describe('directions', () => {
  const directions = (iteration: number): NetworkDirections => ({network: {iteration, shapes: {}, values: new Float32Array(0)}, eigenvalues: [], eigenvectors: [], gradient: new Float64Array(0)});

  function bench() {
    const studies: {readonly iteration: number; readonly tell: (event: StudyEvent) => void; cancelled: boolean}[] = [];
    const state = {running: false, iteration: 5, changed: 0};
    const start = (command: StudyCommand, tell: (event: StudyEvent) => void): RunningStudy => {
      if (command.kind !== 'directions') throw new Error(command.kind);
      const study = {iteration: command.network.iteration, tell, cancelled: false};
      studies.push(study);
      const cancel = (): void => {
        study.cancelled = true;
      };
      return {cancel};
    };
    const finder = new Directions(start, {
      current: () => ({experiment: RELU, running: state.running, backend: 'cpu', base: '/'}),
      networkOf: () => ({iteration: state.iteration, shapes: {}, values: new Float32Array(1)}),
      changed: () => void state.changed++,
    });
    return {studies, state, finder};
  }

  it('are measured once at a network, and anew where the race rests at another', () => {
    const {studies, state, finder} = bench();
    expect([finder.of('a', 0), finder.of('a', 0), studies.length]).toEqual([null, null, 1]);
    studies[0].tell({type: 'directions', directions: directions(5)});
    expect(state.changed).toBe(1);
    expect(finder.of('a', 0)).toMatchObject({network: {iteration: 5}});
    state.running = true;
    state.iteration = 9;
    expect(finder.of('a', 0)).toMatchObject({network: {iteration: 5}});
    state.running = false;
    expect([finder.of('a', 0), studies.length]).toEqual([null, 2]);
    state.iteration = 12;
    expect([finder.of('a', 0), studies[1].cancelled, studies[2].iteration]).toEqual([null, true, 12]);
    // What a study says that was given up is not heard.
    studies[1].tell({type: 'directions', directions: directions(9)});
    expect([finder.of('a', 0), state.changed]).toEqual([null, 1]);
    expect([finder.of('b', 1), studies.length]).toEqual([null, 4]);
  });

  it('are missing for a reason where they cannot be measured', () => {
    const {studies, finder} = bench();
    finder.of('a', 0);
    studies[0].tell({type: 'refused', field: 'study', message: 'has no gradients'});
    expect(finder.of('a', 0)).toEqual({missing: "Curvature can't be measured here: the study has no gradients."});
    expect(studies.length).toBe(1);
  });
});

describe('a map that comes again', () => {
  const map: Landscape = {id: 3, plane: 'path', side: 2, aRange: [0, 1], bRange: [0, 1], aLabel: '', bLabel: '', values: Float64Array.of(1, 2, 3, 4), paths: [], notes: []};

  it('keeps the values that the page has, so that its picture is not made again', () => {
    const again = {...map, values: map.values.slice(), notes: ['later']};
    const kept = withKnownValues(map, again);
    expect([kept.values === map.values, kept.notes]).toEqual([true, ['later']]);
    for (const other of [{...again, id: 4}, {...again, side: 3}]) expect(withKnownValues(map, other)).toBe(other);
    expect(withKnownValues(null, again)).toBe(again);
  });
});
