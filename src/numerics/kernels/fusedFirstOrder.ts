import * as tf from '@tensorflow/tfjs-core';
import type {ParamValues} from '../../core/params.ts';
import {randomStream} from '../../core/random.ts';
import {defineSolver, type Solver, type SolverContext, type SolverState} from '../../core/solver.ts';
import {batchAt, batchPlan} from '../batches.ts';
import {learningRateAt} from '../firstOrder.ts';
import {type KernelData, type KernelLoss, type KernelWeights, ReluKernel} from './reluKernel.ts';

/** The update of each first-order method, by the solver's id: the same equations as in solvers/, fused. */
type FusedRule = (kernel: ReluKernel, rate: number, params: ParamValues, t: number, decayRate: number) => void;

const RULES: Readonly<Record<string, FusedRule>> = {
  sgd: (kernel, rate) => kernel.sgd(rate),
  momentum: (kernel, rate, params) => kernel.momentum(rate, Number(params.momentum), false),
  nesterov: (kernel, rate, params) => kernel.momentum(rate, Number(params.momentum), true),
  rmsprop: (kernel, rate, params) => kernel.rmsprop(rate, Number(params.decay), Number(params.epsilon)),
  adam: (kernel, rate, params, t) => kernel.adam(rate, Number(params.beta1), Number(params.beta2), Number(params.epsilon), t, 1),
  adamw: (kernel, rate, params, t, decayRate) =>
    kernel.adam(rate, Number(params.beta1), Number(params.beta2), Number(params.epsilon), t, 1 - rate * decayRate),
};
/** Methods that decay the weights themselves, so that their gradient is the loss's alone. */
const OWN_DECAY = new Set(['adamw']);

export interface FusedProblem {
  readonly data: KernelData;
  readonly loss: KernelLoss;
  readonly decayRate: number;
  start(model: ParamValues, seed: number): KernelWeights;
}

interface FusedState extends SolverState {
  readonly kernel: ReluKernel;
  readonly epoch: number;
}

/**
 * A first-order method on the SIMD kernel, or null where there is no rule for the id. Same batches, same equations
 * and same numbers as the tensor path up to rounding; a conformance test holds them together. The state lives in the
 * kernel's memory and is changed in place, which nobody outside can see.
 */
export function fusedFirstOrder(id: string, problem: FusedProblem): Solver | null {
  const rule = RULES[id];
  if (!rule) return null;
  const {n} = problem.data;
  const plan = ({params}: SolverContext) => batchPlan(n, Number(params.batchSize));
  const decay = OWN_DECAY.has(id) ? 0 : problem.decayRate;
  return defineSolver<FusedState>({
    init({model, seed}) {
      const kernel = new ReluKernel(problem.data, problem.start(model, seed), problem.loss);
      kernel.setOrder(Int32Array.from({length: n}, (_, i) => i));
      return {kernel, epoch: -1};
    },

    step(context, {kernel, epoch: before}, iteration) {
      const batches = plan(context);
      const {epoch, start, count} = batchAt(batches, n, iteration);
      if (!batches.full && epoch !== before) kernel.setOrder(randomStream(context.seed, 'epoch', epoch).permutation(n));
      kernel.gradient(start, count, decay);
      rule(kernel, learningRateAt(context.params, iteration), context.params, iteration, problem.decayRate);
      return {state: {kernel, epoch}, evaluations: count / n};
    },

    cost: (context) => 1 / plan(context).perEpoch,

    weights(_context, {kernel}) {
      const {u, alpha} = kernel.weights();
      return {u: tf.tensor2d(u, [alpha.length, problem.data.d]), alpha: tf.tensor2d(alpha, [alpha.length, 1])};
    },
  });
}
