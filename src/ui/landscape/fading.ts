/** A stretch of a path between two of its points, drawn with one opacity. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly opacity: number;
}

/** Points this far off the plane, as a share of the path's length, are as faint as they get. */
const FAR = 0.4;
const FAINTEST = 0.15;
/** Opacities are told apart in so many steps, so that a path is few pieces. */
const STEPS = 8;

/** 1 on the plane, falling to 0.15 at 0.4 of the path's length off it. */
export function opacityOf(off: number): number {
  const share = Math.round(Math.min(1, off / FAR) * STEPS) / STEPS;
  return 1 - share * (1 - FAINTEST);
}

/** A path in stretches of equal opacity: that of the farther of a step's two ends. A single point is one stretch. */
export function piecesOf(off: Float64Array): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let i = 0; i + 1 < off.length; i++) {
    const opacity = opacityOf(Math.max(off[i], off[i + 1]));
    const before = pieces.at(-1);
    if (before?.opacity === opacity) pieces[pieces.length - 1] = {...before, to: i + 1};
    else pieces.push({from: i, to: i + 1, opacity});
  }
  return pieces.length > 0 ? pieces : [{from: 0, to: 0, opacity: opacityOf(off[0])}];
}
