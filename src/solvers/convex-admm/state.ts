import * as tf from '@tensorflow/tfjs-core';
import type {ParamValues} from '../../core/params.ts';
import type {ConvexReluFacet, Problem, Vars} from '../../core/problem.ts';
import type {SolverContext, SolverState} from '../../core/solver.ts';
import {type Column, isPaired, type Masks} from './columns.ts';
import type {Penalties, Setup, Spectrum} from './factor.ts';
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
  /** V at the start of a pursuit's round, [d, C]. */
  readonly base: tf.Tensor2D | null;
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

/** In so few columns the cells are few and flat: walks find more than fixed-point steps, which leap over them. */
const FEW_COLUMNS = 4;
/** Scales are refitted up to so many samples: the work is in plain loops. */
const REFITTED_UP_TO = 400;

/** Whether pursuit searches by walks from the neurons present and adds as many columns late as early. */
export const isWalked = (context: SolverContext): boolean => isRefitted(context) || (facetOf(context.problem).gated && context.problem.data.d <= FEW_COLUMNS);

/** Two-layer networks in few dimensions under squared loss, where the best value of a single scale has a closed form. */
export function isRefitted({problem}: SolverContext): boolean {
  const {gated, loss} = facetOf(problem);
  const {d, train: {n}} = problem.data;
  return d <= FEW_COLUMNS && n <= REFITTED_UP_TO && !gated && loss.quadratic === true;
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

/** The network that V stands for, whether or not it keeps to the cones. */
export function networkOf({problem}: SolverContext, {now, masks, columns}: AdmmState, v: tf.Tensor2D = now.v): Vars {
  const facet = facetOf(problem);
  if (isPaired(columns)) return facet.toNetwork(v, tf.slice(masks.gates, 0, columns.length / 2));
  // toNetwork tells signs by halves: each column stands in one half and is zero in the other.
  const positive = tf.cast(tf.greater(masks.signs, 0), 'float32');
  const halves = [tf.mul(v, positive), tf.mul(v, tf.sub(1, positive))] as tf.Tensor2D[];
  return facet.toNetwork(tf.concat(halves, 1), masks.gates);
}
