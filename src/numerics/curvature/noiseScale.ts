import {dot} from './lanczos.ts';

export interface NoiseScale {
  /** Estimate of tr Sigma, Sigma the covariance (divisor n - 1) of one sample's gradient, with its standard error. */
  readonly trace: number;
  readonly error: number;
  /** |g|^2 of the full gradient. */
  readonly gradientSquared: number;
  /** tr Sigma / |g|^2: batches much smaller than this are dominated by noise; Infinity where g = 0. */
  readonly scale: number;
}

/**
 * The simple noise scale B = tr Sigma / |g|^2 (McCandlish, Kaplan and Amodei 2018, section 2.2).
 *
 * The samples are cut at random into M >= 2 parts of s_m samples with mean gradients g_m; g is the full gradient, their weighted mean.
 * Then sum_m s_m |g_m - g|^2 / (M - 1) has the expectation tr Sigma, and equals it where each part is one sample.
 */
export function noiseScale(parts: readonly {readonly size: number; readonly gradient: Float64Array}[]): NoiseScale {
  const count = parts.length;
  const n = parts.reduce((sum, {size}) => sum + size, 0);
  const mean = new Float64Array(parts[0].gradient.length);
  for (const {size, gradient} of parts) gradient.forEach((x, i) => {
    mean[i] += (size / n) * x;
  });
  const shares = parts.map(({size, gradient}) => size * gradient.reduce((sum, x, i) => sum + (x - mean[i]) ** 2, 0));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const middle = total / count;
  const variance = shares.reduce((sum, share) => sum + (share - middle) ** 2, 0) / (count - 1);
  const gradientSquared = dot(mean, mean);
  const trace = total / (count - 1);
  return {trace, error: (Math.sqrt(variance * count)) / (count - 1), gradientSquared, scale: trace / gradientSquared};
}
