/** A minimum that starts of a grid led to; or a valley: minima that are connected, such as those of x^2. */
export interface ReachedMinimum {
  /** Of a valley the middle one of those that were reached. */
  readonly x: number;
  readonly y: number;
  readonly value: number;
  /** Places (x, y) along a valley, some of those that were reached; empty for a minimum by itself. */
  readonly valley: readonly (readonly [number, number])[];
  /** Starts that led to it. */
  readonly starts: number;
}

/**
 * What became of a start that reached none of the minima that are told apart: left for infinity, still under way, was undefined at its
 * start, or reached one of the further minima.
 */
export const OTHER_FATES = {diverged: -1, underWay: -2, undefined: -3, further: -4} as const;

/** Minima that are told apart, those that most starts lead to; a function can have thousands. */
export const MOST_MINIMA = 64;

/** Where a method leads from a grid of starts on a surface. */
export interface Basins {
  /** Starts a side. */
  readonly side: number;
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  /** In the order of x, then y, so that colours hardly change while starts are still moving. */
  readonly minima: readonly ReachedMinimum[];
  /** Minima that were reached beside those. */
  readonly furtherMinima: number;
  /** side x side, row = y, column = x: the minimum (index) that was reached, or one of OTHER_FATES. */
  readonly reached: Int16Array;
  /** The first look (iteration) from which on a start was near its minimum (a further one, too); -1 where none was reached. */
  readonly arrived: Int32Array;
  /** Iterations that the starts have taken so far, and will take. */
  readonly iteration: number;
  readonly iterations: number;
}

/** Starts a side, and iterations, that may be asked for. */
export const MOST_BASIN_SIDE = 201;
export const MOST_BASIN_ITERATIONS = 100_000;
