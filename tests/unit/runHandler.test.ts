import {beforeAll, describe, expect, it} from 'vitest';
import type {RunEvent} from '../../src/core/protocol.ts';
import {RunHandler} from '../../src/engine/runHandler.ts';
import {readFrom} from '../../src/headless/runExperiment.ts';
import {experimentOf} from '../helpers/session.ts';

/** The worker's half of the run protocol, driven without a worker. */
const experiment = experimentOf({
  dataset: {id: 'moons', params: {n: 20}},
  contestants: [{solver: {id: 'sgd'}}, {solver: {id: 'convex-admm', params: {gates: [[1]]}}}],
  budget: {amount: 5},
});

function open() {
  const events: RunEvent[] = [];
  const handler = new RunHandler({emit: (event) => events.push(event), readFile: () => readFrom('public/data'), clock: () => performance.now()});
  return {events, handler, types: () => events.map((event) => `${event.type}${'runId' in event ? ` ${event.runId}` : ''}`)};
}
const grant = {iterations: 100, milliseconds: 1e9};

describe('the run handler', () => {
  let lane: ReturnType<typeof open>;
  beforeAll(async () => {
    lane = open();
    await lane.handler.handle({type: 'hello', request: 'cpu', exclude: [], base: ''});
  });

  it('answers each grant once, and refuses a run that cannot start without harming the others', async () => {
    const {events, handler, types} = lane;
    events.length = 0;
    await handler.handle({type: 'prepare', runId: 'good', experiment, contestant: 0});
    await handler.handle({type: 'prepare', runId: 'bad', experiment, contestant: 1});
    await handler.handle({type: 'advance', runId: 'bad', grant});
    await handler.handle({type: 'advance', runId: 'good', grant});
    expect(types()).toEqual(['telemetry good', 'refused bad', 'telemetry good']);
    expect(events[1]).toMatchObject({field: 'contestants[1]', message: expect.stringMatching(/gate 1 has 1 numbers/)});
  });

  it('does not prepare what was cancelled while it waited', async () => {
    const {events, handler, types} = lane;
    events.length = 0;
    const waiting = [
      handler.handle({type: 'prepare', runId: 'a', experiment, contestant: 0}),
      handler.handle({type: 'prepare', runId: 'b', experiment, contestant: 0}),
      handler.handle({type: 'cancel', runId: 'b'}),
      handler.handle({type: 'prepare', runId: 'c', experiment, contestant: 0}),
    ];
    await Promise.all(waiting);
    expect(types()).toEqual(['telemetry a', 'cancelled b', 'telemetry c']);
  });

  it('fails one run, not the lane, when data cannot be had', async () => {
    const events: RunEvent[] = [];
    const handler = new RunHandler({emit: (event) => events.push(event), readFile: () => () => Promise.reject(new Error('offline')), clock: () => 0});
    await handler.handle({type: 'hello', request: 'cpu', exclude: [], base: ''});
    await handler.handle({type: 'prepare', runId: 'x', experiment: experimentOf({dataset: {id: 'iris', params: {}}, contestants: [{solver: {id: 'adam'}}]}), contestant: 0});
    expect(events.at(-1)).toMatchObject({type: 'refused', runId: 'x', message: expect.stringMatching(/offline/)});
  });
});
