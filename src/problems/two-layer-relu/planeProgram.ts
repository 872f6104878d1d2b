import type {DataPart} from '../../core/data.ts';
import type {GridProgram, HostLoss} from '../../core/hostProblem.ts';
import {landscapeShader, landscapeWork, MOST_OUTPUTS} from '../../numerics/kernels/landscapeShader.ts';

/** Values at a plane's origin and along its two directions. */
type Three = readonly [Float64Array, Float64Array, Float64Array];

/** What is left of a plane once the inputs have been multiplied out. */
export interface PlaneParts {
  readonly part: DataPart;
  readonly k: number;
  readonly loss: HostLoss;
  /** Neurons that are not zero all over the plane. */
  readonly m: number;
  /** Pre-activations, each n x m. */
  readonly z: Three;
  /** Output weights, each m x k. */
  readonly alpha: Three;
  readonly penalty: (a: number, b: number) => number;
}

/** Half the distance of two neighbours in float32, relative. */
const ROUNDING = 2 ** -24;
/** Half of what is promised: the error is estimated, not bounded. */
const TOLERANCE = 5e-6;

/** A grid's coordinates as a middle and a step; the program counts in steps, which float32 does exactly. */
interface Steps {
  readonly middle: number;
  readonly step: number;
}
const stepsOf = (line: Float64Array): Steps => {
  const [first, last] = [line[0], line[line.length - 1]];
  return {middle: (first + last) / 2, step: (last - first) / (line.length - 1)};
};

/** The three at the grid's middle and for a step each way, made in float64, with entry i at `order(i)`. */
function inSteps([origin, along, across]: Three, a: Steps, b: Steps, order: (i: number) => number): Float32Array {
  const out = new Float32Array(3 * origin.length);
  for (let i = 0; i < origin.length; i++) {
    const at = 3 * order(i);
    out[at] = origin[i] + a.middle * along[i] + b.middle * across[i];
    out[at + 1] = a.step * along[i];
    out[at + 2] = b.step * across[i];
  }
  return out;
}

/** The summed squares of each of the three. */
function squares(values: Float32Array): readonly [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) sums[i % 3] += values[i] ** 2;
  return sums;
}

/**
 * J's losses over a plane on a GPU; the penalty is added in float64.
 *
 * The terms of an output may cancel, so its error is judged by their sizes. With (s, t) in steps from the middle and
 *
 *     A = |alpha_0|^2 + s^2 |alpha_1|^2 + t^2 |alpha_2|^2,    Z = |Z_0|^2 + s^2 |Z_1|^2 + t^2 |Z_2|^2
 *
 * rounding moves the summed loss by about 2^-24 sqrt(A Z / m) (1 + 3 / sqrt(n)) sqrt(sum_i |loss'_i|^2): what is rounded in alpha moves all
 * samples alike, the rest each in its own way. Near a network that fits the data exactly that is too much of J.
 */
export function planeProgram({part: {n, y}, k, loss, m, z, alpha, penalty}: PlaneParts, aLine: Float64Array, bLine: Float64Array): GridProgram | null {
  const {shader} = loss;
  if (!shader || m === 0 || k > MOST_OUTPUTS) return null;
  const [aSteps, bSteps] = [stepsOf(aLine), stepsOf(bLine)];
  const zs = inSteps(z, aSteps, bSteps, (i) => (i % m) * n + Math.floor(i / m));
  const alphas = inSteps(alpha, aSteps, bSteps, (i) => i);
  const [zSquares, alphaSquares] = [squares(zs), squares(alphas)];
  const size = (a: number, b: number): number => {
    const [s, t] = [(a - aSteps.middle) / aSteps.step, (b - bSteps.middle) / bSteps.step];
    const at = (sums: readonly [number, number, number]): number => sums[0] + s * s * sums[1] + t * t * sums[2];
    return Math.sqrt((at(zSquares) * at(alphaSquares)) / m);
  };
  const rounding = ROUNDING * (1 + 3 / Math.sqrt(n));
  return {
    source: landscapeShader(shader, k),
    buffers: {z: zs, alpha: alphas, y: Float32Array.from(y)},
    work: landscapeWork(n, m, k),
    finish(b, aValues, sums, out) {
      let sound = true;
      for (let i = 0; i < aValues.length; i++) {
        out[i] = sums[i] + penalty(aValues[i], b);
        const error = rounding * size(aValues[i], b);
        // NaN is not sound either.
        if (!(error * Math.sqrt(shader.slopeSquares(sums[i] + error ** 2, n)) <= TOLERANCE * out[i])) sound = false;
      }
      return sound;
    },
  };
}
