import * as tf from '@tensorflow/tfjs-core';
import type {ParamValues} from '../../core/params.ts';
import type {BinaryBatch, BinaryNetworkFacet, Scalar, Vars} from '../../core/problem.ts';
import {defineSolver, type Replica, replicaOf, type Solver, type SolverContext, type SolverState} from '../../core/solver.ts';
import {drawnRows, startRows, stepDraw} from './netDraws.ts';
import {ADAM, type NetMethod, rateFactor, SHORTEST_ROW, temperature} from './netMethod.ts';
import {muOf, neuronOfWeights, noiseOf, zOf} from './netModel.ts';
import {retracted} from './netStep.ts';

/**
 * The training step of netStep.ts for R networks at once. All binary matrices lie end to end, so that one operation
 * serves them all; row 0 of the second axis is mu, the others are the columns of Z.
 */
interface NetState extends SolverState {
  /** Latent rows and Adam's averages of them, [R, 1 + rank, weights]. */
  readonly rows: tf.Tensor3D;
  readonly m: tf.Tensor3D;
  readonly s: tf.Tensor3D;
  /** Real parameters end to end and their averages, [R, length]; empty where all are binary. */
  readonly real: Vars;
  /** sign(mu), [R, weights]. */
  readonly signs: tf.Tensor2D;
  /** Flips of sign(mu) a step, averaged over about 1 / (1 - FLIP_MEMORY) steps, and all flips so far; [R]. */
  readonly flips: tf.Tensor1D;
  readonly flipped: tf.Tensor1D;
  readonly steps: number;
}

const FLIP_MEMORY = 0.95;

/** What follows from the problem and the parameters. */
interface Plan {
  readonly facet: BinaryNetworkFacet;
  readonly method: NetMethod;
  /** Training samples. */
  readonly n: number;
  readonly weights: number;
  readonly neurons: number;
  readonly neuronOf: Int32Array;
  /** Samples a step sees, or null for all. */
  readonly batch: number | null;
  /** Names and lengths of the real parameters, in the order in which they lie end to end. */
  readonly reals: readonly (readonly [string, number])[];
}

function planOf({problem, params}: SolverContext, methodOf: (params: ParamValues) => NetMethod): Plan {
  const facet = problem.binaryNetwork;
  if (!facet) throw new Error('this problem has no binary network');
  const method = methodOf(params);
  const n = problem.train.x.shape[0];
  const neuronOf = neuronOfWeights(facet.layers);
  const neurons = Object.values(facet.layers).reduce((sum, [out]) => sum + out, 0);
  const batch = method.batchSize > 0 && method.batchSize < n ? method.batchSize : null;
  const reals = tf.tidy(() => Object.entries(facet.initReal([0])).map(([name, one]) => [name, one.shape[1] as number] as const));
  return {facet, method, n, weights: neuronOf.length, neurons, neuronOf, batch, reals};
}

/** +1 where a >= 0, else -1. */
const signsOf = <T extends tf.Tensor>(a: T): T => tf.sub(1, tf.mul(2, tf.step(tf.neg(a))));

/** Binary matrices from values that lie end to end, [R, ..., weights]: each with the axes in between, then out and in. */
function split({layers}: BinaryNetworkFacet, values: tf.Tensor): Vars {
  const found: Record<string, tf.Tensor> = {};
  let from = 0;
  const before = values.shape.slice(0, -1);
  for (const [name, [out, width]] of Object.entries(layers)) {
    const begin = [...before.map(() => 0), from];
    found[name] = tf.reshape(tf.slice(values, begin, [...before, out * width]), [...before, out, width]);
    from += out * width;
  }
  return found;
}

const joined = ({layers}: BinaryNetworkFacet, matrices: Vars, networks: number): tf.Tensor2D =>
  tf.concat(Object.entries(layers).map(([name, [out, width]]) => tf.reshape(matrices[name], [networks, out * width])), 1) as tf.Tensor2D;

function init(plan: Plan, networks: readonly Replica[]): NetState {
  const seeds = networks.map(({seed}) => seed);
  const {facet, method, weights} = plan;
  const depth = 1 + method.rank;
  const values = new Float32Array(seeds.length * depth * weights);
  for (const [r, seed] of seeds.entries()) {
    const drawn = startRows(method, weights, seed);
    const {mu, z} = method.start === 'sphere' ? retracted(drawn.mu, drawn.z) : drawn;
    values.set(mu, r * depth * weights);
    values.set(z, (r * depth + 1) * weights);
  }
  const rows = tf.tensor3d(values, [seeds.length, depth, weights]);
  const own = Object.values(facet.initReal(seeds));
  const real = own.length > 0 ? tf.concat(own, 1) : null;
  return {
    rows,
    m: tf.zerosLike(rows),
    s: tf.zerosLike(rows),
    real: real ? {values: real, m: tf.zerosLike(real), s: tf.zerosLike(real)} : {},
    signs: signsOf(muRow(rows)),
    flips: tf.zeros([seeds.length]),
    flipped: tf.zeros([seeds.length]),
    steps: 0,
  };
}

const muRow = (rows: tf.Tensor3D): tf.Tensor2D => tf.squeeze(tf.slice(rows, [0, 0, 0], [-1, 1, -1]), [1]);

function realVars({reals}: Plan, values: tf.Tensor | undefined): Vars {
  const found: Record<string, tf.Tensor> = {};
  let from = 0;
  for (const [name, length] of values ? reals : []) {
    found[name] = tf.slice(values as tf.Tensor, [0, from], [-1, length]);
    from += length;
  }
  return found;
}

/** The step's random numbers on the device: what each entry of `rows` is multiplied by, and each weight's own noise. */
interface Draw {
  /** [R, 1 + rank, weights], with ones for mu; null without Z. */
  readonly factors: tf.Tensor3D | null;
  /** [R, weights]; null without noise. */
  readonly own: tf.Tensor2D | null;
}

function drawOf({method, neurons, neuronOf, weights}: Plan, seeds: readonly number[], iteration: number): Draw {
  const {rank} = method;
  if (rank === 0 && method.noise === 'none') return {factors: null, own: null};
  const t = temperature(method, iteration);
  const depth = 1 + rank;
  const factors = new Float32Array(rank > 0 ? seeds.length * depth * weights : 0);
  const own = new Float32Array(method.noise === 'none' ? 0 : seeds.length * weights);
  for (const [s, seed] of seeds.entries()) {
    const {r, e} = stepDraw(method, neurons, weights, seed, iteration);
    if (own.length > 0) own.set(e, s * weights);
    if (rank === 0) continue;
    factors.fill(1, s * depth * weights, (s * depth + 1) * weights);
    for (let c = 0; c < rank; c++) {
      const to = (s * depth + 1 + c) * weights;
      for (let i = 0; i < weights; i++) factors[to + i] = t * r[c * neurons + neuronOf[i]];
    }
  }
  return {
    factors: rank > 0 ? tf.tensor3d(factors, [seeds.length, depth, weights]) : null,
    own: own.length > 0 ? tf.tensor2d(own, [seeds.length, weights]) : null,
  };
}

/** The draw at -r. */
function mirrored({factors, own}: Draw): Draw {
  if (!factors) return {factors, own};
  const [, depth] = factors.shape;
  const turn = tf.tensor3d(Float32Array.from({length: depth}, (_, c) => (c === 0 ? 1 : -1)), [1, depth, 1]);
  return {factors: tf.mul(factors, turn), own};
}

/** w = sign(mu + T Z r + noise), [R, weights]. */
function sampled({method}: Plan, {rows, signs}: NetState, {factors, own}: Draw): tf.Tensor2D {
  if (!factors && !own) return signs;
  const a = (factors ? tf.sum(tf.mul(rows, factors), 1) : muRow(rows)) as tf.Tensor2D;
  if (!own) return signsOf(a);
  const size = method.noise === 'matching' ? spreadOf(muRow(rows)) : tf.scalar(1);
  return signsOf(tf.add(a, tf.mul(size, own)));
}

/** sqrt(1 - mu^2). */
const spreadOf = <T extends tf.Tensor>(mu: T): T => tf.sqrt(tf.relu(tf.sub(1, tf.square(mu))));

interface Gradient {
  readonly rows: tf.Tensor3D;
  readonly real: tf.Tensor | null;
}

/** The gradient at one draw, handed on to mu and Z. */
function gradientAt(plan: Plan, state: NetState, draw: Draw, batch: BinaryBatch): Gradient {
  const {facet} = plan;
  const networks = state.rows.shape[0];
  const {values} = state.real;
  const found = facet.gradient(split(facet, sampled(plan, state, draw)), realVars(plan, values), batch);
  const g = tf.expandDims(joined(facet, found, networks), 1) as tf.Tensor3D;
  return {
    rows: draw.factors ? tf.mul(g, draw.factors) : g,
    real: values ? tf.concat(plan.reals.map(([name]) => found[name]), 1) : null,
  };
}

const averaged = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.mul(0.5, tf.add(a, b));

function gradientOf(plan: Plan, state: NetState, seeds: readonly number[], batch: BinaryBatch, iteration: number): Gradient {
  const draw = drawOf(plan, seeds, iteration);
  const one = gradientAt(plan, state, draw, batch);
  if (!plan.method.antithetic) return one;
  const other = gradientAt(plan, state, mirrored(draw), batch);
  return {rows: averaged(one.rows, other.rows) as tf.Tensor3D, real: one.real && other.real && averaged(one.real, other.real)};
}

interface Moved {
  readonly values: tf.Tensor;
  readonly m: tf.Tensor;
  readonly s: tf.Tensor;
}

/** Adam's move at a rate, a number or a tensor that is broadcast. */
function moved(values: tf.Tensor, gradient: tf.Tensor, old: {readonly m: tf.Tensor; readonly s: tf.Tensor}, rate: number | tf.Tensor, iteration: number): Moved {
  const {beta1, beta2, epsilon} = ADAM;
  const m = tf.add(tf.mul(beta1, old.m), tf.mul(1 - beta1, gradient));
  const s = tf.add(tf.mul(beta2, old.s), tf.mul(1 - beta2, tf.square(gradient)));
  const root = tf.add(tf.sqrt(tf.mul(1 / (1 - beta2 ** iteration), s)), epsilon);
  const direction = tf.div(tf.mul(1 / (1 - beta1 ** iteration), m), root);
  return {values: tf.sub(values, tf.mul(rate, direction)), m, s};
}

/** G - (G . row) row for each weight's row (mu_i, Z_i). */
const tangent = (rows: tf.Tensor, g: tf.Tensor): tf.Tensor => tf.sub(g, tf.mul(tf.sum(tf.mul(g, rows), 1, true), rows));

/** One rate for mu and another for Z, of each network where theirs differ. */
function rates({rank, zRate}: NetMethod, networks: readonly Replica[], factor: number): number | tf.Tensor {
  const own = networks.map(({learningRate}) => learningRate * factor);
  const shared = own.every((rate) => rate === own[0]);
  if (shared && (rank === 0 || zRate === 1)) return own[0];
  const kinds = shared ? own.slice(0, 1) : own;
  return tf.tensor3d(kinds.flatMap((rate) => Array.from({length: 1 + rank}, (_, c) => (c === 0 ? rate : rate * zRate))), [kinds.length, 1 + rank, 1]);
}

/** Back to where rows belong: [-1, 1], the unit sphere, or anywhere. */
function returned({clip, start}: NetMethod, rows: tf.Tensor): tf.Tensor3D {
  if (clip) return tf.clipByValue(rows as tf.Tensor3D, -1, 1);
  if (start !== 'sphere') return rows as tf.Tensor3D;
  // Clipping is much faster than a maximum on WASM, and no length comes near the upper end.
  return tf.div(rows, tf.clipByValue(tf.sqrt(tf.sum(tf.square(rows), 1, true)), SHORTEST_ROW, 1e30)) as tf.Tensor3D;
}

function stepped(plan: Plan, state: NetState, networks: readonly Replica[], iteration: number): NetState {
  const seeds = networks.map(({seed}) => seed);
  const {facet, method, batch: size, n} = plan;
  const batch = facet.batch(size === null ? null : seeds.map((seed) => drawnRows(n, size, seed, iteration)));
  const g = gradientOf(plan, state, seeds, batch, iteration);
  const factor = rateFactor(method, iteration);
  const next = moved(state.rows, method.tangent ? tangent(state.rows, g.rows) : g.rows, state, rates(method, networks, factor), iteration);
  const {values, m, s} = state.real;
  const rows = returned(method, next.values);
  const signs = signsOf(muRow(rows));
  const flips = tf.mul(0.5, tf.sum(tf.abs(tf.sub(signs, state.signs)), 1)) as tf.Tensor1D;
  return {
    rows,
    m: next.m as tf.Tensor3D,
    s: next.s as tf.Tensor3D,
    real: g.real ? {...moved(values, g.real, {m, s}, method.realRate * factor, iteration)} : {},
    signs,
    flips: tf.add(tf.mul(FLIP_MEMORY, state.flips), tf.mul(1 - FLIP_MEMORY, flips)),
    flipped: tf.add(state.flipped, flips),
    steps: iteration,
  };
}

/** Networks as points of the problem's space, with the leading axis. */
function networks(plan: Plan, {rows, real}: NetState): Vars {
  const {facet, method} = plan;
  const mu = muRow(rows);
  const z = method.rank > 0 ? split(facet, tf.slice(rows, [0, 1, 0], [-1, method.rank, -1])) : {};
  const noise = method.noise === 'matching' ? split(facet, spreadOf(mu)) : {};
  const named = (vars: Vars, name: (layer: string) => string): (readonly [string, tf.Tensor])[] => Object.entries(vars).map(([layer, one]) => [name(layer), one] as const);
  const latent = Object.fromEntries([...named(split(facet, mu), muOf), ...named(z, zOf), ...named(noise, noiseOf)]);
  return facet.toNetwork(latent, realVars(plan, real.values));
}

/** What several networks' states may take together, in numbers, and how many stand side by side at most. */
const MEMORY = 5e7;
const MOST_NETWORKS = 64;
/** Steps between two looks at the clock of whoever asked for replicas. */
const STEPS_AT_ONCE = 20;

/** A solver of binary networks from its method. */
export function netSolver(methodOf: (params: ParamValues) => NetMethod): Solver {
  const plans = new WeakMap<SolverContext, Plan>();
  const plan = (context: SolverContext): Plan => {
    const made = plans.get(context) ?? planOf(context, methodOf);
    plans.set(context, made);
    return made;
  };
  const passes = ({batch, n, method}: Plan): number => ((batch ?? n) / n) * (method.antithetic ? 2 : 1);
  return defineSolver<NetState>({
    init: (context) => init(plan(context), [replicaOf(context)]),
    step(context, state, iteration) {
      const own = plan(context);
      return {state: stepped(own, state, [replicaOf(context)], iteration), evaluations: passes(own)};
    },
    cost: (context) => passes(plan(context)),
    weights: (context, state) => Object.fromEntries(Object.entries(networks(plan(context), state)).map(([name, one]) => [name, tf.squeeze(one, [0])])),
    metrics(context, {rows, flips, flipped, steps}) {
      const {rank, noise} = plan(context).method;
      const mean = (of: tf.Tensor1D, by: number): Scalar | number => (steps === 0 ? 0 : (tf.squeeze(tf.div(of, by)) as Scalar));
      const own = {flips: mean(flips, 1 - FLIP_MEMORY ** steps), meanFlips: mean(flipped, steps)};
      if (noise === 'matching') return {...own, spread: tf.mean(spreadOf(muRow(rows))) as Scalar};
      if (rank === 0) return own;
      return {...own, spread: tf.mean(tf.sqrt(tf.sum(tf.square(tf.slice(rows, [0, 1, 0], [-1, rank, -1])), 1))) as Scalar};
    },
    replicas: {
      fit(context) {
        const {method, weights} = plan(context);
        return Math.max(1, Math.min(MOST_NETWORKS, Math.floor(MEMORY / (6 * (1 + method.rank) * weights))));
      },
      most: () => STEPS_AT_ONCE,
      init: (context, networks) => init(plan(context), networks),
      steps(context, state, networks, iteration, count) {
        const own = plan(context);
        let now = state;
        for (let i = 0; i < count; i++) {
          const before = now;
          now = tf.tidy(() => stepped(own, before, networks, iteration + i) as NetState & tf.TensorContainerObject);
        }
        return now;
      },
      weights: (context, state) => networks(plan(context), state),
    },
  });
}
