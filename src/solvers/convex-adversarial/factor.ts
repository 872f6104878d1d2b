import type {DataPart} from '../../core/data.ts';
import type {Patterns} from '../../numerics/patterns.ts';
import {symmetricEigen} from '../../numerics/symmetricEigen.ts';

/** The three penalties: of U = V (rho1), of the cones (rho2), of the active sums (rho3). */
export interface Penalties {
  readonly rho1: number;
  readonly rho2: number;
  readonly rho3: number;
}

/** What the linear step needs, whatever the penalties are. Row-major, float64. */
export interface Spectra {
  /** D D' = Q diag(shared) Q' on its range: Q is n x rank. */
  readonly rank: number;
  readonly shared: Float64Array;
  readonly sampleBasis: Float64Array;
  /** X'X + kappa^2 I_bar = Q diag(inputs) Q': Q is d x d. */
  readonly inputs: Float64Array;
  readonly inputBasis: Float64Array;
  /** The scale of the copies kappa u_bar, sigma_max(X). */
  readonly kappa: number;
  /** max_i |X' D_i y|: at or above this weight decay the zero network is optimal, attacked or not. */
  readonly pull: number;
  /** The mean of |x_i|^2. */
  readonly meanSquare: number;
}

/** A'A for A (n x m), m x m. */
function gram(a: Float64Array, n: number, m: number): Float64Array {
  const g = new Float64Array(m * m);
  for (let i = 0; i < n; i++) {
    for (let p = 0; p < m; p++) {
      const left = a[i * m + p];
      if (left === 0) continue;
      for (let q = 0; q < m; q++) g[p * m + q] += left * a[i * m + q];
    }
  }
  return g;
}

function transposed(a: Float64Array, n: number, m: number): Float64Array {
  const t = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) t[j * n + i] = a[i * m + j];
  return t;
}

/** Eigenpairs of D D' with eigenvalues above rounding, from the smaller of D D' and D' D. */
function sampleSpectrum({mask, count}: Patterns, n: number): {readonly values: number[]; readonly basis: Float64Array} {
  const small = n <= count;
  const size = small ? n : count;
  const {values, vectors} = symmetricEigen(small ? gram(transposed(mask, n, count), count, n) : gram(mask, n, count), size);
  const kept = Array.from(values).filter((value) => value > 1e-10 * values[0]);
  const basis = new Float64Array(n * kept.length);
  for (const [r, value] of kept.entries()) {
    for (let i = 0; i < n; i++) {
      let entry = 0;
      if (small) entry = vectors[r * n + i];
      else for (let p = 0; p < count; p++) entry += (mask[i * count + p] * vectors[r * count + p]) / Math.sqrt(value);
      basis[i * kept.length + r] = entry;
    }
  }
  return {values: kept, basis};
}

function strongestPull({x, y}: DataPart, n: number, d: number, {mask, count}: Patterns): number {
  let pull = 0;
  for (let p = 0; p < count; p++) {
    const q = new Float64Array(d);
    for (let i = 0; i < n; i++) if (mask[i * count + p] > 0) for (let t = 0; t < d; t++) q[t] += y[i] * x[i * d + t];
    pull = Math.max(pull, Math.hypot(...q));
  }
  return pull;
}

export function analyse(train: DataPart, d: number, patterns: Patterns): Spectra {
  const {n, x} = train;
  const {values, basis} = sampleSpectrum(patterns, n);
  const square = gram(x, n, d);
  const kappa = Math.sqrt(symmetricEigen(square, d).values[0]);
  for (let t = 0; t < d - 1; t++) square[t * (d + 1)] += kappa ** 2;
  const inputs = symmetricEigen(square, d);
  return {
    rank: values.length,
    shared: Float64Array.from(values),
    sampleBasis: basis,
    inputs: inputs.values,
    inputBasis: transposed(inputs.vectors, d, d),
    kappa,
    pull: strongestPull(train, n, d, patterns),
    meanSquare: x.reduce((sum, value) => sum + value * value, 0) / n,
  };
}

/** As for convex ADMM (rho1 = beta L / (2 (pull - beta)), rho2 = 0.1 rho1 n / L); rho3 in the units of outputs. */
export function startingPenalties({pull, kappa, meanSquare}: Spectra, n: number, beta: number): Penalties {
  const lipschitz = kappa ** 2;
  const rho1 = (0.5 * Math.max(beta, 1e-3 * pull) * lipschitz) / Math.max(pull - beta, 0.1 * pull);
  return {rho1, rho2: (0.1 * rho1 * n) / lipschitz, rho3: meanSquare};
}
