import type {WebGPUBackend, WebGPUProgram} from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import {randomStream} from '../../core/random.ts';
import {defineSolver, type Solver, type SolverContext, type SolverState} from '../../core/solver.ts';
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

interface GpuState extends SolverState {
  /** Weights and two running averages, [1, 3 m (d + 1)]. */
  readonly state: tf.Tensor2D;
  readonly inputs: {readonly x: tf.Tensor; readonly y: tf.Tensor};
}

class TrainingProgram implements WebGPUProgram {
  readonly variableNames = ['state', 'x', 'y', 'rows', 'plan'];
  readonly uniforms = UNIFORMS;
  readonly workgroupSize: [number, number, number] = [THREADS, 1, 1];
  readonly dispatchLayout = {x: [0], y: [1]};
  readonly dispatch: [number, number, number] = [1, 1, 1];
  readonly outputShape: number[];
  readonly shaderKey: string;
  readonly #shape: ShaderShape;

  constructor(shape: ShaderShape) {
    this.#shape = shape;
    this.outputShape = [1, 3 * shape.m * (shape.d + 1)];
    // Everything baked into the source; pipelines are cached by it.
    this.shaderKey = `basin_first_order_${shape.rule}_${shape.loss}_${shape.m}_${shape.d}`;
  }

  getUserCode(): string {
    return shaderOf(this.#shape);
  }
}

/** Which samples each of `count` steps takes, and with what rate: the kernel's `rows` and `plan`. */
function schedule(context: SolverContext, batches: BatchPlan, n: number, first: number, count: number, decayRate: number) {
  const rows: number[] = [];
  const plan = new Float32Array(count * PLAN_COLUMNS);
  const {beta1, beta2} = context.params;
  let epoch = -1;
  let order: ArrayLike<number> = Int32Array.from({length: n}, (_, i) => i);
  if (batches.full) rows.push(...Array.from(order));
  for (let k = 0; k < count; k++) {
    const t = first + k;
    const place = batchAt(batches, n, t);
    if (!batches.full && place.epoch !== epoch) {
      epoch = place.epoch;
      order = randomStream(context.seed, 'epoch', epoch).permutation(n);
    }
    const offset = batches.full ? 0 : rows.length;
    if (!batches.full) for (let b = 0; b < place.count; b++) rows.push(order[place.start + b]);
    const rate = learningRateAt(context.params, t);
    const corrections = beta1 === undefined ? [1, 1] : [1 / (1 - Number(beta1) ** t), 1 / (1 - Number(beta2) ** t)];
    plan.set([offset, place.count, rate, ...corrections, 1 - rate * decayRate], k * PLAN_COLUMNS);
  }
  return {rows, plan};
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

  const steps = (context: SolverContext, {state, inputs}: GpuState, first: number, count: number) => {
    const batches = plan(context);
    const m = Number(context.model.width);
    const decayRate = ownDecay ? problem.decayRate : 0;
    const {rows, plan: table} = schedule(context, batches, n, first, count, decayRate);
    const float = (value: number) => ({type: 'float32', data: [value]});
    const uniforms = [{type: 'int32', data: [count]}, float(ownDecay ? 0 : problem.decayRate), ...constantsOf(context).map(float)];
    const program = new TrainingProgram({d, m, loss: problem.loss, rule});
    const operands = [state, inputs.x, inputs.y, tf.tensor1d(rows, 'int32'), tf.tensor1d(table)];
    const backend = tf.backend() as WebGPUBackend;
    const next = tf.engine().makeTensorFromTensorInfo(backend.runWebGPUProgram(program, operands, 'float32', uniforms));
    let evaluations = 0;
    for (let k = 0; k < count; k++) evaluations += batchAt(batches, n, first + k).count / n;
    return {state: {state: next as tf.Tensor2D, inputs}, evaluations};
  };

  return defineSolver<GpuState>({
    init({model, seed}) {
      const {u, alpha} = problem.start(model, seed);
      const state = new Float32Array(3 * alpha.length * (d + 1));
      for (const [j, value] of alpha.entries()) {
        state.set(u.subarray(j * d, (j + 1) * d), j * (d + 1));
        state[j * (d + 1) + d] = value;
      }
      return {state: tf.tensor2d(state, [1, state.length]), inputs: {x: tf.tensor1d(Float32Array.from(x)), y: tf.tensor1d(Float32Array.from(y))}};
    },
    step: (context, state, iteration) => steps(context, state, iteration, 1),
    burst: {
      most: (context) => {
        const work = plan(context).size * Number(context.model.width) * d * 4;
        return Math.max(1, Math.min(MOST_STEPS, Math.floor(WORK_PER_DISPATCH / work)));
      },
      steps,
    },
    cost: (context) => 1 / plan(context).perEpoch,
    weights({model}, {state}) {
      const m = Number(model.width);
      const w = tf.reshape(tf.slice(state, [0, 0], [1, m * (d + 1)]), [m, d + 1]);
      return {u: tf.slice(w, [0, 0], [m, d]), alpha: tf.slice(w, [0, d], [m, 1])};
    },
  });
}
