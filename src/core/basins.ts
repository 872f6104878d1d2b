/** A minimum that starts of a grid led to. */
export interface ReachedMinimum {
  readonly x: number;
  readonly y: number;
  readonly value: number;
  /** Starts that led to it. */
  readonly starts: number;
}

/** What became of a start that reached no minimum: left for infinity, still under way, or was undefined at its start. */
export const UNREACHED = {diverged: -1, underWay: -2, undefined: -3} as const;

/** Where a method leads from a grid of starts on a surface. */
export interface Basins {
  /** Starts a side. */
  readonly side: number;
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  /** In the order of x, then y, so that colours hardly change while starts are still moving. */
  readonly minima: readonly ReachedMinimum[];
  /** side x side, row = y, column = x: the minimum (index) that was reached, or one of UNREACHED. */
  readonly reached: Int16Array;
  /** The first look (iteration) from which on a start was near its minimum; -1 where none was reached. */
  readonly arrived: Int32Array;
  /** Iterations that the starts have taken so far, and will take. */
  readonly iteration: number;
  readonly iterations: number;
}

/** Starts a side, and iterations, that may be asked for. */
export const MOST_BASIN_SIDE = 201;
export const MOST_BASIN_ITERATIONS = 100_000;
