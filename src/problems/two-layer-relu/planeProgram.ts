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

/** The three at (aCentre, bCentre), in float64, with entry i at `order(i)`. */
function centred([origin, along, across]: Three, aCentre: number, bCentre: number, order: (i: number) => number): Float32Array {
  const out = new Float32Array(3 * origin.length);
  for (let i = 0; i < origin.length; i++) {
    const at = 3 * order(i);
    out[at] = origin[i] + aCentre * along[i] + bCentre * across[i];
    out[at + 1] = along[i];
    out[at + 2] = across[i];
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
 * An output f_i is a sum over neurons of products whose terms may cancel, so its rounding error is taken to be
 *
 *     delta = 2^-24 6 sqrt(A Z / (n m)),    A = sum |alpha_0|^2 + a^2 |alpha_1|^2 + b^2 |alpha_2|^2,   Z likewise,
 *
 * with signs that vary from sample to sample. It moves the summed loss by delta sqrt(sum_i |loss'_i|^2 + n delta^2), which is compared with J:
 * near a network that fits the data exactly too little of the sum is left.
 */
export function planeProgram({part: {n, y}, k, loss, m, z, alpha, penalty}: PlaneParts, aCentre: number, bCentre: number): GridProgram | null {
  const {shader} = loss;
  if (!shader || m === 0 || k > MOST_OUTPUTS) return null;
  const zs = centred(z, aCentre, bCentre, (i) => (i % m) * n + Math.floor(i / m));
  const alphas = centred(alpha, aCentre, bCentre, (i) => i);
  const [zSquares, alphaSquares] = [squares(zs), squares(alphas)];
  const outputError = (a: number, b: number): number => {
    const at = (sums: readonly [number, number, number]): number => sums[0] + a * a * sums[1] + b * b * sums[2];
    return ROUNDING * 6 * Math.sqrt((at(zSquares) * at(alphaSquares)) / (n * m));
  };
  return {
    source: landscapeShader(shader, k),
    buffers: {z: zs, alpha: alphas, y: Float32Array.from(y)},
    work: landscapeWork(n, m, k),
    finish(b, aValues, sums, out) {
      let sound = true;
      for (let i = 0; i < aValues.length; i++) {
        out[i] = sums[i] + penalty(aValues[i], b);
        const delta = outputError(aValues[i] - aCentre, b - bCentre);
        const error = delta * Math.sqrt(shader.slopeSquares(sums[i], n) + n * delta ** 2);
        // NaN is not sound either.
        if (!(error <= TOLERANCE * out[i])) sound = false;
      }
      return sound;
    },
  };
}
