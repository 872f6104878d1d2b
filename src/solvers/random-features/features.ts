import type {DataPart} from '../../core/data.ts';
import {randomStream} from '../../core/random.ts';
import {inverseOf, largestEigenvalue, timesTransposed, transposed} from '../../numerics/dense.ts';

/** The two penalties: of a = v (rho1), of the fit (rho3). */
export interface Penalties {
  readonly rho1: number;
  readonly rho3: number;
}

/** What stays the same all along, row-major in float64. */
export interface Features {
  readonly n: number;
  readonly m: number;
  /** Unit directions u_j, m x d. */
  readonly directions: Float64Array;
  /** relu(X u_j), n x m. */
  readonly phi: Float64Array;
  /** The smaller of Phi Phi' (n x n) and Phi' Phi (m x m). */
  readonly gram: Float64Array;
  /** sigma_max(Phi)^2. */
  readonly lipschitz: number;
  /** max_j |phi_j . z|, z the pull at the zero network. */
  readonly pull: number;
}

/** m directions drawn evenly from the sphere. */
function drawDirections(m: number, d: number, seed: number): Float64Array {
  const random = randomStream(seed, 'random features');
  const directions = Float64Array.from({length: m * d}, () => random.normal());
  for (let j = 0; j < m; j++) {
    const row = directions.subarray(j * d, (j + 1) * d);
    const length = Math.hypot(...row);
    for (let t = 0; t < d; t++) row[t] /= length;
  }
  return directions;
}

export function makeFeatures({n, x}: DataPart, d: number, m: number, seed: number, pullAtZero: Float64Array): Features {
  const directions = drawDirections(m, d, seed);
  const phi = timesTransposed(x, directions, n, m, d).map((image) => Math.max(0, image));
  const columns = transposed(phi, n, m);
  const gram = m < n ? timesTransposed(columns, columns, m, m, n) : timesTransposed(phi, phi, n, n, m);
  const pull = Math.max(...timesTransposed(columns, pullAtZero, m, 1, n).map(Math.abs));
  return {n, m, directions, phi, gram, lipschitz: largestEigenvalue(gram, Math.min(n, m)), pull};
}

/** The start that convex ADMM has: rho1 = beta L / (2 (pull - beta)), rho3 = 1, clamped where that is not finite. */
export function startingPenalties({pull, lipschitz}: Features, beta: number): Penalties {
  if (pull === 0 || lipschitz === 0) return {rho1: 1, rho3: 1};
  return {rho1: (0.5 * Math.max(beta, 1e-3 * pull) * lipschitz) / Math.max(pull - beta, 0.1 * pull), rho3: 1};
}

/** (I rho1/rho3 + Phi' Phi)^{-1} for m < n, else (I rho1/rho3 + Phi Phi')^{-1}: both solve the linear step. */
export function factorise({n, m, gram}: Features, {rho1, rho3}: Penalties): Float64Array {
  const size = Math.min(n, m);
  return inverseOf(gram.map((entry, at) => entry + (at % (size + 1) === 0 ? rho1 / rho3 : 0)), size);
}
