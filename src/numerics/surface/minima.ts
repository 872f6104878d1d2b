import type {Surface} from './surface.ts';

const MOST_STEPS = 60;
/** Slopes below this share of what curvature times distance could make them count as none. */
const FLAT = 1e-9;
/** A curvature this much below 0, as a share of the largest, is rounding. */
const ROUNDING = 1e-7;

/** Eigenvalues of [[xx, xy], [xy, yy]], the smaller first. */
export function eigenvaluesOf(xx: number, xy: number, yy: number): readonly [number, number] {
  const half = Math.hypot((xx - yy) / 2, xy);
  return [(xx + yy) / 2 - half, (xx + yy) / 2 + half];
}

/**
 * The minimum next to (x, y), by Newton's method with a damping that falls while f does (Levenberg and Marquardt); null where it
 * ends at no minimum, or further away than `reach`.
 */
export function minimumNear({value, gradient, hessian}: Surface, x: number, y: number, reach: number): readonly [number, number] | null {
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
