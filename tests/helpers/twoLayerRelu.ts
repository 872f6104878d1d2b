import type {PreparedData, Task} from '../../src/core/data.ts';
import type {HostLoss} from '../../src/core/hostProblem.ts';
import type {Snapshot} from '../../src/core/protocol.ts';
import {randomStream} from '../../src/core/random.ts';

export interface DataShape {
  readonly task: Task;
  readonly n: number;
  readonly testCount?: number;
  /** Columns, the constant included. */
  readonly d: number;
  readonly k?: number;
}

/** Normal inputs with the constant column; targets are normal, random signs, or random one-hot rows. */
export function randomData({task, n, testCount = 0, d, k = 1}: DataShape, seed: number): PreparedData {
  const random = randomStream(seed, 'data');
  const part = (count: number) => {
    const x = Float64Array.from({length: count * d}, (_, i) => (i % d === d - 1 ? 1 : random.normal()));
    const y = new Float64Array(count * k);
    for (let i = 0; i < count; i++) {
      if (task === 'regression') y[i] = random.normal();
      else if (task === 'binary') y[i] = random.uniform() < 0.5 ? -1 : 1;
      else y[i * k + random.below(k)] = 1;
    }
    return {n: count, x, y};
  };
  const classNames = task === 'regression' ? [] : Array.from({length: Math.max(2, k)}, (_, c) => `class ${c}`);
  const featureNames = Array.from({length: d - 1}, (_, j) => `x${j + 1}`);
  return {task, d, k, train: part(n), test: part(testCount), featureNames, targetName: 'y', classNames, notes: []};
}

export const snapshotOf = (m: number, d: number, k: number, values: ArrayLike<number>, iteration = 0): Snapshot => ({
  iteration,
  shapes: {u: [m, d], alpha: [m, k]},
  values: Float32Array.from(values),
});

export function randomNetwork(m: number, d: number, k: number, seed: number, iteration = 0): Snapshot {
  const random = randomStream(seed, 'network');
  return snapshotOf(m, d, k, Array.from({length: m * (d + k)}, () => random.normal()), iteration);
}

/** The same function with neurons in another order, each at another scaling; exact in float32 for powers of two. */
export function disguised(network: Snapshot, order: ArrayLike<number>, scales: ArrayLike<number>): Snapshot {
  const [m, d] = network.shapes.u;
  const k = network.shapes.alpha[1];
  const values = new Float32Array(network.values.length);
  for (let j = 0; j < m; j++) {
    for (let i = 0; i < d; i++) values[j * d + i] = scales[j] * network.values[order[j] * d + i];
    for (let c = 0; c < k; c++) values[m * d + j * k + c] = network.values[m * d + order[j] * k + c] / scales[j];
  }
  return {...network, values};
}

/**
 * Gradient of J_raw / n in float64, in the snapshot's layout:
 * J_raw = sum_i loss(f(x_i), y_i) + (beta/2) sum_j (|u_j|^2 + |alpha_j|^2). Oracle of the tensor code.
 */
export function rawGradient(snapshot: Snapshot, data: PreparedData, beta: number, loss: HostLoss): Float64Array {
  const {train: {n, x, y}, d, k} = data;
  const m = snapshot.shapes.u[0];
  const w = Float64Array.from(snapshot.values);
  const z = new Float64Array(n * m);
  const f = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      for (let t = 0; t < d; t++) z[i * m + j] += x[i * d + t] * w[j * d + t];
      for (let c = 0; c < k; c++) f[i * k + c] += Math.max(0, z[i * m + j]) * w[m * d + j * k + c];
    }
  }
  const slope = new Float64Array(n * k);
  const gradient = w.map((value) => (beta * value) / n);
  for (let i = 0; i < n; i++) {
    loss.derivative(f, y, i, slope, k);
    for (let j = 0; j < m; j++) {
      if (z[i * m + j] <= 0) continue;
      for (let c = 0; c < k; c++) {
        const g = slope[i * k + c] / n;
        gradient[m * d + j * k + c] += g * z[i * m + j];
        for (let t = 0; t < d; t++) gradient[j * d + t] += g * w[m * d + j * k + c] * x[i * d + t];
      }
    }
  }
  return gradient;
}
