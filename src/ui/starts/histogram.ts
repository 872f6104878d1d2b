import type {Starts} from '../../core/study.ts';
import type {Certificate} from '../../core/study.ts';
import {type Scale, shareOf, valueAt} from '../race/series.ts';
import {spanScale} from '../plots/scales.ts';

export interface Histogram {
  readonly scale: Scale;
  /** Starts in each of the evenly spaced bins of the scale. */
  readonly counts: readonly number[];
  readonly diverged: number;
}

/** A spread wider than this reads better on a log axis. */
const WIDE = 4;
const BINS = 28;

/** Final objectives in bins; the axis reaches down to the floor, where one is known. */
export const histogramOf = ({objectives}: Pick<Starts, 'objectives'>, floor: number | null): Histogram => histogramOver(objectives, floor === null ? [] : [floor]);

/** Values in bins; the axis holds the marks too. */
export function histogramOver(values: ArrayLike<number>, marks: readonly number[]): Histogram {
  const finite = Array.from(values).filter(Number.isFinite);
  const held = [...finite, ...marks.filter(Number.isFinite)];
  const low = Math.min(...held);
  const high = Math.max(...held);
  const log = low > 0 && high / low > WIDE;
  const diverged = values.length - finite.length;
  if (!(low <= high)) return {scale: spanScale(0, 1, false), counts: new Array<number>(BINS).fill(0), diverged};
  const margin = log ? (high / low) ** 0.04 : (high - low || Math.abs(high) || 1) * 0.04;
  const scale = log ? spanScale(low / margin, high * margin, true, 5) : spanScale(low - margin, high + margin, false, 5);
  const counts = new Array<number>(BINS).fill(0);
  for (const value of finite) counts[Math.min(BINS - 1, Math.floor(shareOf(scale, value) * BINS))]++;
  return {scale, counts, diverged};
}

/** The ends of a bin. */
export const binEnds = ({scale, counts}: Histogram, bin: number): readonly [number, number] => [valueAt(scale, bin / counts.length), valueAt(scale, (bin + 1) / counts.length)];

export interface Shares {
  readonly from: number;
  /** Whether `from` is the certified optimum; else it is the best start. */
  readonly certified: boolean;
  readonly within1: number;
  readonly within5: number;
  readonly best: number;
  readonly median: number;
}

/** Shares of all starts (diverged ones count against) within 1 % and 5 % of the certified optimum, or of the best start. */
export function sharesOf({objectives}: Pick<Starts, 'objectives'>, certificate: Certificate | null): Shares {
  const sorted = Array.from(objectives).sort((a, b) => a - b);
  const best = sorted[0] ?? Number.NaN;
  const certified = certificate?.scope === 'global' && certificate.upper > 0;
  const from = certified ? certificate.upper : best;
  const within = (share: number): number => sorted.filter((value) => value <= from * (1 + share)).length / sorted.length;
  return {from, certified, within1: within(0.01), within5: within(0.05), best, median: sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN};
}
