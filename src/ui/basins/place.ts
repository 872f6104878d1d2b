import type {Basins} from '../../core/basins.ts';
import {number} from '../format.ts';

/** Finer than this share of the drawn width, a coordinate is what rounding left of a minimum's. */
const FINEST = 1e-7;

/** A point's coordinates in words. */
export const placeText = ({xRange, yRange}: Pick<Basins, 'xRange' | 'yRange'>, {x, y}: {readonly x: number; readonly y: number}, digits = 3): string =>
  `(${along(xRange, x, digits)}, ${along(yRange, y, digits)})`;

/** A minimum in words, by the number that it has on the map. */
export function minimumText(basins: Basins, index: number): string {
  const minimum = basins.minima[index];
  const place = placeText(basins, minimum);
  return minimum.valley.length > 0 ? `valley ${index + 1} of minima, through ${place}` : `minimum ${index + 1} at ${place}`;
}

function along([low, high]: readonly [number, number], value: number, digits: number): string {
  const grain = FINEST * (high - low);
  return number(Math.abs(value) < grain ? 0 : value, digits);
}
