import {CATALOGUE} from '../catalogue.ts';
import {COLOURS, type Contestant, type Experiment, MAX_CONTESTANTS} from '../core/experiment.ts';
import {defaultsOf, type ParamValue, type ParamValues} from '../core/params.ts';
import {failure, type Result, success} from '../core/result.ts';
import {PRESETS} from '../presets/registry.ts';
import {fittedToData, freshName, movedToProblem, sharedModel, withPossibleCertificate} from './fitting.ts';

/** Pure edits: an experiment in, a draft out. Drafts are validated as a whole before anything changes. */
export type Edit = (experiment: Experiment) => Result<unknown>;

const change = (make: (experiment: Experiment) => unknown): Edit => (experiment) => success(make(experiment));

const mapContestant = (index: number, make: (contestant: Contestant) => unknown): Edit =>
  change((experiment) => ({...experiment, contestants: experiment.contestants.map((one, i) => (i === index ? make(one) : one))}));

export const edits = {
  merge: (part: Partial<Experiment>): Edit => change((experiment) => ({...experiment, ...part})),

  /** Another data set with its defaults. A loss that no longer fits gives way to the automatic one. */
  dataset: (id: string): Edit =>
    change((experiment) => {
      const dataset = {id, params: defaultsOf(CATALOGUE.datasets[id].params)};
      return fittedToData({...withoutPresetTitle(experiment), dataset});
    }),

  datasetParams: (values: ParamValues): Edit =>
    change((experiment) => {
      const dataset = {...experiment.dataset, params: {...experiment.dataset.params, ...values}};
      return fittedToData({...experiment, dataset});
    }),

  /** Another problem on the same data; contestants that it has no solver for give way to the nearest that it has. */
  problem: (id: string): Edit => change((experiment) => (id === experiment.problem.id ? experiment : movedToProblem(withoutPresetTitle(experiment), id))),

  /** A value that rules the certified optimum out switches it off. */
  problemParam: (key: string, value: ParamValue): Edit =>
    change((experiment) => {
      const draft = {...experiment, problem: {...experiment.problem, params: {...experiment.problem.params, [key]: value}}};
      // What is no value of this parameter is left for the validation to refuse.
      return isChoice(experiment, key, value) ? withPossibleCertificate(draft) : draft;
    }),

  add: (solverId: string): Edit => (experiment) => {
    if (experiment.contestants.length >= MAX_CONTESTANTS) return full();
    const solver = CATALOGUE.solvers[solverId];
    const model = solver.trainsModel ? sharedModel(experiment) : {};
    const added = {name: freshName(experiment.contestants, solver.label), colour: freshColour(experiment), solver: {id: solverId, params: defaultsOf(solver.params)}, model};
    return success({...experiment, contestants: [...experiment.contestants, added]});
  },

  duplicate: (index: number): Edit => (experiment) => {
    if (experiment.contestants.length >= MAX_CONTESTANTS) return full();
    const original = experiment.contestants[index];
    const copy = {...original, name: freshName(experiment.contestants, original.name), colour: freshColour(experiment)};
    return success({...experiment, contestants: experiment.contestants.toSpliced(index + 1, 0, copy)});
  },

  remove: (index: number): Edit =>
    (experiment) => {
      if (experiment.contestants.length === 1) return failure('contestants', 'needs at least one; add another before removing this');
      const contestants = experiment.contestants.toSpliced(index, 1);
      const {planeOf, planeTo} = experiment.view;
      const moved = (place: number): number => Math.min(place > index ? place - 1 : place, contestants.length - 1);
      const view = {...experiment.view, planeOf: moved(planeOf), planeTo: moved(planeTo)};
      return success({...experiment, contestants, view});
    },

  contestant: (index: number, part: Partial<Contestant>): Edit => mapContestant(index, (one) => ({...one, ...part})),

  solverParam: (index: number, key: string, value: ParamValue): Edit =>
    mapContestant(index, (one) => ({...one, solver: {...one.solver, params: {...one.solver.params, [key]: value}}})),

  /** All contestants of a surface from one point, to as many digits as a map can tell apart. */
  start: (x: number, y: number): Edit =>
    change((experiment) => {
      const model = {startX: shortened(x), startY: shortened(y)};
      return {...experiment, contestants: experiment.contestants.map((one) => ({...one, model: {...one.model, ...model}}))};
    }),

  modelParam: (index: number, key: string, value: ParamValue): Edit =>
    mapContestant(index, (one) => ({...one, model: {...one.model, [key]: value}})),
};

const shortened = (value: number): number => Number(value.toPrecision(4));

/** A preset's title speaks of the preset's data and problem; one's own stays. */
const withoutPresetTitle = (experiment: Experiment): Experiment =>
  PRESETS.some((preset) => preset.title === experiment.title) ? {...experiment, title: ''} : experiment;

function isChoice({problem}: Experiment, key: string, value: ParamValue): boolean {
  const spec = CATALOGUE.problems[problem.id].params[key];
  return spec?.kind === 'choice' && spec.options.some((option) => option.value === value);
}

const full = (): Result<unknown> => failure('contestants', `has room for ${MAX_CONTESTANTS}; remove one first`);

function freshColour({contestants}: Experiment): Contestant['colour'] {
  const taken = new Set(contestants.map((one) => one.colour));
  return COLOURS.find((colour) => !taken.has(colour)) ?? COLOURS[contestants.length % COLOURS.length];
}
