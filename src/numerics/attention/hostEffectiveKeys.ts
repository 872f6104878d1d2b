/** Keys effectively attended to: e^H of the weights divided by their sum, none negative; 0 where all vanish. */
export function effectiveKeys(weights: Float64Array): number {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum === 0) return 0;
  return Math.exp(-weights.reduce((total, weight) => total + (weight > 0 ? (weight / sum) * Math.log(weight / sum) : 0), 0));
}
