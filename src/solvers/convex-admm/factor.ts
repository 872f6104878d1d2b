import type {DataPart} from '../../core/data.ts';
import {randomStream} from '../../core/random.ts';
import {cholesky, choleskyInverse} from '../../numerics/cholesky.ts';
import type {Patterns} from '../../numerics/patterns.ts';

/** The three penalties: of U = V (rho1), of the cones (rho2), of the fit (rho3). */
export interface Penalties {
  readonly rho1: number;
  readonly rho2: number;
  readonly rho3: number;
}

/** What the factorisation needs again at every change of penalties. Row-major, float64. */
export interface Setup {
  readonly n: number;
  readonly d: number;
  readonly x: Float64Array;
  /** X'X, d x d. */
  readonly gram: Float64Array;
  /** D D', n x n: how many patterns two samples share. */
  readonly shared: Float64Array;
  /** sigma_max(X)^2. */
  readonly lipschitz: number;
  /** max_i |X' D_i q| with q the residual of the zero network. */
  readonly pull: number;
}

/** C = A B' for row-major A [n, k], B [m, k]. */
function timesTransposed(a: Float64Array, b: Float64Array, n: number, m: number, k: number): Float64Array {
  const c = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let s = 0;
      for (let t = 0; t < k; t++) s += a[i * k + t] * b[j * k + t];
      c[i * m + j] = s;
    }
  }
  return c;
}

function transposed(a: Float64Array, n: number, m: number): Float64Array {
  const t = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) t[j * n + i] = a[i * m + j];
  return t;
}

/** The largest eigenvalue of a symmetric positive semidefinite matrix, by power iteration from a fixed random start. */
function largestEigenvalue(a: Float64Array, d: number): number {
  const random = randomStream(1, 'power iteration');
  let v = Float64Array.from({length: d}, () => random.normal());
  let value = 0;
  for (let pass = 0; pass < 300; pass++) {
    const w = timesTransposed(a, v, d, 1, d);
    const norm = Math.hypot(...w);
    if (norm === 0) return value;
    v = w.map((entry) => entry / norm);
    if (Math.abs(norm - value) <= 1e-12 * norm) return norm;
    value = norm;
  }
  return value;
}

/** @param pullAtZero -loss'(0; y_i), n values */
export function setUp(train: DataPart, d: number, patterns: Patterns, pullAtZero: Float64Array): Setup {
  const {n, x} = train;
  const xt = transposed(x, n, d);
  const gram = timesTransposed(xt, xt, d, d, n);
  const shared = timesTransposed(patterns.mask, patterns.mask, n, n, patterns.count);
  let pull = 0;
  for (let p = 0; p < patterns.count; p++) {
    const q = new Float64Array(d);
    for (let i = 0; i < n; i++) {
      if (patterns.mask[i * patterns.count + p] === 0) continue;
      for (let c = 0; c < d; c++) q[c] += x[i * d + c] * pullAtZero[i];
    }
    pull = Math.max(pull, Math.hypot(...q));
  }
  return {n, d, x, gram, shared, lipschitz: largestEigenvalue(gram, d), pull};
}

/**
 * rho1 = beta L / (2 (pull - beta)), rho2 = 0.1 rho1 n / L, rho3 = 1, with L = sigma_max(X)^2. Measured to give useful
 * networks within ten iterations. The clamps keep the start finite at beta = 0 and where zero is optimal.
 */
export function startingPenalties({pull, lipschitz, n}: Setup, beta: number): Penalties {
  if (pull === 0 || lipschitz === 0) return {rho1: 1, rho2: 1, rho3: 1};
  const rho1 = (0.5 * Math.max(beta, 1e-3 * pull) * lipschitz) / Math.max(pull - beta, 0.1 * pull);
  return {rho1, rho2: (0.1 * rho1 * n) / lipschitz, rho3: 1};
}

/**
 * The two inverses of the linear step. With B = rho1 I + rho2 X'X and K = X B^{-1} X',
 *
 *   (rho1 I + rho2 G'G + rho3 F'F)^{-1} = B^{-1} - B^{-1} F' M^{-1} F B^{-1},   M = I/rho3 + 2 K o (D D')
 *
 * because every block of G'G is X'X; so the system is of size n whatever the number of patterns.
 * Float64 throughout: M is badly scaled for float32, its inverse is not.
 */
export function factorise({n, d, x, gram, shared}: Setup, {rho1, rho2, rho3}: Penalties): {readonly bInverse: Float64Array; readonly mInverse: Float64Array} {
  const b = gram.map((entry, at) => rho2 * entry + (at % (d + 1) === 0 ? rho1 : 0));
  const bInverse = invert(b, d);
  const m = timesTransposed(timesTransposed(x, bInverse, n, d, d), x, n, n, d);
  for (let at = 0; at < m.length; at++) m[at] = 2 * m[at] * shared[at] + (at % (n + 1) === 0 ? 1 / rho3 : 0);
  return {bInverse, mInverse: invert(m, n)};
}

function invert(a: Float64Array, n: number): Float64Array {
  const l = cholesky(a, n);
  if (!l) throw new Error('a matrix of the linear step is not positive definite; raise the penalties');
  return choleskyInverse(l, n);
}
