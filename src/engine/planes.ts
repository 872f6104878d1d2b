import type {PlaneKind} from '../core/experiment.ts';
import type {Plane, SharedPath, SharedSpace} from '../core/hostProblem.ts';
import type {ProjectedPath} from '../core/protocol.ts';
import {randomStream} from '../core/random.ts';
import {symmetricEigen} from '../numerics/symmetricEigen.ts';

export interface PlaneRequest {
  readonly kind: PlaneKind;
  /** Contestants' names, in the order of the space's paths. */
  readonly names: readonly string[];
  /** Index of the path that a `path` or `random` plane is about. */
  readonly of: number;
  readonly seed: number;
}

export interface ChosenPlane {
  readonly plane: Plane;
  readonly aLabel: string;
  readonly bLabel: string;
  /** Half-width to show around the origin at least; 0 where the projected points alone decide. */
  readonly reach: number;
  /** What to show, where it is known beforehand. */
  readonly ranges?: {readonly aRange: [number, number]; readonly bRange: [number, number]};
  readonly notes: readonly string[];
}

interface Axis {
  readonly direction: Float64Array;
  readonly label: string;
}

/** A point that a plane may be drawn through; made when looked at. */
interface Candidate {
  readonly label: string;
  readonly point: () => Float64Array;
}

/** Lengths below this share of the networks' own length are float32 noise in the snapshots. */
const NOISE = 1e-5;
const RANDOM_LABEL = 'random direction';
/** How a plane got its directions where the wanted points didn't do, by the number of directions that points gave. */
const COMPLETIONS = [
  'two random directions are shown',
  'a random direction completes the plane',
  'other points of the paths complete the plane',
];

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** a - b; a loop, as paths have many points and a `map` takes fifteen times as long. */
function difference(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i] - b[i];
  return out;
}

const norm = (a: Float64Array): number => Math.sqrt(dot(a, a));
const endOf = (path: SharedPath): Float64Array => path.point(path.iterations.length - 1);
const middleOf = (path: SharedPath): Float64Array => path.point(Math.floor((path.iterations.length - 1) / 2));

/** What is left of a vector outside the axes, at length 1, or null where that is no longer than `floor`. */
function newDirection(vector: Float64Array, axes: readonly Axis[], floor: number): Float64Array | null {
  const rest = vector.slice();
  // Twice is enough (Kahan and Parlett): one pass leaves rounding errors as large as what it removed.
  for (let pass = 0; pass < 2; pass++) {
    for (const {direction} of axes) {
      const along = dot(rest, direction);
      for (let i = 0; i < rest.length; i++) rest[i] -= along * direction[i];
    }
  }
  const length = norm(rest);
  return length > floor ? rest.map((value) => value / length) : null;
}

/**
 * A normal random direction whose part in each unit (neuron) is scaled to the norm of the network's
 * unit (filter normalisation, Li et al. 2018), so that its length is the network's. Zero units don't
 * move; a network that is zero altogether gets the plain normal direction.
 */
function filterNormalised(network: Float64Array, unitOf: Int32Array, seed: number, index: number): Float64Array {
  const random = randomStream(seed, 'plane', index);
  const direction = network.map(() => random.normal());
  const units = unitOf.reduce((most, unit) => Math.max(most, unit), 0) + 1;
  const networkSquare = new Float64Array(units);
  const directionSquare = new Float64Array(units);
  for (let i = 0; i < network.length; i++) {
    networkSquare[unitOf[i]] += network[i] ** 2;
    directionSquare[unitOf[i]] += direction[i] ** 2;
  }
  if (networkSquare.every((square) => square === 0)) return direction;
  return direction.map((value, i) => value * Math.sqrt(networkSquare[unitOf[i]] / directionSquare[unitOf[i]]));
}

/** Fills up to two axes with random filter-normalised directions around the origin. */
function completed(origin: Float64Array, axes: readonly Axis[], space: SharedSpace, seed: number): readonly [Axis, Axis] {
  const all = [...axes];
  for (let index = 0; all.length < 2; index++) {
    const direction = newDirection(filterNormalised(origin, space.unitOf, seed, index), all, 0);
    if (direction) all.push({direction, label: RANDOM_LABEL});
  }
  return [all[0], all[1]];
}

function chosen(
  origin: Float64Array,
  found: readonly Axis[],
  space: SharedSpace,
  seed: number,
  notes: readonly string[],
): ChosenPlane {
  const [a, b] = completed(origin, found, space, seed);
  return {
    plane: {origin, du: a.direction, dv: b.direction},
    aLabel: a.label,
    bLabel: b.label,
    reach: found.length === 0 ? norm(origin) || 1 : 0,
    notes,
  };
}

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

/**
 * Principal directions of the steps away from the end point, p_s - p_end, by the eigenvectors q of
 * their Gram matrix: direction = sum_s q_s (p_s - p_end), at length 1. Shares are of the sum of squares.
 */
function principalAxes(path: SharedPath, end: Float64Array): Axis[] {
  const count = path.iterations.length;
  // float32 suffices (the snapshots are float32) and halves the memory of a long path of a wide network.
  const steps = Array.from({length: count}, (_, s) => Float32Array.from(difference(path.point(s), end)));
  const gram = new Float64Array(count * count);
  for (let s = 0; s < count; s++) {
    for (let t = 0; t <= s; t++) {
      let sum = 0;
      for (let i = 0; i < end.length; i++) sum += steps[s][i] * steps[t][i];
      gram[s * count + t] = sum;
      gram[t * count + s] = sum;
    }
  }
  const {values, vectors} = symmetricEigen(gram, count);
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const axes: Axis[] = [];
  for (const [index, word] of ['main', 'second'].entries()) {
    if (index >= count || values[index] <= (NOISE * norm(end)) ** 2 || values[index] <= 1e-10 * total) break;
    const direction = new Float64Array(end.length);
    for (let s = 0; s < count; s++) {
      const weight = vectors[index * count + s];
      for (let i = 0; i < end.length; i++) direction[i] += weight * steps[s][i];
    }
    const fresh = newDirection(direction, axes, 0);
    if (!fresh) break;
    const percent = Math.round((100 * values[index]) / total);
    axes.push({direction: fresh, label: `${word} direction, ${percent} % of variance`});
  }
  return axes;
}

function pathPlane(space: SharedSpace, {names, of, seed}: PlaneRequest): ChosenPlane {
  const end = endOf(space.paths[of]);
  const axes = principalAxes(space.paths[of], end);
  const notes: string[] = [];
  if (axes.length === 0) notes.push(`${names[of]} has not moved yet, so its path has no direction; random directions are shown.`);
  if (axes.length === 1) notes.push(`${names[of]}'s path is a straight line so far; a random direction completes the plane.`);
  return chosen(end, axes, space, seed, notes);
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
    case 'random':
      return randomPlane(space, request);
  }
}

/** The plane's point at coordinates (a, b). */
export const pointOf = ({origin, du, dv}: Plane, a: number, b: number): Float64Array =>
  origin.map((value, i) => value + a * du[i] + b * dv[i]);

/**
 * Orthogonal projection of a path into a plane. `outside` is the energy share of the displacement
 * D = end - start that the plane misses, 1 - |Proj D|^2 / |D|^2, and 0 where D is zero.
 */
export function projectPath(plane: Plane, path: SharedPath, runId: string): ProjectedPath {
  const count = path.iterations.length;
  const a = new Float64Array(count);
  const b = new Float64Array(count);
  for (let s = 0; s < count; s++) {
    const offset = difference(path.point(s), plane.origin);
    a[s] = dot(offset, plane.du);
    b[s] = dot(offset, plane.dv);
  }
  const displacement = difference(endOf(path), path.point(0));
  const total = dot(displacement, displacement);
  const inside = (a[count - 1] - a[0]) ** 2 + (b[count - 1] - b[0]) ** 2;
  return {runId, a, b, iterations: path.iterations, outside: total > 0 ? Math.min(1, Math.max(0, 1 - inside / total)) : 0};
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
