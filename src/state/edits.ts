import {CATALOGUE} from '../catalogue.ts';
import {COLOURS, type Contestant, type Experiment, MAX_CONTESTANTS} from '../core/experiment.ts';
import {defaultsOf, type ParamValue, type ParamValues} from '../core/params.ts';
import {failure, type Result, success} from '../core/result.ts';
import {PRESETS} from '../presets/registry.ts';

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
      // A preset's title speaks of the preset's data; one's own stays.
      const title = PRESETS.some((preset) => preset.title === experiment.title) ? '' : experiment.title;
      return withUsableProblem({...experiment, title, dataset});
    }),

  datasetParams: (values: ParamValues): Edit =>
    change((experiment) => {
      const dataset = {...experiment.dataset, params: {...experiment.dataset.params, ...values}};
      return withUsableProblem({...experiment, dataset});
    }),

  problemParam: (key: string, value: ParamValue): Edit =>
    change((experiment) => ({...experiment, problem: {...experiment.problem, params: {...experiment.problem.params, [key]: value}}})),

  add: (solverId: string): Edit => (experiment) => {
    if (experiment.contestants.length >= MAX_CONTESTANTS) return full();
    const solver = CATALOGUE.solvers[solverId];
    const model = solver.trainsModel ? sharedModel(experiment) : {};
    const added = {name: freshName(experiment, solver.label), colour: freshColour(experiment), solver: {id: solverId, params: defaultsOf(solver.params)}, model};
    return success({...experiment, contestants: [...experiment.contestants, added]});
  },

  duplicate: (index: number): Edit => (experiment) => {
    if (experiment.contestants.length >= MAX_CONTESTANTS) return full();
    const original = experiment.contestants[index];
    const copy = {...original, name: freshName(experiment, original.name), colour: freshColour(experiment)};
    return success({...experiment, contestants: experiment.contestants.toSpliced(index + 1, 0, copy)});
  },

  remove: (index: number): Edit =>
    (experiment) => {
      if (experiment.contestants.length === 1) return failure('contestants', 'needs at least one; add another before removing this');
      const contestants = experiment.contestants.toSpliced(index, 1);
      const {planeOf} = experiment.view;
      const view = {...experiment.view, planeOf: Math.min(planeOf > index ? planeOf - 1 : planeOf, contestants.length - 1)};
      return success({...experiment, contestants, view});
    },

  contestant: (index: number, part: Partial<Contestant>): Edit => mapContestant(index, (one) => ({...one, ...part})),

  solverParam: (index: number, key: string, value: ParamValue): Edit =>
    mapContestant(index, (one) => ({...one, solver: {...one.solver, params: {...one.solver.params, [key]: value}}})),

  modelParam: (index: number, key: string, value: ParamValue): Edit =>
    mapContestant(index, (one) => ({...one, model: {...one.model, [key]: value}})),
};

const full = (): Result<unknown> => failure('contestants', `has room for ${MAX_CONTESTANTS}; remove one first`);

/** After a change of data: the loss goes back to automatic if it no longer fits; contestants that can't run there are left out. */
function withUsableProblem(experiment: Experiment): Experiment {
  const problem = CATALOGUE.problems[experiment.problem.id];
  const dataset = CATALOGUE.datasets[experiment.dataset.id];
  const context = (params: Experiment['problem']['params']) => ({task: dataset.task(experiment.dataset.params), params, losses: CATALOGUE.losses});
  const fits = problem.refuses(context(experiment.problem.params)) === null;
  const params = fits ? experiment.problem.params : {...experiment.problem.params, loss: 'auto'};
  const offers = problem.offers(context(params));
  const able = experiment.contestants.filter((one) => offers[CATALOGUE.solvers[one.solver.id].needs] === true);
  if (able.length === experiment.contestants.length) return {...experiment, problem: {...experiment.problem, params}};
  const contestants = able.length > 0 ? able : [fallbackContestant(experiment)];
  const planeOf = Math.max(0, contestants.indexOf(experiment.contestants[experiment.view.planeOf]));
  return {...experiment, problem: {...experiment.problem, params}, contestants, view: {...experiment.view, planeOf}};
}

/** Contestants that an edit left out, by name. */
export const leftOut = (before: Experiment, after: Experiment): readonly string[] =>
  before.contestants.filter((one) => !after.contestants.some((other) => other.name === one.name)).map((one) => one.name);

function fallbackContestant(experiment: Experiment): Contestant {
  const {adam} = CATALOGUE.solvers;
  return {name: adam.label, colour: COLOURS[0], solver: {id: adam.id, params: defaultsOf(adam.params)}, model: sharedModel(experiment)};
}

/** The network of the first contestant that has one, so that a newcomer starts from the same weights. */
function sharedModel(experiment: Experiment): Contestant['model'] {
  const first = experiment.contestants.find((one) => CATALOGUE.solvers[one.solver.id].trainsModel);
  return first?.model ?? defaultsOf(CATALOGUE.problems[experiment.problem.id].model);
}

function freshName({contestants}: Experiment, wanted: string): string {
  const taken = new Set(contestants.map((one) => one.name));
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/ \d+$/, '').slice(0, 28);
  let number = 2;
  while (taken.has(`${stem} ${number}`)) number++;
  return `${stem} ${number}`;
}

function freshColour({contestants}: Experiment): Contestant['colour'] {
  const taken = new Set(contestants.map((one) => one.colour));
  return COLOURS.find((colour) => !taken.has(colour)) ?? COLOURS[contestants.length % COLOURS.length];
}
