import type {Weights} from '../core/hostProblem.ts';
import type {Snapshot} from '../core/protocol.ts';
import {assignment} from './assignment.ts';

/** Where each contestant's neurons stand in the shared space. */
export interface Alignment {
  /** Neurons of the shared network. */
  readonly slots: number;
  /** For each contestant: the slot of each of its own neurons, -1 for one that is zero all along. */
  readonly slotOf: readonly Int32Array[];
}

type Path = readonly Snapshot[];

const last = (path: Path): Snapshot => path[path.length - 1];

/** Norms of a neuron's two layers: |u_j| and |alpha_j|. */
function norms(snapshot: Weights, neuron: number, d: number, k: number): {readonly u: number; readonly alpha: number} {
  const {values} = snapshot;
  const m = snapshot.shapes.u[0];
  let u = 0;
  let alpha = 0;
  for (let i = 0; i < d; i++) u += values[neuron * d + i] ** 2;
  for (let i = 0; i < k; i++) alpha += values[m * d + neuron * k + i] ** 2;
  return {u: Math.sqrt(u), alpha: Math.sqrt(alpha)};
}

/**
 * Writes one neuron at its best scaling, c u_j and alpha_j / c with c = sqrt(|alpha_j| / |u_j|), where
 * both layers have norm sqrt(|u_j| |alpha_j|). A neuron with a zero layer computes nothing; its best
 * scaling is zero in both layers.
 */
function balance(
  snapshot: Weights,
  neuron: number,
  d: number,
  k: number,
  out: Float64Array,
  uAt: number,
  alphaAt: number,
): void {
  const {u, alpha} = norms(snapshot, neuron, d, k);
  const active = u > 0 && alpha > 0;
  const c = active ? Math.sqrt(alpha / u) : 0;
  const from = snapshot.shapes.u[0] * d + neuron * k;
  for (let i = 0; i < d; i++) out[uAt + i] = c * snapshot.values[neuron * d + i];
  for (let i = 0; i < k; i++) out[alphaAt + i] = active ? snapshot.values[from + i] / c : 0;
}

/** A network as a point of the shared space: u (slots x d), then alpha (slots x k), every neuron at its best scaling. */
export function sharedPoint(snapshot: Weights, slotOf: Int32Array, slots: number, d: number, k: number): Float64Array {
  const point = new Float64Array(slots * (d + k));
  for (let j = 0; j < slotOf.length; j++) {
    const slot = slotOf[j];
    if (slot >= 0) balance(snapshot, j, d, k, point, slot * d, slots * d + slot * k);
  }
  return point;
}

/** Whether every neuron that computes something has a slot. */
export const fits = (snapshot: Weights, slotOf: Int32Array, d: number, k: number): boolean =>
  snapshot.shapes.u[0] === slotOf.length && activeNeurons(snapshot, d, k).every((active, j) => !active || slotOf[j] >= 0);

/** Every neuron at its own place, in as many slots as the widest network has neurons. */
export function storedOrder(paths: readonly Path[]): Alignment {
  const widths = paths.map((path) => path[0].shapes.u[0]);
  return {slots: Math.max(1, ...widths), slotOf: widths.map((width) => Int32Array.from({length: width}, (_, j) => j))};
}

function activeNeurons(snapshot: Weights, d: number, k: number): boolean[] {
  return Array.from({length: snapshot.shapes.u[0]}, (_, j) => {
    const {u, alpha} = norms(snapshot, j, d, k);
    return u > 0 && alpha > 0;
  });
}

/** Neurons that are active somewhere on one of the paths, which have equal widths. */
function everActive(paths: readonly Path[], d: number, k: number): number[] {
  const ever = new Set<number>();
  for (const path of paths) {
    for (const snapshot of path) {
      for (const [j, active] of activeNeurons(snapshot, d, k).entries()) if (active) ever.add(j);
    }
  }
  return [...ever].sort((a, b) => a - b);
}

function startsAlike(one: Path, other: Path): boolean {
  const a = one[0].values;
  const b = other[0].values;
  return one[0].shapes.u[0] === other[0].shapes.u[0] && a.every((value, i) => value === b[i]);
}

/** Contestants by common start. A start at zero says nothing about the neurons' order, so it makes no group. */
function groupByStart(paths: readonly Path[], d: number, k: number): number[][] {
  const groups: number[][] = [];
  for (const [index, path] of paths.entries()) {
    const ordered = activeNeurons(path[0], d, k).includes(true);
    const home = ordered ? groups.find((group) => startsAlike(paths[group[0]], path)) : undefined;
    if (home) home.push(index);
    else groups.push([index]);
  }
  return groups;
}

/** The listed neurons at their best scaling and at length 1 (zero ones stay zero): count x (d + k). */
function directions(snapshot: Snapshot, neurons: readonly number[], d: number, k: number): Float64Array {
  const width = d + k;
  const out = new Float64Array(neurons.length * width);
  for (const [row, neuron] of neurons.entries()) {
    const at = row * width;
    balance(snapshot, neuron, d, k, out, at, at + d);
    let square = 0;
    for (let i = at; i < at + width; i++) square += out[i] ** 2;
    if (square > 0) for (let i = at; i < at + width; i++) out[i] /= Math.sqrt(square);
  }
  return out;
}

/** Minus the cosine between each of a group's neurons (rows) and the reference's slots, summed over the group's networks. */
function matchingCost(
  ends: readonly Snapshot[],
  rows: readonly number[],
  reference: Float64Array,
  slots: number,
  d: number,
  k: number,
): Float64Array {
  const width = d + k;
  const filled = reference.length / width;
  const cost = new Float64Array(rows.length * slots);
  for (const end of ends) {
    const own = directions(end, rows, d, k);
    for (let row = 0; row < rows.length; row++) {
      for (let slot = 0; slot < filled; slot++) {
        let cosine = 0;
        for (let i = 0; i < width; i++) cosine += own[row * width + i] * reference[slot * width + i];
        cost[row * slots + slot] -= cosine;
      }
    }
  }
  return cost;
}

/**
 * One space for networks of different widths and neuron orders. Neurons that are zero all along a
 * path are dropped. The reference is the contestant with the most neurons left (ties: the first); its
 * order is kept. Another contestant's neurons are matched to the reference's by the largest sum of
 * cosines between balanced neurons at the last snapshots; neurons that are zero there take the slots
 * left over, and slots without a neuron are zero. One permutation holds along the whole path.
 *
 * Contestants with the same (non-zero) start share their neurons' order already and share it here too:
 * they move as one group, so that their paths leave from one point of the picture. The reference's
 * group keeps its order.
 */
export function alignPaths(paths: readonly Path[], d: number, k: number): Alignment {
  const own = paths.map((path) => everActive([path], d, k).length);
  const reference = own.indexOf(Math.max(...own));
  const groups = groupByStart(paths, d, k);
  const neurons = groups.map((group) => everActive(group.map((index) => paths[index]), d, k));
  const slots = Math.max(1, ...neurons.map((list) => list.length));

  const home = groups.findIndex((group) => group.includes(reference));
  const referenceDirections = directions(last(paths[reference]), neurons[home], d, k);
  const slotOf: Int32Array[] = [];
  for (const [g, group] of groups.entries()) {
    const placed = new Int32Array(paths[group[0]][0].shapes.u[0]).fill(-1);
    if (g === home) {
      for (const [slot, neuron] of neurons[g].entries()) placed[neuron] = slot;
    } else {
      const ends = group.map((index) => last(paths[index]));
      placeByMatching(placed, ends, neurons[g], referenceDirections, slots, d, k);
    }
    for (const index of group) slotOf[index] = placed;
  }
  return {slots, slotOf};
}

/** Fills in the slot of each of the group's neurons. */
function placeByMatching(
  placed: Int32Array,
  ends: readonly Snapshot[],
  neurons: readonly number[],
  reference: Float64Array,
  slots: number,
  d: number,
  k: number,
): void {
  const active = ends.map((end) => activeNeurons(end, d, k));
  const rows = neurons.filter((neuron) => active.some((mask) => mask[neuron]));
  const matched = assignment(matchingCost(ends, rows, reference, slots, d, k), rows.length, slots);
  const taken = new Set(matched);
  for (const [row, neuron] of rows.entries()) placed[neuron] = matched[row];
  let free = 0;
  for (const neuron of neurons) {
    if (placed[neuron] >= 0) continue;
    while (taken.has(free)) free++;
    placed[neuron] = free++;
  }
}
