import {CATALOGUE} from '../catalogue.ts';
import type {Experiment} from '../core/experiment.ts';
import type {BackendName} from '../core/protocol.ts';
import type {Certificate} from '../core/study.ts';
import {binaryFindings} from './binaryFindings.ts';
import {certifiedFindings, isTelling} from './certified.ts';
import {modelDifferences} from './changes.ts';
import {curvatureFindings} from './curvatureFindings.ts';
import {deepFindings, sharingObjective} from './deepFindings.ts';
import {hasNeurons, isSurface} from './fitting.ts';
import {listed, number, percent} from './findingWords.ts';
import {rateFindings} from './rateFindings.ts';
import type {Finding, RunView, SweepView} from './types.ts';

/** "Within reach": a run is said to have arrived when its J is at most this share above the best one. */
const ARRIVED = 0.01;

const last = (values: readonly number[] | undefined): number => values?.at(-1) ?? Number.NaN;

interface Entry {
  readonly index: number;
  readonly name: string;
  readonly run: RunView;
  readonly objective: number;
}

function entriesOf(experiment: Experiment, runs: readonly RunView[]): readonly Entry[] {
  return runs.flatMap((run, index) => {
    const objective = last(run.history.metrics.objective);
    const alive = run.status !== 'diverged' && run.status !== 'failed' && run.progress.iteration > 0 && Number.isFinite(objective);
    return alive ? [{index, name: experiment.contestants[index].name, run, objective}] : [];
  });
}

/** Full-data passes until J first came within ARRIVED of `best`, or null. */
function passesToReach({history}: RunView, best: number): number | null {
  const at = history.metrics.objective.findIndex((value) => value <= best * (1 + ARRIVED));
  return at < 0 ? null : history.evaluations[at];
}

function endings(experiment: Experiment, runs: readonly RunView[]): readonly Finding[] {
  return runs.flatMap((run, contestant): Finding[] => {
    const {name} = experiment.contestants[contestant];
    const said: Finding[] = run.notices.map((text) => ({tone: 'info', contestant, text: `${name}: ${text}`}));
    if (run.ending?.kind === 'diverged') return [{tone: 'warning', contestant, text: `${name} diverged: ${run.ending.reason}`}, ...said];
    if (run.ending?.kind === 'failed') return [{tone: 'warning', contestant, text: `${name} could not run: ${run.ending.reason}`}, ...said];
    return said;
  });
}

/** A gap in percent, or J itself where a percentage says nothing (the best J is zero, or far away). */
function aboveText(objective: number, best: number): string {
  const gap = best > 0 ? objective / best - 1 : Number.POSITIVE_INFINITY;
  return gap < 100 ? `is ${percent(gap)} above the lowest J` : `stands at J = ${number(objective)}`;
}

interface Race {
  /** Contestants, those out of the race included. */
  readonly runs: number;
  readonly over: boolean;
  readonly certified: boolean;
  /** Whether contestants have objectives of their own, so that J is compared among some only. */
  readonly parted: boolean;
}

/** The gaps to the lowest J are left out where those to the optimum are told. */
function ranking(entries: readonly Entry[], {runs, over, certified, parted}: Race): readonly Finding[] {
  if (entries.length < 2) return [];
  const [best, ...rest] = [...entries].sort((a, b) => a.objective - b.objective);
  const close = rest.filter((entry) => entry.objective <= best.objective + 0.001 * Math.abs(best.objective));
  const names = listed(entries.map(({name}) => name));
  const all = entries.length === runs ? 'All contestants' : 'All that are still in the race';
  const head: Finding =
    close.length === rest.length && rest.length > 0
      ? {tone: 'info', contestant: null, text: `${parted ? names : all} are within 0.1 % of the lowest J, ${number(best.objective)}.`}
      : {tone: 'good', contestant: best.index, text: `${best.name} has the lowest J${parted ? ` of ${names}` : ''}${over ? '' : ' so far'}, ${number(best.objective)}.`};
  if (certified) return [head];
  const gaps = rest
    .filter((entry) => !close.includes(entry))
    .map((entry): Finding => ({
      tone: 'info',
      contestant: entry.index,
      text: `${entry.name} ${aboveText(entry.objective, best.objective)}.`,
    }));
  return [head, ...gaps];
}

/** Where J falls towards zero, or can be negative, one percent of the lowest says nothing. */
function speeds(entries: readonly Entry[]): readonly Finding[] {
  if (entries.length < 2) return [];
  const best = Math.min(...entries.map((entry) => entry.objective));
  if (!(best > 0)) return [];
  const arrived = entries.flatMap((entry) => {
    const passes = passesToReach(entry.run, best);
    return passes === null || passes === 0 ? [] : [{...entry, passes}];
  });
  if (arrived.length < 2) return [];
  const [first, ...others] = arrived.sort((a, b) => a.passes - b.passes);
  return others.map(({name, index, passes}) => ({
    tone: 'info',
    contestant: index,
    text: `${name} needed ${number(passes)} full-data passes to come within 1 % of the lowest J, ${first.name} ${number(first.passes)}.`,
  }));
}

function generalisation(entries: readonly Entry[], regression: boolean): readonly Finding[] {
  const scored = entries.filter(({run}) => Number.isFinite(last(run.history.metrics.testScore)));
  if (scored.length < 2) return [];
  const score = ({run}: Entry): number => last(run.history.metrics.testScore);
  const sorted = [...scored].sort((a, b) => score(b) - score(a));
  const [top, low] = [sorted[0], sorted[sorted.length - 1]];
  const show = (value: number): string => (regression ? `R² ${number(value)}` : percent(value));
  if (score(top) - score(low) < 0.005) return [{tone: 'info', contestant: null, text: `On the test set all are alike: ${show(score(top))}.`}];
  return [{tone: 'info', contestant: top.index, text: `On the test set ${top.name} does best with ${show(score(top))}; ${low.name} has ${show(score(low))}.`}];
}

/** What contestants with unequal models differ in. */
function differenceOf(experiment: Experiment): string {
  if (isSurface(experiment)) return 'Not equal: the contestants start from different points.';
  if (hasNeurons(experiment)) return 'Not equal: the networks differ in width or initial scale; neurons they share start from the same draws.';
  return `What is compared: the networks differ in ${listed(modelDifferences(experiment))}.`;
}

/** What can't be made equal is said. */
function fairness(experiment: Experiment, backend: BackendName | null): readonly Finding[] {
  const own = experiment.contestants.filter((one) => !CATALOGUE.solvers[one.solver.id].trainsModel);
  const widths = new Set(experiment.contestants.filter((one) => CATALOGUE.solvers[one.solver.id].trainsModel).map((one) => JSON.stringify(one.model)));
  const said: Finding[] = [];
  if (own.length > 0 && own.length < experiment.contestants.length) {
    const names = own.map((one) => one.name).join(' and ');
    said.push({tone: 'info', contestant: null, text: `Not equal: ${names} ${own.length > 1 ? 'start' : 'starts'} from the zero network, the others from the same random weights.`});
  }
  if (backend !== null && backend !== 'cpu' && experiment.view.axis === 'seconds' && own.length > 0 && own.length < experiment.contestants.length) {
    said.push({
      tone: 'info',
      contestant: null,
      text: 'Not equal: here the gradient methods run on a kernel made for this network, ADMM on general tensor operations. Compare times with that in mind.',
    });
  }
  if (widths.size > 1) {
    const text = differenceOf(experiment);
    said.push({tone: 'info', contestant: null, text});
  }
  return said;
}

/** Said where J is not one measure for all. */
const APART: Finding = {tone: 'info', contestant: null, text: "J is each head's own loss, so it says nothing across heads: compare accuracy or surprise."};

/** What else there is to know of a race. */
interface Surroundings {
  readonly regression: boolean;
  /** Samples of the training set; Infinity while that is not known. */
  readonly samples: number;
  readonly backend: BackendName | null;
  readonly certificate: Certificate | null;
  readonly sweep: SweepView;
}

/** What the runs show, in sentences, most important first. */
export function findingsOf(
  experiment: Experiment,
  runs: readonly RunView[],
  {regression, samples, backend, certificate, sweep}: Surroundings,
): readonly Finding[] {
  const entries = entriesOf(experiment, runs);
  const started = runs.some((run) => run.progress.iteration > 0);
  const equals = sharingObjective(experiment, entries);
  const race = {runs: runs.length, over: runs.every((run) => run.ending !== null), certified: isTelling(certificate), parted: equals.length > 1};
  return [
    ...certifiedFindings(entries, certificate),
    ...equals.flatMap((part) => ranking(part, race)),
    ...(race.parted ? [APART] : []),
    ...binaryFindings(entries),
    ...deepFindings(experiment, entries),
    ...curvatureFindings(experiment, samples, entries),
    ...endings(experiment, runs),
    ...(isSurface(experiment) ? [] : equals.flatMap(speeds)),
    ...generalisation(entries, regression),
    ...rateFindings(experiment, sweep),
    ...(started ? fairness(experiment, backend) : []),
  ];
}
