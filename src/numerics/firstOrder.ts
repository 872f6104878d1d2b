import * as tf from '@tensorflow/tfjs-core';
import type {ParamValues} from '../core/params.ts';
import type {Batch, GradientFacet, Vars} from '../core/problem.ts';
import {defineSolver, type Replicas, type Solver, type SolverContext, type SolverState, type StepResult} from '../core/solver.ts';
import {batchAt, batchPlan, shuffled, sliced} from './batches.ts';
import {type Packing, packingOf} from './optim/packed.ts';
import {perpendicularGradient} from './optim/perpGrad.ts';
import {innerProduct, totalOf} from './optim/tensorNorms.ts';

/** One learning rate, or one for each of several networks side by side. */
export type Rate = number | readonly number[];

/** One variable's update: gradient and slots in, new weight and slots out. `t` counts steps from 1. */
interface Rule<R extends Rate> {
  /** Names of the running averages that each variable carries; they start at zero. */
  readonly slots: readonly string[];
  /** Whether the penalty's gradient is part of `g` (false: the rule decays the weights itself). */
  readonly decayInGradient: boolean;
  update(input: UpdateInput<R>): {readonly w: tf.Tensor; readonly slots: Readonly<Record<string, tf.Tensor>>};
}

/** Looks at a variable as a whole. */
export interface UpdateRule extends Rule<number> {
  readonly elementwise?: false;
}

/** Entries are treated one by one, so that many variables can be updated as one vector and many networks as one. */
export interface ElementwiseRule extends Rule<Rate> {
  readonly elementwise: true;
}

export interface UpdateInput<R extends Rate = number> {
  readonly w: tf.Tensor;
  readonly g: tf.Tensor;
  readonly slots: Readonly<Record<string, tf.Tensor>>;
  readonly learningRate: R;
  readonly decayRate: number;
  readonly t: number;
  readonly params: ParamValues;
  /** Whether w is a bias or a norm's gain or shift, which layerwise methods treat apart. */
  readonly bias: boolean;
}

interface FirstOrderState extends SolverState {
  readonly vars: Vars;
  /** The weights before the last step, where steps are watched. */
  readonly previous: Vars;
  /** Keyed `slot/variable`, or `slot/pack` where variables are updated as one vector. */
  readonly slots: Vars;
  /** The training set in this epoch's order (empty for full batches). */
  readonly order: Vars;
  readonly epoch: number;
}

/** eta_t: constant, half a cosine down to zero at `scheduleLength`, or divided by 10 at 1/2 and 3/4 of it. */
export function learningRateAt(params: ParamValues, iteration: number): number {
  const base = Number(params.learningRate);
  const share = Math.min(1, (iteration - 1) / Number(params.scheduleLength));
  switch (params.schedule) {
    case 'cosine':
      return base * 0.5 * (1 + Math.cos(Math.PI * share));
    case 'step':
      return base * (share >= 0.75 ? 0.01 : share >= 0.5 ? 0.1 : 1);
    default:
      return base;
  }
}

export function facetOf(context: SolverContext): GradientFacet {
  const facet = context.problem.gradients;
  if (!facet) throw new Error('this problem offers no gradients');
  return facet;
}

/** Throws where a step on a batch (0: the training set) would not fit into memory. */
export function admitted(context: SolverContext, batchSize: number): void {
  const n = context.problem.train.x.shape[0];
  facetOf(context).admit?.(context.model, batchSize === 0 ? n : Math.min(batchSize, n));
}

/** Weights to be kept for `stepMetrics`, where steps are watched. */
export const watched = (context: SolverContext, vars: Vars): Vars => (facetOf(context).watchesSteps ? vars : {});

/** |w - w_before| / |w_before| over all variables. */
function stepShare(vars: Vars, previous: Vars): tf.Scalar {
  const total = (of: (name: string) => tf.Tensor): tf.Tensor => totalOf(Object.keys(vars).map((name) => innerProduct(of(name), of(name))));
  const moved = total((name) => tf.sub(vars[name], previous[name]));
  return tf.reshape(tf.sqrt(tf.div(moved, tf.maximum(total((name) => previous[name]), 1e-37))), []) as tf.Scalar;
}

/** `updateRatio`, where steps are watched. */
export const stepMetrics = (context: SolverContext, {vars, previous}: {readonly vars: Vars; readonly previous: Vars}): Readonly<Record<string, tf.Scalar>> =>
  facetOf(context).watchesSteps ? {updateRatio: stepShare(vars, previous)} : {};

export const passesOf = (context: SolverContext): number => facetOf(context).passes?.(context.model) ?? 1;

/**
 * The gradient that a rule is given: with perpGrad the loss's part across the weights, and the penalty's gradient after that.
 * @param decays whether the penalty's gradient is part of it
 * @param gradient of the batch, with the penalty's or without
 */
export function searchDirection(context: SolverContext, vars: Vars, decays: boolean, gradient: (decay: boolean) => Vars): Vars {
  const {perpGrad = 'off'} = context.params;
  const facet = facetOf(context);
  if (perpGrad === 'off') return gradient(decays);
  const direction: Record<string, tf.Tensor> = {};
  for (const [name, g] of Object.entries(gradient(false))) {
    const across = perpendicularGradient(vars[name], g, perpGrad === 'rescaled');
    const decayed = decays && facet.decayRate > 0 && !facet.biases?.includes(name);
    direction[name] = decayed ? axpy(across, facet.decayRate, vars[name]) : across;
  }
  return direction;
}

/** A rule with the variables as it takes them. Networks side by side keep their axis. */
interface Method<R extends Rate> {
  readonly rule: Rule<R>;
  packing(context: SolverContext, vars: Vars): Packing;
}

const alone = (rule: UpdateRule | ElementwiseRule): Method<number> => ({rule, packing: (context, vars) => packingOf(vars, facetOf(context).biases ?? [], rule.elementwise === true)});
const sideBySide = (rule: ElementwiseRule): Method<Rate> => ({rule, packing: (context, vars) => packingOf(vars, facetOf(context).biases ?? [], false)});

function started<R extends Rate>({rule, packing}: Method<R>, context: SolverContext, vars: Vars): FirstOrderState {
  const slots: Record<string, tf.Tensor> = {};
  const parts = packing(context, vars).pack(vars);
  for (const slot of rule.slots) for (const name of Object.keys(parts)) slots[`${slot}/${name}`] = tf.zerosLike(parts[name]);
  return {vars, previous: watched(context, vars), slots, order: {}, epoch: -1};
}

function stepped<R extends Rate>({rule, packing}: Method<R>, context: SolverContext, state: FirstOrderState, iteration: number, learningRate: R): StepResult<FirstOrderState> {
  const {train} = context.problem;
  const n = train.x.shape[0];
  const plan = batchPlan(n, Number(context.params.batchSize));
  const place = batchAt(plan, n, iteration);
  const fresh = !plan.full && place.epoch !== state.epoch;
  const order = fresh ? {...shuffled(train, context.seed, place.epoch)} : state.order;
  const batch = plan.full ? train : sliced(order as unknown as Batch, place.start, place.count);

  const facet = facetOf(context);
  const gradient = searchDirection(context, state.vars, rule.decayInGradient, (decay) => facet.gradient(state.vars, batch, decay, context.model));
  const packs = packing(context, state.vars);
  const g = packs.pack(gradient);
  const moved: Record<string, tf.Tensor> = {};
  const slots: Record<string, tf.Tensor> = {};
  for (const [name, w] of Object.entries(packs.pack(state.vars))) {
    const own = Object.fromEntries(rule.slots.map((slot) => [slot, state.slots[`${slot}/${name}`]]));
    const bias = packs.isBias(name);
    const result = rule.update({w, g: g[name], slots: own, learningRate, decayRate: bias ? 0 : facet.decayRate, t: iteration, params: context.params, bias});
    moved[name] = result.w;
    for (const slot of rule.slots) slots[`${slot}/${name}`] = result.slots[slot];
  }
  const vars = packs.unpack(moved);
  return {state: {vars, previous: watched(context, state.vars), slots, order, epoch: place.epoch}, evaluations: (passesOf(context) * place.count) / n};
}

/** Iterations between two looks at the clock of whoever asked for replicas. */
const STEPS_AT_ONCE = 20;

/** Networks of one seed whose problem takes them as one; they see the same batches. */
function replicasOf(rule: ElementwiseRule): Replicas<FirstOrderState> {
  const method = sideBySide(rule);
  return {
    fit({problem, params}, networks) {
      if (!problem.gradients?.stacks || (params.perpGrad ?? 'off') !== 'off') return 0;
      const others = networks.findIndex(({seed}) => seed !== networks[0].seed);
      return others < 0 ? networks.length : others;
    },
    most: () => STEPS_AT_ONCE,
    init(context, networks) {
      const own = facetOf(context).init(context.model, networks[0].seed);
      return started(method, context, Object.fromEntries(Object.entries(own).map(([name, w]) => [name, tf.stack(networks.map(() => w))])));
    },
    steps(context, state, networks, iteration, count) {
      let now = state;
      for (let t = iteration; t < iteration + count; t++) {
        const rates = networks.map(({learningRate}) => learningRateAt({...context.params, learningRate}, t));
        const before = now;
        now = tf.tidy(() => stepped(method, {...context, seed: networks[0].seed}, before, t, rates).state as FirstOrderState & tf.TensorContainerObject);
      }
      return now;
    },
    weights: (_context, state) => state.vars,
  };
}

/** A mini-batch gradient method from its update rule. */
export function firstOrderSolver(rule: UpdateRule | ElementwiseRule): Solver {
  const method = alone(rule);
  return defineSolver<FirstOrderState>({
    init(context) {
      admitted(context, Number(context.params.batchSize));
      return started(method, context, facetOf(context).init(context.model, context.seed));
    },

    step: (context, state, iteration) => stepped(method, context, state, iteration, learningRateAt(context.params, iteration)),

    cost(context) {
      const n = context.problem.train.x.shape[0];
      return passesOf(context) / batchPlan(n, Number(context.params.batchSize)).perEpoch;
    },

    weights: (_context, state) => state.vars,

    metrics: stepMetrics,
    ...(rule.elementwise ? {replicas: replicasOf(rule)} : {}),
  });
}

/** a + c b, c a host number. */
export const axpy = (a: tf.Tensor, c: number, b: tf.Tensor): tf.Tensor => tf.add(a, tf.mul(c, b));

/** A function of the learning rate as a factor of what is shaped like w. */
export const rateFactor = (rate: Rate, w: tf.Tensor, of: (eta: number) => number = (eta) => eta): number | tf.Tensor =>
  typeof rate === 'number' ? of(rate) : tf.tensor(rate.map(of), [rate.length, ...w.shape.slice(1).map(() => 1)]);

/** w - eta d. */
export const descended = (w: tf.Tensor, rate: Rate, direction: tf.Tensor): tf.Tensor => tf.sub(w, tf.mul(rateFactor(rate, w), direction));

/** decay * average + (1 - decay) * value. */
export const running = (average: tf.Tensor, value: tf.Tensor, decay: number): tf.Tensor =>
  tf.add(tf.mul(decay, average), tf.mul(1 - decay, value));

/** Adam's direction m-hat / (sqrt(s-hat) + epsilon) with the updated moments. */
export function adamDirection({g, slots, t, params}: UpdateInput<Rate>): {readonly direction: tf.Tensor; readonly slots: Readonly<Record<string, tf.Tensor>>} {
  const beta1 = Number(params.beta1);
  const beta2 = Number(params.beta2);
  const m = running(slots.m, g, beta1);
  const s = running(slots.s, tf.square(g), beta2);
  const root = tf.sqrt(tf.mul(1 / (1 - beta2 ** t), s));
  const direction = tf.div(tf.mul(1 / (1 - beta1 ** t), m), tf.add(root, Number(params.epsilon)));
  return {direction, slots: {m, s}};
}
