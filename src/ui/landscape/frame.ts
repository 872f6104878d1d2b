import type {Landscape} from '../../core/protocol.ts';

type Ranges = Pick<Landscape, 'aRange' | 'bRange'>;

/** Ranges whose widths differ by more would leave most of a panel empty. */
const MOST = 4;
/** Axes whose units differ by less look alike. */
const LEAST_STRETCH = 1.05;

const width = ([low, high]: readonly [number, number]): number => high - low;

/** Width over height of a picture in which a unit is as long along both axes; null where that would be too long a strip. */
export function equalAspect({aRange, bRange}: Ranges): number | null {
  const aspect = width(aRange) / width(bRange);
  return aspect <= MOST && aspect >= 1 / MOST ? aspect : null;
}

/** How many times as long a unit is along an axis as along the other; null for an axis that is not enlarged. */
export interface Stretch {
  readonly a: number | null;
  readonly b: number | null;
}

export function stretchOf({aRange, bRange}: Ranges, picture: {readonly width: number; readonly height: number}): Stretch {
  const a = picture.width / width(aRange) / (picture.height / width(bRange));
  return {a: a > LEAST_STRETCH && Number.isFinite(a) ? a : null, b: 1 / a > LEAST_STRETCH && a > 0 ? 1 / a : null};
}

/** The largest picture of an aspect within a box. */
export const fitted = (aspect: number, box: {readonly width: number; readonly height: number}): {readonly width: number; readonly height: number} =>
  box.width / box.height > aspect ? {width: box.height * aspect, height: box.height} : {width: box.width, height: box.width / aspect};
