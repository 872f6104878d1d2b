import type {Certificate} from '../../core/study.ts';
import type {History} from '../../state/types.ts';
import {spanScale} from '../plots/scales.ts';
import {decimate, type Point, type Scale} from '../race/series.ts';

/** The curves of one contestant's bounds over its iterations; what was not measured is left out. */
export interface BoundCurves {
  readonly upper: readonly Point[];
  readonly relaxation: readonly Point[];
  readonly lower: readonly Point[];
  readonly box: readonly Point[];
  readonly eigenvalue: readonly Point[];
}

function curveOf({iterations, metrics}: History, metric: string, logX: boolean): readonly Point[] {
  const values = metrics[metric] ?? [];
  return decimate(iterations.flatMap((x, i) => (Number.isFinite(values[i]) && (!logX || x > 0) ? [{x, y: values[i]}] : [])));
}

export const curvesOf = (history: History, logX: boolean): BoundCurves => ({
  upper: curveOf(history, 'objective', logX),
  relaxation: curveOf(history, 'relaxation', logX),
  lower: curveOf(history, 'lowerBound', logX),
  box: curveOf(history, 'boxBound', logX),
  eigenvalue: curveOf(history, 'leastEigenvalue', logX),
});

const lastOf = (points: readonly Point[]): number => points.at(-1)?.y ?? Number.NaN;

/** The optimum as one number, where the certificate has closed. */
export const truthOf = (certificate: Certificate | null): number | null => (certificate?.closed && certificate.scope === 'global' ? certificate.upper : null);

/** Room above and below the values that matter, and how far beyond their span the first ones may reach. */
const MARGIN = 0.12;
const REACH = 0.6;

/**
 * A scale for what the bounds come to: their last values, the box bound and the truth. First values lie far beyond on
 * both sides, and showing all of them would press the gap into a line; they come in from outside.
 */
export function boundScale({upper, relaxation, lower, box}: BoundCurves, truth: number | null): Scale {
  const ends = [lastOf(upper), lastOf(relaxation), lastOf(lower), lastOf(box), truth ?? Number.NaN].filter(Number.isFinite);
  if (ends.length === 0) return spanScale(0, 1, false, 5);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const span = high - low || Math.abs(high) * 0.1 || 1;
  const all = [...upper, ...relaxation, ...lower].map(({y}) => y);
  const bottom = Math.max(Math.min(...all, low), low - REACH * span);
  const top = Math.min(Math.max(...all, high), high + REACH * span);
  return spanScale(bottom - MARGIN * span, top + MARGIN * span, false, 5);
}

/** Of an eigenvalue the last part matters: it comes from far below and ends at 0 or stays negative. */
export function eigenScale({eigenvalue}: BoundCurves): Scale {
  const values = eigenvalue.map(({y}) => y).sort((a, b) => a - b);
  if (values.length === 0) return spanScale(-1, 0, false, 3);
  const quarter = values[Math.floor(values.length / 4)];
  const low = Math.min(lastOf(eigenvalue), quarter, 0);
  const high = Math.max(values[values.length - 1], 0);
  const span = high - low || 1;
  return spanScale(low - MARGIN * span, high + MARGIN * span, false, 3);
}
