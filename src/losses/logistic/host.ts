import type {HostLoss} from '../../core/hostProblem.ts';

/** 1 / (1 + e^s) without overflow. */
function sigmoidOfMinus(s: number): number {
  if (s < 0) return 1 / (1 + Math.exp(s));
  const small = Math.exp(-s);
  return small / (1 + small);
}

/** log(1 + e^-s) without overflow. */
const softplusOfMinus = (s: number): number => Math.max(0, -s) + Math.log1p(Math.exp(-Math.abs(s)));

/** p log p, with its limit at 0. */
const entropyTerm = (p: number): number => (p > 0 ? p * Math.log(p) : 0);

const PROX_TOLERANCE = 1e-12;

/**
 * argmin_s log(1 + e^-s) + (rho/2) (s - p)^2: the root of the increasing g(s) = rho (s - p) - 1/(1 + e^s).
 * As 0 < 1/(1 + e^s) < 1, it lies in (p, p + 1/rho); Newton's step is taken while it stays in the
 * bracket, else the bracket is halved.
 */
function proxOfMargin(p: number, rho: number): number {
  let low = p;
  let high = p + 1 / rho;
  let s = p + sigmoidOfMinus(p) / rho;
  for (let step = 0; step < 200; step++) {
    const sigma = sigmoidOfMinus(s);
    const g = rho * (s - p) - sigma;
    if (g > 0) high = s;
    else low = s;
    const newton = s - g / (rho + sigma * (1 - sigma));
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    const moved = Math.abs(next - s);
    s = next;
    if (moved <= PROX_TOLERANCE * Math.max(1, Math.abs(s))) break;
  }
  return s;
}

/** loss(f, y) = log(1 + e^(-y f)), y in {-1, +1}, one output. */
const logistic: HostLoss = {
  value: (f, y, row) => softplusOfMinus(y[row] * f[row]),
  derivative(f, y, row, out) {
    out[row] = -y[row] * sigmoidOfMinus(y[row] * f[row]);
  },
  prox: (q, y, rho) => y * proxOfMargin(y * q, rho),
  dual: {
    /** The entropy of p = y z in [0, 1]. */
    gain(z, y) {
      const p = y * z;
      if (p < 0 || p > 1) return Number.NEGATIVE_INFINITY;
      return -entropyTerm(p) - entropyTerm(1 - p);
    },
    domain: [0, 1],
    floor(targets) {
      const share = targets.filter((y) => y > 0).length / targets.length;
      return -targets.length * (entropyTerm(share) + entropyTerm(1 - share));
    },
    curvature: (f) => sigmoidOfMinus(f) * sigmoidOfMinus(-f),
  },
  shader: {
    source: `
    fn loss(f : array<vec4<f32>, K>, i : u32) -> vec4<f32> {
      let margin = y[i] * f[0];
      return max(vec4<f32>(0.0), -margin) + logOfOnePlus(expOfMinus(abs(margin)));
    }`,
    /** |loss'| = 1 - e^-loss is at most 1 and at most the loss. */
    slopeSquares: (total, n) => Math.min(total ** 2, total, n),
  },
};

export default logistic;
