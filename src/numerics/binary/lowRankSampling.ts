import type {RandomStream} from '../../core/random.ts';
import type {Quadratic} from './quadratic.ts';
import {normalise, randomRows, type Rows} from './rows.ts';

export interface SamplingRule {
  /** Columns of Z; 0 is straight-through with clipped latent weights. */
  readonly rank: number;
  readonly learningRate: number;
  readonly momentum: number;
  /** Steps T of the cosine from the learning rate to 0. */
  readonly length: number;
  /** Whether each step draws r and -r. */
  readonly antithetic: boolean;
  /** Whether 2 Q_ii w_i, which says nothing about E since w_i^2 = 1, is left out of the gradient. */
  readonly deleteDiagonal: boolean;
  /** Whether the gradient's part along each row is taken away before it goes into the momentum. */
  readonly tangent: boolean;
}

export interface SamplingState {
  /**
   * p x (1 + rank): rows (mu_i, Z_i) of length 1, or latent weights in [-1, 1] at rank 0.
   */
  readonly rows: Rows;
  /** Momentum, of the same shape. */
  readonly velocity: Float64Array;
}

/** max_i sum_{j != i} |C_ij|, by which gradients are divided; 1 where nothing is coupled. */
export function couplingOf({p, matrix}: Quadratic): number {
  const n = p + 1;
  let most = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) if (j !== i) sum += Math.abs(matrix[i * n + j]);
    most = Math.max(most, sum);
  }
  return most || 1;
}

/** Rank 0: mu ~ U(-1, 1). Else mu and Z standard normal, rows scaled to length 1. */
export function beginSampling(p: number, rank: number, random: RandomStream): SamplingState {
  const rows = rank === 0 ? {n: p, k: 1, v: Float64Array.from({length: p}, () => 2 * random.uniform() - 1)} : randomRows(p, rank + 1, random);
  return {rows, velocity: new Float64Array(rows.v.length)};
}

/** w_i = sign(mu_i + Z_i . r), sign(0) = +1. */
export function signsAt({n, k, v}: Rows, r: Float64Array): Int8Array {
  const w = new Int8Array(n);
  for (let i = 0; i < n; i++) {
    let a = v[i * k];
    for (let t = 1; t < k; t++) a += v[i * k + t] * r[t - 1];
    w[i] = a >= 0 ? 1 : -1;
  }
  return w;
}

/** dE/dw = 2 (C (1, w))_i, without the diagonal's share where `deleteDiagonal`; and E(w) itself. */
function slope({p, matrix}: Quadratic, w: Int8Array, deleteDiagonal: boolean): {readonly g: Float64Array; readonly energy: number} {
  const n = p + 1;
  const g = new Float64Array(p);
  let energy = 0;
  for (let i = 0; i < n; i++) {
    let sum = matrix[i * n];
    for (let j = 0; j < p; j++) sum += matrix[i * n + j + 1] * w[j];
    if (i === 0) energy = sum;
    else {
      energy += w[i - 1] * sum;
      g[i - 1] = 2 * (deleteDiagonal ? sum - matrix[i * n + i] * w[i - 1] : sum);
    }
  }
  return {g, energy};
}

/** Adds (g, g r') to the gradient of all rows. */
function accumulate(gradient: Float64Array, g: Float64Array, r: Float64Array, k: number, weight: number): void {
  for (let i = 0; i < g.length; i++) {
    gradient[i * k] += weight * g[i];
    for (let t = 1; t < k; t++) gradient[i * k + t] += weight * g[i] * r[t - 1];
  }
}

/** Takes away the part along each unit row. */
function project(gradient: Float64Array, {n, k, v}: Rows): void {
  for (let i = 0; i < n; i++) {
    let along = 0;
    for (let t = 0; t < k; t++) along += gradient[i * k + t] * v[i * k + t];
    for (let t = 0; t < k; t++) gradient[i * k + t] -= along * v[i * k + t];
  }
}

/** f_t = (1 + cos(pi t/T))/2, 0 from T on. */
const cosine = (done: number, length: number): number => (done < length ? 0.5 * (1 + Math.cos((Math.PI * done) / length)) : 0);

/**
 * One step of training with sampled signs. With r ~ N(0, I), the same for all weights, w = sign(mu + Z r):
 *
 *   G_mu = dE(w)/s, G_Z = dE(w) r'/s  (mean over r and -r);  m <- b m + (1 - b) G;
 *   (mu, Z) <- rows of (mu, Z) - eta f_t m scaled to length 1.
 *
 * Rank 0 has w = sign(mu) and clips mu to [-1, 1] (BinaryConnect).
 * @param done steps taken before
 * @param scale `couplingOf` the quadratic
 * @param seen is told every weight vector whose E was computed on the way
 */
export function samplingStep(quadratic: Quadratic, {rows, velocity}: SamplingState, rule: SamplingRule, scale: number, done: number, random: RandomStream, seen: (w: Int8Array, energy: number) => void): SamplingState {
  const {n, k} = rows;
  const r = Float64Array.from({length: k - 1}, () => random.normal());
  const draws = rule.antithetic && k > 1 ? [r, r.map((x) => -x)] : [r];
  const gradient = new Float64Array(n * k);
  for (const draw of draws) {
    const w = signsAt(rows, draw);
    const {g, energy} = slope(quadratic, w, rule.deleteDiagonal);
    seen(w, energy);
    accumulate(gradient, g, draw, k, 1 / (scale * draws.length));
  }
  if (rule.rank > 0 && rule.tangent) project(gradient, rows);
  const b = rule.momentum;
  const rate = rule.learningRate * cosine(done, rule.length);
  const next = velocity.map((m, i) => b * m + (1 - b) * gradient[i]);
  const moved: Rows = {n, k, v: rows.v.map((value, i) => value - rate * next[i])};
  if (rule.rank > 0) normalise(moved);
  else for (let i = 0; i < n; i++) moved.v[i] = Math.max(-1, Math.min(1, moved.v[i]));
  return {rows: moved, velocity: next};
}

/** The rows with the head e_1 before them, as the relaxation sees them. */
export function withHead({n, k, v}: Rows): Rows {
  const whole = new Float64Array((n + 1) * k);
  whole[0] = 1;
  whole.set(v, k);
  return {n: n + 1, k, v: whole};
}
