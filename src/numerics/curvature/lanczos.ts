import {symmetricEigen} from '../symmetricEigen.ts';

/** v -> A v for a symmetric n x n matrix A that need not be known otherwise. */
export type Product = (v: Float64Array) => Float64Array | Promise<Float64Array>;

/** A Q = Q T + residual q e_k', with orthonormal columns Q and T tridiagonal. */
export interface Krylov {
  /** k diagonal entries of T. */
  readonly alpha: readonly number[];
  /** k - 1 entries beside the diagonal. */
  readonly beta: readonly number[];
  /** beta_k: what is left over after the last step; 0 where the space is invariant. */
  readonly residual: number;
  /** The k columns of Q, unit vectors of length n. */
  readonly basis: readonly Float64Array[];
}

/** Ritz pairs of a Krylov space, largest value first. */
export interface Ritz {
  readonly values: Float64Array;
  /** |A u - theta u| of each: there is an eigenvalue of A so close to theta. */
  readonly bounds: Float64Array;
  /** Squared first entry of each eigenvector of T: the weights of Gauss's quadrature. They add up to 1. */
  readonly weights: Float64Array;
  /** k x k row-major: row j is the eigenvector of T of value j. */
  readonly vectors: Float64Array;
}

export interface Eigenpair {
  readonly value: number;
  /** How far the nearest eigenvalue of A can be. */
  readonly bound: number;
  readonly vector: Float64Array;
}

/** A product had entries that are not finite: the point has overflowed or lies beside one that does. */
export class NotFiniteError extends Error {
  override readonly name = 'NotFiniteError';
}

/** Steps between looks at whether the eigenvalues have converged: each is an eigenproblem of size k. */
const LOOK_EVERY = 6;

/** Below this share of |T| the residual is rounding: the space is invariant. */
const INVARIANT = 1e-13;

export const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

function addTo(target: Float64Array, scale: number, v: Float64Array): void {
  for (let i = 0; i < v.length; i++) target[i] += scale * v[i];
}

/**
 * Lanczos' recurrence from `start` in float64. Each new vector is made orthogonal to all before it, twice: once leaves parts
 * of the size of the rounding times the condition, twice does not (Parlett, The Symmetric Eigenvalue Problem, 6.9).
 * @param start any vector but 0, of length n
 * @param steps at most, fewer where n or an invariant subspace ends it
 * @param enough asked after each step whether to stop
 */
export async function lanczos(product: Product, start: Float64Array, steps: number, enough?: (soFar: Krylov) => boolean): Promise<Krylov> {
  const length = Math.sqrt(dot(start, start));
  if (!(length > 0) || !Number.isFinite(length)) throw new Error('Lanczos needs a start vector that is finite and not zero');
  let next = start.map((x) => x / length);
  const basis: Float64Array[] = [];
  const alpha: number[] = [];
  const beta: number[] = [];
  for (let k = 0; ; k++) {
    basis.push(next);
    const w = Float64Array.from(await product(next));
    alpha.push(dot(next, w));
    for (let pass = 0; pass < 2; pass++) for (const q of basis) addTo(w, -dot(q, w), q);
    const left = Math.sqrt(dot(w, w));
    if (!Number.isFinite(left)) throw new NotFiniteError('gradients near this network are not finite, so that its curvature can\'t be measured; take an earlier one');
    const scale = Math.max(...alpha.map(Math.abs), ...beta, left);
    const residual = left <= INVARIANT * scale ? 0 : left;
    const soFar = {alpha, beta, residual, basis};
    if (residual === 0 || k + 1 >= Math.min(steps, start.length) || enough?.(soFar)) return soFar;
    beta.push(left);
    next = w.map((x) => x / left);
  }
}

export function ritzOf({alpha, beta, residual}: Krylov): Ritz {
  const k = alpha.length;
  const t = new Float64Array(k * k);
  alpha.forEach((value, i) => {
    t[i * k + i] = value;
    if (i > 0) t[i * k + i - 1] = t[(i - 1) * k + i] = beta[i - 1];
  });
  const {values, vectors} = symmetricEigen(t, k);
  return {
    values,
    vectors,
    bounds: values.map((_, j) => Math.abs(residual * vectors[j * k + k - 1])),
    weights: values.map((_, j) => vectors[j * k] ** 2),
  };
}

/** Ritz pair j as a vector of length n. */
export function ritzPair({basis}: Krylov, {values, bounds, vectors}: Ritz, j: number): Eigenpair {
  const vector = new Float64Array(basis[0].length);
  basis.forEach((q, i) => addTo(vector, vectors[j * basis.length + i], q));
  return {value: values[j], bound: bounds[j], vector};
}

export interface Extremes {
  /** The largest eigenvalues, largest first: as many as asked for, or as there are. */
  readonly largest: readonly Eigenpair[];
  /** The smallest (most negative) eigenvalue. */
  readonly smallest: Eigenpair;
  /** Products that it took. */
  readonly steps: number;
}

/**
 * The largest eigenvalues and the smallest one, each with its vector and a bound on its error.
 * @param most steps at most
 * @param tolerance stops earlier, once the bounds of all that are asked for are this share of the largest |eigenvalue|
 */
export async function extremeEigenpairs(product: Product, start: Float64Array, count: number, most: number, tolerance: number): Promise<Extremes> {
  const enough = (soFar: Krylov): boolean => {
    const k = soFar.alpha.length;
    if (k <= count || k % LOOK_EVERY !== 0) return false;
    const {values, bounds} = ritzOf(soFar);
    const asked = [...bounds.subarray(0, count), bounds[k - 1]];
    return Math.max(...asked) <= tolerance * Math.max(Math.abs(values[0]), Math.abs(values[k - 1]));
  };
  const krylov = await lanczos(product, start, most, enough);
  const ritz = ritzOf(krylov);
  const steps = krylov.alpha.length;
  const largest = Array.from({length: Math.min(count, steps)}, (_, j) => ritzPair(krylov, ritz, j));
  return {largest, smallest: ritzPair(krylov, ritz, steps - 1), steps};
}
