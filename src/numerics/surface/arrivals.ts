import {type Basins, type ReachedMinimum, UNREACHED} from '../../core/basins.ts';
import {minimumNear} from './minima.ts';
import type {Surface} from './surface.ts';

/** A grid of starts, side x side points (x, y), row = y. */
export interface Starts {
  readonly points: Float32Array;
  readonly side: number;
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
}

/** A start has reached a minimum when it is this near, as a share of the drawn width. */
const NEAR = 0.02;
/** Minima nearer than this to each other are one. */
const SAME = 1e-3;
/** This many drawn widths away is gone. */
const GONE = 1e3;
/** Kinds that are told apart; a function can have thousands. */
const MOST_MINIMA = 64;

interface Look {
  readonly iteration: number;
  readonly points: Float32Array;
}

/** Follows a grid of starts by looks at where they are. */
export class Arrivals {
  readonly #surface: Surface;
  readonly #starts: Starts;
  readonly #width: number;
  readonly #looks: Look[];

  constructor(surface: Surface, starts: Starts) {
    this.#surface = surface;
    this.#starts = starts;
    this.#width = Math.max(starts.xRange[1] - starts.xRange[0], starts.yRange[1] - starts.yRange[0]);
    this.#looks = [{iteration: 0, points: starts.points}];
  }

  /** @param points all starts' places after an iteration, in the order of the grid */
  look(iteration: number, points: Float32Array): void {
    this.#looks.push({iteration, points});
  }

  /** The picture as of the last look. */
  basins(iterations: number): Basins {
    const {side, xRange, yRange, points} = this.#starts;
    const last = this.#looks[this.#looks.length - 1];
    const found: (readonly [number, number])[] = [];
    const raw = Int16Array.from({length: side * side}, (_, i) => this.#fate(points, last.points, i, found));
    const order = found.map((_, index) => index).sort((a, b) => found[a][0] - found[b][0] || found[a][1] - found[b][1]);
    const rank = new Int16Array(found.length);
    for (const [place, index] of order.entries()) rank[index] = place;
    const reached = raw.map((index) => (index >= 0 ? rank[index] : index));
    const minima = order.map((index, place): ReachedMinimum => {
      const [x, y] = found[index];
      return {x, y, value: this.#surface.value(x, y), starts: reached.reduce((count, one) => count + (one === place ? 1 : 0), 0)};
    });
    const arrived = Int32Array.from(reached, (index, i) => (index >= 0 ? this.#arrival(i, minima[index]) : -1));
    return {side, xRange, yRange, minima, reached, arrived, iteration: last.iteration, iterations};
  }

  /** Index into `found`, which grows, or one of UNREACHED. */
  #fate(from: Float32Array, to: Float32Array, i: number, found: (readonly [number, number])[]): number {
    if (!Number.isFinite(this.#surface.value(from[2 * i], from[2 * i + 1]))) return UNREACHED.undefined;
    const [x, y] = [to[2 * i], to[2 * i + 1]];
    if (!(Math.hypot(x - from[2 * i], y - from[2 * i + 1]) < GONE * this.#width)) return UNREACHED.diverged;
    const minimum = minimumNear(this.#surface, x, y, NEAR * this.#width);
    if (!minimum) return UNREACHED.underWay;
    const known = found.findIndex(([a, b]) => Math.hypot(a - minimum[0], b - minimum[1]) <= SAME * this.#width);
    if (known >= 0) return known;
    return found.length < MOST_MINIMA ? found.push(minimum) - 1 : UNREACHED.underWay;
  }

  /** The iteration of the first look from which on a start is near its minimum. */
  #arrival(i: number, {x, y}: ReachedMinimum): number {
    let arrived = this.#looks[this.#looks.length - 1].iteration;
    for (let at = this.#looks.length - 1; at >= 0; at--) {
      const {iteration, points} = this.#looks[at];
      if (Math.hypot(points[2 * i] - x, points[2 * i + 1] - y) > NEAR * this.#width) break;
      arrived = iteration;
    }
    return arrived;
  }
}
