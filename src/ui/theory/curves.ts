import type {Point} from '../race/series.ts';

/** Points of a curve from two arrays, at most about so many; what is not finite (or, on a log axis, not positive) is left out. */
export function curve(xs: ArrayLike<number>, ys: ArrayLike<number>, log: boolean | {readonly x: boolean; readonly y: boolean} = false, most = 400): readonly Point[] {
  const {x: logX, y: logY} = typeof log === 'boolean' ? {x: false, y: log} : log;
  const stride = Math.max(1, Math.ceil(xs.length / most));
  const points: Point[] = [];
  for (let i = 0; i < xs.length; i++) {
    if (i % stride !== 0 && i !== xs.length - 1) continue;
    const [x, y] = [xs[i], ys[i]];
    if (Number.isFinite(x) && Number.isFinite(y) && (!logX || x > 0) && (!logY || y > 0)) points.push({x, y});
  }
  return points;
}

export const ys = (curves: readonly (readonly Point[])[]): number[] => curves.flatMap((points) => points.map(({y}) => y));
