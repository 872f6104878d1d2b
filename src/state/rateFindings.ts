import type {Experiment} from '../core/experiment.ts';
import type {RatePoint} from '../core/sweep.ts';
import {listed, number, percent} from './findingWords.ts';
import {bestOf, sweepsOf} from './sweeps.ts';
import type {Finding, SweepView} from './types.ts';

/** A lower J by less than this share is no reason to change a rate, nor is one by less than float32 tells of the worst J. */
const WORTH_IT = 0.01;
const ROUNDING = 1e-6;

/** How much lower the best J is, where that is worth a word; 0 elsewhere. */
function gainOf(points: readonly RatePoint[], now: RatePoint, best: RatePoint): number {
  const gain = now.objective - best.objective;
  const finite = points.map(({objective}) => Math.abs(objective)).filter(Number.isFinite);
  return gain > Math.max(WORTH_IT * Math.min(Math.abs(now.objective), Number.MAX_VALUE), ROUNDING * Math.max(...finite)) ? gain : 0;
}

/** Whether learning rates were chosen alike: who was swept, who was not, and who races with less than the best rate that was tried. */
export function rateFindings(experiment: Experiment, sweep: SweepView): readonly Finding[] {
  const all = sweepsOf(experiment, sweep);
  const swept = all.filter(({points}) => points.length > 0);
  if (swept.length === 0 || sweep.status === 'running') return [];
  const said: Finding[] = [];
  /** Contestants of whom it is known that they race with a rate as good as any. */
  let atBest = 0;
  for (const {index, name, own, points} of swept) {
    const best = bestOf(points, 'objective');
    const now = points.find(({rate}) => rate === own);
    if (!best || !now) continue;
    if (gainOf(points, now, best) === 0) {
      atBest++;
      continue;
    }
    const from = now.objective === Number.POSITIVE_INFINITY ? `diverges with η ${number(own)}, and ends at` : `ends at J ${number(now.objective)} with η ${number(own)}, and at`;
    said.push({tone: 'info', contestant: index, text: `${name} ${from} ${number(best.objective)} with η ${number(best.rate)}, the best of ${points.length} rates tried.`});
  }
  const others = all.filter(({points}) => points.length === 0).map(({name}) => name);
  if (others.length > 0) {
    said.push({tone: 'info', contestant: null, text: `Not equal: learning rates were tried for ${listed(swept.map(({name}) => name))}, not for ${listed(others)}.`});
  } else if (all.length > 1 && atBest === all.length && sweep.status === 'done') {
    said.push({tone: 'good', contestant: null, text: `Each races with a learning rate within ${percent(WORTH_IT)} of the best of those tried for it.`});
  }
  return said;
}
