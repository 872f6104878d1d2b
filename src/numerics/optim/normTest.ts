/** What a batch says about the gradient's noise. */
export interface NormTest {
  /** V = sum_i |g_i - mean|^2 / (B - 1): the variance of one sample's gradient. */
  readonly variance: number;
  /** |mean|^2. */
  readonly gradientSquared: number;
  /** See `requiredBatch`. */
  readonly requiredBatch: number;
}

/** ceil(V / (eta^2 |mean|^2)): the smallest batch whose noise is at most eta of the gradient; Infinity where only the mean is 0. */
export const requiredBatch = (variance: number, gradientSquared: number, eta: number): number =>
  variance === 0 ? 0 : Math.ceil(variance / (eta * eta * gradientSquared));

/**
 * The norm test of adaptive batches (Byrd et al. 2012; Lau et al. 2024 with AdaGrad): a batch B is large enough when
 * V / B <= eta^2 |mean|^2. In float64.
 * @param gradients one row a sample, or a row for each micro-batch's mean
 * @param samplesPerRow samples behind a row; the variance of a mean of s samples is V / s
 */
export function normTest(gradients: readonly ArrayLike<number>[], eta: number, samplesPerRow = 1): NormTest {
  const rows = gradients.length;
  const size = gradients[0].length;
  let spread = 0;
  let gradientSquared = 0;
  for (let j = 0; j < size; j++) {
    let mean = 0;
    for (const row of gradients) mean += row[j] / rows;
    for (const row of gradients) spread += (row[j] - mean) ** 2;
    gradientSquared += mean * mean;
  }
  const variance = rows > 1 ? (samplesPerRow * spread) / (rows - 1) : 0;
  return {variance, gradientSquared, requiredBatch: requiredBatch(variance, gradientSquared, eta)};
}
