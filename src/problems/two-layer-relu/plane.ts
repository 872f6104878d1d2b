import type {DataPart} from '../../core/data.ts';
import type {HostLoss, Plane, PlaneKernel} from '../../core/hostProblem.ts';
import {planeProgram} from './planeProgram.ts';

/** What J over a plane depends on beside the plane. */
export interface PlaneSetting {
  readonly part: DataPart;
  /** Inputs, the constant included. */
  readonly d: number;
  readonly k: number;
  readonly slots: number;
  readonly beta: number;
  readonly loss: HostLoss;
}

/** Neurons that are not zero all over the plane. */
function neuronsInPlane({d, k, slots}: PlaneSetting, plane: Plane): number[] {
  const parts = [plane.origin, plane.du, plane.dv];
  const isZero = (from: number, to: number): boolean =>
    parts.every((part) => part.subarray(from, to).every((value) => value === 0));
  return Array.from({length: slots}, (_, j) => j).filter(
    (j) => !(isZero(j * d, (j + 1) * d) || isZero(slots * d + j * k, slots * d + (j + 1) * k)),
  );
}

/** Z = X U^T (n x neurons) for one of the plane's three vectors. */
function preActivations({part, d}: PlaneSetting, vector: Float64Array, neurons: readonly number[]): Float64Array {
  const {n, x} = part;
  const m = neurons.length;
  const z = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const at = neurons[j] * d;
      let sum = 0;
      for (let t = 0; t < d; t++) sum += x[i * d + t] * vector[at + t];
      z[i * m + j] = sum;
    }
  }
  return z;
}

/** Second-layer weights (neurons x k) of one of the plane's three vectors. */
function outputWeights({d, k, slots}: PlaneSetting, vector: Float64Array, neurons: readonly number[]): Float64Array {
  const alpha = new Float64Array(neurons.length * k);
  for (const [j, neuron] of neurons.entries()) {
    for (let c = 0; c < k; c++) alpha[j * k + c] = vector[slots * d + neuron * k + c];
  }
  return alpha;
}

/** The six coefficients of |w(a,b)|^2 in 1, a, b, a^2, ab, b^2 for the block from..to of the plane's vectors. */
function squaredNormForm({origin, du, dv}: Plane, from: number, to: number): readonly number[] {
  const q = [0, 0, 0, 0, 0, 0];
  for (let i = from; i < to; i++) {
    q[0] += origin[i] * origin[i];
    q[1] += 2 * origin[i] * du[i];
    q[2] += 2 * origin[i] * dv[i];
    q[3] += du[i] * du[i];
    q[4] += 2 * du[i] * dv[i];
    q[5] += dv[i] * dv[i];
  }
  return q;
}

/** beta sum_j |u_j| |alpha_j| at (a, b), from each neuron's two quadratic forms. */
function penaltyOver(setting: PlaneSetting, plane: Plane, neurons: readonly number[]): (a: number, b: number) => number {
  const {d, k, slots, beta} = setting;
  const forms = neurons.map((j) => ({
    u: squaredNormForm(plane, j * d, (j + 1) * d),
    alpha: squaredNormForm(plane, slots * d + j * k, slots * d + (j + 1) * k),
  }));
  const at = (q: readonly number[], a: number, b: number): number =>
    Math.max(0, q[0] + a * (q[1] + a * q[3] + b * q[4]) + b * (q[2] + b * q[5]));
  return (a, b) => {
    let sum = 0;
    for (const {u, alpha} of forms) sum += Math.sqrt(at(u, a, b) * at(alpha, a, b));
    return beta * sum;
  };
}

/** Adds c + t l + t^2 s for the points on <= t < off (offsets into `differences`, three numbers a point). */
function addStretch(differences: Float64Array, on: number, off: number, constant: number, linear: number, square: number): void {
  differences[on] += constant;
  differences[on + 1] += linear;
  differences[on + 2] += square;
  differences[off] -= constant;
  differences[off + 1] -= linear;
  differences[off + 2] -= square;
}

/** Sums the differences of one sample (k x (side + 1) x 3) into its outputs at every point of the row. */
function integrate(differences: Float64Array, sample: number, k: number, outputs: readonly Float64Array[]): void {
  const side = outputs.length;
  for (let c = 0; c < k; c++) {
    let constant = 0;
    let linear = 0;
    let square = 0;
    for (let t = 0; t < side; t++) {
      const at = 3 * (c * (side + 1) + t);
      constant += differences[at];
      linear += differences[at + 1];
      square += differences[at + 2];
      outputs[t][sample * k + c] = constant + t * (linear + t * square);
    }
  }
}

/**
 * J over a plane without touching the inputs again. With Z_i = X U_i^T (n x m) made once, the
 * pre-activations at (a, b) are Z0 + a Z1 + b Z2. Along a row (b fixed) a neuron's pre-activation on
 * one sample is linear in a, so the neuron is on for a prefix or a suffix of the row's points and adds
 *
 *     (r + t s) (p + t q) = r p + t (r q + s p) + t^2 s q,    t = 0, 1, ..., side - 1
 *
 * to the output there (r, s: pre-activation and its step; p, q: the same of alpha). So only the two
 * ends of that stretch are written, as differences of the three coefficients, and one running sum over
 * the row gives the output at every point. A row costs O(n m k + n k side) and a grid O(side n (m + side) k),
 * whatever d is, instead of O(side^2 n m k).
 */
export function planeKernel(setting: PlaneSetting, plane: Plane): PlaneKernel {
  const {part, k, loss} = setting;
  const neurons = neuronsInPlane(setting, plane);
  const m = neurons.length;
  const vectors = [plane.origin, plane.du, plane.dv];
  const [z0, z1, z2] = vectors.map((vector) => preActivations(setting, vector, neurons));
  const [alpha0, alpha1, alpha2] = vectors.map((vector) => outputWeights(setting, vector, neurons));
  const penalty = penaltyOver(setting, plane, neurons);
  /** alpha at the row's first point and its step. */
  const p = new Float64Array(m * k);
  const q = new Float64Array(m * k);

  /** Every neuron's stretch on one sample; the point t has a = first + t step. */
  const addNeurons = (sample: number, b: number, first: number, step: number, side: number, differences: Float64Array): void => {
    for (let j = 0; j < m; j++) {
      const at = sample * m + j;
      const r = z0[at] + b * z2[at] + first * z1[at];
      const s = step * z1[at];
      const crossing = -r / s;
      let from = 0;
      let to = side;
      if (s > 0) from = crossing < 0 ? 0 : Math.floor(crossing) + 1;
      else if (s < 0) to = crossing < side ? Math.ceil(crossing) : side;
      else if (r <= 0) continue;
      if (from >= to) continue;
      for (let c = 0; c < k; c++) {
        const row = c * (side + 1);
        const alpha = p[j * k + c];
        const slope = q[j * k + c];
        addStretch(differences, 3 * (row + from), 3 * (row + to), r * alpha, r * slope + s * alpha, s * slope);
      }
    }
  };

  return {
    evaluateRow(b, aValues, out) {
      const side = aValues.length;
      const first = aValues[0];
      const step = side > 1 ? (aValues[side - 1] - first) / (side - 1) : 0;
      for (let at = 0; at < m * k; at++) {
        p[at] = alpha0[at] + b * alpha2[at] + first * alpha1[at];
        q[at] = step * alpha1[at];
      }
      const outputs = Array.from(aValues, () => new Float64Array(part.n * k));
      const differences = new Float64Array(3 * k * (side + 1));
      for (let i = 0; i < part.n; i++) {
        differences.fill(0);
        addNeurons(i, b, first, step, side, differences);
        integrate(differences, i, k, outputs);
      }
      for (let t = 0; t < side; t++) {
        let sum = 0;
        for (let i = 0; i < part.n; i++) sum += loss.value(outputs[t], part.y, i, k);
        out[t] = sum + penalty(aValues[t], b);
      }
    },
    program: (aLine, bLine) =>
      planeProgram({part, k, loss, m, z: [z0, z1, z2], alpha: [alpha0, alpha1, alpha2], penalty}, aLine, bLine),
  };
}
