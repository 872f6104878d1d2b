import type {PreparedData} from '../../core/data.ts';
import type {HostLoss, HostProblem, SharedSpace, Weights} from '../../core/hostProblem.ts';
import type {ParamValues} from '../../core/params.ts';
import type {Snapshot} from '../../core/protocol.ts';
import {alignedSpace, meanLoss, score} from '../../numerics/hostNetwork.ts';
import {planeKernel} from './plane.ts';

/** f(x_i) = sum_j alpha_j 1[g_j . x_i >= 0], n values. */
export function forward({shapes, values}: Snapshot, x: Float64Array, n: number): Float64Array {
  const [m, d] = shapes.gates;
  const f = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let z = 0;
      for (let t = 0; t < d; t++) z += values[j * d + t] * x[i * d + t];
      if (z >= 0) f[i] += values[m * d + j];
    }
  }
  return f;
}

/** sum_j |alpha_j|. */
function outputNorm({shapes, values}: Snapshot): number {
  const [m, d] = shapes.gates;
  let sum = 0;
  for (let j = 0; j < m; j++) sum += Math.abs(values[m * d + j]);
  return sum;
}

/**
 * The same function with every gate as long as its output weight: the length is free, and so chosen that units which
 * do little are small in both layers. A zero gate is always on, as the constant's direction is. Written in place.
 */
function balanced<T extends Float32Array | Float64Array>(shapes: Weights['shapes'], values: T): Weights & {readonly values: T} {
  const [m, d] = shapes.gates;
  for (let j = 0; j < m; j++) {
    const gate = values.subarray(j * d, (j + 1) * d);
    let square = 0;
    for (let t = 0; t < d; t++) square += gate[t] ** 2;
    const length = Math.sqrt(square);
    if (length === 0) gate[d - 1] = 1;
    const scale = Math.abs(values[m * d + j]) / (length || 1);
    for (let t = 0; t < d; t++) gate[t] *= scale;
  }
  return {shapes: {u: [m, d], alpha: [m, 1]}, values};
}

/** The threshold network in float64: J = sum_i loss(f(x_i), y_i) + beta sum_j |alpha_j|. */
export default function hostProblem(data: PreparedData, params: ParamValues, loss: HostLoss): HostProblem {
  const {d, train, test, task} = data;
  const beta = Number(params.beta);

  const share = (paths: readonly (readonly Snapshot[])[], asStored = false): SharedSpace => {
    const atBest = (snapshot: Snapshot): Snapshot => ({iteration: snapshot.iteration, ...balanced(snapshot.shapes, snapshot.values.slice())});
    const space = alignedSpace(paths.map((path) => path.map(atBest)), d, 1, asStored, (slots, plane) =>
      planeKernel({part: train, d, slots, beta, loss}, plane));
    return {
      ...space,
      place: (weights, path) => space.place(balanced(weights.shapes, Float64Array.from(weights.values)), path),
      network: (point) => {
        const {iteration, shapes, values} = space.network(point);
        return {iteration, shapes: {gates: shapes.u, alpha: shapes.alpha}, values};
      },
    };
  };

  return {
    predict: forward,
    share,
    evaluate(snapshot) {
      const onTrain = forward(snapshot, train.x, train.n);
      const onTest = forward(snapshot, test.x, test.n);
      const trainLoss = meanLoss(onTrain, train, 1, loss);
      const penalty = beta * outputNorm(snapshot);
      return {
        objective: train.n * trainLoss + penalty,
        trainLoss,
        testLoss: meanLoss(onTest, test, 1, loss),
        penalty,
        rawPenalty: penalty,
        trainScore: score(onTrain, train, 1, task),
        testScore: score(onTest, test, 1, task),
      };
    },
  };
}
