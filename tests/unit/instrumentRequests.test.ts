import {beforeAll, describe, expect, it} from 'vitest';
import {faultText} from '../../src/core/experiment.ts';
import {INSTRUMENT_KINDS, parseInstruments} from '../../src/core/instrumentRequests.ts';
import type {BackendReport} from '../../src/core/protocol.ts';
import type {InstrumentResult, ResultsDocument} from '../../src/core/results.ts';
import {instrumentsChapter} from '../../src/headless/docsInstruments.ts';
import {lookAt} from '../../src/headless/instruments.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {HeadlessSession} from '../../src/headless/runExperiment.ts';
import {parsed} from '../helpers/studies.ts';

prepareNodeBackends();

const race = parsed({
  seed: 5,
  dataset: {id: 'moons', params: {n: 40, seed: 2}},
  problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 0.2}},
  contestants: [
    {name: 'SGD', solver: {id: 'sgd', params: {batchSize: 0, learningRate: 0.1}}, model: {width: 6}},
    {name: 'Adam', solver: {id: 'adam', params: {batchSize: 0}}, model: {width: 6}},
    {name: 'ADMM', solver: {id: 'convex-admm', params: {patterns: 8}}},
  ],
  budget: {axis: 'iterations', amount: 20},
});

describe('a list of instruments', () => {
  it('may be left out, and fills in defaults', () => {
    expect(parseInstruments(undefined, race)).toEqual({ok: true, value: []});
    expect(parseInstruments([{kind: 'landscape', plane: 'path'}, {kind: 'sweep', contestant: 1}, {kind: 'theory', subject: 'edge', params: {steps: 50}}], race)).toEqual({
      ok: true,
      value: [
        {kind: 'landscape', plane: 'path', contestant: 0, seed: 1, side: 41},
        {kind: 'sweep', contestant: 1, rates: 15, reach: 30},
        {kind: 'theory', subject: 'edge', params: {learningRate: 0.1, apart: 0.0001, steps: 50, seed: 1}},
      ],
    });
  });

  it.each([
    [{}, /^instruments must be a list/],
    [['curvature'], /^instruments\[0\] must be an object with a "kind"/],
    [[{}], /^instruments\[0\]\.kind is missing; choose one of landscape, /],
    [[{kind: 'curvature'}, {kind: 'landscap'}], /^instruments\[1\]\.kind "landscap" is unknown; choose one of landscape, line, /],
    [[{kind: 'landscape', sides: 3}], /^instruments\[0\]\.sides is not a known name here/],
    [[{kind: 'landscape', side: 500}], /^instruments\[0\]\.side must be a whole number from 2 to 161/],
    [[{kind: 'landscape', plane: 'line'}], /^instruments\[0\]\.plane must be one of "contestants", "path"/],
    [[{kind: 'curvature', contestant: 3}], /^instruments\[0\]\.contestant must be the index of a contestant, 0 to 2/],
    [[{kind: 'line', to: 7}], /^instruments\[0\]\.to must be the index of a contestant, 0 to 2/],
    [[{kind: 'sweep', reach: 1}], /^instruments\[0\]\.reach must be a number from 1\.1 to 10000/],
    [[{kind: 'theory'}], /^instruments\[0\]\.subject is missing; it must be one of "noisyQuadratic"/],
    [[{kind: 'theory', subject: 'edge', params: {stepz: 3}}], /^instruments\[0\]\.params\.stepz is not a known name/],
    [Array.from({length: 33}, () => ({kind: 'sharpness'})), /^instruments has room for 32/],
  ])('%j is refused', (json, words) => {
    const result = parseInstruments(json, race);
    expect(result.ok ? '' : faultText(result.error)).toMatch(words);
  });

  it('is told in the docs, kind by kind', () => {
    const chapter = instrumentsChapter();
    for (const kind of INSTRUMENT_KINDS) expect(chapter).toContain(`### \`${kind}\``);
    expect(chapter).not.toMatch(/undefined to|to undefined|NaN|\[object/);
  });
});

describe('a headless run with instruments', () => {
  let session: HeadlessSession;
  let report: BackendReport;
  beforeAll(async () => {
    session = new HeadlessSession('public/data');
    report = await session.start('wasm');
  });
  const documentOf = async (json: unknown): Promise<ResultsDocument> => {
    const requests = parseInstruments(json, race);
    if (!requests.ok) throw new Error(faultText(requests.error));
    const results = await session.run(race, report, requests.value);
    if (!results.ok) throw new Error(faultText(results.error));
    // What a reader of the file has.
    return JSON.parse(JSON.stringify(results.value)) as ResultsDocument;
  };

  it('prints what each has seen, in their order, and the same race', async () => {
    const asked = [{kind: 'landscape', plane: 'curvature', side: 5}, {kind: 'line'}, {kind: 'sharpness'}, {kind: 'curvature', contestant: 1}, {kind: 'gradientCheck'}, {kind: 'sweep', rates: 3, reach: 10}];
    const {instruments = [], contestants} = await documentOf(asked);
    expect(instruments.map(({kind}) => kind)).toEqual(asked.map(({kind}) => kind));
    const [map, line, sharpness, curvature, check, sweep] = instruments as readonly InstrumentResult[];
    expect(map).toMatchObject({plane: 'curvature', contestant: 0, side: 5, aLabel: expect.stringContaining('curvature')});
    expect(map.values).toHaveLength(25);
    expect(line.curves).toMatchObject([{barrier: expect.any(Number)}]);
    const [sgd, adam, admm] = contestants;
    const {history} = sgd;
    const last = {iteration: 20, sharpness: history.sharpness.at(-1), limit: 20};
    expect(sharpness.contestants).toMatchObject([{name: 'SGD', records: expect.arrayContaining([last])}, {name: 'Adam'}, {name: 'ADMM', records: []}]);
    // 60 steps of the study against 12 of a record.
    const {largest} = curvature as unknown as {largest: readonly {value: number}[]};
    expect(Math.abs(largest[0].value / (adam.final.sharpness ?? 0) - 1)).toBeLessThan(0.02);
    expect(curvature).not.toHaveProperty('directions');
    expect(Math.abs((check.slope as number) - 2)).toBeLessThan(0.2);
    expect(sweep.points).toMatchObject([{rate: 0.01}, {rate: 0.1, objective: sgd.final.objective, iterations: 20}, {rate: 1}]);
    expect(admm.history).not.toHaveProperty('sharpness');
    const plain = await documentOf([]);
    expect(plain).not.toHaveProperty('instruments');
    expect(plain.contestants.map(({final}) => final.objective)).toEqual(contestants.map(({final}) => final.objective));
  });

  it.each([
    [{kind: 'basins'}, /^instruments\[1\]\.kind "basins" is made for surfaces; the problem here is "two-layer-relu"$/],
    [{kind: 'momentum'}, /^instruments\[1\]\.kind "momentum" is made for surfaces/],
    [{kind: 'sweep', contestant: 2}, /^instruments\[1\]\.contestant has no learning rate to sweep/],
    [{kind: 'line', contestant: 1, to: 1}, /^instruments\[1\]\.to must be another contestant/],
  ])('refuses what can\'t be had before the race takes its time: %j', (request, message) => {
    const requests = parseInstruments([{kind: 'sharpness'}, request], race);
    expect(requests.ok ? '' : faultText(requests.error)).toMatch(message);
  });

  it('keep the race and each other where one can\'t be had', async () => {
    const surface = parsed({
      dataset: {id: 'surface-functions', params: {function: 'himmelblau'}}, problem: {id: 'surface'},
      contestants: [{solver: {id: 'lars'}, model: {startX: 1, startY: 1}}], budget: {axis: 'iterations', amount: 20},
    });
    const requests = parseInstruments([{kind: 'momentum'}, {kind: 'basins', side: 3}, {kind: 'curvature'}], surface);
    if (!requests.ok) throw new Error(faultText(requests.error));
    const results = await session.run(surface, report, requests.value);
    if (!results.ok) throw new Error(faultText(results.error));
    const {contestants, instruments} = results.value;
    expect(contestants[0].final.objective).toEqual(expect.any(Number));
    expect(instruments).toEqual([
      {kind: 'momentum', fault: {field: 'dataset', message: 'is no quadratic with one stationary point'}},
      {kind: 'basins', contestant: 0, side: 3, iterations: 500, fault: {field: 'contestants[0].solver.id', message: expect.stringContaining('choose one of sgd')}},
      expect.objectContaining({kind: 'curvature', exact: true, largest: expect.any(Array)}),
    ]);
    expect(instruments?.[2]).not.toHaveProperty('fault');
    // A defect, too: here there are no paths to look along.
    const broken = {experiment: surface, backend: report.backend, readFile: async () => '', paths: [], contestants};
    expect(await lookAt(requests.value.slice(2), broken)).toMatchObject([{kind: 'curvature', fault: {field: 'engine'}}]);
  });
});
