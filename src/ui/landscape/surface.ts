import {contours} from 'd3-contour';
import type {Landscape} from '../../core/protocol.ts';

/** How values of J become places on the colour scale. */
export interface ColourScale {
  readonly log: boolean;
  /** The scale ends at this percentile of the values, 50..100; 100 ends it at the highest. */
  readonly clip: number;
}

/** J over the plane, made ready to draw: every value as a place on the colour scale. */
export interface Surface {
  readonly side: number;
  /** side x side, row = b; 0..1 on the scale, above 1 beyond its end; NaN where J is not finite. */
  readonly shade: Float64Array;
  readonly log: boolean;
  readonly low: number;
  /** The end of the scale, and the highest value: greater where the scale is clipped. */
  readonly high: number;
  readonly peak: number;
}

/** The value that `percent` of the sorted values do not exceed (nearest rank). */
export function percentile(sorted: Float64Array, percent: number): number {
  const rank = Math.ceil((percent / 100) * sorted.length);
  return sorted[Math.min(Math.max(rank, 1), sorted.length) - 1];
}

/** A log scale reaches down to this share of its end at most: a minimum of 0 has no logarithm, and one near it would flatten all else. */
const DEEPEST = 1e-5;
/** Shades below the log scale's start are cut here, as that of 0 is minus infinity. */
const LOWEST_SHADE = -1;

/** A log scale needs values of at least 0; where J has others the scale is linear. */
export function surfaceOf({values, side}: Pick<Landscape, 'values' | 'side'>, {log: wantsLog, clip}: ColourScale): Surface {
  const sorted = values.filter(Number.isFinite).sort();
  const least = sorted.length > 0 ? sorted[0] : 0;
  const peak = sorted.length > 0 ? sorted[sorted.length - 1] : 0;
  const cut = sorted.length > 0 ? percentile(sorted, clip) : 0;
  // Flat up to the percentile: there is no scale to clip.
  const high = cut > least ? cut : peak;
  const log = wantsLog && least >= 0 && high > 0;
  const low = log ? Math.max(least, DEEPEST * high) : least;
  const shown = {side, log, low, high, peak};
  return {...shown, shade: values.map((value) => (Number.isFinite(value) ? Math.max(LOWEST_SHADE, shadeOf(shown, value)) : Number.NaN))};
}

/** Where a value lies on the colour scale; minus infinity for what has no logarithm. */
export function shadeOf({log, low, high}: Pick<Surface, 'log' | 'low' | 'high'>, value: number): number {
  if (log && value <= 0) return Number.NEGATIVE_INFINITY;
  const [from, to, at] = log ? [Math.log(low), Math.log(high), Math.log(value)] : [low, high, value];
  return (at - from) / (to - from || 1);
}

/** The value at a place on the colour scale. */
export const valueAtShade = ({log, low, high}: Surface, t: number): number =>
  log ? low * (high / low) ** t : low + t * (high - low);

/** A neighbour with no weight has no say, even where it is a hole. */
const mix = (from: number, to: number, share: number): number => (share === 0 ? from : share === 1 ? to : from + (to - from) * share);

/** The shade between grid points, bilinearly; u and v run over 0..side-1. */
export function shadeAt({shade, side}: Surface, u: number, v: number): number {
  const column = Math.min(Math.max(Math.floor(u), 0), side - 2);
  const row = Math.min(Math.max(Math.floor(v), 0), side - 2);
  const [s, t] = [u - column, v - row];
  const at = row * side + column;
  if (t === 0) return mix(shade[at], shade[at + 1], s);
  const above = mix(shade[at + side], shade[at + side + 1], s);
  return t === 1 ? above : mix(mix(shade[at], shade[at + 1], s), above, t);
}

/** Level lines are drawn at the shades (i + 1/2) / LEVELS. */
export const LEVELS = 14;

export type Line = readonly (readonly [number, number])[];

/** Each level's lines in grid units (0..side-1), b upwards. They end at the border and where J is not finite. */
export function levelLines({shade, side}: Surface): readonly (readonly Line[])[] {
  const filled = Array.from(shade, (t) => (Number.isNaN(t) ? 1 : t));
  const isReal = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x <= side - 1 && y <= side - 1 &&
    [[Math.floor(x), Math.floor(y)], [Math.ceil(x), Math.ceil(y)]].every(([column, row]) => !Number.isNaN(shade[row * side + column]));
  return contours()
    .size([side, side])
    .thresholds(Array.from({length: LEVELS}, (_, i) => (i + 0.5) / LEVELS))(filled)
    // d3-contour puts grid point i at i + 0.5.
    .map(({coordinates}) => coordinates.flat().flatMap((ring) => brokenAt(ring.map(([x, y]) => [x - 0.5, y - 0.5] as const), isReal)));
}

/** The pieces of a line between the points that don't count. */
function brokenAt(line: Line, counts: (x: number, y: number) => boolean): readonly Line[] {
  const pieces: [number, number][][] = [[]];
  for (const [x, y] of line) {
    if (counts(x, y)) pieces[pieces.length - 1].push([x, y]);
    else pieces.push([]);
  }
  return pieces.filter((piece) => piece.length > 1);
}
