import * as tf from '@tensorflow/tfjs-core';
import type {SolverContext} from '../../core/solver.ts';
import type {Column, Masks} from './columns.ts';
import {factorise, inverseOfB, type Penalties, type Setup, sharedOf} from './factor.ts';
import {type Linear, startOfCg} from './iteration.ts';
import {type AdmmState, facetOf, isRefitted, settingOf} from './state.ts';

/**
 * Up to so many samples pursuit factorises its n x n system too, in float64 at every change of columns or penalties: a
 * few steps of conjugate gradients don't solve it where columns nearly depend on each other and beta is small, as with
 * gates or in few dimensions. Gates need it more, as there V follows the solution unguarded by cones.
 */
const FACTORISED_UP_TO = {refitted: 160, gated: 400} as const;

export function isFactorised(context: SolverContext): boolean {
  const {n} = context.problem.data.train;
  return facetOf(context.problem).gated ? n <= FACTORISED_UP_TO.gated : isRefitted(context) && n <= FACTORISED_UP_TO.refitted;
}

export function uploadInverses(setup: Omit<Setup, 'pull'>, penalties: Penalties): Linear {
  const {bInverse, mInverse} = factorise(setup, penalties);
  return {
    b: tf.tensor2d(Float32Array.from(bInverse), [setup.d, setup.d]),
    inverse: tf.tensor2d(Float32Array.from(mInverse), [setup.n, setup.n]),
  };
}

/** The linear step of a pursuit under new columns or penalties; conjugate gradients go on from the last q. */
export function linearOf(context: SolverContext, state: Pick<AdmmState, 'xt' | 'spectrum'>, columns: readonly Column[], masks: Masks, penalties: Penalties, q: tf.Tensor2D | undefined): Linear {
  const {spectrum, xt} = state;
  const {n, d} = spectrum;
  if (isFactorised(context)) return uploadInverses({...spectrum, x: context.problem.data.train.x, shared: sharedOf(columns, n)}, penalties);
  const b = tf.tensor2d(Float32Array.from(inverseOfB(spectrum, penalties)), [d, d]);
  return startOfCg(settingOf(context, {xt}), masks, b, penalties.rho3, q ?? tf.zeros([n, 1]));
}
