import {orient2d, orient3d} from 'robust-predicates';
import {randomStream} from '../core/random.ts';
import {failure, type Result, success} from '../core/result.ts';
import type {Patterns} from './patterns.ts';

/**
 * The cells into which the planes x_i . g = 0 cut the space of gate directions g, for data with at most three columns
 * (two inputs and the constant). Each cell is one activation pattern 1[X g >= 0]; generic data of rank r have
 * 2 sum_{k<r} C(n-1, k) of them.
 *
 * On the great circle x_i . g = 0 the other planes cut arcs; each arc is an edge of the two cells beside it, and every
 * cell has an edge. So walking all circles finds all cells with their edges, in O(n^2 log n) plus output. All decisions
 * are signs of 2 x 2 and 3 x 3 determinants, taken exactly (Shewchuk's predicates), so duplicate, collinear and zero
 * rows need no care and nothing is perturbed. A cell's pattern differs across an edge in all rows parallel to x_i.
 */
export interface Arrangement {
  /** Rows of X. */
  readonly n: number;
  readonly count: number;
  /** count x n: 1 where the row is active. */
  readonly mask: Uint8Array;
  /** count x 3: a unit direction inside each cell. */
  readonly inside: Float64Array;
  /** Edges of cell p: edgeStart[p] .. edgeStart[p + 1] - 1. */
  readonly edgeStart: Int32Array;
  /** Three numbers an edge: the inward normal, +-x_i. */
  readonly normals: Float64Array;
  /** Six numbers an edge: the unit rays at its ends, turning about the normal by at most half a turn; zero for a whole circle. */
  readonly rays: Float64Array;
}

/** The number of cells of generic data: an upper bound for all. */
export function genericCellCount(n: number, d: number): number {
  let binomial = 1;
  let sum = 0;
  for (let k = 0; k < d; k++) {
    sum += binomial;
    binomial = (binomial * (n - 1 - k)) / (k + 1);
  }
  return 2 * sum;
}

/** Rows in three columns; a missing column is zero. */
function inThree(x: Float64Array, n: number, d: number): Float64Array {
  const out = new Float64Array(n * 3);
  for (let i = 0; i < n; i++) for (let c = 0; c < d; c++) out[i * 3 + c] = x[i * d + c];
  return out;
}

/** Rows grouped by their plane: parallel rows, either way, are one class; zero rows are in none. */
interface Classes {
  /** k x 3: the first row of each class. */
  readonly vectors: Float64Array;
  readonly count: number;
  /** Class of each row, -1 for zero rows. */
  readonly of: Int32Array;
  /** +1 where the row points as its class does, -1 where against it. */
  readonly sense: Int8Array;
}

function classesOf(x: Float64Array, n: number): Classes {
  const reps: number[] = [];
  const of = new Int32Array(n).fill(-1);
  const sense = new Int8Array(n).fill(1);
  const isParallel = (i: number, j: number): boolean =>
    [[0, 1], [1, 2], [0, 2]].every(([a, b]) => orient2d(x[3 * i + a], x[3 * i + b], x[3 * j + a], x[3 * j + b], 0, 0) === 0);
  for (let i = 0; i < n; i++) {
    if (x[3 * i] === 0 && x[3 * i + 1] === 0 && x[3 * i + 2] === 0) continue;
    const known = reps.findIndex((j) => isParallel(i, j));
    of[i] = known < 0 ? reps.length : known;
    if (known < 0) reps.push(i);
    else if (dot3(x, 3 * i, x, 3 * reps[known]) < 0) sense[i] = -1;
  }
  return {vectors: Float64Array.from(reps.flatMap((i) => [x[3 * i], x[3 * i + 1], x[3 * i + 2]])), count: reps.length, of, sense};
}

const dot3 = (a: Float64Array, i: number, b: Float64Array, j: number): number => a[i] * b[j] + a[i + 1] * b[j + 1] + a[i + 2] * b[j + 2];

type Vector = readonly [number, number, number];
const at = (v: Float64Array, i: number): Vector => [v[3 * i], v[3 * i + 1], v[3 * i + 2]];
const cross = (a: Vector, b: Vector): Vector => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const unit = (a: Vector): Vector => {
  const norm = Math.hypot(...a);
  return [a[0] / norm, a[1] / norm, a[2] / norm];
};
const minus = (a: Vector): Vector => [-a[0], -a[1], -a[2]];

/** The sign of det [a; b; c], exactly. */
const orientation = (a: Vector, b: Vector, c: Vector): number => Math.sign(orient3d(...a, ...b, ...c, 0, 0, 0)) * HANDEDNESS;
/** The library's sign for the right-handed frame. */
const HANDEDNESS = Math.sign(orient3d(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0));

/** Where one circle meets the other planes, in the order of walking round it. */
interface Crossings {
  /** Classes that meet the circle at the same pair of points, in order; the first group holds the first other class. */
  readonly groups: readonly (readonly number[])[];
  /** +1 or -1 per class: which of its two directions is counted. */
  readonly turn: Int8Array;
  /** Unit ray of each group's first meeting point. */
  readonly points: readonly Vector[];
}

function crossingsOf({vectors, count}: Classes, i: number): Crossings {
  const xi = at(vectors, i);
  const others = Array.from({length: count}, (_, j) => j).filter((j) => j !== i);
  const first = at(vectors, others[0]);
  const turn = new Int8Array(count);
  const start: number[] = [];
  const rest: number[] = [];
  for (const j of others) {
    const side = orientation(xi, first, at(vectors, j));
    // Parallel to the first one's, so floating point can't be in doubt.
    turn[j] = side || Math.sign(dot(cross(xi, first), cross(xi, at(vectors, j))));
    (side === 0 ? start : rest).push(j);
  }
  const oriented = (j: number): Vector => (turn[j] > 0 ? at(vectors, j) : minus(at(vectors, j)));
  rest.sort((a, b) => -orientation(xi, oriented(a), oriented(b)));
  const groups: number[][] = [start];
  for (const j of rest) {
    const last = groups[groups.length - 1];
    if (groups.length > 1 && orientation(xi, oriented(last[0]), oriented(j)) === 0) last.push(j);
    else groups.push([j]);
  }
  return {groups, turn, points: groups.map(([j]) => unit(cross(xi, oriented(j))))};
}

/** Cells met so far, found again by a hash of their signs. */
class CellTable {
  readonly classes: number;
  count = 0;
  signs = new Uint8Array(1024);
  readonly #byHash = new Map<number, number>();
  readonly #keys: Int32Array;

  constructor(classes: number) {
    this.classes = classes;
    const random = randomStream(1, 'cell hashes');
    this.#keys = Int32Array.from({length: 2 * classes}, () => random.below(2 ** 32) | 0);
  }

  /** The keys' exclusive or over the classes with a positive sign. */
  flip(hash: [number, number], c: number): void {
    hash[0] ^= this.#keys[2 * c];
    hash[1] ^= this.#keys[2 * c + 1];
  }

  /** The cell's number; it is added when new. Equal hashes of different cells are told apart by the signs. */
  find([high, low]: [number, number], signs: Uint8Array): number {
    const k = this.classes;
    for (let key = (high >>> 0) * 2 ** 21 + (low >>> 11); ; key += 1) {
      const known = this.#byHash.get(key);
      if (known === undefined) return this.#add(key, signs);
      let same = true;
      for (let c = 0; same && c < k; c++) same = this.signs[known * k + c] === signs[c];
      if (same) return known;
    }
  }

  #add(key: number, signs: Uint8Array): number {
    const cell = this.count++;
    if (this.count * this.classes > this.signs.length) {
      const larger = new Uint8Array(2 * Math.max(this.signs.length, this.classes));
      larger.set(this.signs);
      this.signs = larger;
    }
    this.signs.set(signs, cell * this.classes);
    this.#byHash.set(key, cell);
    return cell;
  }
}

interface Edges {
  readonly cell: number[];
  readonly normals: number[];
  readonly rays: number[];
  /** A direction in the middle of the edge; inside the cell where the edge is a whole circle. */
  readonly middles: number[];
}

const NOWHERE: Vector = [0, 0, 0];

/** The middle of the arc from a to b, at most half a turn about the unit axis. */
function middle(axis: Vector, a: Vector, b: Vector): Vector {
  const ahead = cross(axis, a);
  const angle = Math.atan2(dot(b, ahead), dot(b, a));
  // Half a turn may come out as minus half a turn.
  const half = (angle < -1 ? angle + 2 * Math.PI : angle) / 2;
  const [cos, sin] = [Math.cos(half), Math.sin(half)];
  return [cos * a[0] + sin * ahead[0], cos * a[1] + sin * ahead[1], cos * a[2] + sin * ahead[2]];
}

/** Walks round circle i and enters the cells on both sides of each arc. */
function walk(classes: Classes, i: number, table: CellTable, edges: Edges): void {
  const xi = at(classes.vectors, i);
  const axis = unit(xi);
  const signs = new Uint8Array(classes.count);
  const hash: [number, number] = [0, 0];
  const toggle = (c: number): void => {
    signs[c] ^= 1;
    table.flip(hash, c);
  };
  const enter = (from: Vector, to: Vector): void => {
    const isCircle = from === NOWHERE;
    const between = isCircle ? NOWHERE : middle(axis, from, to);
    for (const inward of [minus(xi), xi]) {
      edges.cell.push(table.find(hash, signs));
      edges.normals.push(...inward);
      edges.rays.push(...(inward === xi ? [...from, ...to] : [...to, ...from]));
      edges.middles.push(...(isCircle ? unit(inward) : between));
      toggle(i);
    }
  };
  if (classes.count === 1) return enter(NOWHERE, NOWHERE);

  const {groups, turn, points} = crossingsOf(classes, i);
  // Just after the first meeting point: negative for its own group, positive for the others, each in its counted direction.
  for (const [g, group] of groups.entries()) for (const j of group) if (g > 0 === turn[j] > 0) toggle(j);
  for (const side of [1, -1]) {
    for (const [g, group] of groups.entries()) {
      if (side < 0 || g > 0) for (const j of group) toggle(j);
      const next = g + 1 < points.length ? points[g + 1] : minus(points[0]);
      enter(side > 0 ? points[g] : minus(points[g]), side > 0 ? next : minus(next));
    }
  }
}

/** Edges sorted by cell, and in each cell the direction of the sum of its edges' middles: they lie on different planes, so it is inside. */
function sortByCell(edges: Edges, count: number): Pick<Arrangement, 'inside' | 'edgeStart' | 'normals' | 'rays'> {
  const total = edges.cell.length;
  const edgeStart = new Int32Array(count + 1);
  for (const cell of edges.cell) edgeStart[cell + 1] += 1;
  for (let p = 0; p < count; p++) edgeStart[p + 1] += edgeStart[p];
  const next = edgeStart.slice();
  const normals = new Float64Array(3 * total);
  const rays = new Float64Array(6 * total);
  const inside = new Float64Array(3 * count);
  for (let e = 0; e < total; e++) {
    const cell = edges.cell[e];
    const to = next[cell]++;
    for (let c = 0; c < 3; c++) {
      normals[3 * to + c] = edges.normals[3 * e + c];
      rays[6 * to + c] = edges.rays[6 * e + c];
      rays[6 * to + 3 + c] = edges.rays[6 * e + 3 + c];
      inside[3 * cell + c] += edges.middles[3 * e + c];
    }
  }
  for (let p = 0; p < count; p++) inside.set(unit(at(inside, p)), 3 * p);
  return {inside, edgeStart, normals, rays};
}

/** Bytes that the patterns may take. */
const LIMIT = 1.5e8;

/**
 * All cells for data of at most three columns.
 * @param x n x d, row-major
 * @returns a fault on field `patterns` where d > 3 or where there would be too many cells to hold
 */
export function arrange(x: Float64Array, n: number, d: number): Result<Arrangement> {
  if (d > 3) return failure('patterns', 'can all be listed for one or two inputs only; these data have more');
  if (genericCellCount(n, d) * n > LIMIT) {
    return failure('patterns', `would be about ${Math.round(genericCellCount(n, d))} for ${n} samples, more than can be held; take fewer samples`);
  }
  const rows = inThree(x, n, d);
  const classes = classesOf(rows, n);
  const edges: Edges = {cell: [], normals: [], rays: [], middles: []};
  const table = new CellTable(classes.count);
  for (let i = 0; i < classes.count; i++) walk(classes, i, table, edges);
  // Without a row that is not zero, all directions are alike.
  if (classes.count === 0) table.find([0, 0], new Uint8Array(0));
  const {count} = table;
  const mask = new Uint8Array(count * n);
  for (let p = 0; p < count; p++) {
    for (let i = 0; i < n; i++) {
      const c = classes.of[i];
      mask[p * n + i] = c < 0 || table.signs[p * classes.count + c] === (classes.sense[i] > 0 ? 1 : 0) ? 1 : 0;
    }
  }
  const sorted = sortByCell(edges, count);
  if (classes.count === 0) sorted.inside.set([0, 0, 1]);
  return success({n, count, mask, ...sorted});
}

/** Every activation pattern, with a gate direction inside its cell, leaving out the one that is active nowhere. */
export function exactPatterns(x: Float64Array, n: number, d: number, limit: number): Result<Patterns> {
  const cells = arrange(x, n, d);
  if (!cells.ok) return cells;
  const {count, mask, inside} = cells.value;
  const kept = Array.from({length: count}, (_, p) => p).filter((p) => mask.subarray(p * n, (p + 1) * n).includes(1));
  if (kept.length > limit) {
    return failure('patterns', `are ${kept.length} in all, more than the ${limit} that can be used here; take fewer samples, or sample patterns`);
  }
  const out = new Float64Array(n * kept.length);
  const gates = new Float64Array(kept.length * d);
  for (const [to, p] of kept.entries()) {
    for (let i = 0; i < n; i++) out[i * kept.length + to] = mask[p * n + i];
    for (let c = 0; c < d; c++) gates[to * d + c] = inside[3 * p + c];
  }
  return success({count: kept.length, mask: out, gates});
}
