import type {HostLoss} from '../../core/hostProblem.ts';

/** loss(f, y) = 1/2 |f - y|^2. */
const squared: HostLoss = {
  value(f, y, row, k) {
    let sum = 0;
    for (let i = row * k; i < (row + 1) * k; i++) sum += (f[i] - y[i]) ** 2;
    return sum / 2;
  },
  derivative(f, y, row, out, k) {
    for (let i = row * k; i < (row + 1) * k; i++) out[i] = f[i] - y[i];
  },
  prox: (q, y, rho) => (y + rho * q) / (1 + rho),
  dual: {
    gain: (z, y) => z * y - (z * z) / 2,
    domain: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    floor(targets) {
      const mean = targets.reduce((sum, y) => sum + y, 0) / targets.length;
      return targets.reduce((sum, y) => sum + (y - mean) ** 2, 0) / 2;
    },
    curvature: () => 1,
  },
  shader: {
    source: `
    fn loss(f : array<vec4<f32>, K>, i : u32) -> vec4<f32> {
      var sum = vec4<f32>(0.0);
      for (var c = 0u; c < K; c++) {
        let residual = f[c] - y[i * K + c];
        sum += residual * residual;
      }
      return 0.5 * sum;
    }`,
    slopeSquares: (total) => 2 * total,
  },
};

export default squared;
