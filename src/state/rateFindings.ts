import type {Experiment} from '../core/experiment.ts';
import {listed, number, percent} from './findingWords.ts';
import {bestOf, sweepsOf} from './sweeps.ts';
import type {Finding, SweepView} from './types.ts';

/** A lower J by less than this share is no reason to change a rate. */
const WORTH_IT = 0.01;

/** Whether learning rates were chosen alike: who was swept, who was not, and who races with less than the best rate that was tried. */
export function rateFindings(experiment: Experiment, sweep: SweepView): readonly Finding[] {
  const all = sweepsOf(experiment, sweep);
  const swept = all.filter(({points}) => points.length > 0);
  if (swept.length === 0 || sweep.status === 'running') return [];
  const said: Finding[] = [];
  for (const {index, name, own, points} of swept) {
    const best = bestOf(points, 'objective');
    const now = points.find(({rate}) => rate === own);
    if (!best || !now || best.rate === own) continue;
    const from = now.objective === Number.POSITIVE_INFINITY ? `diverges with η ${number(own)}, and ends at` : `ends at J ${number(now.objective)} with η ${number(own)}, and at`;
    const gain = now.objective > 0 ? 1 - best.objective / now.objective : Number.POSITIVE_INFINITY;
    if (gain > WORTH_IT) said.push({tone: 'info', contestant: index, text: `${name} ${from} ${number(best.objective)} with η ${number(best.rate)}, the best of ${points.length} rates tried.`});
  }
  const others = all.filter(({points}) => points.length === 0).map(({name}) => name);
  if (others.length > 0) {
    said.push({tone: 'info', contestant: null, text: `Not equal: learning rates were tried for ${listed(swept.map(({name}) => name))}, not for ${listed(others)}.`});
  } else if (all.length > 1 && said.length === 0) {
    said.push({tone: 'good', contestant: null, text: `Each races with a learning rate within ${percent(WORTH_IT)} of the best of those tried for it.`});
  }
  return said;
}
