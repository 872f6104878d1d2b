import type {BinaryWeights} from '../../core/protocol.ts';
import type {Certificate} from '../../core/study.ts';
import {number, percent} from '../format.ts';
import {type Histogram, histogramOver} from '../starts/histogram.ts';

export interface Mark {
  readonly name: string;
  readonly value: number;
  readonly dash: string;
  /** Whether it is the problem's and not the contestant's. */
  readonly given: boolean;
}

export interface Losses {
  readonly histogram: Histogram;
  readonly marks: readonly Mark[];
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Sampled J in bins with what they are compared to; the optimum only where it is proved to one number. */
export function lossesOf({sampled, rounded, best}: BinaryWeights, certificate: Certificate | null): Losses {
  const closed = certificate?.closed && certificate.scope === 'global' ? certificate : null;
  const marks: readonly Mark[] = [
    {name: 'sign(μ)', value: rounded, dash: '', given: false},
    {name: 'mean', value: mean(sampled), dash: '7 3', given: false},
    {name: 'best', value: best, dash: '2 3', given: false},
    ...(closed ? [{name: 'optimum', value: closed.upper, dash: '', given: true}] : []),
    ...(closed?.second != null ? [{name: 'next best', value: closed.second, dash: '2 3', given: true}] : []),
  ].filter(({value}) => Number.isFinite(value));
  return {marks, histogram: histogramOver(sampled, marks.map(({value}) => value))};
}

/** What the histogram says. */
export function lossWords({sampled, rounded, best}: BinaryWeights, {marks}: Losses): string {
  if (sampled.length === 0) return `Nothing is drawn here: sign(μ) has J ${number(rounded)}.`;
  const better = sampled.filter((value) => value < rounded).length;
  const optimum = marks.find(({name}) => name === 'optimum');
  const hits = optimum ? sampled.filter((value) => value <= optimum.value * (1 + 1e-9) + 1e-12).length : 0;
  const reached = optimum ? ` ${percent(hits / sampled.length)} reach the optimum.` : '';
  return `J of ${sampled.length} draws; ${better === 0 ? 'none is' : better === 1 ? '1 is' : `${better} are`} below sign(μ) with ${number(rounded)}; the best has ${number(best)}.${reached}`;
}
