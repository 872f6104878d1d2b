import * as tf from '@tensorflow/tfjs-core';
import type {ParamValues} from '../../core/params.ts';
import type {Vars} from '../../core/problem.ts';
import {randomStream} from '../../core/random.ts';
import {defineSolver, type Replica, replicaOf, type Solver, type SolverContext, type SolverState} from '../../core/solver.ts';
import {batchAt, batchPlan} from '../batches.ts';
import {learningRateAt} from '../firstOrder.ts';
import {bytesOfNetwork, type KernelData, type KernelLoss, type KernelWeights, ReluKernel} from './reluKernel.ts';

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
  /** The epoch whose order each network holds. */
  readonly epochs: readonly number[];
}

/** Bytes that the networks of one state may take. */
const MEMORY_LIMIT = 5e8;

/**
 * A first-order method on the SIMD kernel, or null where there is no rule for the id. Same batches, same equations
 * and same numbers as the tensor path up to rounding; a conformance test holds them together. The state lives in the
 * kernel's memory and is changed in place, which nobody outside can see.
 */
export function fusedFirstOrder(id: string, problem: FusedProblem): Solver | null {
  const rule = RULES[id];
  if (!rule) return null;
  const {n, d} = problem.data;
  const plan = ({params}: SolverContext) => batchPlan(n, Number(params.batchSize));
  const decay = OWN_DECAY.has(id) ? 0 : problem.decayRate;

  const init = ({model}: SolverContext, networks: readonly Pick<Replica, 'seed'>[]): FusedState => {
    const kernel = new ReluKernel(problem.data, networks.map(({seed}) => problem.start(model, seed)), problem.loss);
    const order = Int32Array.from({length: n}, (_, i) => i);
    for (const r of networks.keys()) {
      kernel.select(r);
      kernel.setOrder(order);
    }
    return {kernel, epochs: networks.map(() => -1)};
  };

  /** `count` iterations of network r; answers with the epoch that its order is of. */
  const advance = (context: SolverContext, {kernel, epochs}: FusedState, r: number, {seed, learningRate}: Replica, first: number, count: number): number => {
    const batches = plan(context);
    const params = {...context.params, learningRate};
    let before = epochs[r];
    kernel.select(r);
    for (let t = first; t < first + count; t++) {
      const {epoch, start, count: size} = batchAt(batches, n, t);
      if (!batches.full && epoch !== before) kernel.setOrder(randomStream(seed, 'epoch', epoch).permutation(n));
      before = epoch;
      kernel.gradient(start, size, decay);
      rule(kernel, learningRateAt(params, t), params, t, problem.decayRate);
    }
    return before;
  };

  const stacked = ({kernel}: FusedState): Vars => {
    const networks = Array.from({length: kernel.count}, (_, r) => {
      kernel.select(r);
      return kernel.weights();
    });
    const m = networks[0].alpha.length;
    return {
      u: tf.stack(networks.map(({u}) => tf.tensor2d(u, [m, d]))),
      alpha: tf.stack(networks.map(({alpha}) => tf.tensor2d(alpha, [m, 1]))),
    };
  };

  return defineSolver<FusedState>({
    init: (context) => init(context, [context]),

    step(context, state, iteration) {
      const epoch = advance(context, state, 0, replicaOf(context), iteration, 1);
      return {state: {kernel: state.kernel, epochs: [epoch]}, evaluations: batchAt(plan(context), n, iteration).count / n};
    },

    cost: (context) => 1 / plan(context).perEpoch,

    weights(_context, {kernel}) {
      const {u, alpha} = kernel.weights();
      return {u: tf.tensor2d(u, [alpha.length, d]), alpha: tf.tensor2d(alpha, [alpha.length, 1])};
    },

    replicas: {
      fit: ({model}) => Math.max(1, Math.floor(MEMORY_LIMIT / bytesOfNetwork(n, d, Number(model.width)))),
      most: () => Number.POSITIVE_INFINITY,
      init,
      // One network after the other: each stays in the cache for all its iterations.
      steps: (context, state, networks, first, count) => ({
        kernel: state.kernel,
        epochs: networks.map((network, r) => advance(context, state, r, network, first, count)),
      }),
      weights: (_context, state) => stacked(state),
    },
  });
}
