import {rangeOf} from '../boundaries/scatter.ts';
import {type Scale, scaleOf} from '../race/series.ts';

/** A scale that holds the finite values among those given (on a log axis the positive ones), with a margin. */
export function scaleFor(values: readonly number[], log: boolean, about = 4, margin = 0.08): Scale {
  const [low, high] = rangeOf(values.filter((value) => Number.isFinite(value) && (!log || value > 0)));
  if (log) {
    // An empty or a single value still needs a range.
    const [from, to] = low > 0 ? [low, high] : [0.1, 1];
    const factor = Math.max((to / from) ** margin, 1.15);
    return scaleOf(from / factor, to * factor, true, about);
  }
  const span = high - low || Math.abs(high) || 1;
  return scaleOf(low >= 0 ? Math.max(0, low - margin * span) : low - margin * span, high + margin * span, false, about);
}

/** From zero: for counts. */
export function countScale(values: readonly number[], about = 4): Scale {
  const [, high] = rangeOf(values.filter(Number.isFinite));
  return scaleOf(0, Math.max(high * 1.1, 1), false, about);
}

/** From end to end of what is given, without a margin. */
export function spanScale(low: number, high: number, log: boolean, about = 4): Scale {
  return low < high ? scaleOf(low, high, log, about) : scaleOf(log ? high / 2 : high - 1, log ? high * 2 : high + 1, log, about);
}
