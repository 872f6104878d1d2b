/** A convex function's value and a subgradient. */
export type Oracle = (point: Float64Array) => {readonly value: number; readonly slope: Float64Array};

/**
 * The ellipsoid method (Yudin and Nemirovski; Shor): min objective s.t. constraint <= 0, inside a ball around zero that
 * is known to hold the minimum. Slow, in a few dimensions only, but it proves an interval in plain float64.
 */
export function ellipsoidMinimum(dim: number, radius: number, objective: Oracle, constraint: Oracle, tolerance: number, steps = 200_000): {readonly lower: number; readonly upper: number} {
  const centre = new Float64Array(dim);
  const shape = Float64Array.from({length: dim * dim}, (_, at) => (at % (dim + 1) === 0 ? radius ** 2 : 0));
  const grown = dim ** 2 / (dim ** 2 - 1);
  let [lower, upper] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let step = 0; step < steps && upper - lower > tolerance; step++) {
    const outside = constraint(centre);
    const feasible = outside.value <= 0;
    const {value, slope} = feasible ? objective(centre) : outside;
    const across = Float64Array.from({length: dim}, (_, i) => slope.reduce((sum, s, j) => sum + shape[i * dim + j] * s, 0));
    const width = Math.sqrt(slope.reduce((sum, s, i) => sum + s * across[i], 0));
    if (feasible) {
      upper = Math.min(upper, value);
      lower = Math.max(lower, value - width);
    }
    if (!(width > 0)) break;
    for (let i = 0; i < dim; i++) centre[i] -= across[i] / (width * (dim + 1));
    for (let i = 0; i < dim; i++) {
      for (let j = 0; j < dim; j++) shape[i * dim + j] = grown * (shape[i * dim + j] - (2 * across[i] * across[j]) / ((dim + 1) * width ** 2));
    }
  }
  return {lower, upper};
}
