import {describe, expect, it} from 'vitest';
import {CATALOGUE} from '../../src/catalogue.ts';
import type {InstrumentClient} from '../../src/client/instrumentClient.ts';
import {type Experiment, parseExperiment} from '../../src/core/experiment.ts';
import type {Readout} from '../../src/core/protocol.ts';
import {failure} from '../../src/core/result.ts';
import {binaryWeightsOf} from '../../src/state/fitting.ts';
import {Looking} from '../../src/state/looking.ts';

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
    current: () => ({experiment, runIds: ['a', 'b'], running: false, ...state}),
    landscape: nothing,
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
