import type {Experiment} from '../core/experiment.ts';
import type {Grant} from '../core/protocol.ts';

/** What the scheduler knows of a run's progress. */
export interface Progress {
  readonly iteration: number;
  readonly evaluations: number;
  readonly seconds: number;
}

/** How long a grant should take: short enough for a prompt pause, long enough to hide the messages. */
const GRANT_MILLISECONDS = 40;
/** A run may start a grant at most this share of the budget ahead of the last, and a grant is at most as long again. */
const LOCKSTEP = 0.01;

/** Share of the budget that a run has used, 0..1. */
export function budgetShare({budget}: Pick<Experiment, 'budget'>, progress: Progress): number {
  const used = {iterations: progress.iteration, evaluations: progress.evaluations, seconds: progress.seconds}[budget.axis];
  return used / budget.amount;
}

/**
 * How much a run may advance next: about GRANT_MILLISECONDS at its measured rate, at most one percent of its
 * expected length (so that contestants stay side by side; a run that is `alone` need not), never past `untilIteration`.
 */
export function nextGrant(share: number, iteration: number, iterationsPerMillisecond: number, untilIteration: number, alone = false): Grant {
  const byTime = Math.floor(iterationsPerMillisecond * GRANT_MILLISECONDS);
  const expectedLength = share > 0 ? iteration / share : Number.POSITIVE_INFINITY;
  const byLockstep = alone ? byTime : Number.isFinite(expectedLength) ? Math.ceil(LOCKSTEP * expectedLength) : 1;
  const iterations = Math.max(1, Math.min(byTime || 1, byLockstep, untilIteration - iteration));
  return {iterations, milliseconds: GRANT_MILLISECONDS};
}

/** Whether a run may go on while others are behind: only when it is within the lockstep distance of the last. */
export const mayAdvance = (share: number, smallestShare: number): boolean => share <= smallestShare + LOCKSTEP;

/** Lanes for so many contestants: one on a GPU, else one a contestant while cores last (one core is the page's). */
export const laneCount = (backend: string, contestants: number, cores: number): number =>
  backend === 'webgpu' ? 1 : Math.max(1, Math.min(contestants, cores - 1));
