import type {Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D} from '@tensorflow/tfjs-core';
import type {PreparedData} from './data.ts';
import type {ParamValues} from './params.ts';
import type {Solver} from './solver.ts';

/** Named tensors: a point of a problem's parameter space. */
export type Vars = Readonly<Record<string, Tensor>>;

/** A slice of the training set on the device: `x` is B x d, `y` is B x k. */
export interface Batch {
  readonly x: Tensor2D;
  readonly y: Tensor2D;
}

/**
 * A loss in tensor form. Leading axes are free, so that many networks are evaluated at once:
 * `f` is [..., n, k]; `y` is [n, k] and is broadcast.
 */
export interface TensorLoss {
  /** Per-sample losses, [..., n]. */
  values(f: Tensor, y: Tensor): Tensor;
  /** Derivative in f, shaped as f. */
  derivative(f: Tensor, y: Tensor): Tensor;
  /** For convex solvers (one output); absent where there is no closed or safe prox. */
  readonly convex?: ConvexLoss;
}

export interface ConvexLoss {
  /** argmin_r loss(r, y) + rho/2 (r - q)^2, elementwise. */
  prox(q: Tensor, y: Tensor, rho: number): Tensor;
  /** z = -loss'(f; y), elementwise: what a neuron would have to follow; at a kink 0. */
  pull(f: Tensor, y: Tensor): Tensor;
  /** True where the loss has a kink that optimal outputs sit on, so that there z is a multiplier and not a function of f. */
  readonly kinked?: boolean;
  /** True of 1/2 (f - y)^2, for which scales of given neurons have a closed form one by one. */
  readonly quadratic?: boolean;
  /** -loss'(0; y): the residual of the zero network, which decides whether it is optimal. */
  pullAtZero(y: number): number;
}

/** What every first-order method needs. Gradients are those of J/n, with the raw (unbalanced) penalty. */
export interface GradientFacet {
  /** Initial weights, equal for equal models and seeds. */
  init(model: ParamValues, seed: number): Vars;
  /**
   * Gradient of mean batch loss, plus (decay ? beta/n * w : 0), in every variable.
   * @param decay whether the penalty's gradient is included (AdamW applies it apart).
   * @param model the contestant's own network, for problems where it also says how the gradient is taken
   */
  gradient(vars: Vars, batch: Batch, decay: boolean, model: ParamValues): Vars;
  /**
   * The Hessian of J/n on the full data at flat weights, d x d row-major in float64, for small problems that have it exactly and train
   * every weight. Entries are not finite where J has no second derivatives.
   */
  hessian?(weights: Float64Array): Float64Array;
  /** Gradients of the batch that one call costs, where that is more than one (inner steps of an attack). */
  passes?(model: ParamValues): number;
  /** Whether `gradient` takes networks side by side, too, with equal numbers: variables with a leading axis over them, one batch for all. */
  readonly stacks?: true;
  /** beta / n, the per-sample decay. */
  readonly decayRate: number;
  /** Names of the variables that are biases or norms' gains and shifts; layerwise methods treat them apart. */
  readonly biases?: readonly string[];
  /** Throws, in words, where a step on so many samples would not fit into memory. */
  admit?(model: ParamValues, samples: number): void;
  /** Whether samples of a batch see each other (BatchNorm), so that the gradient of a batch is not the mean of its parts'. */
  couples?(model: ParamValues): boolean;
  /** Whether the length of a step against that of the weights is measured (`updateRatio`). */
  readonly watchesSteps?: boolean;
  /**
   * V = sum_i |g_i - mean|^2 / (B - 1) of the samples' own gradients g_i in a batch of B >= 2, where there is a closed form: the
   * variance that the norm test of adaptive batches compares with the gradient. Null for networks that have none.
   */
  spread?(vars: Vars, batch: Batch, model: ParamValues): Scalar | null;
}

/**
 * What stands for the Hessian: the Hessian; the weighted Gauss-Newton matrix, which drops -p p' of a softmax; the empirical Fisher
 * matrix, the samples' gradients squared; or nothing, which makes the step one of gradient descent.
 */
export type Curvature = 'exact' | 'gauss-newton' | 'fisher' | 'none';

/** A smooth function at a point, in float64. */
export interface NewtonPoint {
  readonly value: number;
  readonly gradient: Float64Array;
  /** The Hessian, or a positive semi-definite stand-in, row-major. */
  curvature(): Float64Array;
}

export type NewtonObjective = (w: Float64Array) => NewtonPoint;

/** J/n as a smooth convex function of few weights, on the host in float64, for methods that solve with its second derivatives. */
export interface NewtonFacet {
  /** Number of weights, and of unknowns in each system. */
  readonly dimension: number;
  objective(curvature: Curvature): NewtonObjective;
  /** Weights as a point of the problem's space. */
  toNetwork(w: Float64Array): Vars;
}

/** What convex solvers need: host data in float64 and the way back to a network. */
export interface ConvexReluFacet {
  readonly beta: number;
  readonly loss: ConvexLoss;
  /** Whether the gates are part of the network (gated ReLU), so that the cone constraints fall away. */
  readonly gated: boolean;
  /**
   * Columns v_i (first P) and w_i (last P) of `groups` [d, 2P] as neurons:
   * u = v/sqrt|v|, alpha = +sqrt|v| for v and -sqrt|w| for w; a zero column gives a zero neuron.
   * @param gates [P, d], a direction of each pattern; only gated networks hold them
   */
  toNetwork(groups: Tensor2D, gates: Tensor2D): Vars;
}

/** The LASSO over activation patterns that a threshold network's training is, in closed form. */
export interface ConvexThresholdFacet {
  readonly beta: number;
  /** Weights w_j of gates g_j [P, d] as a network. */
  toNetwork(gates: Tensor2D, weights: Tensor1D): Vars;
}

/** What convex adversarial training needs: hinge loss, l-infinity attacks of a radius on all but the constant input. */
export interface ConvexRobustFacet {
  readonly beta: number;
  readonly epsilon: number;
  toNetwork(groups: Tensor2D): Vars;
}

/**
 * Training samples as a binary network's gradient takes them: the same for all networks, or with a leading axis R. On
 * some backends a list of matrices stands in the axis's place.
 */
export interface BinaryBatch {
  /** [B, p]: what the hidden layer's rows meet. */
  readonly x: Tensor | readonly Tensor2D[];
  /** The same with its axes exchanged. */
  readonly xt: Tensor | readonly Tensor2D[];
  /** [B, k]. */
  readonly y: Tensor;
}

/**
 * Networks with weights in {-1, +1} beside real scales and biases. R networks stand side by side: each tensor has a
 * leading axis of length R.
 */
export interface BinaryNetworkFacet {
  /** The binary matrices by name, [out, in] each. */
  readonly layers: Readonly<Record<string, readonly [number, number]>>;
  /** Start of the real parameters, one network a seed; empty where all are binary. */
  initReal(seeds: readonly number[]): Vars;
  /** The full training set, or a batch for each network from rows of it (equally many each). */
  batch(rows: readonly Int32Array[] | null): BinaryBatch;
  /**
   * Gradient of the mean batch loss at binary weights and real parameters, in all of them: the backward pass replaces the
   * derivative of a sign activation by max(0, 2 - 2|u|).
   */
  gradient(weights: Vars, real: Vars, batch: BinaryBatch): Vars;
  /**
   * Latent rows (`LAYERMu` [R, out, in], `LAYERZ` [R, k, out, in] and, for weights with a noise of their own, its standard
   * deviation `LAYERNoise` [R, out, in]) and real parameters as points of the problem's space.
   */
  toNetwork(latent: Vars, real: Vars): Vars;
}

/** E(w) = |a X w - y|^2 over w in {-1, +1}^p as a quadratic form on the host, in float64. */
export interface BinaryQuadraticFacet {
  readonly p: number;
  /** C = [-y, a X]' [-y, a X], row-major of size p + 1, so that E(w) = (1, w)' C (1, w). */
  readonly matrix: Float64Array;
  /** Where all values of E are `offset` modulo `step`, as for integer data: lower bounds round up to such a value. */
  readonly lattice: {readonly step: number; readonly offset: number} | null;
  /** How far the form may be from E by the rounding of C: 0 where all numbers are whole. */
  readonly rounding: number;
  /** Rows V [p + 1, k] and the best rounding w [p] so far as a point of the problem's space. */
  toNetwork(v: Float64Array, k: number, w: Int8Array): Vars;
}

/** Names of the measured quantities, in the order of `evaluate`'s result. */
export const EVALUATION = ['objective', 'trainLoss', 'testLoss', 'penalty', 'trainScore', 'testScore'] as const;

/** Data + model + loss + regularisation, on the current backend. */
export interface Problem {
  readonly data: PreparedData;
  /** The training and test sets on the device. */
  readonly train: Batch;
  readonly test: Batch | null;
  /**
   * J at G points in one batched call.
   * @param points each variable with a leading axis of length G
   * @param model here and below the contestant's own network, for problems whose networks differ in more than their shapes
   * @returns [G]
   */
  objectives(points: Vars, model: ParamValues): Tensor1D;
  /** The quantities of EVALUATION as one vector, so that a record costs one read-back. NaN where undefined. */
  evaluate(vars: Vars, model: ParamValues): Tensor1D;
  /** Outputs [n, k] of the network at inputs x [n, d]. */
  predict(vars: Vars, x: Tensor2D, model: ParamValues): Tensor2D;
  /** The size of J's values, where J can be negative or begin at 0: a run has diverged when |J| is a million times this (or its start). */
  readonly scale?: number;
  readonly gradients?: GradientFacet;
  /** A faster equal of a solver on a backend, where this problem has one; see numerics/kernels. */
  fused?(solverId: string, backend: string, params: ParamValues): Solver | null;
  readonly newton?: NewtonFacet;
  readonly convexRelu?: ConvexReluFacet;
  readonly convexThreshold?: ConvexThresholdFacet;
  readonly convexRobust?: ConvexRobustFacet;
  readonly binaryNetwork?: BinaryNetworkFacet;
  readonly binaryQuadratic?: BinaryQuadraticFacet;
  /**
   * Quantities beyond EVALUATION that only this problem has (robustScore, ...), measured with each record. A vector's entries are
   * metrics of their own, `name/0`, `name/1`, ...
   */
  measures?(vars: Vars, model: ParamValues): Readonly<Record<string, Scalar | Tensor1D>>;
  dispose(): void;
}

/** The default export of a problem's `problem.ts`. */
export type FormulateProblem = (data: PreparedData, params: ParamValues, loss: TensorLoss, lossId: string) => Problem;

export type {Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D};
