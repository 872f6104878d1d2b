import type {PreparedData} from '../../core/data.ts';
import type {RandomStream} from '../../core/random.ts';
import type {Column} from './columns.ts';
import {activeColumns, bestNew, type Kept, type SearchPlan, stepsOf} from './search.ts';

/** The columns of a next round. */
export interface Grown {
  readonly kept: Kept;
  readonly fresh: readonly Column[];
  /** The best score of the search. */
  readonly best: number;
  /** J of what is kept. */
  readonly objective: number;
}

/** A neuron s relu(X v), v with its scale. */
interface Neuron {
  readonly v: Float32Array;
  readonly sign: 1 | -1;
}

interface Refit {
  /** The neurons with their new scales; zero ones are left out. */
  readonly neurons: readonly Neuron[];
  /** y - f of the network, n numbers. */
  readonly z: Float64Array;
}

const SWEEPS = 40;
/** Sweeps end where no scale changes by more than this share of the largest. */
const STILL = 1e-5;

/**
 * The best scales of given directions under squared loss: with phi_c = relu(X v_c / |v_c|),
 *
 *   min_{a >= 0}  1/2 |y - sum_c s_c a_c phi_c|^2 + beta sum_c a_c,
 *
 * by coordinate descent from the scales that the first `present` neurons have, zero for others; so J never rises above theirs.
 */
function refit(x: Float64Array, y: Float64Array, n: number, d: number, beta: number, neurons: readonly Neuron[], present: number): Refit {
  const count = neurons.length;
  const phi = new Float64Array(count * n);
  const squares = new Float64Array(count);
  const a = new Float64Array(count);
  const z = Float64Array.from(y);
  for (const [c, {v, sign}] of neurons.entries()) {
    const norm = Math.hypot(...v);
    a[c] = c < present ? norm : 0;
    for (let i = 0; i < n && norm > 0; i++) {
      let product = 0;
      for (let t = 0; t < d; t++) product += x[i * d + t] * v[t];
      const value = (sign * Math.max(0, product)) / norm;
      phi[c * n + i] = value;
      squares[c] += value * value;
      z[i] -= a[c] * value;
    }
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) if (!descend(phi, squares, a, z, beta)) break;
  const rescaled = neurons.flatMap(({v, sign}, c): Neuron[] => {
    const by = a[c] / Math.hypot(...v);
    return a[c] > 0 ? [{v: v.map((entry) => by * entry), sign}] : [];
  });
  return {neurons: rescaled, z};
}

/** One sweep; whether it changed anything worth another. */
function descend(phi: Float64Array, squares: Float64Array, a: Float64Array, z: Float64Array, beta: number): boolean {
  const n = z.length;
  let largest = 0;
  let moved = 0;
  for (let c = 0; c < a.length; c++) {
    if (squares[c] === 0) {
      a[c] = 0;
      continue;
    }
    let pull = -beta;
    for (let i = 0; i < n; i++) pull += phi[c * n + i] * z[i];
    const next = Math.max(0, a[c] + pull / squares[c]);
    const change = next - a[c];
    if (change === 0) continue;
    for (let i = 0; i < n; i++) z[i] -= change * phi[c * n + i];
    a[c] = next;
    largest = Math.max(largest, next);
    moved = Math.max(moved, Math.abs(change));
  }
  return moved > STILL * largest;
}

interface Walks {
  /** [d, K] and [K], the first half with sign +1, the second with -1. */
  readonly directions: Float32Array;
  readonly scores: Float32Array;
}

/** The lengths of the steps of a walk, over and over. */
const LENGTHS = [1, 0.5, 0.25, 0.12, 0.06, 0.02] as const;

/** Walks over unit directions, from those given and from random ones: a random step is kept where s z . relu(X u) has risen. */
function walkUp(x: Float64Array, z: Float64Array, n: number, d: number, from: readonly Neuron[], starts: number, steps: number, random: RandomStream): Walks {
  const count = 2 * starts;
  const directions = new Float32Array(d * count);
  const scores = new Float32Array(count);
  const present = [1, -1].map((sign) => from.filter((neuron) => neuron.sign === sign));
  let here = new Float64Array(d);
  let there = new Float64Array(d);
  for (let k = 0; k < count; k++) {
    const [sign, old] = k < starts ? [1, present[0]] : [-1, present[1]];
    const chosen = k % starts < starts / 2 && old.length > 0 ? old[random.below(old.length)].v : null;
    for (let t = 0; t < d; t++) here[t] = chosen ? chosen[t] : random.normal();
    normalise(here);
    let score = sign * pullOn(x, z, n, here);
    for (let step = 1; step <= steps; step++) {
      const by = LENGTHS[step % LENGTHS.length] / Math.sqrt(d);
      for (let t = 0; t < d; t++) there[t] = here[t] + by * random.normal();
      normalise(there);
      const reached = sign * pullOn(x, z, n, there);
      if (reached <= score) continue;
      [here, there] = [there, here];
      score = reached;
    }
    for (let t = 0; t < d; t++) directions[t * count + k] = here[t];
    scores[k] = score;
  }
  return {directions, scores};
}

/** z . relu(X u). */
function pullOn(x: Float64Array, z: Float64Array, n: number, u: Float64Array): number {
  const d = u.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let product = 0;
    for (let t = 0; t < d; t++) product += x[i * d + t] * u[t];
    if (product > 0) sum += z[i] * product;
  }
  return sum;
}

function normalise(u: Float64Array): void {
  let square = 0;
  for (let t = 0; t < u.length; t++) square += u[t] ** 2;
  const by = square > 0 ? 1 / Math.sqrt(square) : 0;
  for (let t = 0; t < u.length; t++) u[t] *= by;
}

/** Of the directions found so many go on as new columns, the best whose cells the refitted network does not use. */
const FRESH_SHARE = 0.25;

const neuronsOf = ({columns, v}: Pick<Kept, 'columns' | 'v'>): Neuron[] => columns.map(({sign}, c) => ({sign, v: v[c]}));
const columnOf = ({v, sign}: Neuron): Column => ({pattern: new Uint8Array(0), sign, gate: v});

/**
 * The end of a round by refitting: the best scales of the neurons before and after it, a search with the residual of
 * that network, and the best scales with what it has found. J falls whether or not the round's iterations have lowered it.
 * @param better of the networks at the round's start and end the one of lower J
 */
export function growRefitted(
  {train: {n, x, y}, d}: PreparedData, beta: number, better: Kept, worse: Kept,
  plan: SearchPlan, {growth, margin}: {readonly growth: number; readonly margin: number}, random: RandomStream,
): Grown {
  const before = refit(x, y, n, d, beta, [...neuronsOf(better), ...neuronsOf(worse)], better.columns.length);
  const found = walkUp(x, before.z, n, d, before.neurons, plan.starts, stepsOf(plan), random);
  const above = beta * (1 + margin);
  const candidates = bestNew(x, n, d, [], plan, found, {above, most: growth, gated: false});
  const after = candidates.length === 0 ? before : refit(x, y, n, d, beta, [...before.neurons, ...candidates.map(({gate, sign}): Neuron => ({v: Float32Array.from(gate), sign}))], before.neurons.length);
  const {neurons} = after;
  const flat = Float32Array.from({length: d * neurons.length}, (_, at) => neurons[at % neurons.length].v[Math.floor(at / neurons.length)]);
  const kept = {...activeColumns(x, n, d, neurons.map(columnOf), flat, false), from: []};
  const fresh = bestNew(x, n, d, kept.columns, plan, found, {above, most: Math.max(1, Math.round(FRESH_SHARE * growth)), gated: false});
  const penalty = beta * kept.v.reduce((sum, v) => sum + Math.hypot(...v), 0);
  const objective = after.z.reduce((sum, value) => sum + value ** 2 / 2, penalty);
  return {kept, fresh, best: Math.max(...found.scores), objective};
}
