import type {Surface} from './surface.ts';

export type Place = readonly [x: number, y: number];

/** Enough for high powers, which Newton's method comes down on by a constant share a step. */
const MOST_STEPS = 400;
/** Slopes below this share of what curvature times distance could make them count as none. */
const FLAT = 1e-9;
/** A curvature this much below 0, as a share of the largest, is rounding. */
const ROUNDING = 1e-7;

/** Eigenvalues of [[xx, xy], [xy, yy]], the smaller first. */
export function eigenvaluesOf(xx: number, xy: number, yy: number): readonly [number, number] {
  const half = Math.hypot((xx - yy) / 2, xy);
  return [(xx + yy) / 2 - half, (xx + yy) / 2 + half];
}

/** The minimum next to (x, y); null where there is none, or only further away than `reach`. */
export const minimumNear = (surface: Surface, x: number, y: number, reach: number): Place | null =>
  smoothMinimum(surface, x, y, reach) ?? (surface.mayHaveKinks ? kinkedMinimum(surface, x, y, reach) : null);

/**
 * The minimum next to (x, y), by Newton's method with a damping that falls while f does (Levenberg and Marquardt); null where it
 * ends at no minimum, or further away than `reach`.
 */
function smoothMinimum({value, gradient, hessian}: Surface, x: number, y: number, reach: number): Place | null {
  let [px, py, f] = [x, y, value(x, y)];
  let damping = 1e-3;
  for (let step = 0; step < MOST_STEPS; step++) {
    const [gx, gy] = gradient(px, py);
    const [xx, xy, yy] = hessian(px, py);
    const [least, most] = eigenvaluesOf(xx, xy, yy);
    const size = Math.max(Math.abs(least), Math.abs(most));
    if (!Number.isFinite(f + gx + gy + size)) return null;
    if (Math.hypot(gx, gy) <= FLAT * size * reach) return least >= -ROUNDING * size ? [px, py] : null;
    const shift = Math.max(0, -least) + damping * size;
    const [a, c] = [xx + shift, yy + shift];
    const determinant = a * c - xy * xy;
    const [nx, ny] = [px - (c * gx - xy * gy) / determinant, py - (a * gy - xy * gx) / determinant];
    if (Math.hypot(nx - x, ny - y) > reach) return null;
    const next = value(nx, ny);
    // Near the minimum f can't fall any more: rounding decides.
    if (next <= f + 1e-14 * Math.abs(f)) {
      [px, py, f] = [nx, ny, next];
      damping = Math.max(1e-12, damping / 10);
    } else damping *= 10;
    if (damping > 1e12) return null;
  }
  return null;
}

/** Directions that are looked in, and the finest step as a share of the reach. */
const DIRECTIONS = 8;
const FINEST = 1e-6;
const MOST_MOVES = 500;
/** Shares of the reach at which f is looked at all around, where no step is lower. */
const RINGS = [0.1, 1e-3, 1e-5];
/** Thirds that the angle is narrowed down by. */
const NARROWINGS = 20;

interface Low {
  readonly place: Place;
  readonly f: number;
  readonly angle: number;
}

/**
 * A minimum where f need not have derivatives: steps to the lowest of 8 places around, halved where none is lower. Along a kink f may fall
 * in a direction between them, so that is looked for in the end.
 */
function kinkedMinimum({value}: Surface, x: number, y: number, reach: number): Place | null {
  const towards = ({place: [a, b]}: Low, angle: number, step: number): Low => {
    const place = [a + step * Math.cos(angle), b + step * Math.sin(angle)] as const;
    return {place, f: value(...place), angle};
  };
  const lowestAround = (at: Low, step: number): Low =>
    Array.from({length: DIRECTIONS}, (_, i) => towards(at, (2 * Math.PI * i) / DIRECTIONS, step)).reduce((lowest, one) => (one.f < lowest.f ? one : lowest));
  /** The lowest on a ring, by narrowing down the angle about the lowest of a few. */
  const lowestOnRing = (at: Low, step: number): Low => {
    const coarse = lowestAround(at, step);
    let [from, to] = [coarse.angle - (2 * Math.PI) / DIRECTIONS, coarse.angle + (2 * Math.PI) / DIRECTIONS];
    for (let i = 0; i < NARROWINGS; i++) {
      const [left, right] = [(2 * from + to) / 3, (from + 2 * to) / 3];
      if (towards(at, left, step).f < towards(at, right, step).f) to = right;
      else from = left;
    }
    const fine = towards(at, (from + to) / 2, step);
    return fine.f < coarse.f ? fine : coarse;
  };
  let at: Low = {place: [x, y], f: value(x, y), angle: 0};
  let step = reach / 4;
  for (let move = 0; move < MOST_MOVES; move++) {
    const around = lowestAround(at, step);
    if (around.f < at.f) at = around;
    else if (step > FINEST * reach) step /= 2;
    else {
      const along = RINGS.map((share) => ({length: share * reach, low: lowestOnRing(at, share * reach)})).find(({low}) => low.f < at.f);
      if (!along) return Number.isFinite(at.f) ? at.place : null;
      // Down along the kink in longer and longer steps.
      for (let {length, low} = along; low.f < at.f; low = towards(at, low.angle, length)) {
        at = low;
        length *= 2;
      }
      step = along.length;
    }
    if (Math.hypot(at.place[0] - x, at.place[1] - y) > reach) return null;
  }
  return null;
}
