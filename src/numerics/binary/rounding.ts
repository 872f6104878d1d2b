import type {RandomStream} from '../../core/random.ts';
import {form, type Quadratic} from './quadratic.ts';
import type {Rows} from './rows.ts';

export type RoundingRule = 'anchored' | 'gaussian';

function dotRows({k, v}: Rows, i: number, g: ArrayLike<number>, from = 0): number {
  let sum = 0;
  for (let t = 0; t < k; t++) sum += v[i * k + t] * g[from + t];
  return sum;
}

/** w_i = sign(v_i . g) sign(v_0 . g), sign(0) = +1. */
function signsAlong(rows: Rows, g: ArrayLike<number>): Int8Array {
  const head = dotRows(rows, 0, g) >= 0;
  return Int8Array.from({length: rows.n - 1}, (_, i) => (dotRows(rows, i + 1, g) >= 0 === head ? 1 : -1));
}

/** w_i = sign(v_i . v_0): sign(mu), in a frame whose first axis is the head. */
export const roundedToHead = (rows: Rows): Int8Array => signsAlong(rows, rows.v.subarray(0, rows.k));

/**
 * A random rounding. `gaussian` is Goemans and Williamson's, g ~ N(0, I). `anchored` fixes the part of g along the head
 * at 1, g = v_0 + (I - v_0 v_0') N(0, I), which is a draw of sign(mu + Z r) where v_0 = e_1 and v_i = (mu_i, Z_i).
 */
export function randomRounding(rows: Rows, rule: RoundingRule, random: RandomStream): Int8Array {
  const {k, v} = rows;
  const g = Float64Array.from({length: k}, () => random.normal());
  if (rule === 'gaussian') return signsAlong(rows, g);
  const along = dotRows(rows, 0, g);
  for (let t = 0; t < k; t++) g[t] += (1 - along) * v[t];
  return signsAlong(rows, g);
}

/** E of weights, in a buffer of length n that is reused. */
export function energyWith({p, matrix}: Quadratic, w: ArrayLike<number>, whole: Float64Array): number {
  whole[0] = 1;
  for (let i = 0; i < p; i++) whole[i + 1] = w[i];
  return form(matrix, p + 1, whole);
}

export interface Sample {
  readonly w: Int8Array;
  readonly energy: number;
}

export function drawRoundings(quadratic: Quadratic, rows: Rows, rule: RoundingRule, random: RandomStream, count: number): readonly Sample[] {
  const whole = new Float64Array(quadratic.p + 1);
  return Array.from({length: count}, () => {
    const w = randomRounding(rows, rule, random);
    return {w, energy: energyWith(quadratic, w, whole)};
  });
}

export const leastOf = (samples: readonly Sample[]): Sample => samples.reduce((least, one) => (one.energy < least.energy ? one : least));

/** Flips of one weight at a time, the best first, until none lowers E. */
export function improvedByFlips(quadratic: Quadratic, start: Int8Array): Sample {
  const {p, matrix} = quadratic;
  const n = p + 1;
  const w = Float64Array.from([1, ...start]);
  const h = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) h[i] += matrix[i * n + j] * w[j];
  const tiny = 1e-12 * matrix.reduce((most, c) => Math.max(most, Math.abs(c)), 0);
  for (let flips = 0; flips < 100 * n; flips++) {
    let best = 0;
    let gain = tiny;
    for (let i = 1; i < n; i++) {
      const here = 4 * w[i] * (h[i] - matrix[i * n + i] * w[i]);
      if (here > gain) [best, gain] = [i, here];
    }
    if (best === 0) break;
    for (let j = 0; j < n; j++) h[j] -= 2 * w[best] * matrix[j * n + best];
    w[best] = -w[best];
  }
  return {w: Int8Array.from(w.subarray(1)), energy: form(matrix, n, w)};
}
