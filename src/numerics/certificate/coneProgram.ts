import {cholesky, choleskySolve} from '../cholesky.ts';
import {timesBlock} from './groupBlock.ts';
import {addFacets, begin, completeStep, type ConeData, type Group, type GroupState, prepare, type Prepared, rightHandSide, slacksOf} from './groupStep.ts';
import {CAUTION, type LossBlock, lossBlock} from './lossBlock.ts';

/** How small complementary products may be beside what the dual conditions lack. */
const HASTE = 0.01;
/** Share of beta that an error in one residual may be worth. */
const NEGLIGIBLE = 0.1;
/** Rounds of iterative refinement of each direction. */
const REFINEMENTS = 3;
/** Shares of its own diagonal that are added to the n x n system where rounding has made it indefinite; refinement makes up for them. */
const RIDGES = [0, 1e-15, 1e-13];

/**
 * A primal-dual interior-point method for
 *
 *   min loss(f, y) + beta sum_g |v_g|,   f = sum_g sign_g D_g X v_g,   facets_g v_g >= 0,
 *
 * in the form |v_g| <= t_g. Multipliers nu_g >= 0 of the facets and w_g of the norms give the dual conditions
 * |q_g + facets_g' nu_g| <= beta, q_g = sign_g X'D_g z, z = -loss'(f). Mehrotra's predictor and corrector with Nesterov
 * and Todd's scaling. Each iteration keeps the structure: with t eliminated a group is a d x d block
 *
 *   S_g = eta^-2 (I - w1 w1'/|w1|^2 + w1 w1'/(|w1|^2 (2 w0^2 - 1))) + facets' diag(nu/slack) facets,
 *
 * (a form without cancellation), and the groups meet in one n x n system I + H^1/2 (sum_g D_g X S_g^-1 X'D_g) H^1/2.
 * The primal side is feasible from the start; the dual side becomes so. Float64.
 */
export class ConeProgram {
  readonly f: Float64Array;
  readonly #data: ConeData;
  readonly #groups: GroupState[];
  readonly #loss: LossBlock;
  readonly #pairs: number;

  constructor(data: ConeData, groups: readonly Group[]) {
    this.#data = data;
    this.f = new Float64Array(data.n);
    const zero = new Float64Array(data.n);
    let atZero = 0;
    for (let i = 0; i < data.n; i++) atZero += data.loss.value(zero, data.y, i, 1);
    const scale = Math.max(atZero, 1e-300) / (data.beta * groups.length);
    this.#groups = groups.map((group) => begin(group, data, scale));
    this.#fit();
    this.#calm();
    this.#loss = lossBlock(data.loss, data.dual, data.y, this.f, (NEGLIGIBLE * data.beta) / longestRow(data));
    this.#pairs = groups.length + this.#groups.reduce((sum, {count}) => sum + count, 0) + this.#loss.pairs;
  }

  /** The residual, n values. */
  get z(): Float64Array {
    return this.#loss.z;
  }

  /** v of each group. */
  get directions(): readonly Float64Array[] {
    return this.#groups.map(({s}) => s.subarray(1));
  }

  /** max_g |q_g + facets_g' nu_g|, a bound on what any of these groups gains from z. */
  dualNorm(): number {
    const {d} = this.#data;
    let most = 0;
    for (const group of this.#groups) {
      const q = this.#pullOf(group);
      addFacets(q, group, group.nu, d, 1);
      most = Math.max(most, Math.hypot(...q));
    }
    return most;
  }

  /** mu: the mean of the complementary products. */
  get mu(): number {
    let sum = this.#loss.complementarityAfter(0);
    for (const {s, y, slack, nu} of this.#groups) {
      for (let i = 0; i < s.length; i++) sum += s[i] * y[i];
      for (let j = 0; j < nu.length; j++) sum += slack[j] * nu[j];
    }
    return sum / this.#pairs;
  }

  /** One iteration; false when no further progress is possible in float64. */
  step(): boolean {
    const {mu} = this;
    const h = this.#loss.curvatures();
    const prepared: Prepared[] = [];
    for (const group of this.#groups) {
      const one = prepare(group, this.#data);
      if (!one) return false;
      prepared.push(one);
    }
    const system = factorise(this.#assemble(prepared, h.map(Math.sqrt)), this.#data.n);
    if (!system) return false;
    const affine = this.#solve(prepared, system, h, 0, true);
    const after = this.#muAfter(prepared, affine);
    const sigma = Math.min(1, (after / mu) ** 3);
    const target = Math.max(sigma * mu, Math.min(mu, this.#residualShare()));
    const fraction = this.#solve(prepared, system, h, target, false);
    if (!(fraction > 1e-10)) return false;
    this.#take(prepared, fraction);
    return Number.isFinite(this.mu);
  }

  /**
   * The mu below which the barrier should not go while dual conditions are violated: HASTE times their violation as a
   * share of beta, in units of J. Centrality lost to a residual that is still large is not won back.
   */
  #residualShare(): number {
    const {n, d, loss, y, beta} = this.#data;
    let violation = 0;
    let objective = 0;
    for (let i = 0; i < n; i++) objective += loss.value(this.f, y, i, 1);
    for (const group of this.#groups) {
      const q = this.#pullOf(group);
      addFacets(q, group, group.nu, d, 1);
      for (let c = 0; c < d; c++) violation = Math.max(violation, Math.abs(q[c] + group.y[c + 1]));
      objective += beta * group.s[0];
    }
    return (HASTE * Math.min(1, violation / beta) * objective) / this.#pairs;
  }

  /** I + H^1/2 (sum_g D_g X S_g^-1 X'D_g) H^1/2. */
  #assemble(prepared: readonly Prepared[], roots: Float64Array): Float64Array {
    const {n, d, x} = this.#data;
    const m = new Float64Array(n * n);
    for (const [g, {rows}] of this.#groups.entries()) {
      const {factor} = prepared[g];
      // Rows C^-1 x_r, scaled, so that the products of rows are entries of X S^-1 X'.
      const half = new Float64Array(rows.length * d);
      for (const [k, r] of rows.entries()) {
        for (let i = 0; i < d; i++) {
          let rest = x[r * d + i];
          for (let c = 0; c < i; c++) rest -= factor[i * d + c] * half[k * d + c];
          half[k * d + i] = rest / factor[i * d + i];
        }
      }
      for (const [k, r] of rows.entries()) for (let i = 0; i < d; i++) half[k * d + i] *= roots[r];
      addProducts(m, n, rows, half, d);
    }
    for (let i = 0; i < n; i++) {
      m[i * n + i] += 1;
      for (let j = 0; j < i; j++) m[j * n + i] = m[i * n + j];
    }
    return m;
  }

  /** Solves for one direction into `prepared`; returns the fraction of it that may be taken. */
  #solve(prepared: readonly Prepared[], system: Float64Array, h: Float64Array, target: number, affine: boolean): number {
    const {n, d} = this.#data;
    const pull = this.#loss.pull(target, affine);
    const rhs = this.#groups.map((group, g) => {
      const one = prepared[g];
      const side = rightHandSide(group, one, this.#pullOf(group), d, target, affine);
      const lift = this.#adjoint(group, pull);
      return side.map((value, c) => value + lift[c]);
    });
    const dvs = this.#solveGroups(prepared, system, h, rhs);
    for (let pass = 0; pass < REFINEMENTS; pass++) {
      const correction = this.#solveGroups(prepared, system, h, this.#defects(prepared, h, rhs, dvs));
      for (const [g, dv] of dvs.entries()) for (let c = 0; c < d; c++) dv[c] += correction[g][c];
    }
    const df = new Float64Array(n);
    let fraction = Number.POSITIVE_INFINITY;
    for (const [g, group] of this.#groups.entries()) {
      this.#forward(group, dvs[g], df);
      fraction = Math.min(fraction, completeStep(group, prepared[g], dvs[g], d));
    }
    fraction = Math.min(fraction, this.#loss.prepare(df, target, affine));
    return Math.min(1, CAUTION * fraction);
  }

  /** The dv with S_g dv_g + X'D_g H (F dv) = rhs_g, by Woodbury's identity. */
  #solveGroups(prepared: readonly Prepared[], system: Float64Array, h: Float64Array, rhs: readonly Float64Array[]): Float64Array[] {
    const {n, d} = this.#data;
    const partial = new Float64Array(n);
    for (const [g, group] of this.#groups.entries()) this.#forward(group, choleskySolve(prepared[g].factor, d, rhs[g].slice()), partial);
    for (let i = 0; i < n; i++) partial[i] *= Math.sqrt(h[i]);
    choleskySolve(system, n, partial);
    for (let i = 0; i < n; i++) partial[i] *= Math.sqrt(h[i]);
    return this.#groups.map((group, g) => {
      const back = this.#adjoint(group, partial);
      return choleskySolve(prepared[g].factor, d, rhs[g].map((value, c) => value - back[c]));
    });
  }

  /** What the linear equations still lack at dv. */
  #defects(prepared: readonly Prepared[], h: Float64Array, rhs: readonly Float64Array[], dvs: readonly Float64Array[]): Float64Array[] {
    const {n, d} = this.#data;
    const df = new Float64Array(n);
    for (const [g, group] of this.#groups.entries()) this.#forward(group, dvs[g], df);
    for (let i = 0; i < n; i++) df[i] *= h[i];
    return this.#groups.map((group, g) => {
      const lift = this.#adjoint(group, df);
      const image = timesBlock(prepared[g].block, dvs[g], d);
      return rhs[g].map((value, c) => value - lift[c] - image[c]);
    });
  }

  #muAfter(prepared: readonly Prepared[], fraction: number): number {
    let sum = this.#loss.complementarityAfter(fraction);
    for (const [g, {s, y, slack, nu}] of this.#groups.entries()) {
      const {ds, dy, dSlack, dNu} = prepared[g];
      for (let i = 0; i < s.length; i++) sum += (s[i] + fraction * ds[i]) * (y[i] + fraction * dy[i]);
      for (let j = 0; j < nu.length; j++) sum += (slack[j] + fraction * dSlack[j]) * (nu[j] + fraction * dNu[j]);
    }
    return sum / this.#pairs;
  }

  #take(prepared: readonly Prepared[], fraction: number): void {
    const {d} = this.#data;
    for (const [g, group] of this.#groups.entries()) {
      const {ds, dy, dNu} = prepared[g];
      for (let i = 0; i <= d; i++) {
        group.s[i] += fraction * ds[i];
        // The scalar part stays beta.
        if (i > 0) group.y[i] += fraction * dy[i];
      }
      for (let j = 0; j < group.count; j++) group.nu[j] += fraction * dNu[j];
      group.slack = slacksOf(group, group.s, d);
    }
    this.#fit();
    this.#loss.take(fraction, this.f);
  }

  #fit(): void {
    this.f.fill(0);
    for (const group of this.#groups) this.#forward(group, group.s.subarray(1), this.f);
  }

  /** Shortens the starting v until the network's outputs are of the targets' size: from there curvatures mean something. */
  #calm(): void {
    const most = this.f.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    const wanted = this.#data.y.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    if (most <= wanted) return;
    const factor = wanted / most;
    for (const group of this.#groups) {
      for (let c = 1; c < group.s.length; c++) group.s[c] *= factor;
      for (let j = 0; j < group.count; j++) group.slack[j] *= factor;
    }
    for (let i = 0; i < this.f.length; i++) this.f[i] *= factor;
  }

  /** out += sign D X v. */
  #forward({rows, sign}: Group, v: Float64Array, out: Float64Array): void {
    const {d, x} = this.#data;
    for (const r of rows) {
      let sum = 0;
      for (let c = 0; c < d; c++) sum += x[r * d + c] * v[c];
      out[r] += sign * sum;
    }
  }

  /** sign X'D z. */
  #adjoint({rows, sign}: Group, z: Float64Array): Float64Array {
    const {d, x} = this.#data;
    const q = new Float64Array(d);
    for (const r of rows) for (let c = 0; c < d; c++) q[c] += sign * x[r * d + c] * z[r];
    return q;
  }

  #pullOf(group: Group): Float64Array {
    return this.#adjoint(group, this.#loss.z);
  }
}

function longestRow({n, d, x}: ConeData): number {
  let most = 1e-300;
  for (let i = 0; i < n; i++) most = Math.max(most, Math.hypot(...x.subarray(i * d, (i + 1) * d)));
  return most;
}

function factorise(m: Float64Array, n: number): Float64Array | null {
  for (const ridge of RIDGES) {
    for (let i = 0; ridge > 0 && i < n; i++) m[i * (n + 1)] *= 1 + ridge;
    const factor = cholesky(m, n);
    if (factor) return factor;
  }
  return null;
}

/** Lower triangle of m[rows, rows] += half half'. */
function addProducts(m: Float64Array, n: number, rows: Int32Array, half: Float64Array, d: number): void {
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] * n;
    for (let l = 0; l <= k; l++) {
      let sum = 0;
      for (let c = 0; c < d; c++) sum += half[k * d + c] * half[l * d + c];
      m[row + rows[l]] += sum;
    }
  }
}

