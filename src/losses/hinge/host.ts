import type {HostLoss} from '../../core/hostProblem.ts';

/** loss(f, y) = max(0, 1 - y f), y in {-1, +1}, one output. */
const hinge: HostLoss = {
  value: (f, y, row) => Math.max(0, 1 - y[row] * f[row]),
  derivative(f, y, row, out) {
    out[row] = y[row] * f[row] < 1 ? -y[row] : 0;
  },
  /** The margin y q moves up by 1/rho, but no further than to the kink at 1. */
  prox(q, y, rho) {
    const margin = y * q;
    if (margin >= 1) return q;
    return margin + 1 / rho <= 1 ? q + y / rho : y;
  },
  dual: {
    gain: (z, y) => (y * z >= 0 && y * z <= 1 ? y * z : Number.NEGATIVE_INFINITY),
    domain: [0, 1],
    /** At f = +-1, or anywhere between for a tie. */
    floor(targets) {
      const positive = targets.filter((y) => y > 0).length;
      return 2 * Math.min(positive, targets.length - positive);
    },
    curvature: 'hinge',
  },
  shader: {
    source: 'fn loss(f : array<vec4<f32>, K>, i : u32) -> vec4<f32> { return max(vec4<f32>(0.0), 1.0 - y[i] * f[0]); }',
    slopeSquares: (_, n) => n,
  },
};

export default hinge;
