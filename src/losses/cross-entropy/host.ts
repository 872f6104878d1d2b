import type {HostLoss} from '../../core/hostProblem.ts';

function largest(f: Float64Array, row: number, k: number): number {
  let top = f[row * k];
  for (let c = 1; c < k; c++) top = Math.max(top, f[row * k + c]);
  return top;
}

/** loss(f, y) = log sum_c e^(f_c) - f . y, y one-hot. The largest output is taken out, so nothing overflows. */
const crossEntropy: HostLoss = {
  value(f, y, row, k) {
    const top = largest(f, row, k);
    let sum = 0;
    let own = 0;
    for (let i = row * k; i < (row + 1) * k; i++) {
      sum += Math.exp(f[i] - top);
      own += y[i] * (f[i] - top);
    }
    return Math.log(sum) - own;
  },
  derivative(f, y, row, out, k) {
    const top = largest(f, row, k);
    let sum = 0;
    for (let i = row * k; i < (row + 1) * k; i++) {
      out[i] = Math.exp(f[i] - top);
      sum += out[i];
    }
    for (let i = row * k; i < (row + 1) * k; i++) out[i] = out[i] / sum - y[i];
  },
  shader: {
    // The largest output's own 1 stays out of the sum, so that losses near 0 keep their digits.
    source: `
    fn loss(f : array<vec4<f32>, K>, i : u32) -> vec4<f32> {
      var top = f[0];
      var which = vec4<u32>(0u);
      for (var c = 1u; c < K; c++) {
        which = select(which, vec4<u32>(c), f[c] > top);
        top = max(top, f[c]);
      }
      var rest = vec4<f32>(0.0);
      var gap = vec4<f32>(0.0);
      for (var c = 0u; c < K; c++) {
        let below = top - f[c];
        rest += select(expOfMinus(below), vec4<f32>(0.0), which == vec4<u32>(c));
        gap += y[i * K + c] * below;
      }
      return logOfOnePlus(rest) + gap;
    }`,
    /** |loss'|^2 <= 2 (1 - p)^2 with p = e^-loss the right class's share. */
    slopeSquares: (total, n) => 2 * Math.min(total ** 2, total, n),
  },
};

export default crossEntropy;
