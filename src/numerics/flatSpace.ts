import type {Plane, PlaneKernel, SharedPath, SharedSpace} from '../core/hostProblem.ts';
import type {Snapshot} from '../core/protocol.ts';

export type Shapes = Snapshot['shapes'];

/** Entries of a tensor. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** Where each variable starts in the flat vector of them all, in the order of `shapes`. */
export function offsetsOf(shapes: Shapes): Readonly<Record<string, number>> {
  const offsets: Record<string, number> = {};
  let at = 0;
  for (const [name, shape] of Object.entries(shapes)) {
    offsets[name] = at;
    at += sizeOf(shape);
  }
  return offsets;
}

/**
 * The output unit that each weight belongs to, for filter normalisation: a column of a matrix [..., in, out], an entry of a vector.
 * Units are numbered through all variables.
 */
export function columnUnits(shapes: Shapes): Int32Array {
  const units: number[] = [];
  let first = 0;
  for (const shape of Object.values(shapes)) {
    const width = shape[shape.length - 1] ?? 1;
    for (let i = 0; i < sizeOf(shape); i++) units.push(first + (i % width));
    first += width;
  }
  return Int32Array.from(units);
}

/**
 * Networks of equal shapes as points of the space of all their weights, unit for unit as they are: no neurons are matched, so two
 * networks that differ by a permutation lie apart.
 * @param paths of networks of equal kin
 * @param kernelOf J over a plane of networks that are like the given one (its shapes and model)
 */
export function flatSpace(
  paths: readonly (readonly Snapshot[])[],
  unitOf: (shapes: Shapes) => Int32Array,
  kernelOf: (like: Snapshot, plane: Plane) => PlaneKernel,
): SharedSpace {
  const like = paths[0][0];
  const shapes = JSON.stringify(like.shapes);
  const asPath = (path: readonly Snapshot[]): SharedPath => ({
    iterations: Int32Array.from(path, (snapshot) => snapshot.iteration),
    point: (index) => Float64Array.from(path[index].values),
  });
  return {
    dim: like.values.length,
    unitOf: unitOf(like.shapes),
    paths: paths.map(asPath),
    place: (weights) => (JSON.stringify(weights.shapes) === shapes ? Float64Array.from(weights.values) : null),
    network: (point) => ({...like, iteration: 0, values: Float32Array.from(point)}),
    kernel: (plane) => kernelOf(like, plane),
  };
}
