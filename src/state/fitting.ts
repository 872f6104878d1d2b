import {CATALOGUE} from '../catalogue.ts';
import {COLOURS, COMMON_METRICS, type Contestant, type Experiment} from '../core/experiment.ts';
import {defaultsOf, type ParamSpec, type ParamSpecs, type ParamValue, type ParamValues} from '../core/params.ts';
import {offerOf, type ProblemContext, type ProblemSpec, type SolverSpec} from '../core/plugin.ts';
import {listed} from './findingWords.ts';

/** Brings an experiment back to a valid one after a change of data or problem. */

const contextOf = ({dataset}: Experiment, params: ParamValues): ProblemContext => ({
  task: CATALOGUE.datasets[dataset.id].task(dataset.params),
  params,
  losses: CATALOGUE.losses,
});

const problemOf = ({problem}: Experiment): ProblemSpec => CATALOGUE.problems[problem.id];

/** Why a certified optimum can't be asked for here, or null where it can. */
export function certificateRefusal(experiment: Experiment): string | null {
  const certifiable = problemOf(experiment).certificate(contextOf(experiment, experiment.problem.params));
  return certifiable === true ? null : certifiable;
}

/** Whether the unknowns are binary weights: of a network, of one quadratic form, or (null) neither. */
export function binaryWeightsOf(experiment: Experiment): 'network' | 'quadratic' | null {
  const {binaryNetwork, binaryQuadratic} = problemOf(experiment).offers(contextOf(experiment, experiment.problem.params));
  if (binaryQuadratic === true) return 'quadratic';
  return binaryNetwork === true ? 'network' : null;
}

/** Whether what is minimised is a function of two numbers, with nothing to predict. */
export const isSurface = ({problem}: Experiment): boolean => problem.id === 'surface';

/** A surface's budget where it was none of iterations before. */
const SURFACE_ITERATIONS = 300;

/** Whether J has gradients here, so that there is curvature to measure. */
export const hasGradients = (experiment: Experiment): boolean =>
  problemOf(experiment).offers(contextOf(experiment, experiment.problem.params)).gradients === true;

/** Problems whose networks attend: tokens to tokens, a query to keys. */
const ATTENDING: readonly string[] = ['transformer', 'needle-attention'];
/** Problems whose networks have more to them than one layer of neurons with an edge each. */
const DEEP: readonly string[] = [...ATTENDING, 'mlp-classifier'];

export const attendsIn = ({problem}: Experiment): boolean => ATTENDING.includes(problem.id);

/** Whether a network is one layer of real-valued neurons, each with its own edge in the inputs. */
export const hasNeurons = (experiment: Experiment): boolean => !DEEP.includes(experiment.problem.id) && !isSurface(experiment) && binaryWeightsOf(experiment) === null;

/** Whether a path over weight decays can be followed: a convex programme is behind it. */
export const hasPath = ({problem}: Experiment): boolean => Object.hasOwn(problem.params, 'beta') && !DEEP.includes(problem.id);

/** Which solvers the experiment's problem offers what they need. */
function fitsIn(experiment: Experiment): (solver: SolverSpec) => boolean {
  const context = contextOf(experiment, experiment.problem.params);
  return (solver) => offerOf(problemOf(experiment), context, solver) === true;
}

/** A certificate that is impossible is not asked for any longer. */
export const withPossibleCertificate = (experiment: Experiment): Experiment =>
  experiment.certificate && certificateRefusal(experiment) !== null ? {...experiment, certificate: false} : experiment;

/** A loss that does not fit the task gives way to the automatic one. */
function withFittingLoss(experiment: Experiment): Experiment {
  const spec = problemOf(experiment);
  const {params} = experiment.problem;
  const {loss} = spec.params;
  const automatic = loss?.kind === 'choice' && loss.options.some((option) => option.value === 'auto');
  if (!automatic || spec.refuses(contextOf(experiment, params)) === null) return experiment;
  return {...experiment, problem: {...experiment.problem, params: {...params, loss: 'auto'}}};
}

/** Why a problem can't be posed on the experiment's data at all, or null where it can. */
export function problemRefusal(experiment: Experiment, id: string): string | null {
  const draft = withFittingLoss({...experiment, problem: {id, params: shared(experiment.problem.params, CATALOGUE.problems[id].params)}});
  return problemOf(draft).refuses(contextOf(draft, draft.problem.params));
}

/** After a change of data: contestants that can't run there are left out, and a problem that can't be posed there gives way. */
export function fittedToData(changed: Experiment): Experiment {
  const experiment = withFittingLoss(changed);
  if (problemOf(experiment).refuses(contextOf(experiment, experiment.problem.params)) !== null) {
    const other = Object.keys(CATALOGUE.problems).find((id) => problemRefusal(experiment, id) === null);
    return other === undefined ? experiment : movedToProblem(experiment, other);
  }
  const fits = fitsIn(experiment);
  const able = experiment.contestants.filter((one) => fits(CATALOGUE.solvers[one.solver.id]));
  if (able.length === experiment.contestants.length) return withPossibleCertificate(experiment);
  const contestants = able.length > 0 ? able : [fallbackContestant(experiment)];
  const planeOf = Math.max(0, contestants.indexOf(experiment.contestants[experiment.view.planeOf]));
  return withPossibleCertificate({...experiment, contestants, view: {...experiment.view, planeOf}});
}

/**
 * The experiment on another problem: parameters that both know are kept, so are contestants that the new problem
 * offers a solver for; the others give way to the nearest solver that fits. Equal ones are kept once.
 */
export function movedToProblem(experiment: Experiment, id: string): Experiment {
  const moved = withFittingLoss({...experiment, problem: {id, params: shared(experiment.problem.params, CATALOGUE.problems[id].params)}});
  const fits = fitsIn(moved);
  const contestants: Contestant[] = [];
  for (const one of experiment.contestants) {
    const solver = CATALOGUE.solvers[one.solver.id];
    const taken = contestants.map((other) => other.solver.id);
    const next = fits(solver) ? solver : nearestSolver(solver, Object.values(CATALOGUE.solvers).filter(fits), taken);
    if (!next) continue;
    const model = next.trainsModel ? sharedNetwork(modelFor(experiment, one), CATALOGUE.problems[id]) : {};
    if (next === solver) contestants.push({...one, model});
    else {
      const params = shared(one.solver.params, next.params);
      const twin = contestants.some((other) => JSON.stringify([other.solver, other.model]) === JSON.stringify([{id: next.id, params}, model]));
      if (!twin) contestants.push({...one, name: freshName([...contestants, ...experiment.contestants], next.label), solver: {id: next.id, params}, model});
    }
  }
  const {view} = experiment;
  const metric = COMMON_METRICS.find((one) => one === view.metric) ?? 'objective';
  const planeOf = Math.min(view.planeOf, Math.max(0, contestants.length - 1));
  const next = withPossibleCertificate({...moved, contestants, view: {...view, metric, planeOf}});
  return isSurface(next) ? onSurface(next) : next;
}

/** On a surface one step is one gradient, and nothing is measured but the function. */
function onSurface(experiment: Experiment): Experiment {
  const {budget, view} = experiment;
  return {...experiment, budget: budget.axis === 'iterations' ? budget : {axis: 'iterations', amount: SURFACE_ITERATIONS}, view: {...view, metric: 'objective', axis: 'iterations'}};
}

/** One of its kind (a network of its own, or none) if there is one, rather one that is not in the race yet. */
function nearestSolver(solver: SolverSpec, candidates: readonly SolverSpec[], taken: readonly string[]): SolverSpec | undefined {
  const alike = candidates.filter((one) => one.trainsModel === solver.trainsModel);
  const near = alike.length > 0 ? alike : candidates;
  // Solvers that were made for this problem come before those for any.
  const ranked = [...near].sort((a, b) => Number(a.needs === 'gradients') - Number(b.needs === 'gradients'));
  return ranked.find((one) => !taken.includes(one.id)) ?? ranked[0];
}

function admits(spec: ParamSpec, value: ParamValue): boolean {
  switch (spec.kind) {
    case 'number':
      return typeof value === 'number' && value >= spec.min && value <= spec.max && (!spec.integer || Number.isInteger(value));
    case 'choice':
      return spec.options.some((option) => option.value === value);
    case 'flag':
      return typeof value === 'boolean';
    case 'text':
      return typeof value === 'string' && value.length <= spec.maxLength && (spec.check?.(value) ?? null) === null;
    case 'table':
    case 'list':
      // Rows belong to the plugin that they were written for.
      return false;
  }
}

/** Values of `params` that mean something among `specs`, with defaults for the rest. */
function shared(params: ParamValues, specs: ParamSpecs): ParamValues {
  const kept = Object.entries(params).filter(([key, value]) => Object.hasOwn(specs, key) && admits(specs[key], value));
  return {...defaultsOf(specs), ...Object.fromEntries(kept)};
}

/** A network as like another as the problem admits: what does not go together with the rest gives way to its default. */
function sharedNetwork(model: ParamValues, {model: specs, checkModel}: ProblemSpec): ParamValues {
  let values = shared(model, specs);
  for (const _ of Object.keys(specs)) {
    const fault = checkModel?.(values);
    if (!fault) return values;
    values = {...values, [fault.field]: specs[fault.field].default};
  }
  return checkModel?.(values) ? defaultsOf(specs) : values;
}

const modelFor = (experiment: Experiment, one: Contestant): ParamValues =>
  CATALOGUE.solvers[one.solver.id].trainsModel ? one.model : sharedModel(experiment);

function fallbackContestant(experiment: Experiment): Contestant {
  const {adam} = CATALOGUE.solvers;
  return {name: adam.label, colour: COLOURS[0], solver: {id: adam.id, params: defaultsOf(adam.params)}, model: sharedModel(experiment)};
}

/** The network of the first contestant that has one, so that a newcomer starts from the same weights. */
export function sharedModel(experiment: Experiment): Contestant['model'] {
  const first = experiment.contestants.find((one) => CATALOGUE.solvers[one.solver.id].trainsModel);
  return first?.model ?? defaultsOf(problemOf(experiment).model);
}

/** A name that nobody has, at most as long as names may be. */
export function freshName(contestants: readonly {readonly name: string}[], wanted: string): string {
  const taken = new Set(contestants.map((one) => one.name));
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/ \d+$/, '').slice(0, 28);
  let number = 2;
  while (taken.has(`${stem} ${number}`)) number++;
  return `${stem} ${number}`;
}

/** What an edit of data or problem changed besides, in sentences; null where nothing else did. */
export function consequences(before: Experiment, after: Experiment): string | null {
  const names = (experiment: Experiment): string[] => experiment.contestants.map((one) => one.name);
  const gone = names(before).filter((name) => !names(after).includes(name));
  const come = names(after).filter((name) => !names(before).includes(name));
  const said: string[] = [];
  if (before.problem.id !== after.problem.id && before.dataset.id !== after.dataset.id) {
    said.push(`The problem is now the ${problemOf(after).label}: the other can't be posed on this data.`);
  }
  if (gone.length > 0 && come.length > 0) said.push(`${listed(gone)} can't run here; ${listed(come)} ${come.length > 1 ? 'take' : 'takes'} part instead.`);
  else if (gone.length > 0) said.push(`${listed(gone)} can't run here and ${gone.length > 1 ? 'were' : 'was'} left out.`);
  if (before.budget.axis !== after.budget.axis) said.push(`The budget is now ${after.budget.amount} iterations: on a surface a step is one gradient.`);
  if (before.certificate && !after.certificate) said.push(`The certified optimum was switched off: ${certificateRefusal(after)}.`);
  return said.length > 0 ? said.join(' ') : null;
}
