import {form, largestEnergy, type Quadratic} from './quadratic.ts';

/** 2^22 weight vectors take a fraction of a second; each further weight doubles it. */
export const MOST_ENUMERATED = 22;
/** Flips after which products and energy are computed afresh, so that rounding can't gather. */
const REFRESH = 4096;

export interface Enumerated {
  readonly best: number;
  readonly w: Int8Array;
  /** Weight vectors at the optimum. */
  readonly copies: number;
  /** The next smallest value; Infinity where there is none. */
  readonly second: number;
}

/**
 * All weights in {-1, +1}^p in Gray-code order: each differs from the one before in one sign, which changes E by
 * -4 w_i sum_{j != i} C_ij w_j. Resumable, so that the work can be cut into pieces.
 */
export class GrayEnumeration {
  readonly total: number;
  readonly #n: number;
  readonly #matrix: Float64Array;
  /** Values closer than this are counted as equal: 0 where all are whole numbers. */
  readonly tolerance: number;
  readonly #w: Float64Array;
  /** h_i = sum_{j != i} C_ij w_j. */
  readonly #h: Float64Array;
  #energy = 0;
  #done = 0;
  #best = Number.POSITIVE_INFINITY;
  #second = Number.POSITIVE_INFINITY;
  #copies = 0;
  #bestW: Int8Array;

  constructor(quadratic: Quadratic) {
    this.#n = quadratic.p + 1;
    this.total = 2 ** quadratic.p;
    this.#matrix = quadratic.matrix;
    this.tolerance = quadratic.rounding === 0 ? 0 : 1e-11 * largestEnergy(quadratic);
    this.#w = new Float64Array(this.#n).fill(-1);
    this.#w[0] = 1;
    this.#h = new Float64Array(this.#n);
    this.#bestW = Int8Array.from(this.#w.subarray(1));
    this.#refresh();
    this.#note();
    this.#done = 1;
  }

  /** Weight vectors looked at. */
  get done(): number {
    return this.#done;
  }

  get result(): Enumerated {
    return {best: this.#best, w: this.#bestW, copies: this.#copies, second: this.#second};
  }

  /** Looks at up to `count` more; true where all have been seen. */
  advance(count: number): boolean {
    const end = Math.min(this.total, this.#done + count);
    while (this.#done < end) {
      const stop = Math.min(end, this.#done + REFRESH - (this.#done % REFRESH));
      this.#flips(stop);
      if (this.tolerance > 0) this.#refresh();
    }
    return this.#done === this.total;
  }

  #refresh(): void {
    const [n, w, h, matrix] = [this.#n, this.#w, this.#h, this.#matrix];
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) if (j !== i) sum += matrix[i * n + j] * w[j];
      h[i] = sum;
    }
    this.#energy = form(matrix, n, w);
  }

  /** Steps number `done` to `stop` - 1 of the code. */
  #flips(stop: number): void {
    const [n, w, h, matrix] = [this.#n, this.#w, this.#h, this.#matrix];
    for (let t = this.#done; t < stop; t++) {
      // The lowest set bit of t says which sign changes.
      const i = 32 - Math.clz32(t & -t);
      const twice = 2 * w[i];
      this.#energy -= 2 * twice * h[i];
      w[i] = -w[i];
      const row = i * n;
      const own = h[i];
      for (let j = 1; j < n; j++) h[j] -= twice * matrix[row + j];
      h[i] = own;
      if (this.#energy <= this.#second) this.#note();
    }
    this.#done = stop;
  }

  #note(): void {
    const energy = this.#energy;
    if (energy < this.#best - this.tolerance) {
      this.#second = this.#best;
      this.#best = energy;
      this.#copies = 1;
      this.#bestW = Int8Array.from(this.#w.subarray(1));
    } else if (energy <= this.#best + this.tolerance) this.#copies++;
    else if (energy < this.#second - this.tolerance) this.#second = energy;
  }
}
