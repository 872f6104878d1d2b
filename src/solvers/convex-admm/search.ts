import * as tf from '@tensorflow/tfjs-core';
import {randomStream} from '../../core/random.ts';
import {norm2} from '../../numerics/norms.ts';
import {patternOf} from '../../numerics/patterns.ts';
import type {Column} from './columns.ts';
import type {Setting} from './iteration.ts';

/**
 * Searches for neurons that the residual z asks for: by duality the current patterns are enough only if no unit
 * direction scores |z . relu(X u)| above beta. Each search repeats
 *
 *   u <- normalise(X' (1[X u > 0] o s z)),      s = +1 or -1,
 *
 * which never lowers s z . relu(X u): within a pattern it is the steepest direction. Converged searches meet in few
 * patterns, and a network grows better from many; so directions on the way count as well as the last ones.
 *
 * A gated unit has a direction w besides its gate g, and scores |X' D_g z|. There the two take turns:
 *
 *   w <- normalise(X' (D_g z)),   g <- X' (z o X w),      which turns the gate towards the samples that w serves.
 */
export interface Searches {
  /** [d, K], unit columns. */
  readonly directions: tf.Tensor2D;
  /** s z . relu(X u), or |X' D z| for gated networks, [K]. */
  readonly scores: tf.Tensor1D;
}

/** How long the searches of a round are, and after which steps they are looked at. */
export const QUICK = {starts: 50, looks: [1, 2, 3, 4, 6, 8, 12]} as const;
/** What a sentence about the end rests on. */
export const THOROUGH = {starts: 100, looks: [60]} as const;
export interface SearchPlan {
  /** Searches of each sign. */
  readonly starts: number;
  readonly looks: readonly number[];
}

export const stepsOf = ({looks}: SearchPlan): number => looks[looks.length - 1];
/** The sign that candidate k of a search was made for: within a look, the first half is +1. */
export const signOfCandidate = ({starts}: SearchPlan, k: number): 1 | -1 => (k % (2 * starts) < starts ? 1 : -1);

/** Normal directions, [d, starts]. */
function startingDirections(d: number, {starts}: SearchPlan, seed: number, round: number): tf.Tensor2D {
  const random = randomStream(seed, 'pursuit', round);
  return tf.tensor2d(Float32Array.from({length: d * starts}, () => random.normal()), [d, starts]);
}

/** @param z the residual, [n, 1] */
export function search({x, xt}: Pick<Setting, 'x' | 'xt'>, z: tf.Tensor2D, plan: SearchPlan, gated: boolean, seed: number, round: number): Searches {
  const from = startingDirections(x.shape[1], plan, seed, round);
  const signs = tf.concat([tf.ones([1, plan.starts]), tf.neg(tf.ones([1, plan.starts]))], 1);
  const pull = tf.mul(z, signs);
  const follow = (images: tf.Tensor): tf.Tensor2D => tf.matMul(xt, tf.mul(tf.step(images), pull) as tf.Tensor2D);
  const directions: tf.Tensor2D[] = [];
  const scores: tf.Tensor[] = [];
  let gate: tf.Tensor2D = tf.concat([from, from], 1);
  let images: tf.Tensor2D = tf.matMul(x, gate);
  for (let step = 1; step <= stepsOf(plan); step++) {
    const steepest = follow(images);
    const u = tf.divNoNan(steepest, norm2(steepest, 0, true)) as tf.Tensor2D;
    if (gated && plan.looks.includes(step)) {
      directions.push(gate);
      scores.push(norm2(steepest, 0));
    }
    gate = gated ? tf.matMul(xt, tf.mul(z, tf.matMul(x, u)) as tf.Tensor2D) : u;
    images = tf.matMul(x, gate);
    if (gated || !plan.looks.includes(step)) continue;
    directions.push(gate);
    scores.push(tf.sum(tf.mul(pull, tf.relu(images)), 0));
  }
  return {directions: tf.concat(directions, 1) as tf.Tensor2D, scores: tf.concat(scores) as tf.Tensor1D};
}

const keyOf = (key: string, sign: number): string => `${sign}${key}`;

export interface Wanted {
  /** A score must be above this. */
  readonly above: number;
  readonly most: number;
  readonly gated: boolean;
}

/** The best new columns among what the searches have found: distinct, and not among those kept. */
export function bestNew(
  x: Float64Array, n: number, d: number,
  kept: readonly Column[], plan: SearchPlan, found: {readonly directions: Float32Array; readonly scores: Float32Array}, {above, most, gated}: Wanted,
): Column[] {
  const count = found.scores.length;
  const seen = new Set(kept.map(({pattern, sign}) => keyOf(pattern.join(''), sign)));
  const order = Array.from({length: count}, (_, k) => k).filter((k) => found.scores[k] > above).sort((a, b) => found.scores[b] - found.scores[a] || a - b);
  const chosen: Column[] = [];
  for (const k of order) {
    if (chosen.length === most) break;
    const gate = Float64Array.from({length: d}, (_, c) => found.directions[c * count + k]);
    const {key, column} = patternOf(x, n, d, gate);
    const sign = gated ? 1 : signOfCandidate(plan, k);
    if (seen.has(keyOf(key, sign))) continue;
    seen.add(keyOf(key, sign));
    chosen.push({pattern: column, sign, gate});
  }
  return chosen;
}

/** Columns that go on, with their values and the places that they had. */
export interface Kept {
  readonly columns: readonly Column[];
  readonly v: readonly Float32Array[];
  readonly from: readonly number[];
}

/**
 * The columns V [d, C] that are not zero, each with the pattern it really has (gated: the one it was given). Two of the
 * same pattern and sign become their sum, which changes no output and adds no length.
 */
export function activeColumns(x: Float64Array, n: number, d: number, columns: readonly Column[], v: Float32Array, gated: boolean): Kept {
  const places = new Map<string, number>();
  const out: Column[] = [];
  const vectors: Float32Array[] = [];
  const from: number[] = [];
  for (const [c, column] of columns.entries()) {
    const vector = Float32Array.from({length: d}, (_, t) => v[t * columns.length + c]);
    if (vector.every((entry) => entry === 0)) continue;
    const real = gated ? {key: column.pattern.join(''), column: column.pattern} : patternOf(x, n, d, vector);
    const key = keyOf(real.key, column.sign);
    const place = places.get(key);
    if (place !== undefined) {
      vectors[place] = vectors[place].map((entry, t) => entry + vector[t]);
      continue;
    }
    places.set(key, out.length);
    out.push({pattern: real.column, sign: column.sign, gate: gated ? column.gate : vector});
    vectors.push(vector);
    from.push(c);
  }
  return {columns: out, v: vectors, from};
}
