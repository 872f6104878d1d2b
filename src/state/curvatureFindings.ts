import {largestStableRate, stabilityOf, type Stability} from '../core/curvature.ts';
import {isFullBatch} from '../core/data.ts';
import type {Choice, Experiment} from '../core/experiment.ts';
import {percent} from './findingWords.ts';
import type {Finding, RunView} from './types.ts';

interface Entry {
  readonly index: number;
  readonly name: string;
  readonly run: RunView;
}

/** A rise of J by more than this share is no rounding. */
const RISE = 1e-3;
/** Records that are looked at for rises, and how many of them (a share) count as oscillation. */
const LOOKED_AT = 30;
const OFTEN = 0.25;

const momentumOf = ({params}: Choice): number => Number(params.momentum ?? 0);

/** How a contestant's learning rate stands to the sharpness that its run measured last; null where none was, or its method has no limit. */
export function measuredStability({solver}: Experiment['contestants'][number], samples: number, {history: {iterations, metrics}}: RunView): Stability | null {
  const {sharpness = [], sharpnessLimit = []} = metrics;
  const last = sharpness.findLastIndex((value, i) => Number.isFinite(value) && Number.isFinite(sharpnessLimit[i]));
  if (last < 0) return null;
  const product = largestStableRate(solver.id, momentumOf(solver), 1) ?? Number.NaN;
  // The rate of that moment, which a schedule may have changed.
  const rate = product / sharpnessLimit[last];
  return stabilityOf(solver.id, momentumOf(solver), rate, sharpness[last], !isFullBatch(solver.params.batchSize, samples), `at iteration ${iterations[last]}`);
}

/** Share of the latest records at which J had risen. */
export function risingShare(objectives: readonly number[]): number {
  const latest = objectives.slice(-LOOKED_AT - 1);
  if (latest.length <= LOOKED_AT) return 0;
  return latest.filter((value, i) => i > 0 && value - latest[i - 1] > RISE * Math.abs(latest[i - 1])).length / LOOKED_AT;
}

/** Runs at or beyond the edge of stability, by measurement; and full-batch runs whose J keeps rising, which it would explain. */
export const curvatureFindings = (experiment: Experiment, samples: number, entries: readonly Entry[]): readonly Finding[] =>
  entries.flatMap(({index, name, run}): readonly Finding[] => {
    const {solver} = experiment.contestants[index];
    const stability = measuredStability(experiment.contestants[index], samples, run);
    if (stability?.verdict === 'grows') return [{tone: 'warning', contestant: index, text: `${name}: ${stability.text}`}];
    if (stability?.verdict === 'edge') return [{tone: 'info', contestant: index, text: `${name}: ${stability.text}`}];
    const limited = largestStableRate(solver.id, momentumOf(solver), 1) !== null && isFullBatch(solver.params.batchSize, samples);
    const share = limited && !stability ? risingShare(run.history.metrics.objective ?? []) : 0;
    if (share < OFTEN) return [];
    return [{tone: 'info', contestant: index, text: `${name}: J rose at ${percent(share)} of its latest records although every step sees all data. Curvature tells whether the learning rate is too large.`}];
  });
