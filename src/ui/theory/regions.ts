import {type Motion, type MomentumMap, type MomentumOverlay, MOTIONS} from '../../core/momentumOverlay.ts';

/** A stretch of one row of the map with one motion and about one speed. */
export interface Stretch {
  readonly row: number;
  /** Columns from..to, both within. */
  readonly from: number;
  readonly to: number;
  readonly motion: Motion;
  /** 0 (fast) to SPEEDS (slow). */
  readonly speed: number;
}

/** Factors per step at which a region's shade changes. */
const FACTORS = [0.5, 0.75, 0.9, 0.97] as const;
export const SPEEDS = FACTORS.length;

const speedOf = (radius: number): number => FACTORS.filter((factor) => radius > factor).length;

export function stretchesOf({radius, motion}: MomentumMap, {aValues, momenta}: Pick<MomentumOverlay, 'aValues' | 'momenta'>): readonly Stretch[] {
  const columns = aValues.length;
  const found: Stretch[] = [];
  for (let row = 0; row < momenta.length; row++) {
    let from = 0;
    const kind = (column: number): string => `${motion[row * columns + column]} ${speedOf(radius[row * columns + column])}`;
    for (let column = 1; column <= columns; column++) {
      if (column < columns && kind(column) === kind(from)) continue;
      const at = row * columns + from;
      found.push({row, from, to: column - 1, motion: MOTIONS[motion[at]], speed: speedOf(radius[at])});
      from = column;
    }
  }
  return found;
}

export interface RegionName {
  readonly motion: Motion;
  /** Column and row of its middle. */
  readonly column: number;
  readonly row: number;
}

/** A region of fewer cells than this share of the map has no room for a name. */
const ROOM = 0.02;

/** Each region's name stands at the cell of it that is nearest to its centre of mass. */
export function regionNames({motion}: MomentumMap, {aValues, momenta}: Pick<MomentumOverlay, 'aValues' | 'momenta'>): readonly RegionName[] {
  const columns = aValues.length;
  // Rows and columns of one length, whatever their numbers.
  const place = (i: number): readonly [number, number] => [(i % columns) / columns, Math.floor(i / columns) / momenta.length];
  return MOTIONS.flatMap((name, kind): readonly RegionName[] => {
    const cells = Array.from(motion.keys()).filter((i) => motion[i] === kind);
    if (cells.length < ROOM * motion.length) return [];
    const mean = [0, 1].map((axis) => cells.reduce((sum, i) => sum + place(i)[axis], 0) / cells.length);
    const distance = (i: number): number => Math.hypot(place(i)[0] - mean[0], place(i)[1] - mean[1]);
    const middle = cells.reduce((best, i) => (distance(i) < distance(best) ? i : best), cells[0]);
    return [{motion: name, column: middle % columns, row: Math.floor(middle / columns)}];
  });
}
