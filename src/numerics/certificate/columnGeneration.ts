import type {CertifiedInterval} from '../../core/certificate.ts';
import type {Arrangement} from '../arrangement.ts';
import {intoDomain, lowerBound, networkObjective, type Neuron} from './bounds.ts';
import {ConeProgram} from './coneProgram.ts';
import {float32Gate} from './float32Gate.ts';
import type {ConeData, Group} from './groupStep.ts';
import {type Candidate, paddedRows, priceCells} from './pricing.ts';
import type {Proof} from './proof.ts';
import {sparsify} from './sparsify.ts';

/** New columns a round, and the cosine above which two directions ask for the same column. */
const COLUMNS = 40;
const ALIKE = 0.9998;
/** Interior-point iterations a round at most. */
const ITERATIONS = 80;
/** Relative gaps below this are rounding. */
const FINEST = 1e-9;
/** Gap below which the number of neurons is worth an effort. */
const WORTH_THINNING = 1e-5;
/** Rounds without progress after which the method has given what it has, and what counts as progress in relative terms. */
const PATIENCE = 4;
const PROGRESS = 1e-3;
/** Rounds without progress, and the gap, after which columns are borrowed from larger betas. */
const STUCK = 2;
const WIDE = 1e-2;
/** Each of those betas is this many times the next, and its interval no wider than this when its columns are passed on. */
const RUNG = 10;
const PASSED_ON = 0.1;

interface Column extends Group {
  readonly cell: number;
  /** Of gated units, in the float32 of networks. */
  readonly gate: Float64Array | null;
}

/**
 * The certified optimum of a two-layer network over all widths, for data of at most three columns.
 *
 * The convex programme over all cells of the arrangement has too many groups to solve at once, and almost all of them
 * are zero. So: solve it for a working set (ConeProgram), price *all* cells exactly at the residual z (pricing.ts), add
 * the cells that gain more than beta, drop groups that are zero, and again. After each round
 *
 *   upper = J of the network found, lower = the best dual value that z, scaled to be feasible for all cells, gives,
 *
 * and both are kept where they are better than before: the interval is proved whatever the solver did.
 *
 * At a small beta the first columns may be so poor that the interior-point method ends early at each of their
 * programmes. Then the columns come from larger betas, down the regularisation path.
 */
export class ColumnGeneration {
  readonly #data: ConeData;
  readonly #cells: Arrangement;
  readonly #rows: Float64Array;
  readonly #gated: boolean;
  #columns: Column[];
  #lower = Number.NEGATIVE_INFINITY;
  #upper = Number.POSITIVE_INFINITY;
  #neurons: readonly Neuron[] = [];
  /** The residual that gave the lower bound. */
  #residual: Float64Array = new Float64Array(0);
  #idle = 0;
  #started = false;
  #exhausted = false;
  /** What any neuron gains from the zero network: no larger beta has another optimum. */
  #zeroPrice = 0;
  /** The same programme at a larger beta, while its columns are on their way here. */
  #larger: ColumnGeneration | null = null;
  #hasBorrowed = false;
  /** Cells that the last round would have added, had they not been too thin. */
  #skipped = 0;

  constructor(data: ConeData, cells: Arrangement, gated: boolean, columns: readonly Column[] = []) {
    this.#data = data;
    this.#cells = cells;
    this.#rows = paddedRows(data.x, data.n, data.d);
    this.#gated = gated;
    this.#columns = [...columns];
  }

  /** The network whose J is the upper bound. */
  get neurons(): readonly Neuron[] {
    return this.#neurons;
  }

  /** Why an interval that stays open does, where the data are to blame. */
  get remainder(): string | undefined {
    const what = this.#gated ? 'a gate in float32' : 'a direction in double precision';
    return this.#skipped > 0 ? `Some activation patterns of these data are too thin for ${what}, and were left out. The interval is proved.` : undefined;
  }

  /** What proves the interval: checkProof needs nothing else. */
  get proof(): Proof {
    return {neurons: this.#neurons, residual: this.#residual, lower: this.#lower, upper: this.#upper};
  }

  /** The same data at another beta, started from this working set. */
  withBeta(beta: number): ColumnGeneration {
    return new ColumnGeneration({...this.#data, beta}, this.#cells, this.#gated, this.#columns);
  }

  advance(): CertifiedInterval {
    const before = {gap: this.#gap, lower: this.#lower, upper: this.#upper};
    if (!this.#started) this.#begin();
    else if (this.#larger) this.#borrow(this.#larger);
    else if (!this.#exhausted) this.#round();
    this.#idle = this.#hasMoved(before) || this.#larger ? 0 : this.#idle + 1;
    if (this.#idle >= STUCK && this.#gap > WIDE) this.#turnToLarger();
    if (this.#gap <= FINEST || this.#idle >= PATIENCE) this.#exhausted = true;
    if (this.#gap <= WORTH_THINNING || this.#exhausted) this.#thin();
    return {
      lower: this.#lower,
      upper: this.#upper,
      relativeGap: this.#gap,
      patterns: this.#cells.count,
      working: this.#columns.length,
      neurons: this.#neurons.length,
      improvable: !this.#exhausted,
    };
  }

  /** While the gap is near 1 it hardly sees the bounds move, so each of them counts too. */
  #hasMoved({gap, lower, upper}: {readonly gap: number; readonly lower: number; readonly upper: number}): boolean {
    return this.#gap < gap * (1 - PROGRESS) || this.#upper < upper * (1 - PROGRESS) || this.#lower > lower + PROGRESS * Math.abs(lower);
  }

  get #gap(): number {
    if (!Number.isFinite(this.#lower) || !Number.isFinite(this.#upper)) return Number.POSITIVE_INFINITY;
    return this.#upper > this.#lower ? (this.#upper - this.#lower) / this.#upper : 0;
  }

  /** The zero network: its residual prices the first columns, or proves it optimal. */
  #begin(): void {
    this.#started = true;
    const {n, y, loss} = this.#data;
    const z = new Float64Array(n);
    const zero = new Float64Array(n);
    for (let i = 0; i < n; i++) loss.derivative(zero, y, i, z, 1);
    this.#offer([]);
    this.#extend(this.#price(z.map((value) => -value)));
  }

  #round(): void {
    const program = new ConeProgram(this.#data, this.#columns);
    let best = {gap: Number.POSITIVE_INFINITY, z: program.z.slice(), directions: program.directions.map((v) => v.slice())};
    // A round that moved nothing is repeated with more digits, and with the columns that it had.
    const enough = Math.max(FINEST / 3, Math.min(1e-3, 0.01 * this.#gap) * 0.01 ** this.#idle);
    for (let pass = 0; pass < ITERATIONS && best.gap > enough; pass++) {
      if (!program.step()) break;
      const gap = this.#restrictedGap(program);
      if (gap < best.gap) best = {gap, z: program.z.slice(), directions: program.directions.map((v) => v.slice())};
    }
    const {directions} = best;
    this.#offer(this.#columns.map((column, g) => this.#neuron(column, directions[g])));
    const candidates = this.#price(best.z);
    if (this.#idle === 0) this.#dropZeros(directions);
    this.#extend(candidates);
  }

  /** Begins at the first beta below the price of the zero network; only once. */
  #turnToLarger(): void {
    const beta = this.#zeroPrice / RUNG;
    if (this.#hasBorrowed || beta <= this.#data.beta) return;
    this.#larger = new ColumnGeneration({...this.#data, beta}, this.#cells, this.#gated);
    this.#larger.#hasBorrowed = true;
    this.#hasBorrowed = true;
    this.#idle = 0;
  }

  /** A round at a larger beta, whose witnesses hold at this one too, and once that is good enough a smaller beta. */
  #borrow(larger: ColumnGeneration): void {
    const {relativeGap, improvable} = larger.advance();
    if (relativeGap > PASSED_ON && improvable) return;
    this.#offer(larger.#neurons);
    this.#price(larger.#residual);
    const beta = larger.#data.beta / RUNG;
    this.#larger = beta > this.#data.beta ? larger.withBeta(beta) : null;
    if (this.#larger) this.#larger.#hasBorrowed = true;
    else this.#columns = [...larger.#columns];
  }

  #restrictedGap(program: ConeProgram): number {
    const {dual, y, beta} = this.#data;
    const upper = networkObjective(this.#data, this.#columns.map((column, g) => this.#neuron(column, program.directions[g])));
    return (upper - lowerBound(dual, intoDomain(dual, program.z, y), y, program.dualNorm(), beta)) / upper;
  }

  #neuron({sign, gate}: Column, v: Float64Array): Neuron {
    return {v, sign, gate};
  }

  /** Keeps the network if its J, with or without its faintest neurons, is the lowest so far. */
  #offer(neurons: readonly Neuron[]): void {
    const total = neurons.reduce((sum, {v}) => sum + Math.hypot(...v), 0);
    for (const share of [0, 1e-9, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3]) {
      const kept = neurons.filter(({v}) => Math.hypot(...v) > share * total);
      const objective = networkObjective(this.#data, kept);
      // A sparser network of the same J to all digits shown is the better answer.
      if (objective < this.#upper || (objective <= this.#upper * (1 + 1e-12) && kept.length < this.#neurons.length)) {
        this.#upper = Math.min(this.#upper, objective);
        this.#neurons = kept;
      }
    }
  }

  /** Near the optimum the network is handed out with as few neurons as its fit needs. */
  #thin(): void {
    const thinner = sparsify(this.#data, this.#neurons);
    const objective = networkObjective(this.#data, thinner);
    if (thinner.length === this.#neurons.length || objective > this.#upper * (1 + 1e-12)) return;
    this.#neurons = thinner;
    this.#upper = Math.min(this.#upper, objective);
  }

  /** Improves the lower bound by z, and returns the cells that the working set lacks most. */
  #price(z: Float64Array): readonly Candidate[] {
    const {dual, y, beta} = this.#data;
    const feasible = intoDomain(dual, z, y);
    const {most, above} = priceCells(this.#cells, this.#rows, feasible, beta * (1 + 1e-10), this.#gated);
    this.#zeroPrice ||= most;
    // Rounding may bring the two bounds past each other at the optimum.
    const lower = Math.min(this.#upper, lowerBound(dual, feasible, y, most, beta));
    if (lower > this.#lower) {
      this.#lower = lower;
      this.#residual = feasible;
    }
    return above;
  }

  #dropZeros(directions: readonly Float64Array[]): void {
    const norms = directions.map((v) => Math.hypot(...v));
    const total = norms.reduce((sum, norm) => sum + norm, 0);
    this.#columns = this.#columns.filter((_, g) => norms[g] > 1e-5 * total);
  }

  /** Adds the best candidates whose directions differ. */
  #extend(candidates: readonly Candidate[]): void {
    const known = new Set(this.#columns.map(({cell, sign}) => cell * sign));
    const chosen: Candidate[] = [];
    this.#skipped = 0;
    for (const candidate of candidates) {
      if (chosen.length === COLUMNS) break;
      const {cell, sign, direction} = candidate;
      // Gated directions are free of their cells, so that equal ones say nothing.
      const isAlike = !this.#gated && chosen.some((one) => one.sign === sign && one.direction.reduce((sum, value, c) => sum + value * direction[c], 0) > ALIKE);
      if (isAlike || known.has(cell * sign)) continue;
      const column = this.#column(cell, sign);
      if (!column) {
        this.#skipped++;
        continue;
      }
      chosen.push(candidate);
      this.#columns.push(column);
    }
  }

  /** The group of a cell; null where the cell is too thin for float64 to have a point inside, or float32 a gate. */
  #column(cell: number, sign: 1 | -1): Column | null {
    const {n, d} = this.#data;
    const {mask, edgeStart, normals, inside} = this.#cells;
    const rows: number[] = [];
    for (let i = 0; i < n; i++) if (mask[cell * n + i] === 1) rows.push(i);
    const start = inside.slice(3 * cell, 3 * cell + d);
    const facets: number[] = [];
    for (let e = edgeStart[cell]; !this.#gated && e < edgeStart[cell + 1]; e++) {
      const normal = normals.subarray(3 * e, 3 * e + d);
      const norm = Math.hypot(...normal);
      if (normal.reduce((sum, value, c) => sum + value * start[c], 0) <= 1e-13 * norm) return null;
      facets.push(...normal.map((value) => value / norm));
    }
    const gate = this.#gated ? float32Gate(start, {n, d, x: this.#data.x, mask: mask.subarray(cell * n, (cell + 1) * n)}) : null;
    if (this.#gated && !gate) return null;
    return {cell, sign, rows: Int32Array.from(rows), facets: Float64Array.from(facets), start, gate};
  }
}
