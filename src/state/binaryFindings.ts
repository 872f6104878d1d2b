import type {Finding, RunView} from './types.ts';
import {number, percent} from './findingWords.ts';

/** Runs over binary weights tell more than J: what sampled weights are worth, and how low J can go. */
interface Entry {
  readonly index: number;
  readonly name: string;
  readonly run: RunView;
  readonly objective: number;
}

const last = ({history}: RunView, metric: string): number => history.metrics[metric]?.findLast(Number.isFinite) ?? Number.NaN;

/** Bounds that agree to this share of J are one number. */
const MET = 1e-6;

function bounds({index, name, run, objective}: Entry): readonly Finding[] {
  const lower = last(run, 'lowerBound');
  if (!Number.isFinite(lower)) return [];
  if (objective - lower <= MET * Math.abs(objective)) {
    return [{tone: 'good', contestant: index, text: `${name}: its two bounds have met at ${number(objective)}, so no weights have a smaller J.`}];
  }
  const share = objective > 0 ? `, ${percent((objective - lower) / objective)} of J apart` : '';
  return [{tone: 'info', contestant: index, text: `${name} proves that the smallest J lies between ${number(lower)} and ${number(objective)}${share}.`}];
}

function samples({index, name, run, objective}: Entry): readonly Finding[] {
  const [expected, best] = [last(run, 'expectedObjective'), last(run, 'bestObjective')];
  // Beside a proof, what the draws are worth on average is not worth a sentence.
  if (!Number.isFinite(expected) || !Number.isFinite(best) || Number.isFinite(last(run, 'lowerBound'))) return [];
  // One network, told once.
  if (Math.abs(expected - objective) <= MET * Math.abs(objective) && best >= objective * (1 - MET)) return [];
  const mean = `${name}: rounded to sign(μ) J is ${number(objective)}, over sampled networks ${number(expected)} on average`;
  const gain = best < objective * (1 - 1e-3) ? `; the best of 64 samples has ${number(best)}` : '; no sample of 64 is better than sign(μ)';
  return [{tone: 'info', contestant: index, text: `${mean}${gain}.`}];
}

/** What the distributions over weights are worth, contestant by contestant. */
export const binaryFindings = (entries: readonly Entry[]): readonly Finding[] => entries.flatMap((entry) => [...bounds(entry), ...samples(entry)]);
