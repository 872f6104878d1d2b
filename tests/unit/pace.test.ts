import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {budgetShare, laneCount, mayAdvance, nextGrant, type Progress} from '../../src/client/pace.ts';
import type {BudgetAxis} from '../../src/core/experiment.ts';

const AXES: readonly BudgetAxis[] = ['iterations', 'evaluations', 'seconds'];
const progress: Progress = {iteration: 30, evaluations: 12, seconds: 1.5};

it('measures progress on the axis of the budget', () => {
  const share = (axis: BudgetAxis): number => budgetShare({budget: {axis, amount: 60}}, progress);
  expect(AXES.map(share)).toEqual([0.5, 0.2, 0.025]);
});

describe('nextGrant', () => {
  it('takes about 40 ms at the measured rate', () => {
    // Half way through 100 000 iterations: lockstep allows 1000.
    expect(nextGrant(0.5, 50_000, 10, 100_000)).toEqual({iterations: 400, milliseconds: 40});
    expect(nextGrant(0.5, 50_000, 0.5, 100_000).iterations).toBe(20);
  });

  it('is at most one percent of the expected length', () => {
    expect(nextGrant(0.5, 500, 1000, 1000).iterations).toBe(10);
    expect(nextGrant(0.25, 100, 1000, 400).iterations).toBe(4);
  });

  it('starts with a single iteration while no rate is known', () => expect(nextGrant(0, 0, 0, 1000).iterations).toBe(1));

  it('goes by time where nobody is to be waited for, and by lockstep again where somebody is', () => {
    expect(nextGrant(0.5, 500, 10, 1_000_000, true).iterations).toBe(400);
    expect(nextGrant(0.5, 500, 10, 1_000_000, false).iterations).toBe(10);
    expect(nextGrant(0, 0, 0, 1000, true).iterations).toBe(1);
    // A rate known from before a reset must not let a run leap ahead of others.
    expect(nextGrant(0, 0, 20, 1000).iterations).toBe(1);
  });

  it('never passes the given iteration, and always grants a whole number from 1', () => {
    const once = fc.property(
      fc.double({min: 0, max: 1, noNaN: true}), fc.nat(1_000_000), fc.double({min: 0, max: 1e6, noNaN: true}), fc.integer({min: 1, max: 1_000_000}), fc.boolean(),
      (share, iteration, rate, ahead, alone) => {
        const {iterations, milliseconds} = nextGrant(share, iteration, rate, iteration + ahead, alone);
        expect(Number.isInteger(iterations)).toBe(true);
        expect(iterations).toBeGreaterThanOrEqual(1);
        expect(iterations).toBeLessThanOrEqual(ahead);
        expect(milliseconds).toBeGreaterThan(0);
      },
    );
    fc.assert(once, {seed: 2, numRuns: 500});
  });
});

it('lets a run go on only within one percent of the last', () => {
  expect(mayAdvance(0.5, 0.495)).toBe(true);
  expect(mayAdvance(0.5, 0.5)).toBe(true);
  expect(mayAdvance(0.5, 0.48)).toBe(false);
});

describe('a simulated race', () => {
  interface Runner {
    /** Iterations a millisecond, and passes an iteration. */
    readonly rate: number;
    readonly cost: number;
    at: Progress;
    grants: number;
  }

  const step = (runner: Runner, iterations: number): void => {
    const {iteration, evaluations, seconds} = runner.at;
    const after = {iteration: iteration + iterations, evaluations: evaluations + iterations * runner.cost, seconds: seconds + iterations / runner.rate / 1000};
    Object.assign(runner, {at: after, grants: runner.grants + 1});
  };

  it.each(AXES)('keeps fast and slow contestants side by side on %s, in few grants', (axis) => {
    const budget = {axis, amount: axis === 'seconds' ? 4 : 1000};
    const runners: Runner[] = [[20, 1], [2, 1 / 8], [0.1, 2]].map(([rate, cost]) => ({rate, cost, at: {iteration: 0, evaluations: 0, seconds: 0}, grants: 0}));
    const shareOf = (runner: Runner): number => budgetShare({budget}, runner.at);
    for (let turn = 0; turn < 5000 && runners.some((runner) => shareOf(runner) < 1); turn++) {
      const smallest = Math.min(...runners.map(shareOf));
      for (const runner of runners.filter((one) => shareOf(one) < 1 && mayAdvance(shareOf(one), smallest))) {
        step(runner, nextGrant(shareOf(runner), runner.at.iteration, runner.rate, Number.POSITIVE_INFINITY).iterations);
      }
      const shares = runners.map((runner) => Math.min(1, shareOf(runner)));
      // Two lockstep distances (where one may start, and how far it may go) and one iteration of the slowest.
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThan(0.02 + 0.005);
    }
    expect(runners.every((runner) => shareOf(runner) >= 1)).toBe(true);
    for (const {grants} of runners) expect(grants).toBeLessThan(1100);
  });
});

it('has one lane on a GPU, else one a contestant while cores last', () => {
  expect(laneCount('webgpu', 4, 16)).toBe(1);
  expect(laneCount('wasm', 4, 16)).toBe(4);
  expect(laneCount('wasm', 4, 3)).toBe(2);
  expect(laneCount('cpu', 4, 1)).toBe(1);
  expect(laneCount('cpu', 0, 8)).toBe(1);
});
