import {describe, expect, it} from 'vitest';
import {CATALOGUE} from '../../src/catalogue.ts';
import {OTHER_FATES} from '../../src/core/basins.ts';
import {faultText, parseExperiment} from '../../src/core/experiment.ts';
import type {InstrumentEvent, Snapshot} from '../../src/core/protocol.ts';
import {success} from '../../src/core/result.ts';
import {createInstruments} from '../../src/engine/instruments.ts';
import {Arrivals} from '../../src/numerics/surface/arrivals.ts';
import {eigenvaluesOf, minimumNear} from '../../src/numerics/surface/minima.ts';
import {surfaceOf} from '../../src/numerics/surface/surface.ts';
import hostProblem from '../../src/problems/surface/host.ts';
import {bowl, BY_HAND, surfaceData} from '../helpers/surface.ts';

const PLACES = Array.from({length: 40}, (_, i) => [-2 + 0.37 * (i % 11), 1.9 - 0.29 * (i % 13)] as const);
const near = (found: number, expected: number, tolerance = 1e-11): void => expect(Math.abs(found - expected)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(expected)));

describe('named functions', () => {
  it.each(Object.entries(BY_HAND))('%s has the values and slopes worked out by hand, and its minima', async (name, {value, slopes}) => {
    const {surface: layout} = await surfaceData({function: name});
    if (!layout) throw new Error('no layout');
    const surface = surfaceOf(layout.expression);
    for (const [x, y] of PLACES) {
      near(surface.value(x, y), value(x, y));
      for (const [i, slope] of slopes(x, y).entries()) near(surface.gradient(x, y)[i], slope);
    }
    for (const [x, y] of layout.minima) {
      near(value(x, y), 0);
      for (const slope of slopes(x, y)) near(slope, 0, 1e-10);
      expect(eigenvaluesOf(...(surface.hessian(x, y) as unknown as [number, number, number]))[0]).toBeGreaterThan(0);
      expect(x > layout.xRange[0] && x < layout.xRange[1] && y > layout.yRange[0] && y < layout.yRange[1]).toBe(true);
    }
  });

  it.each([[1, 0], [20, 30], [10000, 117], [3, 180]])('the quadratic has condition %d, turned by %d degrees', async (condition, rotation) => {
    const {surface: layout} = await surfaceData({function: 'quadratic', condition, rotation});
    const {value, gradient, hessian} = surfaceOf(layout?.expression ?? '');
    const byHand = bowl(condition, rotation);
    for (const [x, y] of PLACES) {
      near(value(x, y), byHand.value(x, y));
      for (const [i, slope] of byHand.slopes(x, y).entries()) near(gradient(x, y)[i], slope);
    }
    const [least, most] = eigenvaluesOf(...(hessian(0, 0) as unknown as [number, number, number]));
    expect(most).toBeCloseTo(1, 12);
    expect(least * condition).toBeCloseTo(1, 10);
  });
});

describe('noise', () => {
  it('is a table with mean 0 and the variances said, along the axes of the bowl', async () => {
    const {train} = await surfaceData({function: 'quadratic', condition: 9, rotation: 30, noise: 2, n: 500});
    const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
    const rows = Array.from({length: 500}, (_, i) => [train.x[3 * i], train.x[3 * i + 1]]);
    const along = rows.map(([x, y]) => [c * x + s * y, c * y - s * x]);
    for (const [axis, variance] of [[0, 4], [1, 4 / 9]] as const) {
      const values = along.map((row) => row[axis]);
      near(values.reduce((sum, value) => sum + value, 0) / 500, 0, 1e-12);
      near(values.reduce((sum, value) => sum + value * value, 0) / 500, variance, 1e-10);
    }
    expect((await surfaceData({function: 'beale', noise: 0})).train.n).toBe(1);
    const equal = (await surfaceData({function: 'quadratic', condition: 9, noise: 2, n: 500, shape: 'equal'})).train.x;
    near(equal.reduce((sum, value, i) => sum + (i % 3 === 1 ? value * value : 0), 0) / 500, 4, 0.2);
  });
});

const config = (dataset: object, changes: object = {}): unknown => ({dataset: {id: 'surface-functions', params: dataset}, problem: {id: 'surface'}, contestants: [{solver: {id: 'sgd'}}], ...changes});
const faultOf = (json: unknown): string => {
  const parsed = parseExperiment(json, CATALOGUE);
  return parsed.ok ? '' : faultText(parsed.error);
};

describe('an experiment', () => {
  it('takes what is sound and names the field of what is not', () => {
    expect(faultOf(config({}))).toBe('');
    expect(faultOf(config({function: 'expression', expression: 'x^4 + y^4'}))).toBe('');
    expect(faultOf(config({function: 'expression', expression: 'ln(x)'}))).toBe('');
    expect(faultOf(config({function: 'expression', expression: 'ln(-1 - x^2)'}))).toMatch(/^dataset\.params\.expression is undefined or infinite everywhere/);
    expect(faultOf(config({expression: 'alert(1)'}))).toMatch(/^dataset\.params\.expression calls "alert", which is not known/);
    expect(faultOf(config({expression: 'x'.repeat(201)}))).toBe('dataset.params.expression must have at most 200 characters');
    expect(faultOf(config({expression: 7}))).toBe('dataset.params.expression must be a text');
    expect(faultOf(config({condition: 0.5}))).toMatch(/^dataset\.params\.condition must be/);
    expect(faultOf(config({}, {certificate: true}))).toMatch(/^certificate/);
    expect(faultOf(config({}, {contestants: [{solver: {id: 'convex-admm'}}]}))).toMatch(/^contestants\[0\]\.solver\.id/);
  });

  it('goes together with the surface and nothing else', () => {
    for (const id of Object.keys(CATALOGUE.problems)) expect(faultOf(config({}, {problem: {id}, contestants: [{solver: {id: 'sgd'}}]})) === '').toBe(id === 'surface');
    expect(faultOf({dataset: {id: 'moons'}, problem: {id: 'surface'}, contestants: [{solver: {id: 'sgd'}}]})).toContain('functions of x and y');
    // Nor do problems on tables take sequences or sets.
    for (const id of ['threshold-network', 'binary-least-squares', 'binary-network']) expect(faultOf({dataset: {id: 'needle'}, problem: {id}, contestants: [{solver: {id: 'sgd'}}]})).toContain('pick attention on sets');
  });
});

const snapshot = (iteration: number, x: number, y: number): Snapshot => ({iteration, shapes: {w: [2]}, values: Float32Array.of(x, y)});

async function landscapeOf(dataset: Record<string, number | string>, paths: Readonly<Record<string, readonly Snapshot[]>>, side = 21) {
  const data = await surfaceData(dataset);
  const host = hostProblem(data);
  const events: InstrumentEvent[] = [];
  const parsed = parseExperiment(config(dataset), CATALOGUE);
  if (!parsed.ok) throw new Error(faultText(parsed.error));
  const handle = createInstruments({emit: (event) => events.push(event), load: async () => success({data, host}), pause: () => Promise.resolve()});
  await handle({type: 'load', requestId: 1, experiment: parsed.value, base: '/'});
  for (const [runId, snapshots] of Object.entries(paths)) await handle({type: 'observe', runId, snapshots});
  const runs = Object.keys(paths);
  await handle({type: 'landscape', requestId: 2, spec: {plane: 'random', runs, names: runs, of: runs[0], seed: 1, side}});
  await handle({type: 'networkAt', requestId: 3, a: 1, b: -0.5, side: 5});
  await handle({type: 'boundary', requestId: 4, runId: runs[0], side: 5});
  return events;
}

const only = <T extends InstrumentEvent['type']>(events: readonly InstrumentEvent[], type: T): Extract<InstrumentEvent, {type: T}> => {
  const found = events.find((event) => event.type === type);
  if (!found) throw new Error(`no ${type}`);
  return found as Extract<InstrumentEvent, {type: T}>;
};

describe('the landscape', () => {
  it('is the function in its own coordinates, with the paths as they are', async () => {
    const path = [snapshot(0, -1.5, 1.5), snapshot(10, 0.25, 400)];
    const events = await landscapeOf({function: 'himmelblau'}, {r0: path});
    const {landscape} = only(events, 'landscape');
    expect(landscape).toMatchObject({aLabel: 'x', bLabel: 'y', aRange: [-5.5, 5.5], bRange: [-5.5, 5.5], notes: []});
    expect([...landscape.paths[0].a]).toEqual([-1.5, 0.25]);
    expect([...landscape.paths[0].b]).toEqual([1.5, 400]);
    expect(landscape.paths[0].outside).toBe(0);
    for (const i of [0, 33, 440]) near(landscape.values[i], BY_HAND.himmelblau.value(-5.5 + 0.55 * (i % 21), -5.5 + 0.55 * Math.floor(i / 21)));
    near(only(events, 'networkAt').objective, BY_HAND.himmelblau.value(1, -0.5));
    expect(only(events, 'boundary').boundary).toEqual({kind: 'fit', predicted: new Float64Array(), target: new Float64Array(), testFrom: 0});
    const {summary} = only(events, 'summary');
    expect(summary.surface?.minima.length).toBe(4);
    expect(summary.scatter.x.length).toBe(0);
  });

  it('has holes, and room for starts outside', async () => {
    const events = await landscapeOf({function: 'expression', expression: '1/x + ln(y)', reach: 2}, {r0: [snapshot(0, 6, 1)], r1: [snapshot(0, 1, 1)]});
    const {landscape} = only(events, 'landscape');
    expect(landscape.aRange[0]).toBe(-2);
    expect(landscape.aRange[1]).toBeGreaterThan(6);
    expect(landscape.bRange).toEqual([-2, 2]);
    for (const [i, value] of landscape.values.entries()) expect(Number.isFinite(value)).toBe(Math.floor(i / 21) > 10);
    expect(landscape.values.some((value) => value === Number.POSITIVE_INFINITY)).toBe(false);
  });
});

describe('minima', () => {
  it('are found from nearby, to rounding', () => {
    const himmelblau = surfaceOf('(x^2 + y - 11)^2 + (x + y^2 - 7)^2');
    const [x, y] = minimumNear(himmelblau, 2.9, 2.15, 0.5) ?? [0, 0];
    expect(Math.hypot(x - 3, y - 2)).toBeLessThan(1e-9);
    expect(minimumNear(himmelblau, -0.27, -0.92, 0.5)).toBeNull();
    expect(minimumNear(surfaceOf('x^2 - y^2'), 0, 0, 1)).toBeNull();
    expect(minimumNear(surfaceOf('x + y'), 0, 0, 1)).toBeNull();
    expect(minimumNear(surfaceOf('ln(x) + y^2'), -1, 0, 1)).toBeNull();
    // A valley has a minimum wherever it is met; a quartic is flat to second order.
    expect(minimumNear(surfaceOf('x^2'), 0.1, 3, 1)?.[0]).toBeCloseTo(0, 9);
    expect(Math.abs(minimumNear(surfaceOf('x^4 + y^2'), 0.1, 0.1, 1)?.[0] ?? 1)).toBeLessThan(0.01);
    expect(minimumNear(surfaceOf('(1 - x)^2 + 100*(y - x^2)^2'), 0.3, 0.1, 0.1)).toBeNull();
  });

  it('count as reached from the first look on after which a start stays near', () => {
    const grid = {points: Float32Array.of(-1, 0, 1, 0, -1, 5, 3, 0), side: 2, xRange: [-2, 2], yRange: [-2, 2]} as const;
    const arrivals = new Arrivals(surfaceOf('(x^2 - 1)^2 + y^2 + 0*sqrt(2 - x)'), grid);
    arrivals.look(1, Float32Array.of(-1, 0, 5, 0, 1, 1, 3, 0));
    arrivals.look(5, Float32Array.of(-1, 0, 1, 0.01, 1, 1, 3, 0));
    const early = arrivals.basins(9);
    expect([...early.reached]).toEqual([0, 1, OTHER_FATES.underWay, OTHER_FATES.undefined]);
    arrivals.look(9, Float32Array.of(-1, 0, 1, 0, Number.NaN, 1, 3, 0));
    const {reached, arrived, minima, iteration} = arrivals.basins(9);
    expect([...reached]).toEqual([0, 1, OTHER_FATES.diverged, OTHER_FATES.undefined]);
    expect([...arrived]).toEqual([0, 5, -1, -1]);
    expect(minima.map(({x, starts}) => [Math.round(x), starts])).toEqual([[-1, 1], [1, 1]]);
    expect(iteration).toBe(9);
  });
});

/** Starts of a grid that have all come to where a map from (x, y) sends them. */
function settled(expression: string, side: number, reach: number, move: (x: number, y: number) => readonly [number, number]) {
  const range = [-reach, reach] as const;
  const at = (i: number): number => -reach + (2 * reach * i) / (side - 1);
  const places = Array.from({length: side * side}, (_, i) => [at(i % side), at(Math.floor(i / side))] as const);
  const arrivals = new Arrivals(surfaceOf(expression), {points: Float32Array.from(places.flat()), side, xRange: range, yRange: range});
  arrivals.look(7, Float32Array.from(places.flatMap(([x, y]) => [...move(x, y)])));
  return arrivals.basins(7);
}

describe('many minima', () => {
  const spacing = (2 * Math.PI) / 10;
  const nearest = (x: number): number => Math.round(x / spacing) * spacing;
  // Every start at its nearest of the 11 x 11 minima of 2 - cos(10 x) - cos(10 y) about the origin.
  const waves = settled('2 - cos(10*x) - cos(10*y)', 45, 3.3, (x, y) => [nearest(x) + 0.01, nearest(y)]);

  it('are told apart up to 64, and the others are still minima', () => {
    expect([waves.minima.length, waves.furtherMinima]).toEqual([64, 57]);
    const starts = new Map<string, number>();
    for (let i = 0; i < 45 * 45; i++) {
      const [x, y] = [nearest(-3.3 + (6.6 * (i % 45)) / 44), nearest(-3.3 + (6.6 * Math.floor(i / 45)) / 44)];
      const key = `${Math.round(x * 100)} ${Math.round(y * 100)}`;
      starts.set(key, (starts.get(key) ?? 0) + 1);
      const index = waves.reached[i];
      if (index >= 0) expect(Math.hypot(waves.minima[index].x - x, waves.minima[index].y - y)).toBeLessThan(1e-6);
      else expect(index).toBe(OTHER_FATES.further);
      expect(waves.arrived[i]).toBeGreaterThanOrEqual(0);
    }
    const most = [...starts.values()].sort((a, b) => b - a).slice(0, 64);
    expect(waves.minima.map((one) => one.starts).sort((a, b) => b - a)).toEqual(most);
    expect(waves.minima.every(({valley}) => valley.length === 0)).toBe(true);
  });

  it('of a valley are one, in every shape', () => {
    const ring = settled('(x^2 + y^2 - 1)^2', 41, 3, (x, y) => (x === 0 && y === 0 ? [0, 0] : [x / Math.hypot(x, y), y / Math.hypot(x, y) + 0.001]));
    expect(ring.minima.length).toBe(1);
    expect(ring.furtherMinima).toBe(0);
    expect(ring.minima[0].starts).toBe(41 * 41 - 1);
    for (const [x, y] of ring.minima[0].valley) expect(Math.hypot(x, y)).toBeCloseTo(1, 6);
    expect(ring.reached[41 * 20 + 20]).toBe(OTHER_FATES.underWay);

    const line = settled('x^2', 21, 2, (_x, y) => [0, y]);
    expect(line.minima).toMatchObject([{x: 0, y: 0, value: 0, starts: 441}]);
    expect(line.minima[0].valley.length).toBe(21);

    // Two lines next to each other, and one that bends; a plain.
    const pair = settled('(x^2 - 0.04)^2', 41, 1, (x, y) => [x < 0 ? -0.2 : 0.2, y]);
    expect(pair.minima.map(({x, valley}) => [Math.round(10 * x), valley.length > 20])).toEqual([[-2, true], [2, true]]);
    const stripes = settled('1 - cos(10*x)', 41, 1.5, (x, y) => [nearest(x), y]);
    expect(stripes.minima.map(({x, valley}) => [Math.round(x / spacing) + 0, valley.length])).toEqual([-2, -1, 0, 1, 2].map((line) => [line, 41]));
    const bent = settled('(y - 0.5*sin(3*x))^2', 41, 1.5, (x) => [x, 0.5 * Math.sin(3 * x)]);
    expect(bent.minima.map(({starts}) => starts)).toEqual([41 * 41]);
    const plain = settled('max(0, x^2 + y^2 - 1)', 21, 2, (x, y) => (Math.hypot(x, y) <= 1 ? [x, y] : [x / Math.hypot(x, y), y / Math.hypot(x, y)]));
    expect(plain.minima.map(({value, starts}) => [value, starts])).toEqual([[0, 441]]);
  });

  it('by themselves are no valley, however flat f is there', () => {
    for (const text of ['x^4 + y^4', 'x^10 + y^2', 'x^6 + 1e-5*y^6', 'abs(x) + abs(y)', 'sqrt(x^2 + y^2)', 'abs(x - y) + 0.3*abs(x + 2*y)', 'abs(x)^1.5 + y^2']) {
      const {minima, furtherMinima} = settled(text, 9, 2, (x, y) => [x / 60, y / 60]);
      expect([text, minima.map(({x, y, valley, starts}) => [Math.abs(x) < 0.04, Math.abs(y) < 0.04, valley.length, starts]), furtherMinima]).toEqual([text, [[true, true, 0, 81]], 0]);
    }
    // A kink that f falls along, and a plateau's rim.
    expect(minimumNear(surfaceOf('abs(x) + 0.1*y'), 0, 0, 0.1)).toBeNull();
    expect(minimumNear(surfaceOf('abs(x - y) - 0.01*x'), 0.2, 0.2, 0.1)).toBeNull();
    expect(minimumNear(surfaceOf('abs(x) - y^2'), 0, 0, 0.1)).toBeNull();
    expect(minimumNear(surfaceOf('abs(x + 2*y) + 0.01*y'), 0.02, 0.01, 0.1)).toBeNull();
    expect(Math.hypot(...(minimumNear(surfaceOf('abs(x + 2*y) + 0.01*abs(3*x - y)'), 0.04, -0.02, 0.1) ?? [1, 1]))).toBeLessThan(1e-4);
  });
});
