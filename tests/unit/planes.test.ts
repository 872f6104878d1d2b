import {describe, expect, it} from 'vitest';
import type {SharedSpace} from '../../src/core/hostProblem.ts';
import type {NetworkDirections} from '../../src/core/directions.ts';
import type {ProjectedPath} from '../../src/core/protocol.ts';
import {extents, planeFor, pointOf, projectPath} from '../../src/engine/planes.ts';
import {randomStream} from '../../src/core/random.ts';
import {alignedSpace} from '../../src/numerics/hostNetwork.ts';
import {snapshotOf} from '../helpers/twoLayerRelu.ts';

/** A space of plain vectors, two coordinates a unit. */
function spaceOf(...paths: readonly (readonly (readonly number[])[])[]): SharedSpace {
  const dim = paths[0][0].length;
  return {
    dim,
    unitOf: Int32Array.from({length: dim}, (_, i) => Math.floor(i / 2)),
    paths: paths.map((path) => ({
      iterations: Int32Array.from(path, (_, s) => s),
      point: (index) => Float64Array.from(path[index]),
    })),
    place: ({values}) => Float64Array.from(values),
    network: () => ({iteration: 0, shapes: {}, values: new Float32Array(0)}),
    kernel: () => ({evaluateRow: () => undefined}),
  };
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);
const NAMES = ['SGD', 'Adam', 'ADMM', 'Nesterov'];
const request = {kind: 'contestants', names: NAMES.slice(0, 3), of: 0, seed: 5} as const;

function expectOrthonormal({du, dv}: {readonly du: Float64Array; readonly dv: Float64Array}): void {
  expect(dot(du, du)).toBeCloseTo(1, 12);
  expect(dot(dv, dv)).toBeCloseTo(1, 12);
  expect(dot(du, dv)).toBeCloseTo(0, 12);
}

describe('contestants plane', () => {
  const random = randomStream(2, 'points');
  const point = (): number[] => Array.from({length: 8}, () => random.normal());

  it('holds the current networks of three contestants', () => {
    const space = spaceOf([point(), point()], [point(), point()], [point(), point()]);
    const {plane, notes, aLabel, bLabel} = planeFor(space, request);
    expectOrthonormal(plane);
    expect(notes).toEqual([]);
    expect([aLabel, bLabel]).toEqual(['from SGD towards Adam', 'towards ADMM']);
    for (const path of space.paths) {
      const {a, b} = projectPath(plane, path, 'r');
      const back = pointOf(plane, a[1], b[1]);
      for (const [i, value] of path.point(1).entries()) expect(back[i]).toBeCloseTo(value, 12);
    }
    expect(projectPath(plane, space.paths[0], 'r').a[1]).toBe(0);
  });

  it('takes the common start, or the first one, beside two contestants', () => {
    const start = point();
    const common = planeFor(spaceOf([start, point()], [start, point()]), {...request, names: NAMES.slice(0, 2)});
    expect(common.bLabel).toBe('towards the common start');
    const apart = planeFor(spaceOf([point(), point()], [point(), point()]), {...request, names: NAMES.slice(0, 2)});
    expect(apart.bLabel).toBe("towards SGD's start");
  });

  it('takes start, end and middle of a single path', () => {
    const space = spaceOf([point(), point(), point()]);
    const {plane, notes} = planeFor(space, {...request, names: ['SGD']});
    expect(notes).toEqual([]);
    const projected = projectPath(plane, space.paths[0], 'r');
    expect(projected.outside).toBeCloseTo(0, 12);
    for (const s of [0, 1, 2]) {
      const back = pointOf(plane, projected.a[s], projected.b[s]);
      for (const [i, value] of space.paths[0].point(s).entries()) expect(back[i]).toBeCloseTo(value, 12);
    }
  });

  it('says which points it could not use and what completes the plane', () => {
    const end = point();
    const coinciding = planeFor(spaceOf([point(), end], [point(), end], [point(), point()]), request);
    expectOrthonormal(coinciding.plane);
    expect(coinciding.notes[0]).toContain('SGD, Adam; other points of the paths complete the plane');
    expect(coinciding.aLabel).toBe('from SGD towards ADMM');

    const unmoved = planeFor(spaceOf([end], [end], [end]), request);
    expectOrthonormal(unmoved.plane);
    expect(unmoved.notes[0]).toContain('two random directions are shown');
    expect(unmoved.reach).toBeCloseTo(Math.hypot(...end), 12);

    const line = planeFor(spaceOf([end.map((x) => 2 * x), end]), {...request, names: ['SGD']});
    expectOrthonormal(line.plane);
    expect(line.notes[0]).toContain('a random direction completes the plane');
  });

  it('tells that more than three are projected', () => {
    const {notes} = planeFor(spaceOf([point()], [point()], [point()], [point()]), {...request, names: NAMES});
    expect(notes[0]).toContain('SGD, Adam, ADMM');
    expect(notes[0]).toContain('the others are projected');
  });

  it('works where every network is zero', () => {
    const zero = [0, 0, 0, 0];
    const {plane, reach} = planeFor(spaceOf([zero]), {...request, names: ['ADMM']});
    expectOrthonormal(plane);
    expect(reach).toBe(1);
  });
});

describe('path plane', () => {
  it('finds the two directions of a flat path and their shares', () => {
    const u = [0.6, 0, 0.8, 0];
    const v = [0, 1, 0, 0];
    const path = [[3, 0], [-3, 0], [0, 1], [0, -1], [0, 0]].map(([s, t]) => u.map((x, i) => 7 + s * x + t * v[i]));
    const {plane, aLabel, bLabel, notes} = planeFor(spaceOf(path), {...request, kind: 'path', names: ['SGD']});
    expectOrthonormal(plane);
    expect(notes).toEqual([]);
    expect(Math.abs(dot(plane.du, Float64Array.from(u)))).toBeCloseTo(1, 6);
    expect(Math.abs(dot(plane.dv, Float64Array.from(v)))).toBeCloseTo(1, 6);
    expect(aLabel).toBe("main direction, 90 % of variance");
    expect(bLabel).toBe("second direction, 10 % of variance");
    expect([...plane.origin]).toEqual([7, 7, 7, 7]);
  });

  it('falls back, with a note, on a straight path and on none', () => {
    const straight = planeFor(spaceOf([[0, 0, 0, 1], [0, 0, 0, 2], [0, 0, 0, 4]]), {...request, kind: 'path', names: ['SGD']});
    expectOrthonormal(straight.plane);
    expect(straight.notes).toEqual(["SGD's path is a straight line so far; a random direction completes the plane."]);
    const still = planeFor(spaceOf([[1, 2, 3, 4]]), {...request, kind: 'path', names: ['SGD']});
    expectOrthonormal(still.plane);
    expect(still.notes[0]).toContain('has not moved yet');
  });
});

describe('plane of all paths', () => {
  const u = [0.6, 0, 0.8, 0];
  const v = [0, 1, 0, 0];
  const at = (s: number, t: number): number[] => u.map((x, i) => 7 + s * x + t * v[i]);

  it('finds the directions of all points about their mean, each path weighing the same', () => {
    // The mean of the first path's points is (0, 0), that of the second's too; variances 9 and 1, and 0 and 4.
    const {plane, aLabel, bLabel, notes} = planeFor(spaceOf([at(3, 1), at(-3, -1), at(3, -1), at(-3, 1)], [at(0, 2), at(0, -2)]), {...request, kind: 'paths', names: ['SGD', 'Adam']});
    expectOrthonormal(plane);
    expect(notes).toEqual([]);
    expect(Math.abs(dot(plane.du, Float64Array.from(u)))).toBeCloseTo(1, 6);
    expect(Math.abs(dot(plane.dv, Float64Array.from(v)))).toBeCloseTo(1, 6);
    for (const value of plane.origin) expect(value).toBeCloseTo(7, 12);
    expect([aLabel, bLabel]).toEqual(['main direction, 64 % of variance', 'second direction, 36 % of variance']);
  });

  it('takes few points of long paths, the last among them', () => {
    const long = Array.from({length: 150}, (_, i) => at(i, 0.01 * i * i));
    const {plane} = planeFor(spaceOf(long, long, long), {...request, kind: 'paths'});
    expectOrthonormal(plane);
    expect(projectPath(plane, spaceOf(long).paths[0], 'r').outside).toBeCloseTo(0, 10);
  });

  it('falls back, with a note, on one line and on one point', () => {
    const line = planeFor(spaceOf([at(0, 0), at(1, 0)], [at(0, 0), at(2, 0)]), {...request, kind: 'paths', names: ['SGD', 'Adam']});
    expectOrthonormal(line.plane);
    expect(line.notes).toEqual(['All paths lie on one straight line so far; a random direction completes the plane.']);
    const still = planeFor(spaceOf([at(0, 0)], [at(0, 0)]), {...request, kind: 'paths', names: ['SGD', 'Adam']});
    expectOrthonormal(still.plane);
    expect(still.notes[0]).toContain('random directions are shown');
  });
});

describe('planes of studied directions', () => {
  const space = spaceOf([[0, 0, 0, 0], [1, 2, 3, 4]]);
  const unit = (...values: number[]): Float64Array => Float64Array.from(values, (x) => x / Math.hypot(...values));
  const directions: NetworkDirections = {
    network: {iteration: 9, shapes: {}, values: Float32Array.of(1, 2, 3, 4)},
    eigenvalues: [12.345, 0.5],
    eigenvectors: [unit(1, 1, 0, 0), unit(1, -1, 0, 0)],
    gradient: Float64Array.of(0, 3, 4, 0),
  };
  const one = {...request, names: ['SGD']} as const;

  it('lie along the two sharpest directions, around the network', () => {
    const {plane, aLabel, bLabel, notes, reach} = planeFor(space, {...one, kind: 'curvature', directions});
    expectOrthonormal(plane);
    expect([...plane.origin]).toEqual([1, 2, 3, 4]);
    for (const [i, value] of directions.eigenvectors[0].entries()) expect(plane.du[i]).toBeCloseTo(value, 9);
    for (const [i, value] of directions.eigenvectors[1].entries()) expect(plane.dv[i]).toBeCloseTo(value, 9);
    expect([aLabel, bLabel]).toEqual(['sharpest, curvature 12.3', 'second sharpest, curvature 0.5']);
    expect(notes).toEqual(['Measured at iteration 9; again when the race rests.']);
    expect(reach).toBeCloseTo(Math.hypot(1, 2, 3, 4) / 10, 12);
  });

  it('lie along the gradient and what the sharpest direction has beside it', () => {
    const {plane, aLabel} = planeFor(space, {...one, kind: 'gradient', directions});
    expectOrthonormal(plane);
    for (const [i, value] of [0, 0.6, 0.8, 0].entries()) expect(plane.du[i]).toBeCloseTo(value, 9);
    // (1, 1, 0, 0) less its part 0.6 along (0, 0.6, 0.8, 0).
    for (const [i, value] of unit(1, 0.64, -0.48, 0).entries()) expect(plane.dv[i]).toBeCloseTo(value, 9);
    expect(aLabel).toBe('gradient, length 5');
  });

  it('take what else there is where one is missing, and say so', () => {
    const still = planeFor(space, {...one, kind: 'gradient', directions: {...directions, gradient: new Float64Array(4)}});
    expect(still.notes[1]).toContain('The gradient is zero here; the two sharpest directions are shown.');
    expect(still.aLabel).toContain('sharpest');
    const single = planeFor(space, {...one, kind: 'curvature', directions: {...directions, eigenvectors: directions.eigenvectors.slice(0, 1)}});
    expectOrthonormal(single.plane);
    expect(single.notes[1]).toBe('Only one direction was found here; a random direction completes the plane.');
    const along = planeFor(space, {...one, kind: 'gradient', directions: {...directions, gradient: Float64Array.of(2, 2, 0, 0)}});
    expect(along.bLabel).toContain('second sharpest');
  });

  it('give way to the plane of the path where there are none, with the reason', () => {
    const none = planeFor(space, {...one, kind: 'curvature', directions: {missing: 'This problem has no gradients.'}});
    expectOrthonormal(none.plane);
    expect(none.notes[0]).toBe("This problem has no gradients. The plane of SGD's path is shown instead.");
    expect(planeFor(space, {...one, kind: 'gradient'}).notes[0]).toContain('have not been measured yet');
    const elsewhere = planeFor({...space, place: () => null}, {...one, kind: 'curvature', directions});
    expect(elsewhere.notes[0]).toContain('no place on this map');
  });

  it('are carried along where neurons are drawn at their best scaling', () => {
    // One neuron u = (a), alpha = b: its point is sqrt(|a b|) (sign a, sign b), so along (da, db) both coordinates move by (b da + a db) / (2 sqrt(a b)).
    const network = snapshotOf(1, 1, 1, [4, 1], 3);
    const relu = alignedSpace([[network]], 1, 1, false, () => ({evaluateRow: () => undefined}));
    const found: NetworkDirections = {network, eigenvalues: [2, 1], eigenvectors: [Float64Array.of(1, 0), Float64Array.of(0, 1)], gradient: Float64Array.of(1, -0.25)};
    const {plane, notes} = planeFor(relu, {...one, kind: 'curvature', directions: found});
    expectOrthonormal(plane);
    expect([...plane.origin]).toEqual([2, 2]);
    expect(plane.du[0]).toBeCloseTo(Math.SQRT1_2, 8);
    expect(plane.du[1]).toBeCloseTo(Math.SQRT1_2, 8);
    // Both directions move the point along the same line; what is left of the second is no direction.
    expect(notes[1]).toContain('Only one direction was found here');
    // The eigenvalues at the axes belong to (a, b), not to the map's coordinates.
    expect(notes[2]).toContain('the map draws each neuron at its best scaling');
    // Along (4, -1), the rescaling itself, nothing moves.
    expect(planeFor(relu, {...one, kind: 'gradient', directions: {...found, gradient: Float64Array.of(4, -1)}}).aLabel).toContain('sharpest');
  });
});

describe('random plane', () => {
  const network = [3, 4, 0, 0, 0.3, 0.4];
  const space = spaceOf([[1, 1, 1, 1, 1, 1], network]);
  it('scales each unit of the first direction to the norm of the network\'s unit', () => {
    const {plane, reach} = planeFor(space, {...request, kind: 'random', names: ['SGD']});
    expectOrthonormal(plane);
    expect(reach).toBeCloseTo(Math.hypot(5, 0.5), 12);
    expect(reach * Math.hypot(plane.du[0], plane.du[1])).toBeCloseTo(5, 12);
    expect(Math.hypot(plane.du[2], plane.du[3])).toBe(0);
    expect(reach * Math.hypot(plane.du[4], plane.du[5])).toBeCloseTo(0.5, 12);
  });

  it('is a function of the seed', () => {
    const of = (seed: number): Float64Array => planeFor(space, {...request, kind: 'random', names: ['SGD'], seed}).plane.dv;
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });
});

describe('projection', () => {
  const plane = {origin: Float64Array.of(0, 0, 0), du: Float64Array.of(1, 0, 0), dv: Float64Array.of(0, 1, 0)};
  it('measures the energy share of the displacement that the plane misses', () => {
    const {a, b, outside} = projectPath(plane, spaceOf([[0, 0, 0], [9, 9, 9], [2, 1, 2]]).paths[0], 'r');
    expect([...a]).toEqual([0, 9, 2]);
    expect([...b]).toEqual([0, 9, 1]);
    expect(outside).toBeCloseTo(4 / 9, 14);
    expect(projectPath(plane, spaceOf([[1, 1, 1]]).paths[0], 'r').outside).toBe(0);
  });

  it('measures how far each point is off the plane, as a share of the path\'s length', () => {
    // Steps of length 5 and 2: (0, 0, 0) to (3, 0, 4) to (3, 2, 4).
    expect([...projectPath(plane, spaceOf([[0, 0, 0], [3, 0, 4], [3, 2, 4]]).paths[0], 'r').off]).toEqual([0, 4 / 7, 4 / 7]);
    expect([...projectPath(plane, spaceOf([[1, 1, 0]]).paths[0], 'r').off]).toEqual([0]);
    expect([...projectPath(plane, spaceOf([[1, 1, 2]]).paths[0], 'r').off]).toEqual([1]);
    // A plane through all points: what is left is rounding, and is not called a distance.
    const space = spaceOf([[0.1, 0.2, 0.7], [0.9, -0.3, 0.2], [0.4, 0.4, 1.3]]);
    const through = planeFor(space, {...request, names: ['SGD']}).plane;
    expect(Math.max(...projectPath(through, space.paths[0], 'r').off)).toBeLessThan(1e-12);
  });

  it('leaves a quarter of margin, and no range flat', () => {
    const path = (a: readonly number[], b: readonly number[]): ProjectedPath => ({
      runId: 'r',
      a: Float64Array.from(a),
      b: Float64Array.from(b),
      off: new Float64Array(0),
      iterations: Int32Array.of(),
      outside: 0,
    });
    const {aRange, bRange} = extents([path([0, 4], [0, 0]), path([-4], [0])], 0);
    expect(aRange).toEqual([-6, 6]);
    expect(bRange).toEqual([-6, 6]);
    expect(extents([path([0, 8], [0, 1])], 0).bRange).toEqual([-0.25, 1.25]);
    expect(extents([path([0], [0])], 2).aRange).toEqual([-3, 3]);
  });
});
