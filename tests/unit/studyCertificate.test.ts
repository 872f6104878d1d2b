import {describe, expect, it} from 'vitest';
import type {CertifiedInterval, Certifier} from '../../src/core/certificate.ts';
import {faultText} from '../../src/core/experiment.ts';
import {CERTIFICATE_TOLERANCE, type StudyEvent} from '../../src/core/study.ts';
import {loadHostProblem} from '../../src/engine/hostPlugins.ts';
import {certificateStudy, prove, sampleOf} from '../../src/engine/studies/certificate.ts';
import {readFrom} from '../../src/headless/runExperiment.ts';
import reference from '../fixtures/convex_reference.json';
import {eventsOf, listening, parsed} from '../helpers/studies.ts';

const NETWORK = {iteration: 0, shapes: {u: [1, 2], alpha: [1, 1]}, values: new Float32Array([1, 2, 3])};

/** A certifier that tells the given bounds, round by round; an error where there is one in their place. */
function scripted(rounds: readonly (readonly [number, number] | Error)[], changes: Partial<CertifiedInterval> = {}): Certifier {
  let round = 0;
  return {
    scope: 'global',
    advance() {
      const now = rounds[round++];
      if (!now || now instanceof Error) throw now ?? new Error('asked for too many rounds');
      const [lower, upper] = now;
      return {lower, upper, relativeGap: (upper - lower) / upper, patterns: 10, working: round, neurons: 1, improvable: true, ...changes};
    },
    network: () => NETWORK,
    withBeta: () => scripted(rounds, changes),
  };
}

/** The events of a proof by a clock that moves a second whenever it is read. */
function proved(certifier: Certifier, terms: {readonly tolerance?: number; readonly limitSeconds?: number} = {}): readonly StudyEvent[] {
  const events: StudyEvent[] = [];
  let now = 0;
  const clock = () => (now += 1000);
  prove(certifier, {emit: (event) => events.push(event), clock}, {tolerance: 1e-3, limitSeconds: 100, from: 0, ...terms});
  return events;
}
const intervals = (events: readonly StudyEvent[]) => eventsOf(events, 'certificate').map(({certificate}) => certificate);

describe('a proof', () => {
  it('tells each round, with the network whenever the upper bound came down, and ends when closed', () => {
    const events = proved(scripted([[1, 4], [2, 4], [2.9995, 3]]));
    expect(intervals(events).map(({lower, upper, rounds, seconds, closed}) => ({lower, upper, rounds, seconds, closed}))).toEqual([
      {lower: 1, upper: 4, rounds: 1, seconds: 1, closed: false},
      {lower: 2, upper: 4, rounds: 2, seconds: 2, closed: false},
      {lower: 2.9995, upper: 3, rounds: 3, seconds: 3, closed: true},
    ]);
    expect(eventsOf(events, 'certificate').map(({network}) => network)).toEqual([NETWORK, null, NETWORK]);
    expect(intervals(events)[2].message).toMatch(/^Proved: no network .* any width/);
    expect(events.at(-1)).toEqual({type: 'done'});
  });

  it('never calls the optimum of a sampled programme one of all networks', () => {
    const events = proved({...scripted([[3, 3]]), scope: 'sampled programme'});
    expect(intervals(events)[0]).toMatchObject({scope: 'sampled programme', closed: true, message: expect.stringMatching(/Other networks may/)});
    expect(intervals(events)[0].message).not.toMatch(/any width/);
  });

  it('ends where nothing more can be had, and where time is up, with the interval that it has', () => {
    expect(intervals(proved(scripted([[1, 4]], {improvable: false})))).toEqual([expect.objectContaining({lower: 1, upper: 4, closed: false, message: 'The method got no further. The interval is proved.'})]);
    const late = intervals(proved(scripted([[1, 4], [1.5, 4], [2, 4], [3, 4]]), {limitSeconds: 3}));
    expect(late).toHaveLength(3);
    expect(late[2]).toMatchObject({lower: 2, closed: false, message: expect.stringMatching(/after 3 s/)});
  });

  it('blames double precision only for the last digits, and lets the certifier say what it knows', () => {
    const messageOf = (certifier: Certifier, tolerance: number) => intervals(proved(certifier, {tolerance})).at(-1)?.message;
    expect(messageOf(scripted([[4 - 1e-7, 4]], {improvable: false}), 1e-9)).toMatch(/double precision .* proved/);
    expect(messageOf(scripted([[4 - 1e-5, 4]], {improvable: false}), 1e-9)).toMatch(/no further. .* proved/);
    expect(messageOf({...scripted([[1, 4]], {improvable: false}), remainder: 'Cells are thin.'}, 1e-9)).toBe('Cells are thin.');
  });

  it('keeps the interval when a later round fails, and says so', () => {
    const events = proved(scripted([[1, 4], [2, 4], new Error('the block is singular')]));
    expect(intervals(events).at(-1)).toMatchObject({lower: 2, upper: 4, rounds: 2, closed: false, message: expect.stringMatching(/error after round 2 \(the block is singular\)/)});
    expect(events.at(-1)).toEqual({type: 'done'});
  });

  it('refuses when the first round fails', () => {
    expect(proved(scripted([new Error('no patterns')]))).toEqual([{type: 'refused', field: 'certificate', message: expect.stringMatching(/no patterns/)}]);
  });

  it.each([[[4, 3]], [[Number.NaN, 3]], [[1, Number.POSITIVE_INFINITY]]] as const)('never shows bounds that contradict each other (%j)', (wrong) => {
    expect(proved(scripted([wrong]))).toEqual([{type: 'refused', field: 'certificate', message: expect.stringMatching(/contradict/)}]);
    const events = proved(scripted([[1, 4], wrong]));
    expect(intervals(events).every(({lower, upper}) => lower === 1 && upper === 4)).toBe(true);
  });

  it('tells progress between 0 and 1 that rises as the gap falls', () => {
    const shares = eventsOf(proved(scripted([[0, 4], [3.6, 4], [3.96, 4], [4, 4]])), 'progress').map(({share}) => share);
    expect(shares[0]).toBe(0);
    expect(shares[1]).toBeCloseTo(1 / 3, 9);
    expect(shares[2]).toBeCloseTo(2 / 3, 9);
  });
});

describe('the sampled patterns', () => {
  const race = (...params: readonly Record<string, unknown>[]) =>
    parsed({seed: 8, dataset: {id: 'moons', params: {n: 20}}, contestants: [{solver: {id: 'adam'}}, ...params.map((one) => ({solver: {id: 'convex-admm', params: one}}))]});

  it('are those of the first contestant that samples', () => {
    expect(sampleOf(race({source: 'pursuit'}, {source: 'sampled', patterns: 7}, {source: 'sampled', patterns: 9}), 10)).toEqual({patterns: 7, seed: 8});
  });

  it('are what automatic means for one or two inputs, and not for more', () => {
    expect(sampleOf(race({source: 'automatic', patterns: 7}), 3)).toEqual({patterns: 7, seed: 8});
    expect(sampleOf(race({source: 'automatic', patterns: 7}), 4)).toBeNull();
  });

  it('are nobody\'s where patterns are given, all, or pursued', () => {
    expect(sampleOf(race({source: 'sampled', gates: [[1, 0, 0]]}, {source: 'all'}, {source: 'pursuit'}), 3)).toBeNull();
    expect(sampleOf(race(), 3)).toBeNull();
  });
});

describe('a certificate of an experiment', () => {
  const readFile = readFrom('public/data');
  const experimentOf = (name: string) => {
    const {points, targets, loss, beta} = reference.instances.find((one) => one.name === name) ?? reference.instances[0];
    return parsed({
      dataset: {id: 'inline', params: {points, targets, task: 'classification'}},
      problem: {id: 'two-layer-relu', params: {loss, beta}},
      contestants: [{solver: {id: 'sgd'}}],
      certificate: true,
    });
  };

  it.each(['xor-20-squared', 'xor-20-hinge', 'xor-20-logistic'])('%s: overlaps the reference, and its network has the J that it says', async (name) => {
    const experiment = experimentOf(name);
    const {services, events} = listening(readFile);
    await certificateStudy({experiment, tolerance: CERTIFICATE_TOLERANCE}, services, 60);
    const last = intervals(events).at(-1);
    if (!last) throw new Error('nothing was told');
    const instance = reference.instances.find((one) => one.name === name) ?? reference.instances[0];
    expect(last).toMatchObject({scope: 'global', patterns: 382});
    expect(last.lower).toBeLessThanOrEqual(instance.optimum_upper);
    expect(last.upper).toBeGreaterThanOrEqual(instance.optimum_lower);
    expect(last.relativeGap).toBeLessThanOrEqual(1e-4);
    const network = eventsOf(events, 'certificate').flatMap((event) => event.network ?? []).at(-1);
    const side = await loadHostProblem(experiment, readFile);
    if (!side.ok || !network) throw new Error(side.ok ? 'no network was told' : faultText(side.error));
    expect(Math.abs(side.value.host.evaluate(network).objective / last.upper - 1)).toBeLessThan(1e-5);
  });

  it('is refused in words where nobody samples and there are too many inputs', async () => {
    const {services, events} = listening(readFile);
    const experiment = parsed({dataset: {id: 'breast-cancer', params: {}}, contestants: [{solver: {id: 'adam'}}]});
    await certificateStudy({experiment, tolerance: 1e-6}, services);
    expect(events).toEqual([{type: 'refused', field: 'certificate', message: expect.stringMatching(/no contestant samples/)}]);
  });

  it('is refused with the reason where the data cannot be read', async () => {
    const {services, events} = listening(() => Promise.reject(new Error('offline')));
    await certificateStudy({experiment: parsed({dataset: {id: 'iris', params: {}}, contestants: [{solver: {id: 'adam'}}]}), tolerance: 1e-6}, services);
    expect(events).toEqual([expect.objectContaining({type: 'refused', message: expect.stringMatching(/offline/)})]);
  });
});
