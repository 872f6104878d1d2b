import type {Plane, SharedPath, SharedSpace} from '../core/hostProblem.ts';
import type {ProjectedPath} from '../core/protocol.ts';
import {dot} from '../numerics/dense.ts';
import {type Axis, type ChosenPlane, chosen, difference, endOf, newDirection, NOISE, norm, type PlaneRequest} from './planeAxes.ts';
import {allPathsPlane, pathPlane} from './principalPlanes.ts';
import {curvaturePlane, gradientPlane} from './studiedPlanes.ts';

/** A point that a plane may be drawn through; made when looked at. */
interface Candidate {
  readonly label: string;
  readonly point: () => Float64Array;
}

/** How a plane got its directions where the wanted points didn't do, by the number of directions that points gave. */
const COMPLETIONS = [
  'two random directions are shown',
  'a random direction completes the plane',
  'other points of the paths complete the plane',
];

const middleOf = (path: SharedPath): Float64Array => path.point(Math.floor((path.iterations.length - 1) / 2));

interface Candidates {
  readonly wanted: readonly Candidate[];
  readonly reserve: readonly Candidate[];
}

/** Which points a `contestants` plane should go through, and which it may take in their place. */
function candidatesOf({paths}: SharedSpace, names: readonly string[]): Candidates {
  const ends = paths.map((path, i) => ({label: names[i], point: () => endOf(path)}));
  const starts = paths.map((path, i) => ({label: `${names[i]}'s start`, point: () => path.point(0)}));
  const middles = paths.map((path, i) => ({label: `the middle of ${names[i]}'s path`, point: () => middleOf(path)}));
  if (paths.length >= 3) return {wanted: ends.slice(0, 3), reserve: [...ends.slice(3), ...starts, ...middles]};
  if (paths.length === 1) return {wanted: [starts[0], ends[0], middles[0]], reserve: []};
  const [first, second] = starts.map((start) => start.point());
  const common = first.every((value, i) => value === second[i]);
  const start = common ? {label: 'the common start', point: () => first} : starts[0];
  return {wanted: [...ends, start], reserve: [...(common ? [] : [starts[1]]), ...middles]};
}

/** Through the current networks of three contestants; see `planeFor`. */
function contestantsPlane(space: SharedSpace, {names, seed}: PlaneRequest): ChosenPlane {
  const {wanted, reserve} = candidatesOf(space, names);
  const origin = wanted[0].point();
  const axes: Axis[] = [];
  const missing: string[] = [];
  for (const candidate of [...wanted.slice(1), ...reserve]) {
    if (axes.length === 2) break;
    const point = candidate.point();
    const direction = newDirection(difference(point, origin), axes, NOISE * Math.max(norm(origin), norm(point)));
    const label = axes.length === 0 ? `from ${wanted[0].label} towards ${candidate.label}` : `towards ${candidate.label}`;
    if (direction) axes.push({direction, label});
    else if (wanted.includes(candidate)) missing.push(candidate.label);
  }
  const notes: string[] = [];
  if (names.length > 3) notes.push(`The plane passes through ${names.slice(0, 3).join(', ')}; the others are projected onto it.`);
  if (missing.length > 0) {
    const points = [wanted[0].label, ...missing].join(', ');
    notes.push(`These points coincide or lie in one line with the rest: ${points}; ${COMPLETIONS[axes.length]}.`);
  }
  return chosen(origin, axes, space, seed, notes);
}

function randomPlane(space: SharedSpace, {names, of, seed}: PlaneRequest): ChosenPlane {
  const end = endOf(space.paths[of]);
  const notes = norm(end) > 0 ? [] : [`${names[of]}'s network is zero, so the directions can't be scaled to its neurons.`];
  return chosen(end, [], space, seed, notes);
}

/**
 * The plane of a landscape, with orthonormal directions.
 * - `contestants`: through the current networks of the first three contestants; of two and their common
 *   start (or the first's start); or through start, end and middle of a single path. Where these don't
 *   span a plane, other points of the paths and then random directions complete it, and a note says so.
 * - `path`: the first two principal directions of one path about its end.
 * - `paths`: the first two principal directions of all paths about their mean.
 * - `curvature`, `gradient`: the directions that a study found at a network, carried into the space; the plane of the path where it
 *   found none, with the reason.
 * - `random`: two random filter-normalised directions around one path's end (the second loses its small
 *   part along the first), shown at least as far as the network is long.
 * A space that is a plane itself is shown as it is.
 */
export function planeFor(space: SharedSpace, request: PlaneRequest): ChosenPlane {
  if (space.ownPlane) {
    const {plane, aLabel, bLabel, aRange, bRange} = space.ownPlane;
    return {plane, aLabel, bLabel, reach: 0, ranges: {aRange, bRange}, notes: []};
  }
  switch (request.kind) {
    case 'contestants':
      return contestantsPlane(space, request);
    case 'path':
      return pathPlane(space, request);
    case 'paths':
      return allPathsPlane(space, request);
    case 'curvature':
      return curvaturePlane(space, request);
    case 'gradient':
      return gradientPlane(space, request);
    case 'random':
      return randomPlane(space, request);
  }
}

/** Distances below this share of a point's own are what sums in float64 leave. */
const ROUNDING = 1e-12;

/** The plane's point at coordinates (a, b). */
export const pointOf = ({origin, du, dv}: Plane, a: number, b: number): Float64Array =>
  origin.map((value, i) => value + a * du[i] + b * dv[i]);

/** |offset - a du - b dv|, and 0 where that is rounding: squares would cancel to nothing but their rounding. */
function distanceOff(offset: Float64Array, {du, dv}: Plane, a: number, b: number): number {
  let square = 0;
  for (let i = 0; i < offset.length; i++) square += (offset[i] - a * du[i] - b * dv[i]) ** 2;
  const distance = Math.sqrt(square);
  return distance > ROUNDING * norm(offset) ? distance : 0;
}

/**
 * Orthogonal projection of a path into a plane. `outside` is the energy share of the displacement
 * D = end - start that the plane misses, 1 - |Proj D|^2 / |D|^2, and 0 where D is zero. `off` is each point's distance
 * |p_s - Proj p_s| as a share of the path's length sum_s |p_{s+1} - p_s|; without a length it is 0 on the plane and 1 off it.
 */
export function projectPath(plane: Plane, path: SharedPath, runId: string): ProjectedPath {
  const count = path.iterations.length;
  const a = new Float64Array(count);
  const b = new Float64Array(count);
  const off = new Float64Array(count);
  let length = 0;
  let before: Float64Array | null = null;
  for (let s = 0; s < count; s++) {
    const point = path.point(s);
    const offset = difference(point, plane.origin);
    a[s] = dot(offset, plane.du);
    b[s] = dot(offset, plane.dv);
    off[s] = distanceOff(offset, plane, a[s], b[s]);
    if (before) length += norm(difference(point, before));
    before = point;
  }
  for (let s = 0; s < count; s++) off[s] = length > 0 ? off[s] / length : Math.sign(off[s]);
  const displacement = difference(endOf(path), path.point(0));
  const total = dot(displacement, displacement);
  const inside = (a[count - 1] - a[0]) ** 2 + (b[count - 1] - b[0]) ** 2;
  return {runId, a, b, off, iterations: path.iterations, outside: total > 0 ? Math.min(1, Math.max(0, 1 - inside / total)) : 0};
}

const MARGIN = 0.25;
/** A range narrower than this share of the other takes the other's width. */
const FLAT = 1e-3;

/** Ranges that hold the origin, `reach` around it and every projected point, with a margin of a quarter on each side. */
export function extents(
  paths: readonly ProjectedPath[],
  reach: number,
): {readonly aRange: [number, number]; readonly bRange: [number, number]} {
  const hull = (columns: readonly Float64Array[]): [number, number] => {
    let low = -reach;
    let high = reach;
    for (const column of columns) {
      for (const value of column) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    return [low, high];
  };
  const a = hull(paths.map((path) => path.a));
  const b = hull(paths.map((path) => path.b));
  const widest = Math.max(a[1] - a[0], b[1] - b[0]);
  const padded = ([low, high]: [number, number]): [number, number] => {
    const half = ((high - low > FLAT * widest ? high - low : widest) / 2) * (1 + 2 * MARGIN);
    const centre = (low + high) / 2;
    return [centre - half, centre + half];
  };
  return {aRange: padded(a), bRange: padded(b)};
}
