import * as tf from '@tensorflow/tfjs-core';
import type {Batch, Vars} from '../../core/problem.ts';
import {defineSolver, type SolverContext, type SolverState} from '../../core/solver.ts';
import {shuffled, sliced} from '../../numerics/batches.ts';
import {admitted, facetOf, learningRateAt, passesOf, searchDirection, stepMetrics, watched} from '../../numerics/firstOrder.ts';
import {adagradNormStep} from '../../numerics/optim/adagradNorm.ts';
import {noisyGradient, squaredLength} from '../../numerics/optim/batchNoise.ts';
import {requiredBatch} from '../../numerics/optim/normTest.ts';

/**
 * AdaGrad-norm (Ward, Wu and Bottou 2019) with batches that grow by the norm test (Lau, Liu and Kolar 2024):
 *
 *   b^2 <- b^2 + |g|^2,  w <- w - eta g / b,  B <- max(B, ceil(V / (theta^2 |g|^2))), at most the cap
 *
 * g is the direction of the step: the gradient of J/n on the batch, after perpGrad where that is on. V is the variance of the
 * samples' whole gradients, so with perpGrad the test errs on the side of large batches.
 *
 * Batches walk through the order of epoch 0, 1, ... (the stream (seed, 'epoch', e), as for all methods): each takes the next B
 * samples, or the rest of its epoch. While B stays put these are the batches of every other method. From B = n on each step
 * takes the training set.
 */
interface State extends SolverState {
  readonly vars: Vars;
  readonly previous: Vars;
  /** b^2, [1, 1]. */
  readonly accumulated: tf.Tensor;
  /** The training set in the order of `epoch`. */
  readonly order: Vars;
  readonly epoch: number;
  /** Samples of the epoch that are used up. */
  readonly position: number;
  /** B of the next step. */
  readonly batchSize: number;
  /** `spread` V and `squared` |g|^2 of the last test. */
  readonly noise: Vars;
}

const samples = ({problem}: SolverContext): number => problem.train.x.shape[0];
const orAll = (size: number, n: number): number => (size > 0 ? Math.min(size, n) : n);
const cap = (context: SolverContext): number => orAll(Number(context.params.largestBatch), samples(context));

/** A single sample says nothing about noise, so a batch that is to grow starts from 2. */
function firstSize(context: SolverContext): number {
  const size = orAll(Number(context.params.batchSize), samples(context));
  return context.params.adaptive ? Math.max(size, Math.min(2, samples(context))) : size;
}

const testedAt = (iteration: number, {params}: SolverContext): boolean => params.adaptive === true && iteration % Number(params.testEvery) === 0;

type Place = Pick<State, 'order' | 'epoch' | 'position'>;

/** The next batch and where it leaves the walk. */
function nextBatch(context: SolverContext, {order, epoch, position, batchSize}: State): {readonly batch: Batch; readonly place: Place} {
  const {train} = context.problem;
  const n = samples(context);
  if (batchSize >= n) return {batch: train, place: {order: {}, epoch, position}};
  const ended = position >= n;
  const now = ended ? epoch + 1 : epoch;
  const start = ended ? 0 : position;
  const current = ended || !order.x ? shuffled(train, context.seed, now) : (order as unknown as Batch);
  const count = Math.min(batchSize, n - start);
  return {batch: sliced(current, start, count), place: {order: {...current}, epoch: now, position: start + count}};
}

export default defineSolver<State>({
  init(context) {
    admitted(context, firstSize(context));
    const vars = facetOf(context).init(context.model, context.seed);
    const accumulated = tf.fill([1, 1], Number(context.params.initialDenominator) ** 2);
    const noise = {spread: tf.scalar(0), squared: tf.scalar(1)};
    return {vars, previous: watched(context, vars), accumulated, order: {}, epoch: 0, position: 0, batchSize: firstSize(context), noise};
  },

  step(context, state, iteration) {
    const facet = facetOf(context);
    const {batch, place} = nextBatch(context, state);
    const count = batch.x.shape[0];
    const tested = testedAt(iteration, context) && state.batchSize < cap(context) && count > 1;
    let spread: tf.Scalar | undefined;
    const direction = searchDirection(context, state.vars, true, (decay) => {
      if (!tested) return facet.gradient(state.vars, batch, decay, context.model);
      const noisy = noisyGradient(facet, state.vars, batch, decay, context.model);
      spread = noisy.spread;
      return noisy.gradient;
    });
    const {vars, accumulated} = adagradNormStep(state.vars, direction, state.accumulated, learningRateAt(context.params, iteration));
    const noise = spread ? {spread, squared: squaredLength(direction)} : state.noise;
    const next = {...place, vars, previous: watched(context, state.vars), accumulated, batchSize: state.batchSize, noise};
    return {state: next, evaluations: (passesOf(context) * count * (spread && facet.couples?.(context.model) ? 2 : 1)) / samples(context)};
  },

  host: {
    at: testedAt,
    measure: (_context, {noise}) => ({spread: tf.clone(noise.spread), squared: tf.clone(noise.squared)}),
    apply(context, state, {spread: [variance], squared: [squared]}) {
      const wanted = requiredBatch(variance, squared, Number(context.params.normTestEta));
      // Of a run that overflows nothing can be learnt; the next record ends it.
      return {state: {...state, batchSize: Number.isNaN(wanted) ? state.batchSize : Math.max(state.batchSize, Math.min(cap(context), wanted))}, evaluations: 0};
    },
  },

  // That of the first batch: how it will grow is not known before the run.
  cost: (context) => passesOf(context) / Math.ceil(samples(context) / firstSize(context)),

  weights: (_context, {vars}) => vars,

  metrics: (context, state) => ({...stepMetrics(context, state), batchSize: state.batchSize}),
});
