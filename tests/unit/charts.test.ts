import {describe, expect, it} from 'vitest';
import {DEFAULT_VIEW} from '../../src/core/experiment.ts';
import type {Certificate} from '../../src/core/study.ts';
import {type Series, shareOf, valueAt, yScaleOf} from '../../src/ui/race/series.ts';
import {standingOf} from '../../src/ui/race/optimum.ts';
import {binEnds, histogramOf, sharesOf} from '../../src/ui/starts/histogram.ts';

const curve = (...values: readonly number[]): Series => {
  const points = values.map((y, x) => ({x, y}));
  return {index: 0, name: 'A', colour: 'blue', status: 'running', points, drawn: points, bound: []};
};
const linear = {...DEFAULT_VIEW, logY: false};
const globally = (lower: number, upper: number) => ({lower, upper, scope: 'global'}) as const;

describe('the range of the race', () => {
  it('holds the interval, with room for its name beneath', () => {
    for (const view of [DEFAULT_VIEW, linear]) {
      const scale = yScaleOf([curve(10, 5, 3)], view, globally(2, 2.5));
      expect(scale.domain[0]).toBeLessThan(2);
      expect(shareOf(scale, 2)).toBeGreaterThan(0.1);
      expect(scale.domain[1]).toBeGreaterThan(10);
    }
  });

  it('holds an upper bound above all curves, and is there before any curve', () => {
    expect(yScaleOf([curve(3, 2)], linear, globally(1, 20)).domain[1]).toBeGreaterThan(20);
    expect(yScaleOf([curve()], DEFAULT_VIEW, globally(1, 2)).domain).toEqual([expect.closeTo(1 / 1.2, 6), expect.closeTo(2.1, 1)]);
  });

  it('is not stretched without end by a lower bound at or near zero on a log axis', () => {
    for (const lower of [0, 1e-9]) {
      const {domain} = yScaleOf([curve(10, 5)], DEFAULT_VIEW, globally(lower, 3));
      expect(domain[0]).toBeGreaterThan(0.01);
      expect(domain[0]).toBeLessThan(3 / 29);
    }
  });

  it('is as before without one', () => {
    expect(yScaleOf([curve(10, 5)], linear)).toEqual(yScaleOf([curve(10, 5)], linear, null));
    expect(yScaleOf([curve(10, 5)], linear).domain[0]).toBeCloseTo(4.7, 9);
  });
});

describe('a scale', () => {
  it('leads there and back', () => {
    for (const log of [false, true]) {
      const scale = {log, domain: [2, 50], ticks: []} as const;
      for (const share of [0, 0.3, 1]) expect(shareOf(scale, valueAt(scale, share))).toBeCloseTo(share, 12);
    }
  });
});

const CERTIFICATE: Certificate = {
  scope: 'global', lower: 1.999, upper: 2, relativeGap: 5e-4, patterns: 1562, working: 40, neurons: 5, second: null, rounds: 1, seconds: 1.3, closed: false, message: '',
};

describe('many starts', () => {
  const objectives = Float64Array.of(2.01, 2.05, 2.2, 4, Number.POSITIVE_INFINITY);

  it('count every start once', () => {
    const histogram = histogramOf({objectives}, null);
    expect(histogram.counts.reduce((sum, one) => sum + one, 0) + histogram.diverged).toBe(5);
    expect(histogram.diverged).toBe(1);
    for (const [bin, many] of histogram.counts.entries()) {
      const [from, to] = binEnds(histogram, bin);
      const inside = objectives.filter((value) => value >= from * (1 + 1e-12) && value < to * (1 - 1e-12)).length;
      expect(many).toBeGreaterThanOrEqual(inside);
    }
  });

  it('reach down to the floor, on a log axis where the spread is wide', () => {
    expect(histogramOf({objectives}, 1.9).scale).toMatchObject({log: false});
    expect(histogramOf({objectives}, 1.9).scale.domain[0]).toBeLessThan(1.9);
    expect(histogramOf({objectives: Float64Array.of(1, 100)}, null).scale.log).toBe(true);
    expect(histogramOf({objectives: Float64Array.of(3, 3)}, null).counts.reduce((a, b) => a + b)).toBe(2);
    expect(histogramOf({objectives: Float64Array.of(Number.POSITIVE_INFINITY)}, null)).toMatchObject({diverged: 1});
  });

  it('have their shares measured from the certified optimum, else from the best', () => {
    expect(sharesOf({objectives}, CERTIFICATE)).toMatchObject({certified: true, from: 2, within1: 0.2, within5: 0.4, best: 2.01, median: 2.2});
    expect(sharesOf({objectives}, {...CERTIFICATE, scope: 'sampled programme'})).toMatchObject({certified: false, from: 2.01});
    expect(sharesOf({objectives}, null)).toMatchObject({certified: false, within1: 0.2, within5: 0.4});
  });
});

describe('how a certificate stands', () => {
  const plain = (text: string): string => text.replaceAll('\u202f', ' ');
  it('is told in every state', () => {
    expect(plain(standingOf({status: 'running', certificate: CERTIFICATE, reason: ''}, 'patterns'))).toBe('gap 0.05 %, 1562 patterns, 1 round, 1.300 s');
    expect(plain(standingOf({status: 'done', certificate: {...CERTIFICATE, closed: true}, reason: ''}, 'patterns'))).toMatch(/^closed, /);
    expect(standingOf({status: 'stopped', certificate: CERTIFICATE, reason: ''}, 'patterns')).toMatch(/^stopped at gap/);
    expect(standingOf({status: 'failed', certificate: null, reason: 'Beta must be above 0.'}, 'patterns')).toBe('Beta must be above 0.');
    expect(standingOf({status: 'idle', certificate: null, reason: ''}, 'patterns')).toMatch(/about to start/);
  });
});
