import {describe, expect, it} from 'vitest';
import type {BudgetAxis} from '../../src/core/experiment.ts';
import {type Recording, recordingFor} from '../../src/core/recording.ts';

const upTo = (last: number, holds: (iteration: number) => boolean): number[] => {
  const found: number[] = [];
  for (let i = 1; i <= last; i++) if (holds(i)) found.push(i);
  return found;
};

/** Budgets with their expected number of iterations. */
const cases: readonly (readonly [BudgetAxis, number, number, number])[] = [
  ...[1, 2, 7, 39, 40, 41, 149, 150, 151, 299, 300, 449, 500, 1000, 2000, 3000, 12345, 100_000, 1_000_000].map(
    (amount) => ['iterations', amount, 1, amount] as const,
  ),
  ['iterations', 2.5, 0.1, 3],
  ['evaluations', 200, 1 / 8, 1600],
  ['evaluations', 1, 1 / 8, 8],
  ['evaluations', 1000, 2, 500],
  ['evaluations', 50.5, 1 / 29, 1465],
];

const largestGap = (points: readonly number[]): number => Math.max(...points.slice(1).map((point, i) => point - points[i]));

describe.each(cases)('a budget of %s: %d, at %d passes an iteration', (axis, amount, cost, length) => {
  const recording: Recording = recordingFor(axis, amount, cost);
  const records = upTo(length, recording.records);
  const kept = upTo(length, recording.keepsNetwork);

  it('measures enough and not too much', () => {
    expect(records.length).toBeLessThanOrEqual(350);
    expect(records.length).toBeGreaterThanOrEqual(Math.min(length, 150));
    expect(kept.length).toBeLessThanOrEqual(120);
    expect(kept.length).toBeGreaterThanOrEqual(Math.min(length, 40));
  });

  it('covers the start for logarithmic axes, and the whole evenly', () => {
    expect(recording.records(0) && recording.keepsNetwork(0)).toBe(true);
    expect(records[0]).toBe(1);
    // Early records are at most an eighth apart (or neighbours); later ones at most 1/150 of the length.
    const early = records.filter((i) => i <= length / 150);
    for (const [k, i] of early.entries()) if (k > 0) expect(i - early[k - 1]).toBeLessThanOrEqual(Math.max(2, 0.125 * i));
    if (records.length > 1) expect(largestGap([0, ...records, length])).toBeLessThanOrEqual(Math.max(1, length / 150));
    expect(largestGap([0, ...kept, length])).toBeLessThanOrEqual(Math.max(1, length / 40));
  });

  it('keeps networks only where it measures', () => {
    const measured = new Set(records);
    expect(kept.every((i) => measured.has(i))).toBe(true);
  });

  it('is a function of the budget alone', () => {
    const again = recordingFor(axis, amount, cost);
    // Asked backwards: an answer must not depend on what was asked before.
    for (let i = Math.min(length, 5000); i >= 0; i--) {
      expect(again.records(i)).toBe(recording.records(i));
      expect(again.keepsNetwork(i)).toBe(recording.keepsNetwork(i));
    }
  });
});

describe('a budget in seconds', () => {
  const recording = recordingFor('seconds', 10, 1);

  it('measures about ninety times a decade, whatever the amount and however long it runs', () => {
    expect(upTo(20, recording.records)).toHaveLength(20);
    for (let from = 10; from <= 100_000; from *= 10) {
      const decade = upTo(10 * from, (i) => i > from && recording.records(i));
      expect(decade).toHaveLength(90);
      expect(largestGap([from, ...decade])).toBeLessThanOrEqual(from);
    }
    expect(upTo(10_000, recording.records).length).toBeLessThanOrEqual(350);
    expect(upTo(2000, recordingFor('seconds', 0.5, 7).records)).toEqual(upTo(2000, recording.records));
  });

  it('keeps networks only where it measures, in every decade', () => {
    const kept = upTo(1_000_000, recording.keepsNetwork);
    expect(kept.every((i) => recording.records(i))).toBe(true);
    for (let from = 10; from <= 100_000; from *= 10) {
      const decade = kept.filter((i) => i > from && i <= 10 * from);
      expect(decade.length).toBeGreaterThanOrEqual(20);
      expect(decade.length).toBeLessThanOrEqual(40);
    }
  });
});
