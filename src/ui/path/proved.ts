import type {PathMethod, PathPoint} from '../../core/study.ts';
import {count, number} from '../format.ts';

/** Relative gap above which a point is not called a proved optimum. */
const OPEN = 1e-4;

/** (J - lower) / J of a point, NaN where nothing was proved. */
export const gapOf = ({objective, lower}: PathPoint): number => Math.max(0, objective - lower) / (objective || 1);

export const isOpen = (point: PathPoint): boolean => gapOf(point) > OPEN;

/** What the points of a path are, in a sentence or two. */
export function provedWords(method: PathMethod, points: readonly PathPoint[]): string {
  if (method === 'pursuit') return 'Convex ADMM with pattern pursuit: good, not proved to be optimal.';
  const open = points.filter(isOpen);
  if (open.length === 0) return 'Proved optima, each started from the sparser one before.';
  const widest = number(Math.max(...open.map(gapOf)), 2);
  return `${count(points.length - open.length)} of ${count(points.length)} points are proved optima. At the others J is that of the best network found, and may lie above the optimum by a relative gap of up to ${widest} (see the table).`;
}
