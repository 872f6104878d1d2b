import type {ParamSpec} from './params.ts';

/** What one learning rate has led to. */
export interface RatePoint {
  readonly rate: number;
  /** J after the last of these iterations; Infinity where the run diverged on the way. */
  readonly objective: number;
  /** NaN where the run diverged, and of the test set where there is none. */
  readonly trainScore: number;
  readonly testScore: number;
  /** Iterations that were taken. */
  readonly iterations: number;
}

/** Points of a sweep with newer ones in the place of those of the same rate; rising rates. */
export const withPoints = (known: readonly RatePoint[], newer: readonly RatePoint[]): readonly RatePoint[] =>
  [...known.filter(({rate}) => !newer.some((one) => one.rate === rate)), ...newer].sort((a, b) => a.rate - b.rate);

/** Learning rates that a contestant is to be tried with. */
export interface RateGrid {
  readonly contestant: number;
  readonly rates: readonly number[];
}

export const SWEEP_POINTS = 15;
export const MOST_SWEEP_POINTS = 41;
/** A sweep reaches this factor above and below the present rate. */
export const SWEEP_REACH = 30;

/**
 * Rates at even distances on a log axis about a contestant's own, which is among them where their number is odd; three digits, within
 * the parameter's range.
 */
export function sweepRates(own: number, spec: ParamSpec | undefined, points = SWEEP_POINTS, reach = SWEEP_REACH): readonly number[] {
  if (spec?.kind !== 'number') return [];
  const half = (points - 1) / 2;
  const rates = Array.from({length: points}, (_, i) => (i === half ? own : Number((own * reach ** (i / half - 1)).toPrecision(3))));
  return [...new Set(rates)].filter((rate) => rate >= spec.min && rate <= spec.max);
}
