import type {Scalar, Tensor} from '@tensorflow/tfjs-core';
import type {ParamValues} from './params.ts';
import type {Problem, Vars} from './problem.ts';

/**
 * A record of tensors, records of tensors, and host values of any kind. The loop disposes the tensors
 * that a step leaves behind; it looks for them at the top level and one level down in plain objects.
 */
export type SolverState = Readonly<Record<string, unknown>>;

export interface SolverContext {
  readonly problem: Problem;
  readonly params: ParamValues;
  readonly model: ParamValues;
  readonly seed: number;
}

export interface StepResult<S> {
  readonly state: S;
  /** Full-data passes that this iteration cost. */
  readonly evaluations: number;
}

/** What one of several networks of a contestant has of its own. */
export interface Replica {
  readonly seed: number;
  /** In the place of the contestant's; NaN where its method has none. */
  readonly learningRate: number;
}

/**
 * Many networks of one contestant side by side, which differ in their seed or learning rate alone. Each goes exactly as a single
 * run of its own would on the same backend; what is saved is overhead (a GPU dispatch advances them all).
 */
export interface Replicas<S extends SolverState> {
  /** How many networks, from the first of these on, one state can hold; 0 where they have to go one by one. */
  fit(context: SolverContext, networks: readonly Replica[]): number;
  /** Iterations that one call of `steps` may take at most with so many networks. */
  most(context: SolverContext, networks: number): number;
  init(context: SolverContext, networks: readonly Replica[]): S;
  /** @param iteration of the first step to be taken, from 1 */
  steps(context: SolverContext, state: S, networks: readonly Replica[], iteration: number, count: number): S;
  /** All networks: each variable with a leading axis over them. */
  weights(context: SolverContext, state: S): Vars;
}

/**
 * A solver is a handful of pure functions. The loop owns time, memory and read-back; `step` runs
 * inside a tidy and must not read tensors.
 */
export interface Solver<S extends SolverState = SolverState> {
  init(context: SolverContext): S;
  /** @param iteration of the step to be taken, from 1 */
  step(context: SolverContext, state: S, iteration: number): StepResult<S>;
  /**
   * Several iterations in one go, where that is faster than one by one (a GPU dispatch). Equal to as many calls of
   * `step`, which it replaces.
   */
  readonly burst?: {
    /** Iterations that one call may take at most. */
    most(context: SolverContext): number;
    /** @param iteration of the first step to be taken, from 1 */
    steps(context: SolverContext, state: S, iteration: number, count: number): StepResult<S>;
  };
  /** For studies of many starts or rates, where that is faster than one after the other. */
  readonly replicas?: Replicas<S>;
  /** Full-data passes that an iteration costs on average, known before the run. */
  cost(context: SolverContext): number;
  /** The current network, a point of the problem's parameter space. */
  weights(context: SolverContext, state: S): Vars;
  /** Scalars of the solver's own, measured at telemetry cadence. */
  metrics?(context: SolverContext, state: S): Readonly<Record<string, Scalar | number>>;
  /** Sentences for the user that hold of the state (a zero optimum, say). The loop asks often and says each once. */
  notices?(context: SolverContext, state: S): readonly string[];
  /**
   * Work that needs numbers on the host (refactorisation in float64, new patterns). Called by the loop after `step` at
   * the iterations that `at` names, with the tensors of `measure` read back in one go, row-major.
   */
  readonly host?: {
    at(iteration: number, context: SolverContext): boolean;
    measure(context: SolverContext, state: S): Readonly<Record<string, Tensor>>;
    /** The passes of the result are those of this work alone. */
    apply(context: SolverContext, state: S, measured: Readonly<Record<string, Float32Array>>): StepResult<S>;
  };
  /** Its own stopping rule on measured metrics: a reason in words, or null. */
  stop?(metrics: Readonly<Record<string, number>>, params: ParamValues): string | null;
}

/** A contestant as it is. */
export const replicaOf = ({seed, params}: Pick<SolverContext, 'seed' | 'params'>): Replica => ({seed, learningRate: Number(params.learningRate)});

/** Declares a solver with its state's type; the registry sees only the general one. */
export const defineSolver = <S extends SolverState>(solver: Solver<S>): Solver => solver as unknown as Solver;
