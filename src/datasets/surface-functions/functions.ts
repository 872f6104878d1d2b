import type {SurfaceLayout} from '../../core/data.ts';

/** The functions that are named, as expressions. */
export const NAMED: Readonly<Record<string, SurfaceLayout>> = {
  rosenbrock: {expression: '(1 - x)^2 + 100*(y - x^2)^2', xRange: [-2, 2], yRange: [-1, 3], minima: [[1, 1]]},
  himmelblau: {
    expression: '(x^2 + y - 11)^2 + (x + y^2 - 7)^2',
    xRange: [-5.5, 5.5],
    yRange: [-5.5, 5.5],
    minima: [[3, 2], [-2.805118086952745, 3.131312518250573], [-3.779310253377747, -3.283185991286169], [3.584428340330492, -1.848126526964404]],
  },
  beale: {expression: '(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2', xRange: [-4.5, 4.5], yRange: [-4.5, 4.5], minima: [[3, 0.5]]},
  saddle: {expression: 'x^2 - y^2 + y^4/4 + 1', xRange: [-2.5, 2.5], yRange: [-2.5, 2.5], minima: [[0, Math.SQRT2], [0, -Math.SQRT2]]},
};

const REACH: readonly [number, number] = [-3, 3];

/** Unit vectors of the largest and the smallest curvature, the first turned by an angle in degrees from the x axis. */
export function axesOf(rotation: number): readonly [readonly [number, number], readonly [number, number]] {
  const angle = (rotation * Math.PI) / 180;
  return [[Math.cos(angle), Math.sin(angle)], [-Math.sin(angle), Math.cos(angle)]];
}

/** f = 1/2 (h_1 (a_1 . (x, y))^2 + h_2 (a_2 . (x, y))^2) with h_1 = 1 and h_2 = 1 / condition along the axes a_i. */
export function quadratic(condition: number, rotation: number): SurfaceLayout {
  const [[p, q], [r, s]] = axesOf(rotation);
  const entry = (first: number, second: number): string => `(${first + second / condition})`;
  const expression = `0.5*${entry(p * p, r * r)}*x^2 + ${entry(p * q, r * s)}*x*y + 0.5*${entry(q * q, s * s)}*y^2`;
  return {expression, xRange: REACH, yRange: REACH, minima: [[0, 0]]};
}
