import {describe, expect, it} from 'vitest';
import {randomStream} from '../../src/core/random.ts';
import {fileNameOf} from '../../src/ui/download.ts';
import {equalAspect, fitted, stretchOf} from '../../src/ui/landscape/frame.ts';
import {type Floor, floorOf, gapInWords, objectiveAt} from '../../src/ui/landscape/reading.ts';
import {escaped, layoutOf, type PictureParts, pictureText} from '../../src/ui/landscape/picture/pictureText.ts';
import {axesOf} from '../../src/ui/landscape/relief/axes.ts';
import {HOME, movedByKey, project, rayThrough, sightOf, turned, unitsOf, zoomed} from '../../src/ui/landscape/relief/camera.ts';
import {drape, heightAt, meshOf, pick, type Point, RELIEF} from '../../src/ui/landscape/relief/mesh.ts';
import {STAR, starPath} from '../../src/ui/landscape/star.ts';
import {LEVELS, levelLines, percentile, shadeAt, shadeOf, surfaceOf, valueAtShade} from '../../src/ui/landscape/surface.ts';

/** A grid of f over -1..1 squared, row = y. */
function gridOf(side: number, f: (x: number, y: number) => number) {
  const at = (i: number): number => (2 * i) / (side - 1) - 1;
  return {side, values: Float64Array.from({length: side * side}, (_, i) => f(at(i % side), at(Math.floor(i / side))))};
}
const linear = {log: false, clip: 100};
/** x + 2, with a hole where both coordinates exceed 1/4. */
const holed = (x: number, y: number): number => (x > 0.25 && y > 0.25 ? Number.NaN : x + 2);

describe('the colour scale', () => {
  it('ends at the percentile that a count confirms', () => {
    const random = randomStream(3, 'values');
    const values = Float64Array.from({length: 997}, () => random.normal() ** 3).sort();
    for (const percent of [50, 75, 90, 95, 99, 100]) {
      const cut = percentile(values, percent);
      expect(values.filter((value) => value <= cut).length / 997).toBeGreaterThanOrEqual(percent / 100);
      expect(values.filter((value) => value < cut).length / 997).toBeLessThan(percent / 100);
    }
  });

  it('spreads values linearly, by logarithm, or up to a percentile, and finds them again', () => {
    const grid = gridOf(21, (x) => Math.exp(3 * x));
    for (const scale of [linear, {log: true, clip: 100}, {log: false, clip: 80}, {log: true, clip: 60}]) {
      const surface = surfaceOf(grid, scale);
      expect(surface.log).toBe(scale.log);
      expect(surface.low).toBe(Math.exp(-3));
      expect(surface.peak).toBe(Math.exp(3));
      // 21 equal columns: the percentile is a column's value.
      expect(surface.high).toBe(Math.exp(3 * ((2 * (Math.ceil((scale.clip / 100) * 21) - 1)) / 20 - 1)));
      for (const [i, value] of grid.values.entries()) {
        expect(valueAtShade(surface, surface.shade[i])).toBeCloseTo(value, 9);
        expect(surface.shade[i] > 1 + 1e-12).toBe(value > surface.high);
      }
    }
    expect(surfaceOf(gridOf(5, (x) => x), {log: true, clip: 100}).log).toBe(false);
    // All but one value are equal: nothing to clip at.
    expect(surfaceOf(gridOf(11, (x, y) => (x === 1 && y === 1 ? 9 : 1)), {log: false, clip: 75}).high).toBe(9);
    expect(surfaceOf(gridOf(3, () => Number.POSITIVE_INFINITY), linear).shade.every(Number.isNaN)).toBe(true);
    expect(shadeOf({log: true, low: 1, high: 2}, 0)).toBe(Number.NEGATIVE_INFINITY);
  });

  it('knows values beside a hole, and none in it', () => {
    const surface = surfaceOf(gridOf(9, holed), linear);
    // Grid points at -1, -0.75, ...; the hole begins at 0.5.
    expect(shadeAt(surface, 5, 5)).toBeCloseTo(1.25 / 2, 12);
    expect(shadeAt(surface, 5, 7)).toBeCloseTo(1.25 / 2, 12);
    expect(shadeAt(surface, 5.1, 5.1)).toBeNaN();
    expect(shadeAt(surface, 8, 4.999)).toBeCloseTo(1, 12);
  });
});

describe('level lines', () => {
  it('lie where a slope has their values, from border to border', () => {
    const lines = levelLines(surfaceOf(gridOf(31, (x) => x), linear));
    expect(lines.length).toBe(LEVELS);
    for (const [level, pieces] of lines.entries()) {
      expect(pieces.length).toBe(1);
      const along = pieces[0].map(([, y]) => y);
      expect([Math.min(...along), Math.max(...along)]).toEqual([0, 30]);
      for (const [x] of pieces[0]) expect(x / 30).toBeCloseTo((level + 0.5) / LEVELS, 9);
    }
  });

  it('end at holes', () => {
    const side = 41;
    const surface = surfaceOf(gridOf(side, holed), linear);
    const isHole = (x: number, y: number): boolean => Number.isNaN(surface.shade[y * side + x]);
    for (const [x, y] of levelLines(surface).flat(2)) {
      expect([[Math.floor(x), Math.floor(y)], [Math.ceil(x), Math.ceil(y)]].some(([column, row]) => isHole(column, row))).toBe(false);
      expect(x / (side - 1)).toBeCloseTo((Math.round((x / (side - 1)) * LEVELS - 0.5) + 0.5) / LEVELS, 9);
    }
  });
});

describe('the body', () => {
  it('has the heights and normals of a paraboloid', () => {
    const mesh = meshOf(surfaceOf(gridOf(81, (x, y) => x * x + y * y), linear));
    expect(mesh.indices.length).toBe(3 * 2 * 80 * 80);
    for (let i = 0; i < 81 * 81; i += 137) {
      const [x, y, z] = mesh.positions.subarray(3 * i, 3 * i + 3);
      expect(z).toBeCloseTo((RELIEF * (x * x + y * y)) / 2, 6);
      const slope = [-RELIEF * x, -RELIEF * y, 1];
      if (Math.abs(x) < 0.99 && Math.abs(y) < 0.99) for (const axis of [0, 1, 2]) expect(mesh.normals[3 * i + axis]).toBeCloseTo(slope[axis] / Math.hypot(...slope), 5);
    }
    for (let t = 0; t < mesh.indices.length; t += 3) {
      // Seen from above every triangle turns left.
      const [a, b, c] = [...mesh.indices.subarray(t, t + 3)].map((i) => mesh.positions.subarray(3 * i, 3 * i + 2));
      if ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) <= 0) throw new Error(`triangle ${t / 3} turns right`);
    }
  });

  it('leaves holes open and ends clipped heights at the top', () => {
    const side = 9;
    const surface = surfaceOf(gridOf(side, (x, y) => (Math.abs(x) < 0.1 && Math.abs(y) < 0.1 ? Number.NaN : 1 + x)), {log: false, clip: 75});
    const {indices, positions, normals} = meshOf(surface);
    // Four of the 64 cells touch the one missing point and keep one triangle each.
    expect(indices.length).toBe(3 * (2 * 60 + 4));
    expect([...indices].some((i) => Number.isNaN(surface.shade[i]))).toBe(false);
    expect(Math.max(...positions.filter((_, i) => i % 3 === 2))).toBeCloseTo(RELIEF, 6);
    expect(positions.every(Number.isFinite) && normals.every(Number.isFinite)).toBe(true);
    const without = meshOf(surfaceOf(gridOf(3, () => Number.NaN), linear));
    expect(without.indices.length).toBe(0);
    expect(without.positions.every(Number.isFinite)).toBe(true);
  });

  it('carries paths on its surface, in pieces around holes and outside', () => {
    const surface = surfaceOf(gridOf(41, holed), linear);
    const whole = drape(surface, [[-0.9, -0.9], [0.2, -0.4], [0.9, -0.8]]);
    expect(whole.length).toBe(1);
    expect(whole[0][0].slice(0, 2)).toEqual([-0.9, -0.9]);
    expect(whole[0].at(-1)?.[0]).toBeCloseTo(0.9, 12);
    for (const [x, y, z] of whole[0]) {
      expect(z - heightAt(surface, x, y)).toBeCloseTo(0.006, 9);
      expect(z - 0.006).toBeCloseTo((RELIEF * (x + 1)) / 2, 9);
    }
    const gaps = whole[0].slice(1).map(([x, y], i) => Math.hypot(x - whole[0][i][0], y - whole[0][i][1]));
    expect(Math.max(...gaps)).toBeLessThan(2 / 40);
    const around = drape(surface, [[0, 0.5], [1, 0.5], [1, -0.5], [5, -0.5], [5, -300], [0, -0.9]]);
    expect(around.length).toBe(3);
    expect(around[0].at(-1)?.[0]).toBeLessThan(0.3);
    expect(around[1][0][1]).toBeLessThan(0.3);
    expect(around[1].at(-1)?.slice(0, 2)).toEqual([1, -0.5]);
    expect(around[2][0][1]).toBeCloseTo(-1, 9);
    expect(drape(surface, [[2, 2], [3, -3]])).toEqual([]);
    expect(drape(surface, [[0, 0]])).toEqual([]);
  });
});

describe('the camera', () => {
  const cameras = [HOME, turned(HOME, 2, 0.5), zoomed(turned(HOME, -1, -0.4), 0.5), zoomed(HOME, 2)];

  it('has a matrix that says the same as its projection', () => {
    for (const camera of cameras) {
      const sight = sightOf(camera, 1.7);
      for (const point of [[0, 0, 0], [1, -1, 0.3], [-1, 1, RELIEF]] as const) {
        const clip = [0, 1, 2, 3].map((row) => [...point, 1].reduce((sum, value, column) => sum + sight.matrix[4 * column + row] * value, 0));
        const [x, y] = project(sight, point, 340, 200);
        expect(x).toBeCloseTo((0.5 + clip[0] / clip[3] / 2) * 340, 3);
        expect(y).toBeCloseTo((0.5 - clip[1] / clip[3] / 2) * 200, 3);
        expect(Math.abs(clip[2] / clip[3])).toBeLessThan(1);
      }
    }
  });

  it('sees along its rays what it projects, so that a pick finds the point that was pointed at', () => {
    const bowl = surfaceOf(gridOf(61, (x, y) => x * x + y * y), linear);
    for (const camera of cameras) {
      const sight = sightOf(camera, 1.4);
      for (const [x, y] of [[0, 0], [0.3, -0.2], [-0.5, 0.1]]) {
        const point: Point = [x, y, heightAt(bowl, x, y)];
        const [px, py] = project(sight, point, 1, 1);
        const found = pick(bowl, sight.eye, rayThrough(sight, px, py));
        // Another part of the bowl may stand before it.
        if (!found) throw new Error('nothing was found');
        expect(found[2]).toBeCloseTo(heightAt(bowl, found[0], found[1]), 5);
        const [fx, fy] = project(sight, found, 1, 1);
        expect([fx, fy].map((share) => share.toFixed(4))).toEqual([px, py].map((share) => share.toFixed(4)));
        if (camera.pitch > 0.5) expect(Math.hypot(found[0] - x, found[1] - y)).toBeLessThan(1e-3);
      }
      expect(pick(bowl, sight.eye, [-sight.forward[0], -sight.forward[1], -sight.forward[2]])).toBeNull();
    }
    const open = surfaceOf(gridOf(21, (x, y) => (Math.hypot(x, y) < 0.5 ? Number.NaN : 1)), linear);
    expect(pick(open, [0, 0, 3], [0, 0, -1])).toBeNull();
    expect(pick(open, [0.8, 0, 3], [0, 0, -1])?.[0]).toBeCloseTo(0.8, 9);
  });

  it('is moved by keys within bounds, and goes home', () => {
    let camera = HOME;
    for (const [key, moves] of [['ArrowLeft', 60], ['ArrowUp', 60], ['+', 60]] as const) for (let i = 0; i < moves; i++) camera = movedByKey(camera, key) ?? camera;
    expect(camera.pitch).toBeLessThan(Math.PI / 2);
    expect(camera.distance).toBeGreaterThan(1.5);
    for (let i = 0; i < 99; i++) camera = movedByKey(movedByKey(camera, '-') ?? camera, 'ArrowDown') ?? camera;
    expect(camera.pitch).toBeGreaterThan(-0.2);
    expect(camera.distance).toBeLessThan(13);
    expect(movedByKey(movedByKey(HOME, 'ArrowLeft') ?? HOME, 'ArrowRight')?.yaw).toBeCloseTo(HOME.yaw, 12);
    expect(movedByKey(camera, '0')).toEqual(HOME);
    expect(movedByKey(camera, 'a')).toBeNull();
  });

  it('keeps the square and its words in sight, in wide pictures and narrow', () => {
    const landscape = {aRange: [-2, 3], bRange: [0, 1], aLabel: 'a rather long name of a direction in weights', bLabel: 'b'} as unknown as Parameters<typeof axesOf>[3];
    const surface = surfaceOf(gridOf(5, (x) => x + 2), linear);
    for (const [width, height] of [[700, 400], [360, 360], [300, 500]]) {
      const sight = sightOf(HOME, width / height);
      for (const corner of [[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, RELIEF], [1, 1, RELIEF]] as const) {
        const [x, y] = project(sight, corner, width, height);
        expect(x > 0 && x < width && y > 0 && y < height).toBe(true);
      }
      const {labels, strokes} = axesOf(sight, width, height, landscape, surface);
      expect(labels.map(({text}) => text)).toEqual(expect.arrayContaining(['−2', '3', 'b', 'J', '1', '2']));
      expect(labels.find(({text}) => text.startsWith('a rather'))?.text.length).toBeLessThanOrEqual(34);
      expect(labels.every(({x}) => x > 0 && x < width)).toBe(true);
      expect(strokes.length).toBe(4);
    }
  });
});

describe('a reading', () => {
  const certificate = {scope: 'global', lower: 1, upper: 1.0001, relativeGap: 1e-4, patterns: 1, working: 1, neurons: 1, second: null, rounds: 1, seconds: 1, closed: true, message: ''} as const;
  const floor = floorOf(certificate);

  it('says how far above the optimum', () => {
    expect(floor.label).toBe('certified optimum 1.000');
    expect(gapInWords(1.5001, floor)).toBe(', 0.500 above the optimum');
    expect(gapInWords(1.5, floorOf({...certificate, upper: 1.25, relativeGap: 0.2}))).toBe(', at least 0.250 above the optimum');
    expect(gapInWords(0.99, floor)).toBe(', at the optimum as near as this shows');
    expect(gapInWords(0.5, floorOf({...certificate, scope: 'sampled programme'}))).toBe(', 0.500 below the optimum');
    expect(gapInWords(1.5, null satisfies Floor | null)).toBe('');
  });

  it('is J at the grid points, also beyond the end of the scale', () => {
    const grid = gridOf(11, (x, y) => Math.exp(x - 2 * y));
    const landscape = {...grid, aRange: [-10, 10], bRange: [0, 5]} as unknown as Parameters<typeof objectiveAt>[0];
    for (const scale of [linear, {log: true, clip: 75}]) {
      for (const i of [0, 17, 60, 120]) {
        const place = {a: -10 + 2 * (i % 11), b: 0.5 * Math.floor(i / 11)};
        expect(objectiveAt(landscape, surfaceOf(grid, scale), place)).toBeCloseTo(grid.values[i], 9);
      }
    }
  });
});

describe('a saved picture', () => {
  const parts: PictureParts = {
    title: '<script>"J" & \'co\'</script>\u0007\ud800',
    remarks: ['one', 'two'],
    stars: [{path: starPath(40, 50), fill: '#123456', stroke: '#ffffff'}],
    width: 300,
    height: 200,
    colours: {paper: '#fff', text: '#000', faint: '#777', rule: '#ddd'},
    image: 'data:image/png;base64,AAAA',
    isMap: true,
    levels: {paths: ['M0 0L1 1'], stroke: '#000', opacity: 0.2},
    trails: [{path: 'M0 0L9 9', colour: '#123456', dash: '9 4', opacity: 1}],
    marks: [{x: 1, y: 2, r: 3, fill: '#fff', stroke: '#000', opacity: 0.5}],
    labels: [{x: 0, y: 9, text: 'a < b', anchor: 'middle', kind: 'name', upright: true}],
    strokes: [[0, 0, 1, 1]],
    legend: Array.from({length: 5}, (_, i) => ({name: `"${i}" onload="x`, colour: '#abc', dash: ''})),
    scale: {stops: ['#fff', '#000'], ticks: [{at: 0, text: '0'}, {at: 1, text: '≥ 1'}]},
  };

  it('is well-formed, with nothing but the drawing made of markup', () => {
    const text = pictureText(parts);
    const open: string[] = [];
    const names = new Set<string>();
    const leftover = text.replace(/<(\/?)([A-Za-z]+)((?: [A-Za-z0-9-]+="[^"<]*")*)(\/?)>/g, (_, close: string, name: string, _attributes: string, empty: string) => {
      names.add(name);
      if (close) expect(open.pop()).toBe(name);
      else if (!empty) open.push(name);
      return '';
    });
    expect(open).toEqual([]);
    expect(leftover).not.toMatch(/[<>]/);
    expect([...names].sort()).toEqual(['circle', 'clipPath', 'defs', 'g', 'image', 'line', 'linearGradient', 'path', 'pattern', 'rect', 'stop', 'svg', 'text', 'title']);
    expect(leftover).toContain(escaped(parts.title));
    expect(text).not.toMatch(/NaN|undefined/);
    expect(text).not.toContain('\u0007');
  });

  it('has room for all of its rows', () => {
    const {total, top, legendY} = layoutOf(parts);
    expect(total.width).toBeGreaterThan(300);
    expect(total.height).toBeGreaterThan(top + 200);
    // Words find 400 pixels beside a plot of 300: two columns of 190, so three rows.
    expect(total.height - legendY).toBeGreaterThanOrEqual(3 * 18);
    for (const [, y] of pictureText(parts).matchAll(/<text [^>]*? y="(-?[\d.]+)"/g)) expect(Number(y)).toBeLessThan(total.height);
  });

  it('is named after the experiment', () => {
    expect(fileNameOf('Two moons: four ways down', 'x', 'png')).toBe('basin-two-moons-four-ways-down.png');
    expect(fileNameOf('../ß', 'landscape', 'svg')).toBe('basin-landscape.svg');
  });
});

describe('equal units', () => {
  const ranges = (a: number, b: number) => ({aRange: [-a / 2, a / 2] as [number, number], bRange: [1, 1 + b] as [number, number]});

  it('make circles round where the ranges are of one size, and are given up where a strip would be left', () => {
    expect([equalAspect(ranges(3, 2)), equalAspect(ranges(1, 4)), equalAspect(ranges(4, 1))]).toEqual([1.5, 0.25, 4]);
    expect([equalAspect(ranges(1, 4.1)), equalAspect(ranges(9, 2))]).toEqual([null, null]);
    expect([fitted(1.5, {width: 300, height: 300}), fitted(0.5, {width: 300, height: 300})]).toEqual([{width: 300, height: 200}, {width: 150, height: 300}]);
    expect(stretchOf(ranges(3, 2), {width: 300, height: 200})).toEqual({a: null, b: null});
    // 100 pixels a unit across, 300 upwards.
    expect(stretchOf(ranges(3, 1), {width: 300, height: 300})).toEqual({a: null, b: expect.closeTo(3, 12)});
    expect(stretchOf(ranges(1, 3), {width: 300, height: 300})).toEqual({a: expect.closeTo(3, 12), b: null});
    expect(stretchOf(ranges(3, 1), {width: 0, height: 0})).toEqual({a: null, b: null});
  });

  it('hold in three dimensions: a body with short sides is seen as one drawn to scale', () => {
    const camera = turned(HOME, 0.4, 0.2);
    const [plain, scaled] = [sightOf(camera, 1.3), sightOf(camera, 1.3, unitsOf(2))];
    for (const [x, y, z] of [[0.9, -0.7, 0.3], [-1, 1, 0], [0.2, 0.4, 0.8]] as const) {
      const seen = project(scaled, [x, y, z], 300, 200);
      const expected = project(plain, [x, y / 2, z], 300, 200);
      expect([seen[0], seen[1]]).toEqual([expect.closeTo(expected[0], 9), expect.closeTo(expected[1], 9)]);
      const clip = [0, 1, 3].map((row) => scaled.matrix[row] * x + scaled.matrix[4 + row] * y + scaled.matrix[8 + row] * z + scaled.matrix[12 + row]);
      expect((0.5 + clip[0] / clip[2] / 2) * 300).toBeCloseTo(seen[0], 3);
      expect((0.5 - clip[1] / clip[2] / 2) * 200).toBeCloseTo(seen[1], 3);
      // The ray through that pixel goes through the point.
      const ray = rayThrough(scaled, seen[0] / 300, seen[1] / 200);
      const way = [x - scaled.eye[0], y - scaled.eye[1], z - scaled.eye[2]];
      const length = Math.hypot(...way);
      for (const i of [0, 1, 2]) expect(ray[i]).toBeCloseTo(way[i] / length, 6);
    }
    expect([unitsOf(null), unitsOf(0.25), unitsOf(4)]).toEqual([[1, 1], [0.25, 1], [1, 0.25]]);
  });
});

describe('a known minimum', () => {
  it('is a star with five corners, the first upwards, and notches between them', () => {
    const corners = [...starPath(40, 50).matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x) - 40, Number(y) - 50]);
    expect([corners.length, corners[0]]).toEqual([10, [0, -STAR.outer]]);
    for (const [i, [x, y]] of corners.entries()) {
      expect(Math.hypot(x, y)).toBeCloseTo(i % 2 === 0 ? STAR.outer : STAR.inner, 0);
      expect(Math.atan2(x, -y)).toBeCloseTo(i <= 5 ? (i * Math.PI) / 5 : ((i - 10) * Math.PI) / 5, 1);
    }
  });
});
