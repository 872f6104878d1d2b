import type {WebGPUBackend, WebGPUProgram} from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import {randomStream} from '../../core/random.ts';
import {defineSolver, type Replica, replicaOf, type Solver, type SolverContext, type SolverState} from '../../core/solver.ts';
import {type BatchPlan, batchAt, batchPlan} from '../batches.ts';
import {learningRateAt} from '../firstOrder.ts';
import {LARGEST_BATCH, PLAN_COLUMNS, type RuleName, type ShaderShape, shaderOf, THREADS, UNIFORMS} from './firstOrderShader.ts';
import type {FusedProblem} from './fusedFirstOrder.ts';

/** Multiply-adds that one dispatch may take: a few milliseconds on a GPU, far below any watchdog. */
const WORK_PER_DISPATCH = 3e7;
/** Rows of the plan that are worth uploading at once. */
const MOST_STEPS = 500;
/** Inputs beyond which a thread's own gradient no longer fits its registers and the tensor path is no worse. */
const WIDEST_INPUT = 128;

const RULE_OF: Readonly<Record<string, RuleName>> = {
  sgd: 'sgd', momentum: 'momentum', nesterov: 'nesterov', rmsprop: 'rmsprop', adam: 'adam', adamw: 'adam',
};

/** Networks that a GPU advances at once in the time that one takes, at a guess; it only bounds the steps of a dispatch. */
const SIDE_BY_SIDE = 16;
/** Bytes of one buffer: WebGPU guarantees 128 MiB. */
const LARGEST_BUFFER = 1.2e8;

interface GpuState extends SolverState {
  /** Weights and two running averages of R networks, [R, 3 m (d + 1)]. */
  readonly state: tf.Tensor2D;
  readonly inputs: {readonly x: tf.Tensor; readonly y: tf.Tensor};
}

class TrainingProgram implements WebGPUProgram {
  readonly variableNames = ['state', 'x', 'y', 'rows', 'plan', 'rates'];
  readonly uniforms = UNIFORMS;
  readonly workgroupSize: [number, number, number] = [THREADS, 1, 1];
  readonly dispatchLayout = {x: [0], y: [1]};
  readonly dispatch: [number, number, number];
  readonly outputShape: number[];
  readonly shaderKey: string;
  readonly #shape: ShaderShape;

  constructor(shape: ShaderShape, networks: number) {
    this.#shape = shape;
    this.dispatch = [networks, 1, 1];
    this.outputShape = [networks, 3 * shape.m * (shape.d + 1)];
    // Everything baked into the source; pipelines are cached by it.
    this.shaderKey = `basin_first_order_${shape.rule}_${shape.loss}_${shape.m}_${shape.d}`;
  }

  getUserCode(): string {
    return shaderOf(this.#shape);
  }
}

/** The samples of `count` steps of a network, batch after batch; of full batches the first stands for all. */
function rowsOf(batches: BatchPlan, n: number, seed: number, first: number, count: number): number[] {
  if (batches.full) return Array.from({length: n}, (_, i) => i);
  const rows: number[] = [];
  let epoch = -1;
  let order: ArrayLike<number> = [];
  for (let t = first; t < first + count; t++) {
    const place = batchAt(batches, n, t);
    if (place.epoch !== epoch) {
      epoch = place.epoch;
      order = randomStream(seed, 'epoch', epoch).permutation(n);
    }
    for (let b = 0; b < place.count; b++) rows.push(order[place.start + b]);
  }
  return rows;
}

/** Where in a network's rows each of `count` steps begins, how many it takes, and with what share of its rate: the kernel's `plan`. */
function planOf({params}: SolverContext, batches: BatchPlan, n: number, first: number, count: number, decayRate: number): Float32Array {
  const plan = new Float32Array(count * PLAN_COLUMNS);
  const {beta1, beta2} = params;
  let offset = 0;
  for (let k = 0; k < count; k++) {
    const t = first + k;
    const size = batchAt(batches, n, t).count;
    const share = learningRateAt({...params, learningRate: 1}, t);
    const corrections = beta1 === undefined ? [1, 1] : [1 / (1 - Number(beta1) ** t), 1 / (1 - Number(beta2) ** t)];
    plan.set([offset, size, share, ...corrections, share * decayRate], k * PLAN_COLUMNS);
    if (!batches.full) offset += size;
  }
  return plan;
}

/** The rule's own constants p1, p2, p3; see firstOrderShader.ts. */
function constantsOf({params}: SolverContext): readonly number[] {
  const first = params.momentum ?? params.decay ?? params.beta1 ?? 0;
  return [Number(first), Number(params.beta2 ?? 0), Number(params.epsilon ?? 0)];
}

/** A first-order method as WGSL, many steps a dispatch, or null where there is no rule or the shape does not fit. */
export function gpuFirstOrder(id: string, problem: FusedProblem): Solver | null {
  const {n, d, x, y} = problem.data;
  const rule = RULE_OF[id];
  if (!rule || d > WIDEST_INPUT || n > LARGEST_BATCH) return null;
  const ownDecay = id === 'adamw';
  const plan = ({params}: SolverContext): BatchPlan => batchPlan(n, Number(params.batchSize));

  const decayRate = problem.decayRate;

  /** `count` steps of every network of the state; a single run is the case of one. */
  const advance = (context: SolverContext, {state, inputs}: GpuState, networks: readonly Replica[], first: number, count: number): GpuState => {
    const batches = plan(context);
    const m = Number(context.model.width);
    // Full batches are the same for all, and so are those of one seed.
    const shared = batches.full || networks.every(({seed}) => seed === networks[0].seed);
    const rows = (shared ? networks.slice(0, 1) : networks).map(({seed}) => rowsOf(batches, n, seed, first, count));
    const float = (value: number) => ({type: 'float32', data: [value]});
    const int = (value: number) => ({type: 'int32', data: [value]});
    const uniforms = [int(count), int(shared ? 0 : rows[0].length), float(ownDecay ? 0 : decayRate), ...constantsOf(context).map(float)];
    const program = new TrainingProgram({d, m, loss: problem.loss, rule}, networks.length);
    const table = planOf(context, batches, n, first, count, ownDecay ? decayRate : 0);
    const operands = [state, inputs.x, inputs.y, tf.tensor1d(Int32Array.from(rows.flat()), 'int32'), tf.tensor1d(table), tf.tensor1d(networks.map(({learningRate}) => learningRate))];
    const backend = tf.backend() as WebGPUBackend;
    const next = tf.engine().makeTensorFromTensorInfo(backend.runWebGPUProgram(program, operands, 'float32', uniforms));
    return {state: next as tf.Tensor2D, inputs};
  };

  const steps = (context: SolverContext, state: GpuState, first: number, count: number) => {
    const batches = plan(context);
    let evaluations = 0;
    for (let k = 0; k < count; k++) evaluations += batchAt(batches, n, first + k).count / n;
    return {state: advance(context, state, [replicaOf(context)], first, count), evaluations};
  };

  const most = (context: SolverContext, networks: number): number => {
    const work = plan(context).size * Number(context.model.width) * d * 4 * Math.ceil(networks / SIDE_BY_SIDE);
    return Math.max(1, Math.min(MOST_STEPS, Math.floor(WORK_PER_DISPATCH / work)));
  };

  const init = ({model}: SolverContext, networks: readonly Pick<Replica, 'seed'>[]): GpuState => {
    const length = 3 * Number(model.width) * (d + 1);
    const state = new Float32Array(networks.length * length);
    for (const [r, {seed}] of networks.entries()) {
      const {u, alpha} = problem.start(model, seed);
      for (const [j, value] of alpha.entries()) {
        const at = r * length + j * (d + 1);
        state.set(u.subarray(j * d, (j + 1) * d), at);
        state[at + d] = value;
      }
    }
    return {
      state: tf.tensor2d(state, [networks.length, length]),
      inputs: {x: tf.tensor1d(Float32Array.from(x)), y: tf.tensor1d(Float32Array.from(y))},
    };
  };

  /** Hidden and output weights of all networks, [R, m, d] and [R, m, 1]. */
  const weights = ({model}: SolverContext, {state}: GpuState) => {
    const [networks, m] = [state.shape[0], Number(model.width)];
    const w = tf.reshape(tf.slice(state, [0, 0], [networks, m * (d + 1)]), [networks, m, d + 1]);
    return {u: tf.slice(w, [0, 0, 0], [networks, m, d]), alpha: tf.slice(w, [0, 0, d], [networks, m, 1])};
  };

  return defineSolver<GpuState>({
    init: (context) => init(context, [context]),
    step: (context, state, iteration) => steps(context, state, iteration, 1),
    burst: {most: (context) => most(context, 1), steps},
    cost: (context) => 1 / plan(context).perEpoch,
    weights(context, state) {
      const {u, alpha} = weights(context, state);
      return {u: tf.squeeze(u, [0]), alpha: tf.squeeze(alpha, [0])};
    },
    replicas: {
      fit: ({model}) => Math.max(1, Math.floor(LARGEST_BUFFER / (4 * 3 * Number(model.width) * (d + 1)))),
      most,
      init,
      steps: advance,
      weights,
    },
  });
}
