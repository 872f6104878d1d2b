import type {RandomStream} from '../../core/random.ts';
import {lanczos, type Product, ritzOf} from './lanczos.ts';

/** Where one probe's Krylov space sees the spectrum: points theta_j with weights that add up to 1. */
export interface Nodes {
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

/** A mean over probes with its standard error; NaN for the error of a single probe. */
export interface Estimate {
  readonly value: number;
  readonly error: number;
}

/** n entries of -1 and +1. */
export const signVector = (random: RandomStream, n: number): Float64Array => Float64Array.from({length: n}, () => (random.uniform() < 0.5 ? -1 : 1));

/**
 * Stochastic Lanczos quadrature: for a random sign vector v the weights of its Krylov space integrate the spectral measure
 * sum_i (v . u_i)^2 / n of A, whose mean over v has weight 1/n at each eigenvalue. Exact for polynomials of degree 2 steps - 1.
 * Source: Ubaru, Chen and Saad, SIAM J. Matrix Anal. Appl. 38(4), 2017.
 */
export async function probeSpectrum(product: Product, n: number, steps: number, random: RandomStream): Promise<Nodes> {
  const {values, weights} = ritzOf(await lanczos(product, signVector(random, n), steps));
  return {values, weights};
}

/** The mean and its standard error s / sqrt(m). */
export function estimateOf(samples: readonly number[]): Estimate {
  const m = samples.length;
  const value = samples.reduce((sum, x) => sum + x, 0) / m;
  const variance = samples.reduce((sum, x) => sum + (x - value) ** 2, 0) / (m - 1);
  return {value, error: m > 1 ? Math.sqrt(variance / m) : Number.NaN};
}

/** tr A^power of an n x n matrix from its probes; for power 1 this is Hutchinson's estimate, as v'Av = n sum_j w_j theta_j. */
export const traceEstimate = (probes: readonly Nodes[], n: number, power = 1): Estimate =>
  estimateOf(probes.map(({values, weights}) => n * values.reduce((sum, value, j) => sum + weights[j] * value ** power, 0)));

/** The density of eigenvalues on a grid. It integrates to 1. */
export interface Density {
  readonly at: Float64Array;
  readonly density: Float64Array;
  /** Standard deviation of the Gaussian that each node is drawn as. */
  readonly width: number;
}

/** Standard deviations of margin beside the outermost nodes. */
const MARGIN = 5;

/**
 * (1/m) sum over probes of sum_j w_j N(t; theta_j, width^2) on `points` places.
 * @param share of the nodes' range that the Gaussian's standard deviation is
 */
export function spectralDensity(probes: readonly Nodes[], points: number, share: number): Density {
  const all = probes.flatMap(({values}) => [...values]);
  const low = Math.min(...all);
  const high = Math.max(...all);
  const width = share * (high - low || Math.abs(high) || 1);
  const from = low - MARGIN * width;
  const step = (high - low + 2 * MARGIN * width) / (points - 1);
  const at = Float64Array.from({length: points}, (_, i) => from + i * step);
  const height = 1 / (probes.length * width * Math.sqrt(2 * Math.PI));
  const density = at.map((t) => {
    let sum = 0;
    for (const {values, weights} of probes) values.forEach((value, j) => {
      sum += weights[j] * Math.exp(-0.5 * ((t - value) / width) ** 2);
    });
    return height * sum;
  });
  return {at, density, width};
}
