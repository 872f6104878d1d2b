import type {Landscape, ProjectedPath} from '../../../core/protocol.ts';
import {dashOf, type Ink, parseColour} from '../../palette.ts';
import {shadeTable} from '../drawSurface.ts';
import {opacityOf, piecesOf} from '../fading.ts';
import type {Walker} from '../LandscapePicture.tsx';
import type {Floor, Place} from '../reading.ts';
import type {Shown} from '../shown.ts';
import {STAR} from '../star.ts';
import {shadeOf, type Surface} from '../surface.ts';
import {drape, heightAt, type Mesh, type Point, RELIEF} from './mesh.ts';
import type {Paint, Scene, SceneLine, SceneMark} from './renderer.ts';

/** A floor farther below the lowest J of the map than this is drawn here, and that is said. */
export const DEEPEST = -0.5;
/** The floor reaches beyond the surface, so that it is seen from above. */
const FLOOR_REACH = 1.16;

const STAR_SIZE = 2 * STAR.outer;

/** Where the plane's coordinates lie in the scene. */
export const inScene = ({aRange, bRange}: Pick<Landscape, 'aRange' | 'bRange'>, {a, b}: Place): readonly [number, number] => [
  (2 * (a - aRange[0])) / (aRange[1] - aRange[0]) - 1,
  (2 * (b - bRange[0])) / (bRange[1] - bRange[0]) - 1,
];

export const inPlane = ({aRange, bRange}: Pick<Landscape, 'aRange' | 'bRange'>, [x, y]: readonly [number, number, ...number[]]): Place => ({
  a: aRange[0] + ((x + 1) / 2) * (aRange[1] - aRange[0]),
  b: bRange[0] + ((y + 1) / 2) * (bRange[1] - bRange[0]),
});

/** The floor's height on the colour scale; no lower than DEEPEST. */
export const floorShade = (surface: Surface, floor: Floor): number => Math.max(shadeOf(surface, floor.lower), DEEPEST);

/** What the floor is called, and whether it lies deeper than it is drawn. */
export const floorInWords = (surface: Surface, floor: Floor): string =>
  `${floor.label}${shadeOf(surface, floor.lower) < DEEPEST ? ' (deeper than drawn)' : ''}`;

const paintOf = (hex: string, alpha = 1): Paint => {
  const [red, green, blue] = parseColour(hex);
  return [red / 255, green / 255, blue / 255, alpha];
};

const square = (reach: number, z: number): readonly Point[] => [[-reach, -reach, z], [reach, -reach, z], [reach, reach, z], [-reach, reach, z], [-reach, -reach, z]];

/** Everything that is drawn, from the same numbers and colours as the map. */
export function sceneOf({landscape, surface, floor, walkers, minima, fade, ink}: Shown, mesh: Mesh): Scene {
  const isDark = ink.scheme === 'dark';
  const frame: SceneLine = {pieces: [square(1, 0)], paint: paintOf(ink.faint, 0.55), width: 1, dash: [], halo: null};
  const ground = floor && {height: RELIEF * floorShade(surface, floor), reach: FLOOR_REACH, paint: paintOf(ink.text, floor.isGround ? 0.13 : 0.07)};
  const rim: readonly SceneLine[] = ground && floor
    ? [{pieces: [square(FLOOR_REACH, ground.height)], paint: paintOf(ink.text, 0.7), width: 1.2, dash: floor.isGround ? [] : [6, 4, 6, 4], halo: null}]
    : [];
  const drawn = landscape.paths.flatMap((path) => {
    const walker = walkers.find((one) => one.runId === path.runId);
    if (!walker || path.a.length === 0) return [];
    return [pathOf(landscape, path, surface, walker, ink, fade)];
  });
  return {
    mesh,
    ramp: shadeTable(ink),
    levelPaint: isDark ? [1, 1, 1, 0.2] : [0.08, 0.16, 0.2, 0.28],
    brightness: isDark ? [0.6, 0.5] : [0.72, 0.36],
    lines: [frame, ...rim, ...drawn.flatMap(({lines}) => lines)],
    marks: [...drawn.flatMap(({marks}) => marks), ...minima.flatMap(([a, b]) => marksAt(surface, inScene(landscape, {a, b}), 'star', [[STAR_SIZE + 6, paintOf(ink.paper)], [STAR_SIZE, paintOf(ink.text)]]))],
    floor: ground,
  };
}

/** A path as on the map: a ring at the start, a disc at the end; faint where it is far off the plane, if that is asked for. */
function pathOf(landscape: Landscape, {a, b, off}: ProjectedPath, surface: Surface, {colour, index}: Walker, ink: Ink, fade: boolean): {readonly lines: readonly SceneLine[]; readonly marks: readonly SceneMark[]} {
  const places = Array.from(a, (at, i) => inScene(landscape, {a: at, b: b[i]}));
  const last = places.length - 1;
  const dash = dashOf(index).split(' ').filter((part) => part !== '').map(Number);
  const lines = (fade ? piecesOf(off) : [{from: 0, to: last, opacity: 1}]).map(({from, to, opacity}): SceneLine => ({
    pieces: drape(surface, places.slice(from, to + 1)),
    paint: paintOf(ink.contestants[colour], opacity),
    width: 2.4,
    dash: dash.length === 2 ? [...dash, ...dash] : dash,
    halo: paintOf(ink.paper, opacity),
  }));
  const seen = (point: number): number => (fade ? opacityOf(off[point]) : 1);
  const paints = (point: number): readonly [Paint, Paint] => [paintOf(ink.contestants[colour], seen(point)), paintOf(ink.paper, seen(point))];
  const [[first, firstPaper], [end, endPaper]] = [paints(0), paints(last)];
  const marks = [...marksAt(surface, places[0], 'disc', [[9, first], [5.4, firstPaper]]), ...marksAt(surface, places[last], 'disc', [[14, endPaper], [11, end]])];
  return {lines, marks};
}

/** Marks on top of each other, the first the largest; none where the surface has a hole. */
function marksAt(surface: Surface, [x, y]: readonly [number, number], shape: SceneMark['shape'], sizes: readonly (readonly [number, Paint])[]): readonly SceneMark[] {
  const z = heightAt(surface, x, y);
  return Number.isNaN(z) ? [] : sizes.map(([size, paint]) => ({at: [x, y, z + 0.01], shape, paint, size}));
}
