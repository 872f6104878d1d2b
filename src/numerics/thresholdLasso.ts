/**
 * The LASSO that training a threshold network is, in float64:
 *
 *   min_w  1/2 |D w - y|^2 + beta |w|_1,     D (n x P) with entries 0 and 1, one column an activation pattern.
 *
 * Its dual, max z.y - |z|^2/2 subject to |D_p' z| <= beta for all p, gives the lower bound: any z scaled by
 * c = clip(z.y / |z|^2, 0, beta / max_p |D_p' z|) is feasible.
 *
 * Method: an active set of linearly independent columns with fixed signs, on which the programme is a least-squares
 * problem. A column with |D_p' z| > beta enters; weights that reach zero on the way to the new minimum leave. J falls
 * at each change and there are finitely many sets, so the end is exact up to rounding. Ergen et al. (ICLR 2023) for
 * the programme; the active set is that of Lee, Battle, Raina and Ng (2007), with dependent columns exchanged.
 */
export interface ThresholdProgramme {
  readonly n: number;
  readonly count: number;
  /** count x n, entries 0 or 1: one pattern a row. */
  readonly columns: Uint8Array;
  /** n targets. */
  readonly y: Float64Array;
}

export interface LassoInterval {
  readonly lower: number;
  readonly upper: number;
  /** Columns that the restricted programme last solved could choose from. */
  readonly working: number;
  /** Whether another round can narrow the interval. */
  readonly improvable: boolean;
}

/** Weights that are not zero, with the numbers of their patterns. */
export interface SparseWeights {
  readonly patterns: readonly number[];
  readonly weights: readonly number[];
}

/** A column counts as dependent on others when so small a share of its squared length is left outside their span. */
const DEPENDENT = 1e-9;
/** Relative excess over beta that counts as a violation. */
const VIOLATION = 1e-12;

/** Independent columns of D with signed weights, and the Cholesky factor L L' of their Gram matrix. */
class ActiveSet {
  readonly ids: number[] = [];
  readonly weights: number[] = [];
  readonly signs: number[] = [];
  readonly #programme: ThresholdProgramme;
  /** Row-major with stride n: there are never more than n independent columns. */
  readonly #l: Float64Array;

  constructor(programme: ThresholdProgramme) {
    this.#programme = programme;
    this.#l = new Float64Array(programme.n ** 2);
  }

  /** Inner products of the active columns with those of column p. */
  #gram(p: number): Float64Array {
    const {n, columns} = this.#programme;
    return Float64Array.from(this.ids, (q) => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += columns[p * n + i] & columns[q * n + i];
      return sum;
    });
  }

  /** Solves L a = b in place. */
  #forward(b: Float64Array): Float64Array {
    const {n} = this.#programme;
    for (let i = 0; i < b.length; i++) {
      let rest = b[i];
      for (let j = 0; j < i; j++) rest -= this.#l[i * n + j] * b[j];
      b[i] = rest / this.#l[i * n + i];
    }
    return b;
  }

  /** Solves L' a = b in place. */
  #backward(b: Float64Array): Float64Array {
    const {n} = this.#programme;
    for (let i = b.length - 1; i >= 0; i--) {
      b[i] /= this.#l[i * n + i];
      for (let j = 0; j < i; j++) b[j] -= this.#l[i * n + j] * b[i];
    }
    return b;
  }

  /** Solves (D_A' D_A) a = b in place. */
  solve(b: Float64Array): Float64Array {
    return this.#backward(this.#forward(b));
  }

  /**
   * Adds column p with a weight (zero or of the sign). A column in the span of the others is not added.
   * @returns null, or the coefficients of the others that make up column p
   */
  append(p: number, weight: number, sign: number): Float64Array | null {
    const {n, columns} = this.#programme;
    const k = this.ids.length;
    const row = this.#forward(this.#gram(p));
    let square = 0;
    for (let i = 0; i < n; i++) square += columns[p * n + i];
    const rest = row.reduce((left, entry) => left - entry * entry, square);
    if (rest <= DEPENDENT * square) return this.#backward(row);
    this.#l.set(row, k * n);
    this.#l[k * n + k] = Math.sqrt(rest);
    this.ids.push(p);
    this.weights.push(weight);
    this.signs.push(sign);
    return null;
  }

  /** Takes out the column at a place; rotations make the factor triangular again. */
  remove(place: number): void {
    const {n} = this.#programme;
    const l = this.#l;
    for (const list of [this.ids, this.weights, this.signs]) list.splice(place, 1);
    const k = this.ids.length;
    l.copyWithin(place * n, (place + 1) * n, (k + 1) * n);
    for (let c = place; c < k; c++) {
      const length = Math.hypot(l[c * n + c], l[c * n + c + 1]);
      const [cos, sin] = [l[c * n + c] / length, l[c * n + c + 1] / length];
      for (let i = c; i < k; i++) {
        const [a, b] = [l[i * n + c], l[i * n + c + 1]];
        l[i * n + c] = cos * a + sin * b;
        l[i * n + c + 1] = cos * b - sin * a;
      }
    }
  }
}

/** The numbers of the `most` largest scores above a level, largest first. */
function largest(scores: Float64Array, above: number, most: number): number[] {
  const found: number[] = [];
  for (let p = 0; p < scores.length; p++) if (Math.abs(scores[p]) > above) found.push(p);
  return found.sort((a, b) => Math.abs(scores[b]) - Math.abs(scores[a])).slice(0, most);
}

/** 1/2 sum of squared distances to the mean, within each group of rows that no pattern tells apart: no w gets below it. */
function lossFloor({n, count, columns, y}: ThresholdProgramme): number {
  const isSame = (i: number, j: number): boolean => {
    for (let p = 0; p < count; p++) if (columns[p * n + i] !== columns[p * n + j]) return false;
    return true;
  };
  const groups: number[][] = [];
  for (let i = 0; i < n; i++) {
    const home = groups.find(([first]) => isSame(i, first));
    if (home) home.push(i);
    else groups.push([i]);
  }
  let floor = 0;
  for (const group of groups) {
    const mean = group.reduce((sum, i) => sum + y[i], 0) / group.length;
    for (const i of group) floor += (y[i] - mean) ** 2 / 2;
  }
  return floor;
}

/**
 * Solves the programme in rounds: each takes the columns that violate the dual most into the working set, solves
 * exactly over it, and prices all columns for a new interval.
 */
export class ThresholdLasso {
  readonly #programme: ThresholdProgramme;
  readonly #beta: number;
  readonly #active: ActiveSet;
  readonly #floor: number;
  /** Numbers of columns taken in by a round. */
  readonly #batch: number;
  /** z: y - D w, with D_A' z = beta signs to its own last digits. */
  #residual: Float64Array;
  /** D_p' z of every column. */
  #scores: Float64Array;
  #lower = 0;

  /** @param start weights to begin with, of the same programme at another beta */
  constructor(programme: ThresholdProgramme, beta: number, start: SparseWeights = {patterns: [], weights: []}) {
    this.#programme = programme;
    this.#beta = beta;
    this.#active = new ActiveSet(programme);
    this.#floor = lossFloor(programme);
    this.#batch = Math.max(20, programme.n);
    for (const [at, p] of start.patterns.entries()) this.#active.append(p, start.weights[at], Math.sign(start.weights[at]));
    this.#residual = this.#residualNow();
    this.#descend();
    this.#scores = this.#price();
  }

  advance(): LassoInterval {
    const before = this.#objective();
    const candidates = largest(this.#scores, this.#bar(), this.#batch);
    const entered = this.#solveOver(candidates);
    if (entered > 0) this.#scores = this.#price();
    const objective = this.#objective();
    const violation = largest(this.#scores, this.#bar(), 1).length > 0;
    const upper = this.#beta === 0 && this.#isFloor(objective) ? this.#floor : objective;
    // Without a penalty this is least squares, and scores of zero are the proof.
    const bound = this.#beta > 0 ? this.#dualBound() : violation ? this.#floor : upper;
    this.#lower = Math.min(upper, Math.max(this.#lower, this.#floor, bound));
    const working = this.#active.ids.length + candidates.filter((p) => !this.#active.ids.includes(p)).length;
    return {lower: this.#lower, upper, working, improvable: violation && objective < before};
  }

  solution(): SparseWeights {
    const {ids, weights} = this.#active;
    const kept = ids.map((_, at) => at).filter((at) => weights[at] !== 0);
    return {patterns: kept.map((at) => ids[at]), weights: kept.map((at) => weights[at])};
  }

  /** The same programme at another beta, from the present weights. */
  withBeta(beta: number): ThresholdLasso {
    return new ThresholdLasso(this.#programme, beta, this.solution());
  }

  /** Scores above this violate the dual by more than rounding can make. */
  #bar(): number {
    return (1 + VIOLATION) * this.#beta + 2e-15 * this.#residual.reduce((sum, z) => sum + Math.abs(z), 0);
  }

  /** y - D w. */
  #residualNow(): Float64Array {
    const {n, columns, y} = this.#programme;
    const z = y.slice();
    for (const [at, p] of this.#active.ids.entries()) {
      const w = this.#active.weights[at];
      for (let i = 0; i < n; i++) if (columns[p * n + i] === 1) z[i] -= w;
    }
    return z;
  }

  #score(p: number): number {
    const {n, columns} = this.#programme;
    const z = this.#residual;
    let sum = 0;
    for (let i = 0, at = p * n; i < n; i++, at++) sum += columns[at] * z[i];
    return sum;
  }

  #price(): Float64Array {
    const scores = new Float64Array(this.#programme.count);
    for (let p = 0; p < scores.length; p++) scores[p] = this.#score(p);
    return scores;
  }

  #objective(): number {
    const loss = this.#residualNow().reduce((sum, z) => sum + z * z, 0) / 2;
    return loss + this.#beta * this.#active.weights.reduce((sum, w) => sum + Math.abs(w), 0);
  }

  /** Whether J is what no weights get below, but for rounding. */
  #isFloor(objective: number): boolean {
    return objective - this.#floor <= 1e-13 * this.#programme.y.reduce((sum, y) => sum + y * y, 0);
  }

  /** c z.y - c^2 |z|^2 / 2. */
  #dualBound(): number {
    const z = this.#residual;
    const most = this.#scores.reduce((so, score) => Math.max(so, Math.abs(score)), 0);
    const square = z.reduce((sum, entry) => sum + entry * entry, 0);
    if (square === 0) return 0;
    const along = z.reduce((sum, entry, i) => sum + entry * this.#programme.y[i], 0);
    const c = Math.max(0, Math.min(along / square, most > 0 ? this.#beta / most : Number.POSITIVE_INFINITY));
    return c * along - (c * c * square) / 2;
  }

  /** Brings columns in, the worst violator first, until none of them violates. @returns how many came in */
  #solveOver(candidates: readonly number[]): number {
    // Columns that rounding keeps from helping, and those that have left again, may come back in another round.
    const open = new Set(candidates);
    let entered = 0;
    for (;;) {
      let worst = -1;
      let score = 0;
      for (const p of open) {
        const one = this.#score(p);
        if (Math.abs(one) > Math.abs(score)) [worst, score] = [p, one];
      }
      if (Math.abs(score) <= this.#bar()) return entered;
      open.delete(worst);
      if (this.#enter(worst, Math.sign(score))) entered++;
    }
  }

  #enter(p: number, sign: number): boolean {
    const active = this.#active;
    if (active.ids.includes(p)) return false;
    const made = active.append(p, 0, sign);
    if (made && !this.#exchange(p, sign, made)) return false;
    this.#descend();
    return active.ids.includes(p);
  }

  /**
   * Column p is the others' combination `made`: p can grow and the others follow with D w unchanged, while |w|_1 falls,
   * until one of them is zero. That one makes room for p.
   */
  #exchange(p: number, sign: number, made: Float64Array): boolean {
    const active = this.#active;
    let most = Number.POSITIVE_INFINITY;
    let place = -1;
    for (let at = 0; at < made.length; at++) {
      const shrink = sign * made[at] * active.signs[at];
      // Zero but for rounding.
      if (shrink <= 1e-9) continue;
      const reach = Math.abs(active.weights[at]) / shrink;
      if (reach < most) [most, place] = [reach, at];
    }
    if (place < 0) return false;
    for (let at = 0; at < made.length; at++) active.weights[at] -= most * sign * made[at];
    active.remove(place);
    return active.append(p, most * sign, sign) === null;
  }

  /** Goes to the minimum over the active columns with their signs; weights that meet zero before it leave. */
  #descend(): void {
    const active = this.#active;
    const {signs, weights} = active;
    // Twice at the end: the second pass is iterative refinement.
    for (let full = 0; full < 2; ) {
      this.#residual = this.#residualNow();
      const pull = Float64Array.from(active.ids, (p, at) => this.#score(p) - this.#beta * signs[at]);
      const step = active.solve(pull);
      let reach = 1;
      let place = -1;
      for (let at = 0; at < step.length; at++) {
        if (signs[at] * step[at] >= 0) continue;
        const own = Math.abs(weights[at] / step[at]);
        if (own < reach) [reach, place] = [own, at];
      }
      for (let at = 0; at < step.length; at++) weights[at] += reach * step[at];
      if (place >= 0) active.remove(place);
      else full++;
    }
    this.#residual = this.#residualNow();
    this.#refineResidual();
  }

  /**
   * Moves z within the span of the active columns to D_A' z = beta signs. As y - D w it has an error of the size of y's
   * last digit, which is all of z where beta is tiny; and a bound may take any z.
   */
  #refineResidual(): void {
    const {n, columns} = this.#programme;
    const {ids, signs} = this.#active;
    const shift = this.#active.solve(Float64Array.from(ids, (p, at) => this.#beta * signs[at] - this.#score(p)));
    for (const [at, p] of ids.entries()) {
      for (let i = 0; i < n; i++) if (columns[p * n + i] === 1) this.#residual[i] += shift[at];
    }
  }
}
