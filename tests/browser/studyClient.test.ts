import {describe, expect, it} from 'vitest';
import {startStudy} from '../../src/client/studyClient.ts';
import type {StudyCommand, StudyEvent} from '../../src/core/study.ts';
import {eventsOf, parsed} from '../helpers/studies.ts';

/** Studies in real workers; generated data only, as the page of this test serves no files. */
const experiment = parsed({
  dataset: {id: 'xor', params: {n: 24, trainFraction: 1}},
  problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 0.1}},
  contestants: [{solver: {id: 'sgd', params: {learningRate: 0.1}}, model: {width: 6}}],
  budget: {amount: 200},
});
const base = location.href;

/** All events up to the last, which is `done` or `refused`. */
const finished = (command: StudyCommand): Promise<readonly StudyEvent[]> =>
  new Promise((resolve) => {
    const events: StudyEvent[] = [];
    startStudy(command, (event) => {
      events.push(event);
      if (event.type === 'done' || event.type === 'refused') resolve(events);
    });
  });

describe('a study in its worker', () => {
  it('closes a certificate, below which no start of SGD comes', async () => {
    const proof = await finished({kind: 'certificate', experiment, base, tolerance: 1e-6});
    const {certificate} = eventsOf(proof, 'certificate').at(-1) ?? {};
    expect(certificate).toMatchObject({scope: 'global', closed: true});
    const starts = await finished({kind: 'starts', experiment, base, contestant: 0, count: 12, request: 'wasm', exclude: []});
    expect(starts.at(-1)).toEqual({type: 'done'});
    const last = eventsOf(starts, 'starts').at(-1);
    expect(last?.backend).toBe('wasm');
    expect(last?.starts.objectives).toHaveLength(12);
    for (const objective of last?.starts.objectives ?? []) expect(objective).toBeGreaterThan(certificate?.lower ?? Number.NaN);
  });

  it('follows a path', async () => {
    const path = await finished({kind: 'path', experiment, base, betas: [3, 1, 0.3], request: 'wasm', exclude: []});
    expect(eventsOf(path, 'path').map(({point, method}) => [point.beta, method])).toEqual([[3, 'certified'], [1, 'certified'], [0.3, 'certified']]);
    expect(path.at(-1)).toEqual({type: 'done'});
  });

  it('is refused in words where the data cannot be had', async () => {
    const events = await finished({kind: 'certificate', experiment: {...experiment, dataset: parsed({dataset: {id: 'iris'}, contestants: [{solver: {id: 'adam'}}]}).dataset}, base, tolerance: 1e-6});
    expect(events).toEqual([expect.objectContaining({type: 'refused', field: expect.stringMatching(/./), message: expect.stringMatching(/./)})]);
  });

  it('tells nothing more once it is cancelled', async () => {
    const events: StudyEvent[] = [];
    const study = await new Promise<{readonly cancel: () => void}>((resolve) => {
      const running = startStudy(
        {kind: 'starts', experiment: {...experiment, budget: {axis: 'iterations', amount: 1_000_000}}, base, contestant: 0, count: 50, request: 'wasm', exclude: []},
        (event) => {
          events.push(event);
          resolve(running);
        },
      );
    });
    study.cancel();
    const told = events.length;
    await finished({kind: 'path', experiment, base, betas: [3], request: 'wasm', exclude: []});
    expect(events.length).toBe(told);
    expect(events.some(({type}) => type === 'done')).toBe(false);
  });
});
