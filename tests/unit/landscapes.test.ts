import {describe, expect, it} from 'vitest';
import type {HostProblem, Plane, PlaneKernel} from '../../src/core/hostProblem.ts';
import type {InstrumentEvent, Landscape, LandscapeSpec, Snapshot} from '../../src/core/protocol.ts';
import type {RunPath} from '../../src/engine/cast.ts';
import {barrierOf, drawLine} from '../../src/engine/landscapeLine.ts';
import {createGpuGrid} from '../../src/engine/gpuGrid.ts';
import {createLandscapes} from '../../src/engine/landscapes.ts';
import {Slowness} from '../../src/engine/slowness.ts';
import {flatSpace} from '../../src/numerics/flatSpace.ts';
import {pointwiseKernel} from '../../src/numerics/pointwiseKernel.ts';
import squared from '../../src/losses/squared/host.ts';
import relu from '../../src/problems/two-layer-relu/host.ts';
import {disguised, randomData, randomNetwork, snapshotOf} from '../helpers/twoLayerRelu.ts';

const DIM = 5;
let evaluations = 0;

/** J(w) = sum_i (i + 1) w_i^2 over plain vectors. */
const bowl = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, w, i) => sum + (i + 1) * w ** 2, 0);
const bowls: HostProblem = {
  evaluate: ({values}) => ({objective: bowl(values), trainLoss: 0, testLoss: 0, penalty: 0, rawPenalty: 0, trainScore: 0, testScore: 0}),
  predict: () => new Float64Array(0),
  kin: ({shapes}) => JSON.stringify(shapes),
  share: (paths) =>
    flatSpace(paths, () => new Int32Array(DIM), (_, plane) =>
      pointwiseKernel((point) => {
        evaluations++;
        return bowl(point);
      }, plane),
    ),
};

const vector = (iteration: number, ...values: number[]): Snapshot => ({iteration, shapes: {w: [values.length]}, values: Float32Array.from(values)});
const NAMES = ['SGD', 'Adam', 'ADMM'];
const spec: LandscapeSpec = {plane: 'contestants', runs: ['r0', 'r1', 'r2'], names: NAMES, of: 'r0', seed: 1, side: 11};

/** Three runs with a step each. */
const threeRuns = (): Map<string, RunPath> =>
  new Map(
    [
      [vector(0, 1, 1, 1, 1, 1), vector(1, 0.5, 1, 1, 1, 1)],
      [vector(0, 1, 1, 1, 1, 1), vector(1, 1, 0.4, 1, 1, 1)],
      [vector(0, 1, 1, 1, 1, 1), vector(1, 1, 1, 0.3, 1, 1)],
    ].map((snapshots, i) => [`r${i}`, {snapshots, overflowed: false}]),
  );

function table(runs = threeRuns(), host = bowls) {
  const landscapes = createLandscapes({
    emit: (event) => events.push(event),
    pause: async () => undefined,
    clock: () => 0,
    pathOf: (runId) => runs.get(runId),
    slowness: new Slowness(() => 0),
    gpu: createGpuGrid(async () => null),
  });
  const events: InstrumentEvent[] = [];
  let requestId = 0;
  const draw = async (changes: Partial<LandscapeSpec> = {}): Promise<Landscape> => {
    requestId++;
    await landscapes.draw({requestId, live: true}, host, {...spec, ...changes}, (snapshot) => host.evaluate(snapshot).objective);
    const last = events.at(-1);
    if (last?.type !== 'landscape') throw new Error(JSON.stringify(last));
    return last.landscape;
  };
  return {runs, draw, events, landscapes, at: landscapes.at};
}

describe('a finer map', () => {
  it('keeps plane, ranges, paths and id, and knows what was computed before', async () => {
    const {draw, runs} = table();
    const maps = [await draw({side: 21}), await draw({side: 41}), await draw({side: 81})];
    expect(maps.map(({side, values}) => [side, values.length])).toEqual([[21, 441], [41, 1681], [81, 6561]]);
    for (const map of maps) {
      expect([map.id, map.aRange, map.bRange, map.aLabel]).toEqual([maps[0].id, maps[0].aRange, maps[0].bRange, maps[0].aLabel]);
      expect(map.paths).toBe(maps[0].paths);
      // Every fourth (second) point of the finer map is one of the coarser.
      const stride = (map.side - 1) / 20;
      for (const [row, column] of [[0, 0], [3, 17], [20, 20]]) {
        const finer = map.values[row * stride * map.side + column * stride];
        expect(finer).toBeCloseTo(maps[0].values[row * 21 + column], 10);
      }
    }
    evaluations = 0;
    expect((await draw({side: 41})).side).toBe(81);
    expect(evaluations).toBe(0);
    runs.get('r0')?.snapshots.push(vector(2, 0.2, 1, 1, 1, 1));
    const moved = await draw({side: 21});
    expect(moved.id).not.toBe(maps[0].id);
    expect(moved.paths[0].a.length).toBe(3);
  });
});

describe('a frozen map', () => {
  it('keeps origin, directions, ranges and J while paths go on', async () => {
    const {draw, runs, at} = table();
    const before = await draw({side: 21});
    const frozen = await draw({side: 21, freeze: true});
    expect([frozen.id, frozen.values]).toEqual([before.id, before.values]);
    runs.get('r0')?.snapshots.push(vector(2, 0.1, 1, 1, 1, 0.5));
    evaluations = 0;
    const later = await draw({side: 21, freeze: true});
    expect(evaluations).toBe(0);
    expect([later.id, later.aRange, later.bRange, later.aLabel]).toEqual([before.id, before.aRange, before.bRange, before.aLabel]);
    expect([...later.paths[0].iterations]).toEqual([0, 1, 2]);
    expect([...later.paths[0].a.slice(0, 2)]).toEqual([...before.paths[0].a]);
    // The plane runs through (0.5, 1, 1, ..), (1, 0.4, 1, ..) and (1, 1, 0.3, ..), where the last two coordinates are 1.
    expect(later.paths[0].off[2]).toBeGreaterThan(later.paths[0].off[1]);
    const point = at(later.paths[0].a[2], later.paths[0].b[2]);
    expect(point?.network.values[3]).toBeCloseTo(1, 6);
    expect(later.notes[0]).toContain('frozen');
    // The same plane is found when runs start again under other names.
    const again = new Map([...runs].map(([runId, path]) => [`${runId}-again`, path]));
    for (const [runId, path] of again) runs.set(runId, path);
    const renamed = await draw({side: 21, freeze: true, runs: [...again.keys()], of: 'r0-again'});
    expect([renamed.id, renamed.paths.map(({runId}) => runId)]).toEqual([before.id, [...again.keys()]]);
    const followed = await draw({side: 21});
    expect(followed.id).not.toBe(before.id);
    expect(followed.notes.join()).not.toContain('frozen');
  });

  it('outlives renames, and keeps each contestant in its own place when others come and go', async () => {
    const {draw, runs} = table();
    const about = {plane: 'path', of: 'r1', freeze: true, seats: [1, 2, 3]} as const;
    const before = await draw({...about, freeze: false});
    const renamed = await draw({...about, names: ['SGD', 'Adam with momentum', 'ADMM']});
    expect([renamed.id, renamed.values]).toEqual([before.id, before.values]);
    // The first leaves, the last starts anew, and another one comes.
    runs.set('again', {snapshots: [vector(0, 1, 1, 1, 1, 1), vector(1, 1, 1, 0.7, 1, 1)], overflowed: false});
    runs.set('new', {snapshots: [vector(0, 1, 1, 1, 1, 1)], overflowed: false});
    const later = await draw({...about, runs: ['r1', 'again', 'new'], names: ['Adam', 'ADMM', 'Newton'], seats: [2, 3, 4]});
    expect([later.id, later.paths.map(({runId}) => runId)]).toEqual([before.id, ['r1', 'again']]);
    expect([...later.paths[0].a]).toEqual([...before.paths[1].a]);
    expect(later.notes[0]).not.toContain('left the race');
    expect(later.notes[1]).toContain('no place for these networks: Newton');
    // Whom it is about leaves: the page then asks about another one, which is no wish for another plane; the next is.
    const without = {runs: ['again', 'new'], names: ['ADMM', 'Newton'], seats: [3, 4]};
    const orphaned = await draw({...about, ...without, of: 'again'});
    expect([orphaned.id, orphaned.paths.map(({runId}) => runId)]).toEqual([before.id, ['again']]);
    expect(orphaned.notes[0]).toContain('about Adam, which has left the race');
    expect((await draw({...about, ...without, of: 'again'})).id).toBe(before.id);
    expect((await draw({...about, ...without, of: 'new'})).id).not.toBe(before.id);
  });

  it('takes the place of neurons by contestant, not by where it stands in the list', async () => {
    const data = randomData({task: 'regression', n: 12, d: 3}, 21);
    const first = randomNetwork(4, 3, 1, 22);
    const second = randomNetwork(4, 3, 1, 23);
    const shrunk = (network: Snapshot, iteration: number): Snapshot => ({...network, iteration, values: network.values.map((w) => 0.8 ** iteration * w)});
    const runs = new Map([first, second].map((network, i) => [`r${i}`, {snapshots: [0, 1, 2].map((k) => shrunk(network, k)), overflowed: false}]));
    const {draw} = table(runs, relu(data, {beta: 0.1}, squared));
    const two = {runs: ['r0', 'r1'], names: ['SGD', 'Adam'], seats: [7, 9]};
    const before = await draw(two);
    await draw({...two, freeze: true});
    const later = await draw({runs: ['r1'], names: ['Adam'], seats: [9], of: 'r1', freeze: true});
    expect(later.id).toBe(before.id);
    for (const axis of ['a', 'b'] as const) {
      for (const [i, at] of later.paths[0][axis].entries()) expect(at).toBeCloseTo(before.paths[1][axis][i], 9);
    }
  });

  it('stays where the contestant that it is about becomes of another kind', async () => {
    const {draw, runs} = table();
    const about = {plane: 'path', of: 'r1'} as const;
    const before = await draw(about);
    runs.set('wider', {snapshots: [vector(0, 1, 2)], overflowed: false});
    const later = await draw({...about, runs: ['r0', 'wider', 'r2'], of: 'wider', freeze: true});
    expect([later.id, later.paths.map(({runId}) => runId)]).toEqual([before.id, ['r0', 'r2']]);
    expect(later.notes[0]).toContain('Adam has another network');
  });

  it('is the one on show, not one that is still being drawn', async () => {
    const runs = threeRuns();
    const {draw, landscapes, events} = table(runs);
    const before = await draw({side: 21});
    runs.get('r0')?.snapshots.push(vector(2, 0.1, 1, 1, 1, 0.5));
    // A newer look is given up when its plane is chosen, but not drawn.
    const job = {requestId: 99, live: true};
    const interrupted: HostProblem = {
      ...bowls,
      share: (paths) => {
        const space = bowls.share(paths);
        const kernel = (plane: Plane): PlaneKernel => {
          job.live = false;
          return space.kernel(plane);
        };
        return {...space, kernel};
      },
    };
    await landscapes.draw(job, interrupted, {...spec, side: 21}, (snapshot) => bowls.evaluate(snapshot).objective);
    expect(events.filter(({type}) => type === 'landscape').length).toBe(1);
    const frozen = await draw({side: 21, freeze: true});
    expect([frozen.id, frozen.values]).toEqual([before.id, before.values]);
    expect([...frozen.paths[0].iterations]).toEqual([0, 1, 2]);
  });

  it('says whom it has no place for', async () => {
    const runs = threeRuns();
    const late = runs.get('r2');
    runs.delete('r2');
    const {draw} = table(runs);
    const before = await draw({freeze: true});
    if (late) runs.set('r2', late);
    const later = await draw({freeze: true});
    expect(later.id).toBe(before.id);
    expect(later.paths.map(({runId}) => runId)).toEqual(['r0', 'r1']);
    expect(later.notes[1]).toContain('no place for these networks: ADMM');
    expect((await draw({freeze: true, plane: 'random'})).paths.length).toBe(3);
  });

  it('says where neurons came to life that it has no place for', async () => {
    const data = randomData({task: 'regression', n: 10, d: 3}, 5);
    const dead = randomNetwork(4, 3, 1, 6);
    const values = dead.values.map((w, i) => (i < 3 || i === 12 ? 0 : w));
    const runs = new Map([['r0', {snapshots: [snapshotOf(4, 3, 1, values, 0), snapshotOf(4, 3, 1, values.map((w) => 0.9 * w), 1)], overflowed: false}]]);
    const {draw} = table(runs, relu(data, {beta: 0.1}, squared));
    const one = {runs: ['r0'], names: ['ADMM'], freeze: true};
    await draw(one);
    runs.get('r0')?.snapshots.push({...dead, iteration: 2});
    const later = await draw(one);
    expect([...later.paths[0].iterations]).toEqual([0, 1]);
    expect(later.notes[1]).toContain('neurons have come to life');
  });
});

describe('those of other kin', () => {
  it('are named in one sentence', async () => {
    const runs = threeRuns();
    runs.set('r1', {snapshots: [vector(0, 1, 2)], overflowed: false});
    runs.set('r2', {snapshots: [vector(0, 1, 2, 3)], overflowed: false});
    const {notes, paths} = await table(runs).draw();
    expect(paths.map(({runId}) => runId)).toEqual(['r0']);
    expect(notes.filter((note) => note.includes('place'))).toEqual(['Adam and ADMM have other networks or another J, so they have no place on this map.']);
  });
});

async function lineOf(host: HostProblem, ends: readonly (readonly [string, Snapshot])[], of = 'r0', to = 'r1') {
  const events: InstrumentEvent[] = [];
  const paths = new Map(ends.map(([runId, network]) => [runId, {snapshots: [network], overflowed: false}]));
  const services = {
    emit: (event: InstrumentEvent) => events.push(event),
    pause: async () => undefined,
    clock: () => 0,
    pathOf: (runId: string) => paths.get(runId),
    objective: (network: Snapshot) => host.evaluate(network).objective,
    slowness: new Slowness(() => 0),
  };
  await drawLine({requestId: 1, live: true}, host, {runs: ['r0', 'r1'], names: ['SGD', 'Adam'], of, to}, services);
  return events.at(-1);
}

describe('a line', () => {
  it('has J in closed form and no barrier on a convex J', async () => {
    const event = await lineOf(bowls, [['r0', vector(3, 1, 0, 0, 0, 2)], ['r1', vector(3, 0, 1, 0, 0, -1)]]);
    if (event?.type !== 'line') throw new Error(JSON.stringify(event));
    const {t, curves, notes} = event.line;
    expect([t[0], t.at(-1), t.length]).toEqual([-0.2, expect.closeTo(1.2, 12), 141]);
    // (1 - t)^2 + 2 t^2 + 5 (2 - 3t)^2
    for (const [i, at] of t.entries()) expect(curves[0].values[i]).toBeCloseTo((1 - at) ** 2 + 2 * at ** 2 + 5 * (2 - 3 * at) ** 2, 9);
    expect([curves.length, curves[0].barrier, notes]).toEqual([1, 0, []]);
  });

  it('has the barrier that the closed form says on a double well', async () => {
    // J = (x^2 - 1)^2 + 0.3 x between x = -1 and x = 1: over the chord 0.3 x it is (x^2 - 1)^2, which is 1 at x = 0.
    const well = (values: ArrayLike<number>): number => (values[0] ** 2 - 1) ** 2 + 0.3 * values[0] + 2;
    const wells: HostProblem = {...bowls, evaluate: (network) => ({...bowls.evaluate(network), objective: well(network.values)}), share: (paths) => flatSpace(paths, () => new Int32Array(2), (_, plane) => pointwiseKernel(well, plane))};
    const event = await lineOf(wells, [['r0', vector(0, -1, 0)], ['r1', vector(0, 1, 0)]]);
    if (event?.type !== 'line') throw new Error(JSON.stringify(event));
    expect(event.line.curves[0].barrier).toBeCloseTo(1, 9);
    expect(event.line.curves[0].at).toBeCloseTo(0.5, 12);
  });

  it('shows that a permuted copy is the same solution, once neurons are matched', async () => {
    const inputs = randomData({task: 'regression', n: 25, d: 3}, 8);
    const network = randomNetwork(5, 3, 1, 9);
    // The network is a solution: the targets are its own outputs.
    const y = relu(inputs, {beta: 0.01}, squared).predict(network, inputs.train.x, 25);
    const host = relu({...inputs, train: {...inputs.train, y}}, {beta: 0.01}, squared);
    const near = {...network, values: network.values.map((w, i) => w * (1 + 0.01 * Math.sin(i)))};
    const event = await lineOf(host, [['r0', network], ['r1', disguised(near, [3, 0, 4, 1, 2], [1, 1, 1, 1, 1])]]);
    if (event?.type !== 'line') throw new Error(JSON.stringify(event));
    const [matched, stored] = event.line.curves;
    expect([matched.label, stored.label]).toEqual(['neurons matched', 'neurons in their own order']);
    const J = host.evaluate(network).objective;
    expect(matched.barrier).toBeLessThan(0.1 * J);
    expect(stored.barrier).toBeGreaterThan(10 * J);
    expect(event.line.notes[0]).toMatch(/lowers the barrier to \d+ %/);
    const zero = event.line.t.findIndex((t) => Math.abs(t) < 1e-9);
    for (const {values} of event.line.curves) expect(values[zero] / J).toBeCloseTo(1, 6);
  });

  it('counts a hole as infinitely high, and only what lies between the ends', () => {
    expect(barrierOf(Float64Array.of(-0.2, 0, 0.5, 1, 1.2), Float64Array.of(99, 1, 2, 3, 99))).toEqual({barrier: 0, at: 0});
    expect(barrierOf(Float64Array.of(0, 0.5, 1), Float64Array.of(1, Number.NaN, 3))).toEqual({barrier: Number.POSITIVE_INFINITY, at: 0.5});
    expect(barrierOf(Float64Array.of(0, 0.25, 0.5, 1), Float64Array.of(0, 2, 1, 4))).toEqual({barrier: 1, at: 0.25});
  });

  it('says why there is none', async () => {
    const same = await lineOf(bowls, [['r0', vector(0, 1, 2)], ['r1', vector(0, 1, 2)]]);
    expect(same).toMatchObject({type: 'refused', field: 'to', message: expect.stringContaining('SGD and Adam have the same network so far')});
    const alone = await lineOf(bowls, [['r0', vector(0, 1, 2)]]);
    expect(alone).toMatchObject({type: 'refused', field: 'to'});
    const unborn = await lineOf(bowls, [['r1', vector(0, 1, 2)]]);
    expect(unborn).toMatchObject({type: 'refused', field: 'of'});
    const other = await lineOf(bowls, [['r0', vector(0, 1, 2)], ['r1', vector(0, 1, 2, 3)]]);
    expect(other).toMatchObject({type: 'refused', field: 'to', message: expect.stringContaining('one kind')});
  });
});
