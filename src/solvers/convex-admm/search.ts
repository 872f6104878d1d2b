import * as tf from '@tensorflow/tfjs-core';
import {type RandomStream, randomStream} from '../../core/random.ts';
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
 * A gated unit scores |X' D_g z| with the pattern D_g of its gate, whatever its weights: a function of g that is constant
 * on cells. So there each search is a walk: it takes a random step, and keeps it where the score has risen.
 */
export interface Searches {
  /** [d, K], unit columns. */
  readonly directions: tf.Tensor2D;
  /** s z . relu(X u), or |X' D z| for gated networks, [K]. */
  readonly scores: tf.Tensor1D;
}

/** How long the searches of a round are, and after which steps they are looked at. */
export const QUICK = {starts: 50, looks: [1, 2, 3, 4, 6, 8, 12]} as const;
/** Once the network is refined rather than grown, fewer find as much. */
export const LATE = {starts: 20, looks: [2, 4, 8]} as const;
/** Walks, in few columns, while the network grows and after. */
export const WALKS = {starts: 100, looks: [4, 8, 12]} as const;
export const LATE_WALKS = {starts: 50, looks: [6, 12]} as const;
/** Once a thorough search has found nothing. */
export const RESTING_WALKS = {starts: 20, looks: [12]} as const;
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
export function search({x, xt}: Pick<Setting, 'x' | 'xt'>, z: tf.Tensor2D, plan: SearchPlan, seed: number, round: number): Searches {
  const from = startingDirections(x.shape[1], plan, seed, round);
  const signs = tf.concat([tf.ones([1, plan.starts]), tf.neg(tf.ones([1, plan.starts]))], 1);
  const pull = tf.mul(z, signs);
  const directions: tf.Tensor2D[] = [];
  const scores: tf.Tensor[] = [];
  let images: tf.Tensor2D = tf.matMul(x, tf.concat([from, from], 1));
  for (let step = 1; step <= stepsOf(plan); step++) {
    const u = unit(tf.matMul(xt, tf.mul(tf.step(images), pull) as tf.Tensor2D));
    images = tf.matMul(x, u);
    if (!plan.looks.includes(step)) continue;
    directions.push(u);
    scores.push(tf.sum(tf.mul(pull, tf.relu(images)), 0));
  }
  return {directions: tf.concat(directions, 1) as tf.Tensor2D, scores: tf.concat(scores) as tf.Tensor1D};
}

const unit = (columns: tf.Tensor2D): tf.Tensor2D => tf.divNoNan(columns, norm2(columns, 0, true)) as tf.Tensor2D;
/** Lengths of the steps of a walk over unit directions, over and over: far ones change cells, near ones settle walls. */
const WALK = [1, 0.5, 0.25, 0.12, 0.06] as const;

/** Walks from given directions, [d, K]: a random step is kept where the score has risen. */
function walk(from: tf.Tensor2D, scoreOf: (directions: tf.Tensor2D) => tf.Tensor, plan: SearchPlan, random: RandomStream): Searches {
  const [d, count] = from.shape;
  let here = unit(from);
  let score = scoreOf(here);
  const directions: tf.Tensor2D[] = [];
  const scores: tf.Tensor[] = [];
  for (let step = 1; step <= stepsOf(plan); step++) {
    const moved = unit(tf.add(here, normals(d, count, WALK[step % WALK.length] / Math.sqrt(d), random)));
    const reached = scoreOf(moved);
    const better = tf.greater(reached, score);
    here = tf.where(better, moved, here);
    score = tf.maximum(score, reached);
    if (!plan.looks.includes(step)) continue;
    directions.push(here);
    scores.push(tf.reshape(score, [count]));
  }
  return {directions: tf.concat(directions, 1) as tf.Tensor2D, scores: tf.concat(scores) as tf.Tensor1D};
}

const normals = (d: number, count: number, scale: number, random: RandomStream): tf.Tensor2D =>
  tf.tensor2d(Float32Array.from({length: d * count}, () => scale * random.normal()), [d, count]);

/** The directions present, at most so many, and random ones to fill up. @param present [d, C] */
function startsFrom(present: tf.Tensor2D, count: number, most: number, random: RandomStream): tf.Tensor2D {
  const old = tf.slice(present, 0, [-1, Math.min(most, present.shape[1])]);
  return tf.concat([old, normals(present.shape[0], count - old.shape[1], 1, random)], 1) as tf.Tensor2D;
}

/** Walks from random gates and from those present, as many as a search of both signs has. @param present [C, d] */
export function searchGates({x, xt}: Pick<Setting, 'x' | 'xt'>, z: tf.Tensor2D, present: tf.Tensor2D, plan: SearchPlan, seed: number, round: number): Searches {
  const random = randomStream(seed, 'gates', round);
  const scoreOf = (gates: tf.Tensor2D): tf.Tensor => norm2(tf.matMul(xt, tf.mul(z, tf.cast(tf.greaterEqual(tf.matMul(x, gates), 0), 'float32')) as tf.Tensor2D), 0, true);
  return walk(startsFrom(tf.transpose(present), 2 * plan.starts, plan.starts, random), scoreOf, plan, random);
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
