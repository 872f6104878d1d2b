import type {Basins} from '../../core/basins.ts';
import {number} from '../format.ts';

/** Finer than this share of the drawn width, a coordinate is what rounding left of a minimum's. */
const FINEST = 1e-7;

/** A point's coordinates in words. */
export const placeText = ({xRange, yRange}: Pick<Basins, 'xRange' | 'yRange'>, {x, y}: {readonly x: number; readonly y: number}, digits = 3): string =>
  `(${along(xRange, x, digits)}, ${along(yRange, y, digits)})`;

function along([low, high]: readonly [number, number], value: number, digits: number): string {
  const grain = FINEST * (high - low);
  return number(Math.abs(value) < grain ? 0 : value, digits);
}
