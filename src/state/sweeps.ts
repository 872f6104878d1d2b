import type {Colour, Contestant, Experiment} from '../core/experiment.ts';
import type {RatePoint} from '../core/sweep.ts';
import {sweepKey} from './runs.ts';
import type {SweepView} from './types.ts';

/** One contestant and the rates that it was tried with, rising. */
export interface Sweep {
  readonly index: number;
  readonly name: string;
  readonly colour: Colour;
  /** The rate that it races with. */
  readonly own: number;
  readonly points: readonly RatePoint[];
}

export const hasRate = ({solver}: Contestant): boolean => typeof solver.params.learningRate === 'number';

/** All contestants that have a learning rate. */
export const sweepsOf = (experiment: Experiment, {results}: Pick<SweepView, 'results'>): readonly Sweep[] =>
  experiment.contestants.flatMap((one, index) =>
    hasRate(one) ? [{index, name: one.name, colour: one.colour, own: Number(one.solver.params.learningRate), points: results[sweepKey(experiment, index)] ?? []}] : [],
  );

/** What a rate is judged by: the final J, or the test score. */
export type Measure = 'objective' | 'testScore';

export const resultOf = (point: RatePoint, measure: Measure): number => (Number.isFinite(point.objective) ? point[measure] : Number.NaN);

/** The best of the rates, or null where none came to an end. */
export function bestOf(points: readonly RatePoint[], measure: Measure): RatePoint | null {
  const sign = measure === 'objective' ? 1 : -1;
  const ended = points.filter((point) => Number.isFinite(resultOf(point, measure)));
  return ended.reduce<RatePoint | null>((best, point) => (best === null || sign * resultOf(point, measure) < sign * resultOf(best, measure) ? point : best), null);
}

/** Where divergence begins: the rate half way (on a log axis) between the last that came to an end and the first above it that did not. */
export function divergesFrom(points: readonly RatePoint[]): number | null {
  const lastSound = points.findLastIndex(({objective}) => objective !== Number.POSITIVE_INFINITY);
  if (lastSound === points.length - 1) return null;
  return lastSound < 0 ? points[0].rate : Math.sqrt(points[lastSound].rate * points[lastSound + 1].rate);
}
