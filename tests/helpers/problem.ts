import type {HostLoss} from '../../src/core/hostProblem.ts';
import type {PreparedData} from '../../src/core/data.ts';
import type {Problem, TensorLoss, Vars} from '../../src/core/problem.ts';
import type {Snapshot} from '../../src/core/protocol.ts';
import {tf} from '../../src/engine/tf.ts';
import crossEntropyHost from '../../src/losses/cross-entropy/host.ts';
import crossEntropyTensor from '../../src/losses/cross-entropy/tensor.ts';
import hingeHost from '../../src/losses/hinge/host.ts';
import hingeTensor from '../../src/losses/hinge/tensor.ts';
import logisticHost from '../../src/losses/logistic/host.ts';
import logisticTensor from '../../src/losses/logistic/tensor.ts';
import squaredHost from '../../src/losses/squared/host.ts';
import squaredTensor from '../../src/losses/squared/tensor.ts';
import formulate from '../../src/problems/two-layer-relu/problem.ts';
import {type DataShape, randomData, randomNetwork} from './twoLayerRelu.ts';

export interface LossCase {
  readonly id: string;
  readonly tensor: TensorLoss;
  readonly host: HostLoss;
  readonly shape: DataShape;
}

/** Every loss on data that it is made for, small enough for finite differences. */
export const LOSS_CASES: readonly LossCase[] = [
  {id: 'squared', tensor: squaredTensor, host: squaredHost, shape: {task: 'regression', n: 17, testCount: 5, d: 4}},
  {id: 'logistic', tensor: logisticTensor, host: logisticHost, shape: {task: 'binary', n: 17, testCount: 5, d: 4}},
  {id: 'hinge', tensor: hingeTensor, host: hingeHost, shape: {task: 'binary', n: 17, testCount: 5, d: 4}},
  {id: 'cross-entropy', tensor: crossEntropyTensor, host: crossEntropyHost, shape: {task: 'multiclass', n: 17, testCount: 5, d: 4, k: 3}},
];

export const WIDTH = 6;
export const BETA = 0.3;

export interface Setting {
  readonly data: PreparedData;
  readonly problem: Problem;
  readonly network: Snapshot;
  readonly vars: Vars;
}

export function settingOf({id, tensor, shape}: LossCase): Setting {
  const data = randomData(shape, 5);
  const network = randomNetwork(WIDTH, data.d, data.k, 7);
  return {data, network, problem: formulate(data, {beta: BETA}, tensor, id), vars: varsOf(network)};
}

export function varsOf({shapes, values}: Snapshot): Vars {
  const [m, d] = shapes.u;
  const k = shapes.alpha[1];
  return {u: tf.tensor2d(values.slice(0, m * d), [m, d]), alpha: tf.tensor2d(values.slice(m * d), [m, k])};
}

/** J_raw / n, written out once more in plain float64 loops: the definition, independent of tensor and host code. */
export function definition(weights: Float64Array, data: PreparedData, beta: number, loss: HostLoss): number {
  const {train: {n, x, y}, d, k} = data;
  const m = weights.length / (d + k);
  const f = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let z = 0;
      for (let t = 0; t < d; t++) z += x[i * d + t] * weights[j * d + t];
      for (let c = 0; c < k; c++) f[i * k + c] += Math.max(0, z) * weights[m * d + j * k + c];
    }
  }
  let total = 0;
  for (let i = 0; i < n; i++) total += loss.value(f, y, i, k);
  for (const w of weights) total += (beta / 2) * w * w;
  return total / n;
}

/** Central differences of the definition, step 1e-6 in float64. */
export function centralDifferences(weights: Float64Array, data: PreparedData, beta: number, loss: HostLoss): Float64Array {
  const h = 1e-6;
  return weights.map((_, at) => {
    const moved = (by: number): number => definition(weights.map((w, i) => (i === at ? w + by : w)), data, beta, loss);
    return (moved(h) - moved(-h)) / (2 * h);
  });
}

export const norm = (a: ArrayLike<number>): number => Math.hypot(...Array.from(a));
export const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number => Math.hypot(...Array.from(a, (v, i) => v - b[i]));
