import type {DataPart, Task} from '../core/data.ts';
import {classOf, type HostLoss, type Plane, type PlaneKernel, type SharedSpace} from '../core/hostProblem.ts';
import type {Snapshot} from '../core/protocol.ts';
import {alignPaths, fits, sharedPoint, storedOrder} from './alignNeurons.ts';

/** What the problems on two-layer ReLU networks share in float64: u [m, d] and alpha [m, k], one after the other. */

/** f(x_i) = sum_j alpha_j relu(u_j . x_i), n x k. */
export function forward(snapshot: Snapshot, x: Float64Array, n: number): Float64Array {
  const {values} = snapshot;
  const [m, d] = snapshot.shapes.u;
  const k = snapshot.shapes.alpha[1];
  const f = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let z = 0;
      for (let t = 0; t < d; t++) z += values[j * d + t] * x[i * d + t];
      if (z <= 0) continue;
      for (let c = 0; c < k; c++) f[i * k + c] += z * values[m * d + j * k + c];
    }
  }
  return f;
}

/** beta sum_j |u_j| |alpha_j| (balanced) and (beta/2) sum_j (|u_j|^2 + |alpha_j|^2) (raw). */
export function penalties(snapshot: Snapshot, beta: number): {readonly balanced: number; readonly raw: number} {
  const {values} = snapshot;
  const [m, d] = snapshot.shapes.u;
  const k = snapshot.shapes.alpha[1];
  let balanced = 0;
  let raw = 0;
  for (let j = 0; j < m; j++) {
    let u = 0;
    let alpha = 0;
    for (let t = 0; t < d; t++) u += values[j * d + t] ** 2;
    for (let c = 0; c < k; c++) alpha += values[m * d + j * k + c] ** 2;
    balanced += Math.sqrt(u) * Math.sqrt(alpha);
    raw += (u + alpha) / 2;
  }
  return {balanced: beta * balanced, raw: beta * raw};
}

/** Mean loss; NaN for an empty part. */
export function meanLoss(f: Float64Array, part: DataPart, k: number, loss: HostLoss): number {
  let sum = 0;
  for (let i = 0; i < part.n; i++) sum += loss.value(f, part.y, i, k);
  return sum / part.n;
}

/** Accuracy, or R^2 = 1 - sum (f - y)^2 / sum (y - mean y)^2; NaN for an empty part and for constant targets. */
export function score(f: Float64Array, part: DataPart, k: number, task: Task): number {
  const {n, y} = part;
  if (n === 0) return Number.NaN;
  if (task !== 'regression') {
    let right = 0;
    // A single output of 0 decides nothing and counts as wrong.
    for (let i = 0; i < n; i++) if (k === 1 ? f[i] * y[i] > 0 : classOf(f, i, k) === classOf(y, i, k)) right++;
    return right / n;
  }
  const mean = y.reduce((sum, value) => sum + value, 0) / n;
  let residual = 0;
  let total = 0;
  for (let i = 0; i < n; i++) {
    residual += (f[i] - y[i]) ** 2;
    total += (y[i] - mean) ** 2;
  }
  return total > 0 ? 1 - residual / total : Number.NaN;
}

/**
 * Networks of any widths as points of one space: u (slots x d), then alpha (slots x k), every neuron at its best scaling.
 * @param asStored leaves neurons in their order instead of matching them
 * @param kernel J over a plane of networks with so many slots
 */
export function alignedSpace(
  paths: readonly (readonly Snapshot[])[], d: number, k: number, asStored: boolean, kernel: (slots: number, plane: Plane) => PlaneKernel,
): SharedSpace {
  const {slots, slotOf} = asStored ? storedOrder(paths) : alignPaths(paths, d, k);
  const dim = slots * (d + k);
  return {
    dim,
    unitOf: Int32Array.from({length: dim}, (_, i) => Math.floor(i < slots * d ? i / d : (i - slots * d) / k)),
    paths: paths.map((path, c) => ({
      iterations: Int32Array.from(path, (snapshot) => snapshot.iteration),
      point: (index) => sharedPoint(path[index], slotOf[c], slots, d, k),
    })),
    place: (weights, path) => (fits(weights, slotOf[path], d, k) ? sharedPoint(weights, slotOf[path], slots, d, k) : null),
    matched: !asStored,
    rescaled: true,
    network: (point) => ({iteration: 0, shapes: {u: [slots, d], alpha: [slots, k]}, values: Float32Array.from(point)}),
    kernel: (plane) => kernel(slots, plane),
  };
}
