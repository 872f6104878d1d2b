import {spectralNorm} from '../../numerics/binary/leastEigenvalue.ts';
import type {BinaryFile} from './binaryFile.ts';
import {compared} from './compared.ts';
import type {Comparison} from './types.ts';

type Neuron = BinaryFile['logistic_neuron'][number];

/** log(1 + exp(-z)) without overflow. */
const logistic = (z: number): number => Math.max(0, -z) + Math.log1p(Math.exp(-Math.abs(z)));

/** Rows t_i a x_i: the margins are their products with w. */
const signed = ({X, t, a}: Neuron): readonly (readonly number[])[] => X.map((row, i) => row.map((x) => t[i] * a * x));

const energyAt = (margins: readonly number[]): number => margins.reduce((sum, z) => sum + logistic(z), 0) / margins.length;

/** The smallest mean logistic loss over w in {-1, +1}^p, its copies and the second smallest, in Gray-code order. */
function enumerated(one: Neuron): {readonly optimum: number; readonly copies: number; readonly second: number} {
  const rows = signed(one);
  const p = rows[0].length;
  const w = new Array<number>(p).fill(-1);
  const margins = rows.map((row) => -row.reduce((sum, x) => sum + x, 0));
  let [optimum, copies, second] = [energyAt(margins), 1, Number.POSITIVE_INFINITY];
  for (let t = 1; t < 2 ** p; t++) {
    const i = 31 - Math.clz32(t & -t);
    w[i] = -w[i];
    for (const [s, row] of rows.entries()) margins[s] += 2 * w[i] * row[i];
    const value = energyAt(margins);
    if (value < optimum - 1e-10) [optimum, copies, second] = [value, 1, optimum];
    else if (value <= optimum + 1e-10) copies++;
    else if (value < second) second = value;
  }
  return {optimum, copies, second};
}

/** Gradient of the mean loss. */
function gradientAt(rows: readonly (readonly number[])[], w: readonly number[]): {readonly value: number; readonly g: number[]} {
  const margins = rows.map((row) => row.reduce((sum, x, j) => sum + x * w[j], 0));
  const g = w.map((_, j) => margins.reduce((sum, z, i) => sum - rows[i][j] / (1 + Math.exp(z)), 0) / rows.length);
  return {value: energyAt(margins), g};
}

/** min over the box by accelerated projected gradients; E(w) - sum_i (|g_i| + g_i w_i) bounds it from below at any w. */
function boxLower(one: Neuron): number {
  const rows = signed(one);
  const p = rows[0].length;
  const gram = Float64Array.from({length: p * p}, (_, at) => rows.reduce((sum, row) => sum + row[Math.floor(at / p)] * row[at % p], 0));
  const rate = (4 * rows.length) / spectralNorm(gram, p);
  let w = new Array<number>(p).fill(0);
  let ahead = w;
  let best = Number.NEGATIVE_INFINITY;
  for (let step = 1; step <= 5000; step++) {
    const {value, g} = gradientAt(rows, ahead);
    best = Math.max(best, ahead.every((x) => Math.abs(x) <= 1) ? value - g.reduce((sum, slope, j) => sum + Math.abs(slope) + slope * ahead[j], 0) : best);
    const next = ahead.map((x, j) => Math.max(-1, Math.min(1, x - rate * g[j])));
    // Restarted where it turns back (O'Donoghue and Candes), which also keeps the extrapolation short.
    const turned = next.reduce((sum, x, j) => sum + (ahead[j] - x) * (x - w[j]), 0) > 0;
    const weight = turned ? 0 : (step % 50) / ((step % 50) + 3);
    ahead = next.map((x, j) => Math.max(-1, Math.min(1, x + weight * (x - w[j]))));
    w = next;
  }
  return best;
}

/** One neuron with logistic loss, where no semidefinite bound is known: the optimum by enumeration, and the box. */
export function* compareNeurons({logistic_neuron}: BinaryFile, clock: () => number): Iterable<Comparison> {
  for (const one of logistic_neuron) {
    const from = clock();
    const given = energyAt(signed(one).map((row) => row.reduce((sum, x, j) => sum + x * one.w_opt[j], 0)));
    const computed = {...enumerated(one), given, box: boxLower(one)};
    const reference = {optimum: one.opt, copies: one.n_opt, second: one.second, given: one.opt, box: one.box_certified_lb};
    yield compared(one.id, computed, reference, 1e-7, (clock() - from) / 1000);
  }
}
