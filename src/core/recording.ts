import type {BudgetAxis} from './experiment.ts';

/**
 * Which iterations are measured. A function of the budget and of an iteration's cost, never of the
 * clock, so that two runs of one experiment have equal records however they were scheduled (steps by
 * hand and slow speeds add some in between): evenly spaced in the budget (about 150 records), and geometrically at the start so that logarithmic axes are filled.
 */
export interface Recording {
  readonly records: (iteration: number) => boolean;
  /** Measured iterations whose network is kept for the path in the landscape (about 60). */
  readonly keepsNetwork: (iteration: number) => boolean;
}

const GEOMETRIC_RATIO = 1.12;

function geometricSet(limit: number): Set<number> {
  const set = new Set<number>();
  for (let x = 1; x <= limit; x = Math.max(x + 1, x * GEOMETRIC_RATIO)) set.add(Math.round(x));
  return set;
}

export function recordingFor(axis: BudgetAxis, amount: number, evaluationsPerIteration: number): Recording {
  const expected =
    axis === 'iterations' ? amount : axis === 'evaluations' ? amount / Math.max(evaluationsPerIteration, 1e-9) : Number.POSITIVE_INFINITY;
  if (!Number.isFinite(expected)) return recordingByDecades();
  const stride = Math.max(1, Math.floor(expected / 150));
  const early = geometricSet(Math.min(expected, stride * 12));
  const pathStride = Math.max(1, Math.floor(expected / 40));
  const earlyPath = new Set([...early].filter((_, i) => i % 2 === 0));
  return {
    records: (i) => i % stride === 0 || early.has(i) || i % pathStride === 0,
    keepsNetwork: (i) => i % pathStride === 0 || earlyPath.has(i),
  };
}

/** With a budget in seconds the number of iterations is unknown: 90 records a decade. */
function recordingByDecades(): Recording {
  const step = (i: number, perDecade: number): number =>
    i < 2 * perDecade ? 1 : 10 ** Math.floor(Math.log10(i / perDecade + 1e-12));
  return {
    records: (i) => i % step(i, 10) === 0,
    keepsNetwork: (i) => i % step(i, 3) === 0,
  };
}
