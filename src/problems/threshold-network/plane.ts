import type {DataPart} from '../../core/data.ts';
import type {HostLoss, Plane, PlaneKernel} from '../../core/hostProblem.ts';

/** What J over a plane depends on beside the plane. Points are gates (slots x d), then output weights (slots). */
export interface PlaneSetting {
  readonly part: DataPart;
  /** Inputs, the constant included. */
  readonly d: number;
  readonly slots: number;
  readonly beta: number;
  readonly loss: HostLoss;
}

/** Z = X G^T (n x units) for one of the plane's three vectors. */
function preActivations({part, d}: PlaneSetting, vector: Float64Array, units: readonly number[]): Float64Array {
  const {n, x} = part;
  const z = new Float64Array(n * units.length);
  for (let i = 0; i < n; i++) {
    for (const [j, unit] of units.entries()) {
      let sum = 0;
      for (let t = 0; t < d; t++) sum += x[i * d + t] * vector[unit * d + t];
      z[i * units.length + j] = sum;
    }
  }
  return z;
}

/** The points from..to - 1 of a row of `side` at which r + t s >= 0. */
function stretch(r: number, s: number, side: number): readonly [number, number] {
  const within = (t: number): number => Math.max(0, Math.min(side, t));
  if (s > 0) return [within(Math.ceil(-r / s)), side];
  if (s < 0) return [0, within(Math.floor(-r / s) + 1)];
  return r >= 0 ? [0, side] : [0, 0];
}

/**
 * J over a plane. Along a row (b fixed) a unit's pre-activation on one sample is linear in the point's number t, so the
 * unit is on for a prefix or a suffix of the row and adds p + t q there (p, q: its output weight and the weight's
 * step). Only the two ends of that stretch are written, as differences, and one running sum gives the outputs.
 */
export function planeKernel(setting: PlaneSetting, plane: Plane): PlaneKernel {
  const {part, d, slots, beta, loss} = setting;
  const vectors = [plane.origin, plane.du, plane.dv];
  // Where the output weight is zero all over the plane, the unit adds nothing anywhere.
  const units = Array.from({length: slots}, (_, j) => j).filter((j) => vectors.some((vector) => vector[slots * d + j] !== 0));
  const m = units.length;
  const [z0, z1, z2] = vectors.map((vector) => preActivations(setting, vector, units));
  const [w0, w1, w2] = vectors.map((vector) => Float64Array.from(units, (j) => vector[slots * d + j]));
  /** Output weights at the row's first point and their steps. */
  const p = new Float64Array(m);
  const q = new Float64Array(m);

  /** One sample's outputs along the row, into column `sample` of `outputs`. */
  const addSample = (sample: number, b: number, first: number, step: number, outputs: readonly Float64Array[]): void => {
    const side = outputs.length;
    const constants = new Float64Array(side + 1);
    const slopes = new Float64Array(side + 1);
    for (let j = 0; j < m; j++) {
      const at = sample * m + j;
      const [on, off] = stretch(z0[at] + b * z2[at] + first * z1[at], step * z1[at], side);
      constants[on] += p[j];
      slopes[on] += q[j];
      constants[off] -= p[j];
      slopes[off] -= q[j];
    }
    let constant = 0;
    let slope = 0;
    for (let t = 0; t < side; t++) {
      constant += constants[t];
      slope += slopes[t];
      outputs[t][sample] = constant + t * slope;
    }
  };

  return {
    evaluateRow(b, aValues, out) {
      const side = aValues.length;
      const first = aValues[0];
      const step = side > 1 ? (aValues[side - 1] - first) / (side - 1) : 0;
      for (let j = 0; j < m; j++) {
        p[j] = w0[j] + b * w2[j] + first * w1[j];
        q[j] = step * w1[j];
      }
      const outputs = Array.from(aValues, () => new Float64Array(part.n));
      for (let i = 0; i < part.n; i++) addSample(i, b, first, step, outputs);
      for (let t = 0; t < side; t++) {
        let sum = 0;
        for (let i = 0; i < part.n; i++) sum += loss.value(outputs[t], part.y, i, 1);
        for (let j = 0; j < m; j++) sum += beta * Math.abs(p[j] + t * q[j]);
        out[t] = sum;
      }
    },
  };
}
