import {CATALOGUE} from '../catalogue.ts';
import type {Experiment} from '../core/experiment.ts';
import {number, percent} from './findingWords.ts';
import {attendsIn} from './fitting.ts';
import type {Finding, RunView} from './types.ts';

/** What deep networks and classifiers' heads measure of themselves: collapse, growth, and slopes that fade. */
interface Entry {
  readonly index: number;
  readonly name: string;
  readonly run: RunView;
}

/** More than this share of collapsed samples is told. */
const COLLAPSED = 0.5;
/** A transformer's hidden state that grows by more than this factor from the embedding to the last layer is told. */
const GROWN = 10;
/** So is a gradient that arrives at the first layer with less than this share of what it was at the last. */
const FADED = 1e-4;

const last = ({history}: RunView, metric: string): number => history.metrics[metric]?.at(-1) ?? Number.NaN;

/** The entries `name/0`, `name/1`, ... of a vector metric at the last record. */
function lastProfile({history: {metrics}}: RunView, name: string): readonly number[] {
  const values: number[] = [];
  for (let i = 0; Object.hasOwn(metrics, `${name}/${i}`); i++) values.push(metrics[`${name}/${i}`].at(-1) ?? Number.NaN);
  return values;
}

function collapse({index, name, run}: Entry): readonly Finding[] {
  const share = last(run, 'collapsed');
  if (!(share > COLLAPSED)) return [];
  return [{tone: 'warning', contestant: index, text: `${name} has collapsed on ${percent(share)} of its training samples: they teach nothing more.`}];
}

/** At the start as well as after training, since scales chosen there are part of what is compared. */
function growth({index, name, run}: Entry): readonly Finding[] {
  const rms = lastProfile(run, 'rms');
  const ratio = rms.length > 1 ? rms[rms.length - 1] / rms[0] : last(run, 'hiddenGrowth');
  if (!Number.isFinite(ratio) || ratio <= GROWN) return [];
  return [{tone: 'info', contestant: index, text: `${name}: after the last layer the hidden state is ${number(ratio)} times as large as the embedding.`}];
}

function fading({index, name, run}: Entry): readonly Finding[] {
  const slopes = lastProfile(run, 'slope');
  const share = slopes[0] / slopes[slopes.length - 1];
  if (slopes.length < 2 || !(share < FADED)) return [];
  const weak = share > 0 ? `the gradient is ${number(1 / share)} times as large at the last layer as at the first` : 'no gradient reaches the first layer';
  return [{tone: 'warning', contestant: index, text: `${name}: ${weak}, so the first layers hardly learn.`}];
}

/** What is worth telling of each contestant's network. */
export const deepFindings = (experiment: Experiment, entries: readonly Entry[]): readonly Finding[] =>
  // Layers of a plain network have sizes of their own; only along a residual stream does growth mean anything.
  entries.flatMap((entry) => [...collapse(entry), ...(attendsIn(experiment) ? growth(entry) : []), ...fading(entry)]);

/** Parts entries (or contestants' places) by what their J is; one part where all share it. */
export function sharingObjective<T extends {readonly index: number}>(experiment: Experiment, entries: readonly T[]): readonly (readonly T[])[] {
  const {ownObjective} = CATALOGUE.problems[experiment.problem.id];
  if (!ownObjective) return [entries];
  const parts = new Map<string, T[]>();
  for (const entry of entries) {
    const key = ownObjective(experiment.contestants[entry.index].model);
    parts.set(key, [...(parts.get(key) ?? []), entry]);
  }
  return [...parts.values()];
}
