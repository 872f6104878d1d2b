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
};

export default crossEntropy;
