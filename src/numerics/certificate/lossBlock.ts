import type {HostDual, HostLoss} from '../../core/hostProblem.ts';

/**
 * The loss inside an interior-point step. In the fit f a step solves with curvatures h (one a sample) and a right-hand
 * side, so that the residual moves by dz = pull - h df; what a loss brings is its own business:
 *
 *   smooth losses: z = -loss'(f), h = loss''(f), pull = 0, and f moves no further than the tangent is good for;
 *   hinge: slacks xi >= 0 and m = xi - 1 + y f >= 0 with multipliers a + b = 1, eliminated by hand; z = y b.
 */
export interface LossBlock {
  /** The residual that prices and dual bounds are taken at. */
  readonly z: Float64Array;
  /** Complementary pairs that the barrier sees. */
  readonly pairs: number;
  curvatures(): Float64Array;
  /**
   * What the loss adds to the right-hand side in f, for a centring target.
   * @param target sigma mu, 0 in the affine step
   * @param affine whether to leave out Mehrotra's second-order terms
   */
  pull(target: number, affine: boolean): Float64Array;
  /** Given the step in f, its own step; returns the largest fraction that keeps its variables inside. */
  prepare(df: Float64Array, target: number, affine: boolean): number;
  /** Sum of complementary products after a fraction of the prepared step. */
  complementarityAfter(fraction: number): number;
  /** Takes a fraction of the prepared step, after which the fit is f. */
  take(fraction: number, f: Float64Array): void;
}

/** The share of the way to the boundary that a step goes at most. */
export const CAUTION = 0.99;
/** How much of a residual its tangent may miss, and the fraction of a step that is always taken. */
const TANGENT = 0.25;
const SHORTEST = 1e-3;

type Curvature = Exclude<HostDual['curvature'], 'hinge'>;

class SmoothBlock implements LossBlock {
  readonly z: Float64Array;
  readonly pairs = 0;
  readonly #curvature: Curvature;
  readonly #loss: HostLoss;
  readonly #y: Float64Array;
  readonly #h: Float64Array;
  readonly #zero: Float64Array;
  readonly #negligible: number;
  #f: Float64Array;

  constructor(curvature: Curvature, loss: HostLoss, y: Float64Array, f: Float64Array, negligible: number) {
    this.#curvature = curvature;
    this.#negligible = negligible;
    this.#f = f;
    this.#loss = loss;
    this.#y = y;
    this.z = new Float64Array(y.length);
    this.#h = new Float64Array(y.length);
    this.#zero = new Float64Array(y.length);
    this.take(0, f);
  }

  curvatures(): Float64Array {
    return this.#h;
  }

  pull(): Float64Array {
    return this.#zero;
  }

  /** The fraction up to which each residual's tangent is good to a quarter of it, or to what doesn't matter. */
  prepare(df: Float64Array): number {
    const moved = new Float64Array(1);
    const slope = new Float64Array(1);
    let fraction = 1;
    const strays = (i: number): boolean => {
      moved[0] = this.#f[i] + fraction * df[i];
      this.#loss.derivative(moved, this.#y.subarray(i, i + 1), 0, slope, 1);
      const wanted = this.z[i] - fraction * this.#h[i] * df[i];
      return Math.abs(-slope[0] - wanted) > Math.max(TANGENT * Math.abs(this.z[i]), this.#negligible);
    };
    for (let i = 0; i < df.length; i++) while (fraction > SHORTEST && strays(i)) fraction *= 0.75;
    return fraction / CAUTION;
  }

  complementarityAfter(): number {
    return 0;
  }

  take(_fraction: number, f: Float64Array): void {
    this.#f = f.slice();
    for (let i = 0; i < f.length; i++) {
      this.#loss.derivative(f, this.#y, i, this.z, 1);
      this.z[i] = -this.z[i];
      this.#h[i] = this.#curvature(f[i], this.#y[i]);
    }
  }
}

class HingeBlock implements LossBlock {
  readonly z: Float64Array;
  readonly pairs: number;
  readonly #y: Float64Array;
  readonly #xi: Float64Array;
  readonly #m: Float64Array;
  readonly #b: Float64Array;
  readonly #dxi: Float64Array;
  readonly #dm: Float64Array;
  readonly #db: Float64Array;

  /** @param f the fit at the start */
  constructor(y: Float64Array, f: Float64Array) {
    const n = y.length;
    this.#y = y;
    this.pairs = 2 * n;
    this.#xi = y.map((label, i) => Math.max(1, 2 - label * f[i]));
    this.#m = this.#xi.map((xi, i) => xi - 1 + y[i] * f[i]);
    this.#b = new Float64Array(n).fill(0.5);
    this.#dxi = new Float64Array(n);
    this.#dm = new Float64Array(n);
    this.#db = new Float64Array(n);
    this.z = Float64Array.from(y, (label) => label / 2);
  }

  curvatures(): Float64Array {
    return Float64Array.from(this.#y, (_, i) => {
      const [p, q] = [this.#b[i] / this.#m[i], (1 - this.#b[i]) / this.#xi[i]];
      return (p * q) / (p + q);
    });
  }

  /** Right-hand sides of the two complementarity rows: target - product (- second-order term). */
  #targets(i: number, target: number, affine: boolean): readonly [number, number] {
    const a = 1 - this.#b[i];
    const corrections = affine ? [0, 0] : [this.#dm[i] * this.#db[i], -this.#dxi[i] * this.#db[i]];
    return [target - this.#b[i] * this.#m[i] - corrections[0], target - a * this.#xi[i] - corrections[1]];
  }

  pull(target: number, affine: boolean): Float64Array {
    return Float64Array.from(this.#y, (y, i) => {
      const [forB, forA] = this.#targets(i, target, affine);
      const [p, q] = [this.#b[i] / this.#m[i], (1 - this.#b[i]) / this.#xi[i]];
      // d b at df = 0.
      return (y * (q * (forB / this.#m[i]) - p * (forA / this.#xi[i]))) / (p + q);
    });
  }

  prepare(df: Float64Array, target: number, affine: boolean): number {
    let fraction = Number.POSITIVE_INFINITY;
    for (let i = 0; i < df.length; i++) {
      const [forB, forA] = this.#targets(i, target, affine);
      const [p, q] = [this.#b[i] / this.#m[i], (1 - this.#b[i]) / this.#xi[i]];
      const move = this.#y[i] * df[i];
      const dxi = (forB / this.#m[i] + forA / this.#xi[i] - p * move) / (p + q);
      const dm = (forB / this.#m[i] + forA / this.#xi[i] + q * move) / (p + q);
      // As pull - h df, which loses no digits where m and xi are both small.
      const db = (q * (forB / this.#m[i]) - p * (forA / this.#xi[i]) - p * q * move) / (p + q);
      this.#dxi[i] = dxi;
      this.#dm[i] = dm;
      this.#db[i] = db;
      if (dxi < 0) fraction = Math.min(fraction, -this.#xi[i] / dxi);
      if (dm < 0) fraction = Math.min(fraction, -this.#m[i] / dm);
      if (db < 0) fraction = Math.min(fraction, -this.#b[i] / db);
      if (db > 0) fraction = Math.min(fraction, (1 - this.#b[i]) / db);
    }
    return fraction;
  }

  complementarityAfter(s: number): number {
    let sum = 0;
    for (let i = 0; i < this.#y.length; i++) {
      const b = this.#b[i] + s * this.#db[i];
      sum += b * (this.#m[i] + s * this.#dm[i]) + (1 - b) * (this.#xi[i] + s * this.#dxi[i]);
    }
    return sum;
  }

  take(s: number): void {
    for (let i = 0; i < this.#y.length; i++) {
      this.#xi[i] += s * this.#dxi[i];
      this.#m[i] += s * this.#dm[i];
      this.#b[i] += s * this.#db[i];
      this.z[i] = this.#y[i] * this.#b[i];
    }
  }
}

/**
 * @param f the fit at the start
 * @param negligible the size below which a residual's error changes nothing
 */
export const lossBlock = (loss: HostLoss, {curvature}: HostDual, y: Float64Array, f: Float64Array, negligible: number): LossBlock =>
  curvature === 'hinge' ? new HingeBlock(y, f) : new SmoothBlock(curvature, loss, y, f, negligible);
