import {CATALOGUE} from '../catalogue.ts';
import type {Experiment} from '../core/experiment.ts';
import type {Certificate} from '../core/study.ts';
import {number, percent} from './findingWords.ts';
import type {Finding} from './types.ts';

/** J is measured in float32: what lies below a bound by less than this share may be rounding. */
const FLOAT32 = 1e-4;
/** An interval no wider than this is spoken of as one number. */
const NARROW = 1e-3;
const REACHED = 1e-3;
/** A wider interval says too little to be told of each contestant. */
const TELLING = 0.1;

/** How far an objective lies above the optimum, as the least and the most that the interval allows; null where shares say nothing. */
export function aboveOptimum(objective: number, {lower, upper}: Certificate): readonly [number, number] | null {
  if (!(lower > 0) || !Number.isFinite(objective)) return null;
  return [Math.max(0, objective / upper - 1), Math.max(0, objective / lower - 1)];
}

/** As many digits of the optimum as are proved, 3 to 5. */
export const provedDigits = ({relativeGap}: Certificate): number =>
  relativeGap > 0 ? Math.min(Math.max(Math.floor(-Math.log10(relativeGap)), 3), 5) : 5;

/** What a certificate's work is counted in: patterns, vectors, networks. */
export const countedIn = ({problem}: Experiment): string => CATALOGUE.problems[problem.id].optimum.counted;

/** What the line on the chart is called, and what it means. */
export const optimumName = ({scope}: Certificate): string => (scope === 'global' ? 'certified optimum' : 'optimum of the sampled programme');

export function optimumMeaning({scope}: Certificate, {problem}: Experiment): string {
  if (scope === 'global') return `no ${CATALOGUE.problems[problem.id].optimum.over} can be lower`;
  return 'a real network can be below';
}

interface Standing {
  readonly index: number;
  readonly name: string;
  readonly objective: number;
}

function globally({index, name, objective}: Standing, certificate: Certificate): Finding {
  const {lower, upper, relativeGap} = certificate;
  if (objective < lower - FLOAT32 * Math.abs(lower)) {
    const text = `${name} has J ${number(objective)}, below the certified lower bound ${number(lower)}. One of the two is wrong: please report this experiment's link.`;
    return {tone: 'warning', contestant: index, text};
  }
  const above = aboveOptimum(objective, certificate);
  if (above === null) {
    const where = upper === lower ? `is ${number(upper)}` : `lies between ${number(lower)} and ${number(upper)}`;
    return {tone: 'info', contestant: index, text: `${name} has J ${number(objective)}; the optimum ${where}.`};
  }
  const [least, most] = above;
  if (most <= REACHED) return {tone: 'good', contestant: index, text: `${name} is within 0.1\u202f% of the certified optimum.`};
  if (relativeGap <= NARROW) return {tone: 'info', contestant: index, text: `${name} is ${percent(most)} above the certified optimum.`};
  const range = least > 0.0005 ? `${percent(least)} to ${percent(most)}` : `at most ${percent(most)}`;
  return {tone: 'info', contestant: index, text: `${name} is ${range} above the optimum, which is not closed in yet.`};
}

/** A real network may lie on either side of a sampled programme's optimum, and neither proves anything about all networks. */
function inSample({index, name, objective}: Standing, {lower, upper}: Certificate): Finding {
  const gap = objective / (objective < lower ? lower : upper) - 1;
  const where = Math.abs(gap) <= REACHED || !Number.isFinite(gap) ? 'at' : `${percent(Math.abs(gap))} ${gap > 0 ? 'above' : 'below'}`;
  return {tone: 'info', contestant: index, text: `${name} is ${where} the optimum of the sampled programme.`};
}

/** Whether the contestants' gaps to the optimum are worth telling yet. */
export const isTelling = (certificate: Certificate | null): boolean => certificate !== null && certificate.relativeGap <= TELLING;

/** Each contestant's gap to the optimum, best first; of a wide interval only what contradicts it. */
export function certifiedFindings(standings: readonly Standing[], certificate: Certificate | null): readonly Finding[] {
  if (!certificate) return [];
  const sorted = [...standings].sort((a, b) => a.objective - b.objective);
  const told = sorted.map((one) => (certificate.scope === 'global' ? globally(one, certificate) : inSample(one, certificate)));
  return isTelling(certificate) ? told : told.filter(({tone}) => tone === 'warning');
}
