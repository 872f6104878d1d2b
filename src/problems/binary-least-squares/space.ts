import type {Plane, PlaneKernel, SharedSpace, Weights} from '../../core/hostProblem.ts';
import type {Snapshot} from '../../core/protocol.ts';
import {atHead} from '../../numerics/binary/frame.ts';
import {polarFactor} from '../../numerics/binary/polar.ts';
import type {Quadratic} from '../../numerics/binary/quadratic.ts';
import {normalise, relaxation, type Rows} from '../../numerics/binary/rows.ts';

/** Starts nearer than this in every entry are one start: snapshots are float32. */
const SAME = 1e-5;

/** The rows of a snapshot, in float64. */
export function rowsOf({shapes, values}: Weights): Rows {
  const [n, k] = shapes.v;
  return {n, k, v: Float64Array.from(values.subarray(0, n * k))};
}

/** All rows but the head's, in the frame where the head is e_1, with zeros up to length `k`. */
function gauged(snapshot: Weights, k: number): Float64Array {
  const {n, k: own, v} = atHead(rowsOf(snapshot));
  const out = new Float64Array((n - 1) * k);
  for (let i = 1; i < n; i++) out.set(v.subarray(i * own, (i + 1) * own), (i - 1) * k);
  return out;
}

/** Rotates the coordinates after the first by Q, (k - 1) x (k - 1), in every row. */
function rotated(rows: Float64Array, k: number, q: Float64Array): Float64Array {
  const out = rows.slice();
  for (let at = 0; at < rows.length; at += k) {
    for (let t = 1; t < k; t++) {
      let sum = 0;
      for (let s = 1; s < k; s++) sum += rows[at + s] * q[(s - 1) * (k - 1) + t - 1];
      out[at + t] = sum;
    }
  }
  return out;
}

/** The rotation of a's free coordinates that brings it nearest to b: the polar factor of a' b. */
function nearest(a: Float64Array, b: Float64Array, k: number): Float64Array {
  const m = k - 1;
  const cross = new Float64Array(m * m);
  for (let at = 0; at < a.length; at += k) {
    for (let s = 0; s < m; s++) for (let t = 0; t < m; t++) cross[s * m + t] += a[at + 1 + s] * b[at + 1 + t];
  }
  return polarFactor(cross, m);
}

const isSame = (a: Float64Array, b: Float64Array): boolean => a.every((value, i) => Math.abs(value - b[i]) <= SAME);

/**
 * One rotation for each path: f does not change where all rows are rotated together, so distances mean nothing before
 * that is fixed. The head is e_1 everywhere; what is left is chosen so that the paths end as near to the first one's
 * end as they can. Paths with a common start share a rotation.
 */
function rotationsOf(paths: readonly (readonly Snapshot[])[], k: number): readonly Float64Array[] {
  const starts = paths.map((path) => gauged(path[0], k));
  const ends = paths.map((path) => gauged(path[path.length - 1], k));
  const rotations: Float64Array[] = [];
  for (const [i, end] of ends.entries()) {
    const twin = starts.findIndex((start, j) => j < i && isSame(start, starts[i]));
    rotations.push(twin >= 0 ? rotations[twin] : nearest(end, rotated(ends[0], k, rotations[0] ?? nearest(ends[0], ends[0], k)), k));
  }
  return rotations;
}

/** A point's rows with the head before them, scaled to length 1. */
function retracted(point: Float64Array, p: number, k: number): Rows {
  const v = new Float64Array((p + 1) * k);
  v[0] = 1;
  v.set(point, k);
  const rows = {n: p + 1, k, v};
  normalise(rows);
  return rows;
}

/** f(V) at the retracted rows of every point. */
function kernelOf({matrix, p}: Quadratic, k: number, {origin, du, dv}: Plane): PlaneKernel {
  const point = new Float64Array(p * k);
  return {
    evaluateRow(b, aValues, out) {
      for (const [t, a] of aValues.entries()) {
        for (let i = 0; i < point.length; i++) point[i] = origin[i] + a * du[i] + b * dv[i];
        out[t] = relaxation(matrix, retracted(point, p, k));
      }
    },
  };
}

/** Rows of V as points of one space, p x k for the largest rank k among them. */
export function relaxationSpace(quadratic: Quadratic, paths: readonly (readonly Snapshot[])[]): SharedSpace {
  const {p} = quadratic;
  const k = paths.flat().reduce((most, {shapes}) => Math.max(most, shapes.v[1]), 1);
  const rotations = rotationsOf(paths, k);
  return {
    dim: p * k,
    unitOf: Int32Array.from({length: p * k}, (_, i) => Math.floor(i / k)),
    paths: paths.map((path, c) => ({
      iterations: Int32Array.from(path, ({iteration}) => iteration),
      point: (index) => rotated(gauged(path[index], k), k, rotations[c]),
    })),
    place: (weights, path) =>
      weights.shapes.v[0] === p + 1 && weights.shapes.v[1] <= k ? rotated(gauged(weights, k), k, rotations[path]) : null,
    network: (point) => {
      const rows = retracted(point, p, k);
      const signs = Array.from({length: p}, (_, i) => (rows.v[(i + 1) * k] >= 0 ? 1 : -1));
      return {iteration: 0, shapes: {v: [p + 1, k], w: [p]}, values: Float32Array.from([...rows.v, ...signs])};
    },
    kernel: (plane) => kernelOf(quadratic, k, plane),
  };
}
