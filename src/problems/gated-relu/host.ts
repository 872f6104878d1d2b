import type {PreparedData} from '../../core/data.ts';
import type {HostLoss, HostProblem, Weights} from '../../core/hostProblem.ts';
import type {ParamValues} from '../../core/params.ts';
import type {Snapshot} from '../../core/protocol.ts';
import {alignedSpace, meanLoss, penalties, score} from '../../numerics/hostNetwork.ts';
import {pointwiseKernel} from '../../numerics/pointwiseKernel.ts';

/** Where the gates begin in a snapshot's values: u [m, d], alpha [m, 1], gates [m, d]. */
const gatesAt = ({shapes}: Weights): number => shapes.u[0] * (shapes.u[1] + 1);

/** f(x_i) = sum_j 1[g_j . x_i >= 0] alpha_j (u_j . x_i), n values. */
export function forward(snapshot: Snapshot, x: Float64Array, n: number): Float64Array {
  const {shapes, values} = snapshot;
  const [m, d] = shapes.u;
  const from = gatesAt(snapshot);
  const f = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let gate = 0;
      let image = 0;
      for (let t = 0; t < d; t++) {
        gate += values[from + j * d + t] * x[i * d + t];
        image += values[j * d + t] * x[i * d + t];
      }
      if (gate >= 0) f[i] += values[m * d + j] * image;
    }
  }
  return f;
}

function norm(a: Float32Array | Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] ** 2;
  return Math.sqrt(sum);
}

/**
 * The same function as a network whose first layer has rows (u_j, g_j), 2d wide. Of a gate only the direction counts;
 * it is made as long as u_j is at its best scaling, so that units which do little are small in everything.
 */
function widened<T extends Float32Array | Float64Array>(snapshot: Weights, out: T): Weights & {readonly values: T} {
  const {shapes, values} = snapshot;
  const [m, d] = shapes.u;
  const from = gatesAt(snapshot);
  for (let j = 0; j < m; j++) {
    const u = values.subarray(j * d, (j + 1) * d);
    const gate = values.subarray(from + j * d, from + (j + 1) * d);
    const alpha = values[m * d + j];
    const [length, gateLength] = [norm(u), norm(gate)];
    if (length === 0 || alpha === 0) continue;
    const balanced = Math.sqrt(length * Math.abs(alpha));
    for (let t = 0; t < d; t++) {
      out[j * 2 * d + t] = (balanced / length) * u[t];
      // A zero gate is always on, as the constant's direction is.
      out[j * 2 * d + d + t] = gateLength > 0 ? (balanced / gateLength) * gate[t] : t === d - 1 ? balanced : 0;
    }
    out[m * 2 * d + j] = Math.sign(alpha) * balanced;
  }
  return {shapes: {u: [m, 2 * d], alpha: [m, 1]}, values: out};
}

const widthOf = ({shapes}: Weights): number => shapes.u[0] * (2 * shapes.u[1] + 1);

const widenedSnapshot = (snapshot: Snapshot): Snapshot => ({iteration: snapshot.iteration, ...widened(snapshot, new Float32Array(widthOf(snapshot)))});

/** The network of a point of the shared space: rows (u_j, g_j), then alpha. */
function narrowed(point: ArrayLike<number>, slots: number, d: number): Snapshot {
  const values = new Float32Array(slots * (2 * d + 1));
  const from = slots * (d + 1);
  for (let j = 0; j < slots; j++) {
    for (let t = 0; t < d; t++) {
      values[j * d + t] = point[j * 2 * d + t];
      values[from + j * d + t] = point[j * 2 * d + d + t];
    }
    values[slots * d + j] = point[slots * 2 * d + j];
  }
  return {iteration: 0, shapes: {u: [slots, d], alpha: [slots, 1], gates: [slots, d]}, values};
}

/** The gated ReLU problem in float64: J = sum_i loss(f(x_i), y_i) + beta sum_j |u_j| |alpha_j|. */
export default function hostProblem(data: PreparedData, params: ParamValues, loss: HostLoss): HostProblem {
  const {d, train, test, task} = data;
  const beta = Number(params.beta);
  const objective = (snapshot: Snapshot): number =>
    train.n * meanLoss(forward(snapshot, train.x, train.n), train, 1, loss) + penalties(snapshot, beta).balanced;

  return {
    predict: forward,
    share(paths, asStored = false) {
      const space = alignedSpace(paths.map((path) => path.map(widenedSnapshot)), 2 * d, 1, asStored, (slots, plane) =>
        pointwiseKernel((point) => objective(narrowed(point, slots, d)), plane));
      const slots = space.dim / (2 * d + 1);
      return {
        ...space,
        place: (weights, path) => space.place(widened(weights, new Float64Array(widthOf(weights))), path),
        network: (point) => narrowed(point, slots, d),
      };
    },
    evaluate(snapshot) {
      const onTrain = forward(snapshot, train.x, train.n);
      const onTest = forward(snapshot, test.x, test.n);
      const trainLoss = meanLoss(onTrain, train, 1, loss);
      const {balanced, raw} = penalties(snapshot, beta);
      return {
        objective: train.n * trainLoss + balanced,
        trainLoss,
        testLoss: meanLoss(onTest, test, 1, loss),
        penalty: balanced,
        rawPenalty: raw,
        trainScore: score(onTrain, train, 1, task),
        testScore: score(onTest, test, 1, task),
      };
    },
  };
}
