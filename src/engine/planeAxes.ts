import type {NetworkDirections} from '../core/directions.ts';
import type {MapKind} from '../core/experiment.ts';
import type {Plane, SharedPath, SharedSpace} from '../core/hostProblem.ts';
import {randomStream} from '../core/random.ts';
import {dot} from '../numerics/dense.ts';

export interface PlaneRequest {
  readonly kind: MapKind;
  /** Contestants' names, in the order of the space's paths. */
  readonly names: readonly string[];
  /** Index of the path that the plane is about, where it is about one. */
  readonly of: number;
  readonly seed: number;
  /** What a `curvature` or `gradient` plane is spanned by, or why there is nothing. */
  readonly directions?: NetworkDirections | {readonly missing: string};
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

export interface Axis {
  readonly direction: Float64Array;
  readonly label: string;
}

/** Lengths below this share of the networks' own length are float32 noise in the snapshots. */
export const NOISE = 1e-5;
const RANDOM_LABEL = 'random direction';

/** a - b; a loop, as paths have many points and a `map` takes fifteen times as long. */
export function difference(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i] - b[i];
  return out;
}

export const norm = (a: Float64Array): number => Math.sqrt(dot(a, a));
export const endOf = (path: SharedPath): Float64Array => path.point(path.iterations.length - 1);

/** What is left of a vector outside the axes, at length 1, or null where that is no longer than `floor`. */
export function newDirection(vector: Float64Array, axes: readonly Axis[], floor: number): Float64Array | null {
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

/** Random directions that are tried at the network's own scale; where it has too few units for two of them, plain ones follow. */
const SCALED_TRIES = 4;

/** Fills up to two axes with random filter-normalised directions around the origin (which has two coordinates or more). */
function completed(origin: Float64Array, axes: readonly Axis[], space: SharedSpace, seed: number): readonly [Axis, Axis] {
  const all = [...axes];
  for (let index = 0; all.length < 2; index++) {
    const direction = newDirection(filterNormalised(index < SCALED_TRIES ? origin : new Float64Array(origin.length), space.unitOf, seed, index), all, 0);
    if (direction) all.push({direction, label: RANDOM_LABEL});
  }
  return [all[0], all[1]];
}

/** The plane of up to two axes; with none of its own it is shown as far as the origin is from zero. */
export function chosen(
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
