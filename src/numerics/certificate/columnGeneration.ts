import type {CertifiedInterval} from '../../core/certificate.ts';
import type {Arrangement} from '../arrangement.ts';
import {intoDomain, lowerBound, networkObjective, type Neuron} from './bounds.ts';
import {ConeProgram} from './coneProgram.ts';
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
const WORTH_THINNING = 1e-3;
/** Rounds without a narrower interval after which float64 has given what it has. */
const PATIENCE = 4;

interface Column extends Group {
  readonly cell: number;
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

  /** What proves the interval: checkProof needs nothing else. */
  get proof(): Proof {
    return {neurons: this.#neurons, residual: this.#residual, lower: this.#lower, upper: this.#upper};
  }

  /** The same data at another beta, started from this working set. */
  withBeta(beta: number): ColumnGeneration {
    return new ColumnGeneration({...this.#data, beta}, this.#cells, this.#gated, this.#columns);
  }

  advance(): CertifiedInterval {
    const before = this.#gap;
    if (!this.#started) this.#begin();
    else if (!this.#exhausted) this.#round();
    this.#thin();
    this.#idle = this.#gap < before * (1 - 1e-3) ? 0 : this.#idle + 1;
    if (this.#gap <= FINEST || this.#idle >= PATIENCE) this.#exhausted = true;
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
    const enough = Math.max(FINEST / 3, Math.min(1e-3, 0.01 * this.#gap));
    for (let pass = 0; pass < ITERATIONS && best.gap > enough; pass++) {
      if (!program.step()) break;
      const gap = this.#restrictedGap(program);
      if (gap < best.gap) best = {gap, z: program.z.slice(), directions: program.directions.map((v) => v.slice())};
    }
    const {directions} = best;
    this.#offer(this.#columns.map((column, g) => this.#neuron(column, directions[g])));
    const candidates = this.#price(best.z);
    this.#dropZeros(directions);
    this.#extend(candidates);
  }

  #restrictedGap(program: ConeProgram): number {
    const {dual, y, beta} = this.#data;
    const upper = networkObjective(this.#data, this.#columns.map((column, g) => this.#neuron(column, program.directions[g])));
    return (upper - lowerBound(dual, intoDomain(dual, program.z, y), y, program.dualNorm(), beta)) / upper;
  }

  #neuron({cell, sign}: Column, v: Float64Array): Neuron {
    return {v, sign, gate: this.#gated ? this.#gate(cell) : null};
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
    if (this.#gap > WORTH_THINNING) return;
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
    for (const candidate of candidates) {
      if (chosen.length === COLUMNS) break;
      const {cell, sign, direction} = candidate;
      // Gated directions are free of their cells, so that equal ones say nothing.
      const isAlike = !this.#gated && chosen.some((one) => one.sign === sign && one.direction.reduce((sum, value, c) => sum + value * direction[c], 0) > ALIKE);
      if (isAlike || known.has(cell * sign)) continue;
      const column = this.#column(cell, sign);
      if (!column) continue;
      chosen.push(candidate);
      this.#columns.push(column);
    }
  }

  /** In the float32 of networks. */
  #gate(cell: number): Float64Array {
    return this.#cells.inside.slice(3 * cell, 3 * cell + this.#data.d).map(Math.fround);
  }

  /** Whether the gate has the cell's pattern. */
  #reproduces(cell: number, gate: Float64Array): boolean {
    const {n, d, x} = this.#data;
    for (let i = 0; i < n; i++) {
      let open = 0;
      for (let c = 0; c < d; c++) open += x[i * d + c] * gate[c];
      if ((open >= 0 ? 1 : 0) !== this.#cells.mask[cell * n + i]) return false;
    }
    return true;
  }

  /** The group of a cell; null where the cell is too thin for float64 to have a point inside. */
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
    if (this.#gated && !this.#reproduces(cell, this.#gate(cell))) return null;
    return {cell, sign, rows: Int32Array.from(rows), facets: Float64Array.from(facets), start};
  }
}
