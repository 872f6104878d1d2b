import type {Rows} from './rows.ts';

/**
 * All rows rotated so that the head is e_1: v -> v - (a + b)((a + b) . v)/(1 + a . b) + 2 b (a . v), the rotation in the
 * plane of a = v_0 and b = e_1. Where they are opposite, the first axis is turned round. v_i . v_j stays as it is.
 */
export function atHead({n, k, v}: Rows): Rows {
  const out = v.slice();
  const length = Math.sqrt(v.subarray(0, k).reduce((sum, x) => sum + x * x, 0)) || 1;
  const a = v.slice(0, k).map((x) => x / length);
  const common = 1 + a[0];
  for (let i = 0; i < n; i++) {
    const row = out.subarray(i * k, (i + 1) * k);
    if (common < 1e-12) {
      row[0] = -row[0];
      continue;
    }
    let along = 0;
    for (let t = 0; t < k; t++) along += a[t] * row[t];
    const both = (along + row[0]) / common;
    for (let t = 0; t < k; t++) row[t] -= both * a[t];
    row[0] += 2 * along - both;
  }
  return {n, k, v: out};
}
