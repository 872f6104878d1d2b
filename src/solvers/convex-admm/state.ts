import * as tf from '@tensorflow/tfjs-core';
import type {ParamValues} from '../../core/params.ts';
import type {ConvexReluFacet, Problem, Vars} from '../../core/problem.ts';
import type {SolverContext, SolverState} from '../../core/solver.ts';
import {type Column, isPaired, type Masks} from './columns.ts';
import {inverseOfB, type Penalties, type Setup, type Spectrum} from './factor.ts';
import type {Point, Setting} from './iteration.ts';
import type {Kept} from './search.ts';

/** How the pursuit of patterns stands. Host values only. */
export interface Pursuit {
  /** Rounds begun; -1 before the first search. */
  readonly round: number;
  /** Iterations since the columns or a round's terms last changed. */
  readonly age: number;
  /** Times that this round has been prolonged because J had risen. */
  readonly prolonged: number;
  /** J at the start of the round. */
  readonly objective: number;
  /** The network at the start of the round, to go back to. */
  readonly base: Kept;
  /** Columns that the round added. */
  readonly added: number;
  /** The best score over beta of the last search; NaN before. */
  readonly violation: number;
  /** Searches in a row that have found nothing. */
  readonly quiet: number;
  /** Residuals at the end of the last round: a fresh start has none of its own. */
  readonly residuals: {readonly primalResidual: number; readonly dualResidual: number};
}

export interface AdmmState extends SolverState, Point {
  /** X', [d, n]. */
  readonly xt: tf.Tensor2D;
  readonly masks: Masks;
  readonly columns: readonly Column[];
  readonly penalties: Penalties;
  readonly spectrum: Spectrum;
  /** For fixed patterns: what their factorisation needs. */
  readonly setup: Setup | null;
  readonly pursuit: Pursuit | null;
  /** Sentences for the user so far. */
  readonly notes: readonly string[];
}

export type Source = 'sampled' | 'all' | 'pursuit';

/** The source in force: automatic is pursuit for more than two inputs (three columns) of a network without gates. */
export function sourceOf({problem, params}: SolverContext): Source {
  switch (params.source) {
    case 'all':
    case 'pursuit':
    case 'sampled':
      return params.source;
    default:
      return problem.data.d > 3 && !facetOf(problem).gated && (params.gates as readonly unknown[]).length === 0 ? 'pursuit' : 'sampled';
  }
}

export const hasFixedPenalties = (params: ParamValues): boolean => params.penalties === 'fixed';

export function facetOf(problem: Problem): ConvexReluFacet {
  if (!problem.convexRelu) throw new Error('this problem has no convex reformulation');
  return problem.convexRelu;
}

export function settingOf({problem, params}: SolverContext, {xt}: Pick<AdmmState, 'xt'>): Setting {
  const {beta, loss} = facetOf(problem);
  return {x: problem.train.x, xt, y: problem.train.y, beta, loss, relaxation: Number(params.relaxation)};
}

/** B^{-1} on the device. */
export const uploadB = (spectrum: Spectrum, penalties: Penalties): tf.Tensor2D =>
  tf.tensor2d(Float32Array.from(inverseOfB(spectrum, penalties)), [spectrum.d, spectrum.d]);

/** The network that V stands for, whether or not it keeps to the cones. */
export function networkOf({problem}: SolverContext, {now, masks, columns}: AdmmState): Vars {
  const facet = facetOf(problem);
  if (isPaired(columns)) return facet.toNetwork(now.v, tf.slice(masks.gates, 0, columns.length / 2));
  // toNetwork tells signs by halves: each column stands in one half and is zero in the other.
  const positive = tf.cast(tf.greater(masks.signs, 0), 'float32');
  const halves = [tf.mul(now.v, positive), tf.mul(now.v, tf.sub(1, positive))] as tf.Tensor2D[];
  return facet.toNetwork(tf.concat(halves, 1), masks.gates);
}
