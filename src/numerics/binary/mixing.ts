import {type Rows, SHORT} from './rows.ts';

/**
 * One sweep of the mixing method, in place: for i = 0..n-1 in turn, g = sum_{j != i} C_ij v_j and v_i <- -g/|g|, the
 * minimiser of f(V) = <C, V V'> in this row. A row whose g vanishes, up to rounding, stays. f never rises, and there is no step size.
 * Wang, Chang and Kolter, The mixing method, 2017.
 */
export function mixingSweep(matrix: Float64Array, {n, k, v}: Rows): void {
  const g = new Float64Array(k);
  for (let i = 0; i < n; i++) {
    g.fill(0);
    let most = 0;
    for (let j = 0; j < n; j++) {
      const c = matrix[i * n + j];
      if (j === i || c === 0) continue;
      most += Math.abs(c);
      const at = j * k;
      for (let t = 0; t < k; t++) g[t] += c * v[at + t];
    }
    if (most === 0) continue;
    let square = 0;
    for (let t = 0; t < k; t++) {
      g[t] /= most;
      square += g[t] * g[t];
    }
    const length = Math.sqrt(square);
    if (length < SHORT) continue;
    for (let t = 0; t < k; t++) v[i * k + t] = -g[t] / length;
  }
}
