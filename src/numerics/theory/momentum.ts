import {type Acceleration, type Motion, type MomentumMap, MOTIONS} from '../../core/momentumOverlay.ts';

/**
 * Gradient methods with constant settings on a quadratic, in closed form. Along an eigenvector of the Hessian with eigenvalue h the
 * weight's distance w from the minimum and the velocity u = eta v follow a fixed 2 x 2 matrix of a = eta h and the momentum mu:
 *
 *   heavy ball   u <- mu u + a w,  w <- w - u             T = 1 + mu - a,          D = mu
 *   Nesterov     u <- mu u + a w,  w <- w - (a w + mu u)  T = (1 + mu)(1 - a),      D = mu (1 - a)
 *
 * T and D are its trace and determinant; its eigenvalues z^2 - T z + D = 0 say everything. Gradient descent is mu = 0.
 * Polyak, 1964; Lessard, Recht and Packard, 2016; O'Donoghue and Candes, 2015.
 */

/** Row-major [w, u] -> [w, u]. */
type Matrix = readonly [number, number, number, number];

const matrixOf = (kind: Acceleration, a: number, mu: number): Matrix =>
  kind === 'heavy ball' ? [1 - a, -mu, a, mu] : [1 - a - mu * a, -mu * mu, a, mu];

export interface Modes {
  readonly trace: number;
  readonly determinant: number;
  /** T^2 - 4 D: negative where the eigenvalues are complex. */
  readonly discriminant: number;
  /** The larger |z|: what is left of the distance after one step, in the long run. */
  readonly radius: number;
  readonly motion: Motion;
}

/** Discriminants of this share of T^2 are what rounding leaves of 0. */
const DOUBLE = 1e-13;

function motionOf(radius: number, trace: number, complex: boolean): Motion {
  if (!(radius < 1)) return 'divergent';
  if (complex) return 'oscillating';
  return trace < 0 ? 'alternating' : 'monotone';
}

/** @param a learning rate times curvature */
export function modesOf(kind: Acceleration, a: number, mu: number): Modes {
  const [p, q, r, s] = matrixOf(kind, a, mu);
  const trace = p + s;
  const determinant = p * s - q * r;
  const difference = trace * trace - 4 * determinant;
  const discriminant = Math.abs(difference) <= DOUBLE * trace * trace ? 0 : difference;
  const complex = discriminant < 0;
  const radius = complex ? Math.sqrt(determinant) : (Math.abs(trace) + Math.sqrt(discriminant)) / 2;
  return {trace, determinant, discriminant, radius, motion: motionOf(radius, trace, complex)};
}

/** s_t of s_0 = 0, s_1 = 1, s_(t+1) = T s_t - D s_(t-1), from the eigenvalues: (z_1^t - z_2^t) / (z_1 - z_2). */
function powerSum({trace, determinant, discriminant}: Modes, t: number): number {
  if (discriminant === 0) return t === 0 ? 0 : t * (trace / 2) ** (t - 1);
  const root = Math.sqrt(Math.abs(discriminant));
  if (discriminant > 0) return (((trace + root) / 2) ** t - ((trace - root) / 2) ** t) / root;
  const size = Math.sqrt(determinant);
  const angle = Math.atan2(root, trace);
  return (size ** t * Math.sin(t * angle)) / (root / 2);
}

/** w_t / w_0 of a direction that starts at rest, after t >= 0 steps: the first entry of the matrix to the power t, s_t M - D s_(t-1) I. */
export function shareLeft(kind: Acceleration, a: number, mu: number, t: number): number {
  if (t === 0) return 1;
  const modes = modesOf(kind, a, mu);
  return powerSum(modes, t) * matrixOf(kind, a, mu)[0] - modes.determinant * powerSum(modes, t - 1);
}

/** J of a quadratic after t steps: 1/2 sum_i h_i (c_i w_t / w_0)^2, with c the start in the axes of the curvatures h. */
export function quadraticAfter(kind: Acceleration, curvatures: readonly number[], start: readonly number[], rate: number, mu: number, t: number): number {
  return curvatures.reduce((sum, h, i) => sum + 0.5 * h * (start[i] * shareLeft(kind, rate * h, mu, t)) ** 2, 0);
}

/** eta h from which on it diverges: 2 (1 + mu), or 2 (1 + mu) / (1 + 2 mu) for Nesterov. */
export const stableBelow = (kind: Acceleration, mu: number): number => (2 * (1 + mu)) / (kind === 'heavy ball' ? 1 : 1 + 2 * mu);

export interface Tuning {
  readonly learningRate: number;
  readonly momentum: number;
  /** The radius of the worst direction at these settings: no other settings have a smaller one. */
  readonly radius: number;
}

/** The best constant settings for curvatures from `least` to `most`, all of them present. */
export function bestTuning(method: Acceleration | 'gradient descent', least: number, most: number): Tuning {
  const kappa = most / least;
  switch (method) {
    case 'gradient descent':
      return {learningRate: 2 / (least + most), momentum: 0, radius: (kappa - 1) / (kappa + 1)};
    case 'heavy ball': {
      const root = (Math.sqrt(kappa) - 1) / (Math.sqrt(kappa) + 1);
      return {learningRate: 4 / (Math.sqrt(most) + Math.sqrt(least)) ** 2, momentum: root * root, radius: root};
    }
    case 'nesterov': {
      const root = Math.sqrt(3 * kappa + 1);
      return {learningRate: 4 / (3 * most + least), momentum: (root - 2) / (root + 2), radius: 1 - 2 / root};
    }
  }
}

/** Steps after which the distance is `share` of its start, in the long run; Infinity where it never is. */
export const stepsTo = (share: number, radius: number): number => (radius < 1 ? Math.log(share) / Math.log(radius) : Number.POSITIVE_INFINITY);

/** The regions of a method over eta h and mu. */
export function momentumMap(kind: Acceleration, aValues: ArrayLike<number>, momenta: ArrayLike<number>): MomentumMap {
  const modes = Array.from(momenta, (mu) => Array.from(aValues, (a) => modesOf(kind, a, mu))).flat();
  return {
    radius: Float64Array.from(modes, ({radius}) => radius),
    motion: Uint8Array.from(modes, ({motion}) => MOTIONS.indexOf(motion)),
  };
}
