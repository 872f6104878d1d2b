import {type Basins, MOST_MINIMA, OTHER_FATES, type ReachedMinimum} from '../../core/basins.ts';
import {minimumNear, type Place} from './minima.ts';
import type {Surface} from './surface.ts';
import {MetMinima} from './valleys.ts';

/** A grid of starts, side x side points (x, y), row = y. */
export interface Starts {
  readonly points: Float32Array;
  readonly side: number;
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
}

/** A start has reached a minimum when it is this near, as a share of the drawn width. */
const NEAR = 0.02;
/** This many drawn widths away is gone. */
const GONE = 1e3;
/** Neighbours in a valley are at most this many starts' distances apart. */
const NEIGHBOURS = 2;
/** Places of a valley that are told. */
const MOST_PLACES = 200;

interface Look {
  readonly iteration: number;
  readonly points: Float32Array;
}

/** Follows a grid of starts by looks at where they are. */
export class Arrivals {
  readonly #surface: Surface;
  readonly #starts: Starts;
  readonly #width: number;
  readonly #spread: number;
  readonly #looks: Look[];

  constructor(surface: Surface, starts: Starts) {
    this.#surface = surface;
    this.#starts = starts;
    this.#width = Math.max(starts.xRange[1] - starts.xRange[0], starts.yRange[1] - starts.yRange[0]);
    this.#spread = spreadOf(surface, starts);
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
    const met = new MetMinima(this.#surface, this.#width, this.#spread);
    const fates = Int32Array.from({length: side * side}, (_, i) => this.#fate(points, last.points, i, met));
    const groups = met.groups((NEIGHBOURS * this.#width) / (side - 1));
    const told = this.#told(fates, met.places, groups);
    const rank = new Map(told.map(({group}, index) => [group, index]));
    return {
      side, xRange, yRange,
      minima: told.map(({minimum}) => minimum),
      furtherMinima: new Set(groups).size - told.length,
      reached: Int16Array.from(fates, (fate) => (fate < 0 ? fate : (rank.get(groups[fate]) ?? OTHER_FATES.further))),
      arrived: Int32Array.from(fates, (fate, i) => (fate < 0 ? -1 : this.#arrival(i, met.places[fate]))),
      iteration: last.iteration,
      iterations,
    };
  }

  /** The minima and valleys that most starts led to, in the order of x, then y. */
  #told(fates: Int32Array, places: readonly Place[], groups: readonly number[]): readonly {readonly group: number; readonly minimum: ReachedMinimum}[] {
    const members = new Map<number, Place[]>();
    for (const [i, place] of places.entries()) {
      const known = members.get(groups[i]);
      if (known) known.push(place);
      else members.set(groups[i], [place]);
    }
    const starts = new Map<number, number>();
    for (const fate of fates) if (fate >= 0) starts.set(groups[fate], (starts.get(groups[fate]) ?? 0) + 1);
    return [...members]
      .map(([group, own]) => ({group, minimum: this.#minimum(own, starts.get(group) ?? 0)}))
      .sort((a, b) => b.minimum.starts - a.minimum.starts)
      .slice(0, MOST_MINIMA)
      .sort(({minimum: a}, {minimum: b}) => a.x - b.x || a.y - b.y);
  }

  #minimum(members: readonly Place[], starts: number): ReachedMinimum {
    const mean = [0, 1].map((axis) => members.reduce((sum, place) => sum + place[axis], 0) / members.length);
    const away = (place: Place): number => Math.hypot(place[0] - mean[0], place[1] - mean[1]);
    const [x, y] = members.reduce((best, place) => (away(place) < away(best) ? place : best));
    // Where f is flat to high order, rounding leaves one minimum as several next to each other.
    const isValley = members.some((place) => away(place) > NEAR * this.#width);
    const every = Math.ceil(members.length / MOST_PLACES);
    return {x, y, value: this.#surface.value(x, y), valley: isValley ? members.filter((_, i) => i % every === 0) : [], starts};
  }

  /** Index of a minimum that was met, or one of OTHER_FATES. */
  #fate(from: Float32Array, to: Float32Array, i: number, met: MetMinima): number {
    if (!Number.isFinite(this.#surface.value(from[2 * i], from[2 * i + 1]))) return OTHER_FATES.undefined;
    const [x, y] = [to[2 * i], to[2 * i + 1]];
    if (!(Math.hypot(x - from[2 * i], y - from[2 * i + 1]) < GONE * this.#width)) return OTHER_FATES.diverged;
    const minimum = minimumNear(this.#surface, x, y, NEAR * this.#width);
    return minimum ? met.add(minimum) : OTHER_FATES.underWay;
  }

  /** The iteration of the first look from which on a start is near its minimum. */
  #arrival(i: number, [x, y]: Place): number {
    let arrived = this.#looks[this.#looks.length - 1].iteration;
    for (let at = this.#looks.length - 1; at >= 0; at--) {
      const {iteration, points} = this.#looks[at];
      if (Math.hypot(points[2 * i] - x, points[2 * i + 1] - y) > NEAR * this.#width) break;
      arrived = iteration;
    }
    return arrived;
  }
}

/** How far half of f's values at the starts are above the least. */
function spreadOf({value}: Surface, {points, side}: Starts): number {
  const values = Float64Array.from({length: side * side}, (_, i) => value(points[2 * i], points[2 * i + 1])).filter(Number.isFinite).sort();
  return values.length > 0 ? values[values.length >> 1] - values[0] : 0;
}
