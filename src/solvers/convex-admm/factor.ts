import type {DataPart} from '../../core/data.ts';
import {inverseOf, largestEigenvalue, timesTransposed, transposed} from '../../numerics/dense.ts';
import type {Patterns} from '../../numerics/patterns.ts';
import type {Column} from './columns.ts';

/** The three penalties: of U = V (rho1), of the cones (rho2), of the fit (rho3). */
export interface Penalties {
  readonly rho1: number;
  readonly rho2: number;
  readonly rho3: number;
}

/** What the penalties and B need of the data. Row-major, float64. */
export interface Spectrum {
  readonly n: number;
  readonly d: number;
  /** X'X, d x d. */
  readonly gram: Float64Array;
  /** sigma_max(X)^2. */
  readonly lipschitz: number;
}

/** What the factorisation needs again at every change of penalties. Row-major, float64. */
export interface Setup extends Spectrum {
  readonly x: Float64Array;
  /** The sum over columns of D_c D_c', n x n: how many columns two samples share. */
  readonly shared: Float64Array;
  /** max_i |X' D_i q| with q the residual of the zero network. */
  readonly pull: number;
}

export function spectrumOf({n, x}: DataPart, d: number): Spectrum {
  const xt = transposed(x, n, d);
  const gram = timesTransposed(xt, xt, d, d, n);
  return {n, d, gram, lipschitz: largestEigenvalue(gram, d)};
}

/**
 * @param pullAtZero -loss'(0; y_i), n values
 * @param signs how many columns each pattern has: one of each sign, or only one
 */
export function setUp(train: DataPart, d: number, patterns: Patterns, pullAtZero: Float64Array, signs: 1 | 2 = 2): Setup {
  const {n, x} = train;
  const shared = timesTransposed(patterns.mask, patterns.mask, n, n, patterns.count).map((count) => signs * count);
  let pull = 0;
  for (let p = 0; p < patterns.count; p++) {
    const q = new Float64Array(d);
    for (let i = 0; i < n; i++) {
      if (patterns.mask[i * patterns.count + p] === 0) continue;
      for (let c = 0; c < d; c++) q[c] += x[i * d + c] * pullAtZero[i];
    }
    pull = Math.max(pull, Math.hypot(...q));
  }
  return {...spectrumOf(train, d), x, shared, pull};
}

/**
 * rho1 = beta L / (2 (pull - beta)), rho2 = 0.1 rho1 n / L, rho3 = 1, with L = sigma_max(X)^2. Measured to give useful
 * networks within ten iterations. The clamps keep the start finite at beta = 0 and where zero is optimal.
 */
export function startingPenalties({pull, lipschitz, n}: Pick<Setup, 'pull' | 'lipschitz' | 'n'>, beta: number): Penalties {
  if (pull === 0 || lipschitz === 0) return {rho1: 1, rho2: 1, rho3: 1};
  const rho1 = (0.5 * Math.max(beta, 1e-3 * pull) * lipschitz) / Math.max(pull - beta, 0.1 * pull);
  return {rho1, rho2: (0.1 * rho1 * n) / lipschitz, rho3: 1};
}

/**
 * The two inverses of the linear step. With B = rho1 I + rho2 X'X and K = X B^{-1} X',
 *
 *   (rho1 I + rho2 G'G + rho3 F'F)^{-1} = B^{-1} - B^{-1} F' M^{-1} F B^{-1},   M = I/rho3 + K o (sum_c D_c D_c')
 *
 * because every block of G'G is X'X; so the system is of size n whatever the number of patterns.
 * Float64 throughout: M is badly scaled for float32, its inverse is not.
 */
export function factorise(setup: Omit<Setup, 'pull'>, penalties: Penalties): {readonly bInverse: Float64Array; readonly mInverse: Float64Array} {
  const {n, d, x, shared} = setup;
  const {rho3} = penalties;
  const bInverse = inverseOfB(setup, penalties);
  const m = timesTransposed(timesTransposed(x, bInverse, n, d, d), x, n, n, d);
  for (let at = 0; at < m.length; at++) m[at] = m[at] * shared[at] + (at % (n + 1) === 0 ? 1 / rho3 : 0);
  return {bInverse, mInverse: inverseOf(m, n)};
}

/** The sum over columns of D_c D_c', n x n. */
export function sharedOf(columns: readonly Column[], n: number): Float64Array {
  const shared = new Float64Array(n * n);
  for (const {pattern} of columns) {
    for (let i = 0; i < n; i++) {
      if (pattern[i] === 0) continue;
      for (let k = 0; k < n; k++) shared[i * n + k] += pattern[k];
    }
  }
  return shared;
}

/** (rho1 I + rho2 X'X)^{-1}, d x d. */
export function inverseOfB({d, gram}: Spectrum, {rho1, rho2}: Penalties): Float64Array {
  return inverseOf(gram.map((entry, at) => rho2 * entry + (at % (d + 1) === 0 ? rho1 : 0)), d);
}
