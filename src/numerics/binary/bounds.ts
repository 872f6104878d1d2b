import {randomStream} from '../../core/random.ts';
import {boxBound} from './boxBound.ts';
import {GrayEnumeration, MOST_ENUMERATED} from './enumeration.ts';
import {mixingSweep} from './mixing.ts';
import {type Quadratic, roundUp} from './quadratic.ts';
import {drawRoundings, improvedByFlips, leastOf} from './rounding.ts';
import {randomRows, type Rows, sufficientRank} from './rows.ts';
import {certificateOf} from './sdpCertificate.ts';

/** lower <= min E <= upper, and where that comes from. */
export interface BinaryBounds {
  readonly p: number;
  readonly lower: number;
  /** E(w), computed from the data themselves. */
  readonly upper: number;
  readonly w: Int8Array;
  /** The rows of the relaxation. */
  readonly rows: Rows;
  /** Weight vectors tried one by one. */
  readonly tried: number;
  /** Weight vectors at the optimum, 0 while that is not known. */
  readonly copies: number;
  /** The second smallest value of E; Infinity while not known or where there is none. */
  readonly second: number;
  readonly improvable: boolean;
}

/** Multiplications in a round of sweeps: some hundredths of a second. */
const ROUND_WORK = 3e7;
const ROUNDINGS = 40;
/** The relaxation counts as solved at this relative width, or after so many rounds without a better bound. */
const SOLVED = 1e-7;
const PATIENCE = 5;
/** Weight vectors in a round: a few tenths of a second at most. */
const CHUNK = 2 ** 20;

type Phase = 'box' | 'relaxation' | 'enumeration' | 'over';

/**
 * Bounds that close, round by round: the box; sweeps of the mixing method with a certificate and roundings, improved by
 * single flips; then, for p <= 22, all weight vectors in Gray-code order. Where the relaxation closes the interval and p is
 * that small, the same round still tries them all, for the copies of the optimum and the second value.
 */
export class BinaryBoundRounds {
  readonly #quadratic: Quadratic;
  readonly #measure: (w: ArrayLike<number>) => number;
  readonly #random = randomStream(1, 'certificate');
  readonly #rows: Rows;
  readonly #sweeps: number;
  readonly #enumeration: GrayEnumeration | null;
  #phase: Phase = 'box';
  #w: Int8Array;
  #upper: number;
  #lower = 0;
  /** The relaxation's best bound, before it is rounded up, and the rounds since it rose. */
  #raw = 0;
  #idle = 0;

  /** @param measure E from the data themselves, by which upper bounds are told */
  constructor(quadratic: Quadratic, measure: (w: ArrayLike<number>) => number) {
    const {p} = quadratic;
    const n = p + 1;
    this.#quadratic = quadratic;
    this.#measure = measure;
    this.#rows = randomRows(n, sufficientRank(n), this.#random);
    this.#sweeps = Math.max(5, Math.min(100, Math.floor(ROUND_WORK / (n * n * this.#rows.k))));
    this.#enumeration = p <= MOST_ENUMERATED ? new GrayEnumeration(quadratic) : null;
    this.#w = new Int8Array(p).fill(1);
    this.#upper = measure(this.#w);
  }

  next(): BinaryBounds {
    this.#round();
    if (this.#lower >= this.#upper) this.#enumerate(Number.POSITIVE_INFINITY);
    const enumeration = this.#enumeration;
    const all = enumeration !== null && enumeration.done === enumeration.total;
    return {
      p: this.#quadratic.p,
      lower: this.#lower,
      upper: this.#upper,
      w: this.#w,
      rows: this.#rows,
      tried: enumeration && enumeration.done > 1 ? enumeration.done : 0,
      copies: all ? enumeration.result.copies : 0,
      second: all ? enumeration.result.second : Number.POSITIVE_INFINITY,
      improvable: this.#phase !== 'over' && this.#lower < this.#upper,
    };
  }

  #round(): void {
    switch (this.#phase) {
      case 'box':
        return this.#box();
      case 'relaxation':
        return this.#relax();
      case 'enumeration':
        return this.#enumerate(CHUNK);
      case 'over':
        return;
    }
  }

  #offer(candidate: Int8Array): void {
    const value = this.#measure(candidate);
    if (value < this.#upper) [this.#upper, this.#w] = [value, candidate.slice()];
  }

  #raise(bound: number): void {
    this.#lower = Math.max(this.#lower, Math.min(roundUp(this.#quadratic.lattice, bound), this.#upper));
  }

  #box(): void {
    const relaxed = boxBound(this.#quadratic);
    this.#raise(relaxed.lower);
    this.#offer(improvedByFlips(this.#quadratic, Int8Array.from(relaxed.w, (x) => (x >= 0 ? 1 : -1))).w);
    this.#phase = 'relaxation';
  }

  #relax(): void {
    const quadratic = this.#quadratic;
    for (let sweep = 0; sweep < this.#sweeps; sweep++) mixingSweep(quadratic.matrix, this.#rows);
    const {f, raw} = certificateOf(quadratic, this.#rows);
    const {w} = leastOf(drawRoundings(quadratic, this.#rows, 'anchored', this.#random, ROUNDINGS));
    this.#offer(w);
    this.#offer(improvedByFlips(quadratic, w).w);
    this.#raise(Math.max(0, raw));
    this.#idle = raw > this.#raw + SOLVED * f ? 0 : this.#idle + 1;
    this.#raw = Math.max(this.#raw, raw);
    if (f - raw <= SOLVED * f || this.#idle >= PATIENCE) this.#phase = this.#enumeration ? 'enumeration' : 'over';
  }

  #enumerate(most: number): void {
    const enumeration = this.#enumeration;
    if (!enumeration) return;
    const over = enumeration.advance(most);
    this.#offer(enumeration.result.w);
    if (!over) return;
    // Only now is the best of all known; until then the lower bound is the relaxation's.
    this.#raise(enumeration.result.best - enumeration.tolerance - this.#quadratic.rounding);
    this.#phase = 'over';
  }
}
