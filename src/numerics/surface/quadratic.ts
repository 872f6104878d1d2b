import {eigenvaluesOf} from './minima.ts';
import type {Surface} from './surface.ts';

/** f = floor + 1/2 sum_i h_i (e_i . (w - centre))^2. */
export interface QuadraticForm {
  /** h, the larger first; none is 0. */
  readonly curvatures: readonly [number, number];
  /** e_i, orthonormal. */
  readonly axes: readonly [readonly [number, number], readonly [number, number]];
  readonly centre: readonly [number, number];
  readonly floor: number;
}

/** Curvatures below this share of the larger one are rounding. */
const SINGULAR = 1e-13;

/** A surface as a quadratic with one stationary point, or null where it is none: its second derivatives must be constants. */
export function quadraticForm({value, gradient, hessian, isQuadratic}: Surface): QuadraticForm | null {
  if (!isQuadratic) return null;
  const [xx, xy, yy] = hessian(0, 0);
  const [gx, gy] = gradient(0, 0);
  const [least, most] = eigenvaluesOf(xx, xy, yy);
  const determinant = least * most;
  if (!Number.isFinite(gx + gy + determinant) || Math.abs(determinant) <= SINGULAR * Math.max(least * least, most * most)) return null;
  const angle = 0.5 * Math.atan2(2 * xy, xx - yy);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const centre = [(xy * gy - yy * gx) / determinant, (xy * gx - xx * gy) / determinant] as const;
  return {curvatures: [most, least], axes: [[c, s], [-s, c]], centre, floor: value(centre[0], centre[1])};
}
