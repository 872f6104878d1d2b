import {beforeAll, describe, expect, it} from 'vitest';
import {faultText} from '../../src/core/experiment.ts';
import type {BackendReport} from '../../src/core/protocol.ts';
import {gapAbove, type ResultsDocument} from '../../src/core/results.ts';
import type {Certificate} from '../../src/core/study.ts';
import {resultsChapter} from '../../src/headless/docsResults.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {HeadlessSession} from '../../src/headless/runExperiment.ts';
import reference from '../fixtures/convex_reference.json';
import {parsed} from '../helpers/studies.ts';

prepareNodeBackends();

const [instance] = reference.instances;
const race = (changes: Record<string, unknown> = {}) => ({
  dataset: {id: 'inline', params: {points: instance.points, targets: instance.targets, task: 'classification'}},
  problem: {id: 'two-layer-relu', params: {loss: instance.loss, beta: instance.beta}},
  contestants: [{solver: {id: 'adam', params: {batchSize: 0}}, model: {width: 30}}],
  budget: {amount: 300},
  certificate: true,
  ...changes,
});

describe('a headless run with a certificate', () => {
  let session: HeadlessSession;
  let report: BackendReport;
  beforeAll(async () => {
    session = new HeadlessSession('public/data');
    report = await session.start('wasm');
  });
  const documentOf = async (json: unknown): Promise<ResultsDocument> => {
    const results = await session.run(parsed(json), report);
    if (!results.ok) throw new Error(faultText(results.error));
    return results.value;
  };

  it('prints the interval and how far each contestant is above it', async () => {
    const {certificate, contestants} = await documentOf(race());
    if (!certificate) throw new Error('there is none');
    expect(certificate).toMatchObject({scope: 'global', patterns: instance.patterns, closed: true});
    expect(certificate.lower).toBeLessThanOrEqual(instance.optimum_upper);
    expect(certificate.upper).toBeGreaterThanOrEqual(instance.optimum_lower);
    const [{final, gap}] = contestants;
    expect(gap).toBeGreaterThan(0);
    expect(certificate.lower * (1 + (gap ?? 0))).toBeCloseTo(final.objective ?? 0, 9);
  });

  it('has neither where none is asked for', async () => {
    const {certificate, contestants} = await documentOf(race({certificate: false}));
    expect(certificate).toBeNull();
    expect(contestants[0].gap).toBeNull();
  });

  it('has no gap above the bound of a sampled programme, which a network may go below', async () => {
    const {certificate, contestants} = await documentOf(
      race({
        dataset: {id: 'inline', params: {points: instance.points.map(([a, b]) => [a, b, a * b, a * a - b]), targets: instance.targets, task: 'classification'}},
        contestants: [{solver: {id: 'convex-admm', params: {source: 'sampled', patterns: 12}}}],
        budget: {amount: 20},
      }),
    );
    expect(certificate?.scope).toBe('sampled programme');
    expect(contestants[0].gap).toBeNull();
  });

  it('is refused before the race where no certificate can be had', async () => {
    const results = await session.run(parsed(race({dataset: {id: 'breast-cancer', params: {}}})), report);
    expect(results).toEqual({ok: false, error: {field: 'certificate', message: expect.stringMatching(/no contestant samples/)}});
  });
});

describe('the gap', () => {
  const at = (lower: number) => ({scope: 'global', lower}) as Certificate;
  it('is undefined above zero, for a J that is no number, and without a certificate', () => {
    expect(gapAbove(3, at(2))).toBe(0.5);
    expect([gapAbove(3, at(0)), gapAbove(Number.NaN, at(2)), gapAbove(Number.POSITIVE_INFINITY, at(2)), gapAbove(3, null)]).toEqual([null, null, null, null]);
  });
});

describe('the docs', () => {
  it('tell every field of a certificate', async () => {
    const chapter = resultsChapter();
    for (const field of ['scope', 'lower', 'upper', 'relativeGap', 'patterns', 'working', 'neurons', 'rounds', 'closed', 'gap', 'certificate']) expect(chapter).toContain(`| \`${field}\` |`);
  });
});
