import {afterEach, describe, expect, it, vi} from 'vitest';
import {DEFAULT_VIEW, type Experiment} from '../../src/core/experiment.ts';
import type {HostProblem} from '../../src/core/hostProblem.ts';
import type {InstrumentEvent, LandscapeSpec, Snapshot} from '../../src/core/protocol.ts';
import {failure, type Result, success} from '../../src/core/result.ts';
import {createInstruments, type LoadedProblem} from '../../src/engine/instruments.ts';
import squared from '../../src/losses/squared/host.ts';
import hostProblem from '../../src/problems/two-layer-relu/host.ts';
import {randomData, randomNetwork, snapshotOf} from '../helpers/twoLayerRelu.ts';

const data = randomData({task: 'binary', n: 30, testCount: 10, d: 3}, 41);
const host = hostProblem(data, {beta: 0.1}, squared);
const sgd = {colour: 'blue', solver: {id: 'sgd', params: {}}, model: {}} as const;
const experiment: Experiment = {
  version: 2,
  certificate: false,
  title: '',
  seed: 1,
  dataset: {id: 'moons', params: {}},
  problem: {id: 'two-layer-relu', params: {}},
  contestants: ['SGD', 'Adam', 'ADMM'].map((name) => ({name, ...sgd})),
  budget: {axis: 'iterations', amount: 10},
  view: DEFAULT_VIEW,
};
const spec: LandscapeSpec = {plane: 'contestants', runs: ['r0', 'r1', 'r2'], names: ['SGD', 'Adam', 'ADMM'], of: 'r0', seed: 1, side: 11};

function bench(load: () => Promise<Result<LoadedProblem>> = async () => success({data, host})) {
  const events: InstrumentEvent[] = [];
  let onPause = (): void => undefined;
  const handle = createInstruments({
    emit: (event) => events.push(event),
    load,
    pause: async () => {
      onPause();
      await new Promise((resolve) => setTimeout(resolve));
    },
  });
  const kinds = (): string[] =>
    events.filter((event) => event.type !== 'progress').map((event) => `${event.type} ${event.requestId}`);
  const of = <T extends InstrumentEvent['type']>(type: T): Extract<InstrumentEvent, {type: T}> => {
    const found = events.find((event) => event.type === type);
    if (!found) throw new Error(`no ${type} among ${kinds().join(', ')}`);
    return found as Extract<InstrumentEvent, {type: T}>;
  };
  return {handle, events, kinds, of, atPause: (action: () => void) => (onPause = action)};
}

async function loaded(paths: Readonly<Record<string, readonly Snapshot[]>>, problem: HostProblem = host) {
  const all = bench(async () => success({data, host: problem}));
  await all.handle({type: 'load', requestId: 1, experiment, base: '/'});
  for (const [runId, snapshots] of Object.entries(paths)) await all.handle({type: 'observe', runId, snapshots});
  return all;
}

const start = randomNetwork(6, 3, 1, 42);
const PATHS = {
  r0: [start, randomNetwork(6, 3, 1, 43, 5)],
  r1: [start, randomNetwork(6, 3, 1, 44, 5)],
  r2: [randomNetwork(9, 3, 1, 45, 5)],
};

describe('load', () => {
  it('answers with a summary of the data', async () => {
    const {handle, of} = bench();
    await handle({type: 'load', requestId: 1, experiment, base: '/'});
    expect(of('summary').summary).toMatchObject({trainCount: 30, testCount: 10, task: 'binary'});
  });

  it('passes a refusal on, also a thrown one, and later requests repeat it', async () => {
    const refused = bench(async () => failure('dataset.params.file', 'is empty'));
    await refused.handle({type: 'load', requestId: 1, experiment, base: '/'});
    await refused.handle({type: 'landscape', requestId: 2, spec});
    expect(refused.events).toEqual([
      {type: 'refused', requestId: 1, field: 'dataset.params.file', message: 'is empty'},
      {type: 'refused', requestId: 2, field: 'dataset.params.file', message: 'is empty'},
    ]);
    const thrown = bench(() => Promise.reject(new Error('offline')));
    await thrown.handle({type: 'load', requestId: 1, experiment, base: '/'});
    expect(thrown.of('refused').message).toContain('offline');
  });

  it('is superseded by a newer one; requests meanwhile wait for the newer', async () => {
    const waiting: ((result: Result<LoadedProblem>) => void)[] = [];
    const {handle, kinds} = bench(() => new Promise((resolve) => waiting.push(resolve)));
    const first = handle({type: 'load', requestId: 1, experiment, base: '/'});
    const second = handle({type: 'load', requestId: 2, experiment, base: '/'});
    await handle({type: 'observe', runId: 'r0', snapshots: [start]});
    const look = handle({type: 'boundary', requestId: 3, runId: 'r0', side: 5});
    expect(kinds()).toEqual(['cancelled 1']);
    for (const resolve of waiting) resolve(success({data, host}));
    await Promise.all([first, second, look]);
    expect(kinds()).toEqual(['cancelled 1', 'summary 2', 'boundary 3']);
  });

  it('answers with the neurons of a run\'s latest network', async () => {
    const {handle, of, kinds} = await loaded(PATHS);
    await handle({type: 'neurons', requestId: 2, runId: 'r1'});
    expect(of('neurons')).toMatchObject({runId: 'r1', neurons: {iteration: 5, units: 6, d: 3}});
    await handle({type: 'neurons', requestId: 3, runId: 'nobody'});
    expect(kinds().at(-1)).toBe('refused 3');
  });

  it('forgets the runs and the landscape of the experiment before', async () => {
    const {handle, kinds} = await loaded(PATHS);
    await handle({type: 'landscape', requestId: 2, spec});
    await handle({type: 'load', requestId: 3, experiment, base: '/'});
    await handle({type: 'boundary', requestId: 4, runId: 'r0', side: 5});
    await handle({type: 'networkAt', requestId: 5, a: 0, b: 0, side: 5});
    expect(kinds()).toEqual(['summary 1', 'landscape 2', 'summary 3', 'refused 4', 'refused 5']);
  });
});

describe('landscape', () => {
  it('holds J of the networks at their projected places, and the network there can be asked for', async () => {
    const {handle, of} = await loaded(PATHS);
    await handle({type: 'landscape', requestId: 2, spec});
    const {landscape} = of('landscape');
    expect(landscape.values.length).toBe(121);
    expect(landscape.values.every(Number.isFinite)).toBe(true);
    expect(landscape.paths.map((path) => path.runId)).toEqual(['r0', 'r1', 'r2']);
    expect([...landscape.paths[0].iterations]).toEqual([0, 5]);
    expect([landscape.aLabel, landscape.bLabel]).toEqual(['from SGD towards Adam', 'towards ADMM']);
    const [a, b] = [landscape.paths[1].a[1], landscape.paths[1].b[1]];
    await handle({type: 'networkAt', requestId: 3, a, b, side: 7});
    expect(of('networkAt').objective / host.evaluate(PATHS.r1[1]).objective).toBeCloseTo(1, 5);
    expect(of('networkAt').boundary).toMatchObject({kind: 'grid', side: 7});
    await handle({type: 'networkAt', requestId: 4, a: landscape.aRange[0], b: landscape.bRange[1], side: 7});
  });

  it('puts rows along b and columns along a', async () => {
    const {handle, of, events} = await loaded(PATHS);
    await handle({type: 'landscape', requestId: 2, spec: {...spec, plane: 'random'}});
    const {values, aRange, bRange} = of('landscape').landscape;
    await handle({type: 'networkAt', requestId: 3, a: aRange[1], b: bRange[0], side: 3});
    await handle({type: 'networkAt', requestId: 4, a: aRange[0], b: bRange[1], side: 3});
    const objectives = events.flatMap((event) => (event.type === 'networkAt' ? [event.objective] : []));
    expect(values[10] / objectives[0]).toBeCloseTo(1, 5);
    expect(values[110] / objectives[1]).toBeCloseTo(1, 5);
  });

  it('leaves out runs without a network, and refuses where there is none', async () => {
    const {handle, of, events} = await loaded({r1: PATHS.r1});
    await handle({type: 'landscape', requestId: 2, spec});
    expect(of('landscape').landscape.paths.map((path) => path.runId)).toEqual(['r1']);
    await handle({type: 'landscape', requestId: 3, spec: {...spec, plane: 'path'}});
    await handle({type: 'forget', runId: 'r1'});
    await handle({type: 'landscape', requestId: 4, spec});
    expect(events.flatMap((event) => (event.type === 'refused' ? [event.field] : []))).toEqual(['of', 'runs']);
  });

  it('keeps a long path short, with its ends', async () => {
    const long = Array.from({length: 1200}, (_, i) => snapshotOf(6, 3, 1, start.values.map((w, j) => w * (1 + 1e-4 * i * Math.cos(j))), i));
    const {handle, of} = await loaded({r0: long});
    await handle({type: 'landscape', requestId: 2, spec: {...spec, runs: ['r0'], plane: 'path'}});
    const {iterations} = of('landscape').landscape.paths[0];
    expect(iterations.length).toBeLessThanOrEqual(160);
    expect([iterations[0], iterations.at(-1)]).toEqual([0, 1199]);
  });

  it('draws a diverged run as far as it makes sense, and says so', async () => {
    const huge = snapshotOf(6, 3, 1, start.values.map((w) => 1e6 * w), 7);
    const infinite = snapshotOf(6, 3, 1, start.values.map((w) => w / 0), 8);
    const {handle, of} = await loaded({...PATHS, r0: [...PATHS.r0, huge, infinite]});
    await handle({type: 'landscape', requestId: 2, spec});
    const {paths, notes} = of('landscape').landscape;
    expect([...paths[0].iterations]).toEqual([0, 5]);
    expect(notes).toEqual(['SGD: J rose beyond 100 times its start, so its path is drawn up to iteration 5.']);
  });

  it('stops promptly when cancelled, and a newer one takes its place', async () => {
    const cancelled = await loaded(PATHS);
    cancelled.atPause(() => void cancelled.handle({type: 'cancel', requestId: 2}));
    await cancelled.handle({type: 'landscape', requestId: 2, spec});
    expect(cancelled.kinds()).toEqual(['summary 1', 'cancelled 2']);

    const replaced = await loaded(PATHS);
    let newer: Promise<void> | null = null;
    replaced.atPause(() => {
      newer ??= replaced.handle({type: 'landscape', requestId: 3, spec});
    });
    await replaced.handle({type: 'landscape', requestId: 2, spec});
    await newer;
    expect(replaced.kinds()).toEqual(['summary 1', 'cancelled 2', 'landscape 3']);
  });

  it('reports progress and can be cancelled between rows of a large grid', async () => {
    const large = await loaded(PATHS);
    await large.handle({type: 'landscape', requestId: 2, spec: {...spec, side: 601}});
    const shares = large.events.flatMap((event) => (event.type === 'progress' ? [event.share] : []));
    expect(shares.length).toBeGreaterThan(1);
    expect(shares.every((share, i) => share > 0 && share <= 1 && (i === 0 || share > shares[i - 1]))).toBe(true);

    const stopped = await loaded(PATHS);
    stopped.atPause(() => {
      if (stopped.events.some((event) => event.type === 'progress')) void stopped.handle({type: 'cancel', requestId: 2});
    });
    await stopped.handle({type: 'landscape', requestId: 2, spec: {...spec, side: 601}});
    expect(stopped.events.filter((event) => event.type === 'progress').length).toBe(1);
    expect(stopped.kinds()).toEqual(['summary 1', 'cancelled 2']);
  });
});

describe('networks of several kins', () => {
  /** As if width decided J, so that networks of other widths had no place. */
  const byWidth: HostProblem = {...host, kin: ({shapes}) => String(shapes.u[0])};

  it('draws those that share the space of the run that the plane is about, and names the others', async () => {
    const {handle, events} = await loaded(PATHS, byWidth);
    await handle({type: 'landscape', requestId: 2, spec});
    await handle({type: 'landscape', requestId: 3, spec: {...spec, plane: 'path', of: 'r2'}});
    await handle({type: 'landscape', requestId: 4, spec: {...spec, of: 'nobody'}});
    const drawn = events.flatMap((event) => (event.type === 'landscape' ? [event.landscape] : []));
    expect(drawn.map(({paths}) => paths.map(({runId}) => runId))).toEqual([['r0', 'r1'], ['r2'], ['r0', 'r1']]);
    const alone = 'ADMM has another network or another J, so it has no place on this map.';
    const both = 'SGD and Adam have other networks or another J, so they have no place on this map.';
    expect(drawn.map(({notes}) => notes.filter((note) => note.includes('no place')))).toEqual([[alone], [both], [alone]]);
    expect(drawn[0].aLabel).toBe('from SGD towards Adam');
  });
});

describe('a J that is slow', () => {
  afterEach(() => void vi.restoreAllMocks());

  /** A clock that only J moves: so many milliseconds a row and a point. */
  const slow = (row: number, point: number) => {
    let now = 0;
    const rows: number[] = [];
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const problem: HostProblem = {
      ...host,
      share: (paths) => {
        const space = host.share(paths);
        return {
          ...space,
          kernel: (plane) => {
            const kernel = space.kernel(plane);
            return {
              evaluateRow(b, aValues, out) {
                now += row + point * aValues.length;
                rows.push(aValues.length);
                kernel.evaluateRow(b, aValues, out);
              },
            };
          },
        };
      },
    };
    return {problem, rows};
  };

  it.each([
    {point: 0.5, side: 61, drawn: 61, cost: null},
    {point: 7, side: 61, drawn: 41, cost: '7.0'},
    {point: 30, side: 61, drawn: 21, cost: '30'},
    {point: 30, side: 31, drawn: 15, cost: '30'},
    {point: 400, side: 61, drawn: 11, cost: '400'},
    {point: 900, side: 61, drawn: 11, cost: '900'},
    {point: 400, side: 9, drawn: 9, cost: null},
  ])('at $point ms a point and $side wanted has $drawn points a side', async ({point, side, drawn, cost}) => {
    const {problem} = slow(0, point);
    const {handle, of} = await loaded(PATHS, problem);
    await handle({type: 'landscape', requestId: 2, spec: {...spec, side}});
    const {landscape} = of('landscape');
    expect([landscape.side, landscape.values.length]).toEqual([drawn, drawn * drawn]);
    expect(landscape.notes.filter((note) => note.includes('costs'))).toEqual(cost ? [`The map has ${drawn} x ${drawn} points: one costs ${cost} ms here.`] : []);
    // The same numbers as of a quick grid with as many points.
    vi.restoreAllMocks();
    const quick = await loaded(PATHS);
    await quick.handle({type: 'landscape', requestId: 2, spec: {...spec, side: drawn}});
    landscape.values.forEach((value, i) => expect(value / quick.of('landscape').landscape.values[i]).toBeCloseTo(1, 9));
  });

  it.each([
    {point: 1200, rows: [1, 2], words: 'J at one network takes about 1.2 s, so even the coarsest picture would take more than 2 minutes'},
    // Looked at twice, in case the machine slept.
    {point: 60_000, rows: [1, 1], words: 'J at one network takes about 60 s, so even the coarsest picture would take more than 11 minutes'},
  ])('at $point ms a point has no map, which is learnt from a few points and once', async ({point, rows, words}) => {
    const {problem, rows: taken} = slow(0, point);
    const {handle, of, events} = await loaded(PATHS, problem);
    await handle({type: 'landscape', requestId: 2, spec: {...spec, side: 61}});
    expect(of('refused')).toMatchObject({requestId: 2, field: 'problem', message: expect.stringContaining(words)});
    expect(taken).toEqual(rows);
    await handle({type: 'landscape', requestId: 3, spec: {...spec, side: 31}});
    expect(events.at(-1)).toMatchObject({type: 'refused', requestId: 3, field: 'problem'});
    expect(taken).toEqual(rows);
    // A new problem is looked at anew.
    await handle({type: 'load', requestId: 4, experiment, base: '/'});
    await handle({type: 'observe', runId: 'r0', snapshots: PATHS.r0});
    await handle({type: 'landscape', requestId: 5, spec});
    expect(taken.length).toBe(2 * rows.length);
  });

  it('is not evaluated along paths where a single network takes too long', async () => {
    let [now, evaluated] = [0, 0];
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const evaluate: HostProblem['evaluate'] = (snapshot) => {
      evaluated++;
      now += 30_000;
      return host.evaluate(snapshot);
    };
    const {handle, of, events} = await loaded(PATHS, {...host, evaluate});
    await handle({type: 'landscape', requestId: 2, spec});
    expect(of('refused')).toMatchObject({field: 'problem', message: expect.stringContaining('takes about 30 s')});
    await handle({type: 'line', requestId: 3, spec: {runs: spec.runs, names: spec.names, of: 'r0', to: 'r1'}});
    expect(events.at(-1)).toMatchObject({type: 'refused', requestId: 3, field: 'problem'});
    expect(evaluated).toBe(2);
  });

  it('pauses within a row where points are slow, but not so often that starting rows would take the time', async () => {
    const points = slow(0, 40);
    const pausing = await loaded(PATHS, points.problem);
    await pausing.handle({type: 'landscape', requestId: 2, spec: {...spec, side: 21}});
    expect(Math.max(...points.rows.slice(-50))).toBe(1);
    vi.restoreAllMocks();
    const whole = slow(90, 1);
    const rowwise = await loaded(PATHS, whole.problem);
    await rowwise.handle({type: 'landscape', requestId: 2, spec: {...spec, side: 61}});
    expect(rowwise.of('landscape').landscape.side).toBe(61);
    expect(whole.rows.filter((length) => length === 61).length).toBe(61);
  });

  it('looks at few networks of a path to see where it has outgrown its start', async () => {
    const evaluated: number[] = [];
    const watched: HostProblem = {
      ...host,
      evaluate: (snapshot) => {
        evaluated.push(snapshot.iteration);
        return host.evaluate(snapshot);
      },
    };
    const growing = Array.from({length: 100}, (_, i) => snapshotOf(6, 3, 1, start.values.map((w) => w * (i < 63 ? 1 : 1e3)), i));
    const {handle, events} = await loaded({r0: growing, r1: PATHS.r1}, watched);
    await handle({type: 'landscape', requestId: 2, spec: {...spec, runs: ['r0', 'r1']}});
    await handle({type: 'landscape', requestId: 3, spec: {...spec, runs: ['r0', 'r1']}});
    const ends = events.flatMap((event) => (event.type === 'landscape' ? [event.landscape.paths[0].iterations.at(-1)] : []));
    expect(ends).toEqual([62, 62]);
    expect(evaluated.length).toBeLessThan(14);
  });
});
