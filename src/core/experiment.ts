import {z} from 'zod';
import {type Catalogue, offerOf, type ProblemContext, type ProblemSpec, type SolverSpec} from './plugin.ts';
import {NO_GROUP, type ParamSpecs, type ParamValues, schemaOf} from './params.ts';
import {type Fault, failure, type Result, success} from './result.ts';
import {THEORIES, THEORY_SPECS, type TheoryChoice} from './theory.ts';

/** Bumped when the meaning of a stored experiment changes; see migrations.ts. */
export const EXPERIMENT_VERSION = 2;
export const MAX_CONTESTANTS = 8;

/** The contestants' palette (Okabe and Ito's, safe for colour-blind eyes), by name so that themes can tune it. */
export const COLOURS = ['blue', 'orange', 'green', 'pink', 'sky', 'vermilion', 'yellow', 'grey'] as const;
export type Colour = (typeof COLOURS)[number];

export const BUDGET_AXES = ['iterations', 'evaluations', 'seconds'] as const;
export type BudgetAxis = (typeof BUDGET_AXES)[number];
/** What every problem measures, then what only some do. */
export const COMMON_METRICS = ['objective', 'trainLoss', 'testLoss', 'trainScore', 'testScore'] as const;
export const CHART_METRICS = [
  ...COMMON_METRICS,
  'robustScore', 'expectedObjective', 'bestObjective', 'averageScore', 'flips', 'lowerBound',
  'surprise', 'logitScale', 'collapsed', 'hiddenGrowth', 'alignment', 'updateRatio', 'batchSize',
  'needleLoss', 'averageLoss', 'longNeedleLoss', 'needleKeys', 'averageKeys',
] as const;
export type ChartMetric = (typeof CHART_METRICS)[number];
export const PLANES = ['contestants', 'path', 'paths', 'random', 'curvature', 'gradient', 'line'] as const;
export type PlaneKind = (typeof PLANES)[number];
/** In the order of their tabs. */
export const INSTRUMENTS = ['bounds', 'boundaries', 'layers', 'attention', 'neurons', 'weights', 'admm', 'path', 'starts', 'basins', 'theory', 'rates', 'curvature'] as const;
export type InstrumentId = (typeof INSTRUMENTS)[number];
/** All but a line between two networks, which is a curve. */
export type MapKind = Exclude<PlaneKind, 'line'>;

export interface Choice {
  readonly id: string;
  readonly params: ParamValues;
}

/** A solver with values for its parameters, a name and a colour. */
export interface Contestant {
  readonly name: string;
  readonly colour: Colour;
  readonly solver: Choice;
  /** The network it trains (empty where the solver brings its own). */
  readonly model: ParamValues;
}

/** What the race chart and the landscape show; part of the experiment, so that a link shows the same picture. */
export interface View {
  readonly metric: ChartMetric;
  readonly axis: BudgetAxis;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly plane: PlaneKind;
  /** The contestant (index) that a plane is about, where it is about one; where a line begins. */
  readonly planeOf: number;
  /** The contestant (index) that a line leads to; where it is the same or missing, the first other one. */
  readonly planeTo: number;
  readonly planeSeed: number;
  /** Whether the plane keeps its origin, directions and ranges while runs go on. */
  readonly freeze: boolean;
  /** Whether points of a path fade with their distance from the plane. */
  readonly fade: boolean;
  readonly logColour: boolean;
  /** The landscape's colours (and heights) end at this percentile of its values; 100 ends them at the highest. */
  readonly clipColour: number;
  /** Whether the landscape is drawn as a surface in three dimensions. */
  readonly relief: boolean;
  /** The instrument beside the landscape; the first that has something to show where this is `first`, or one that has not. */
  readonly instrument: InstrumentId | 'first';
  /** What the theory of surfaces is about. */
  readonly theory: TheoryChoice;
}

export interface Experiment {
  readonly version: typeof EXPERIMENT_VERSION;
  readonly title: string;
  /** Seeds initial weights, mini-batches and sampled patterns. Data have a seed of their own. */
  readonly seed: number;
  readonly dataset: Choice;
  readonly problem: Choice;
  readonly contestants: readonly Contestant[];
  /** Every contestant may use `amount` of `axis`: a race at equal budget. */
  readonly budget: {readonly axis: BudgetAxis; readonly amount: number};
  /** Whether the certified optimum is computed and drawn under the race. */
  readonly certificate: boolean;
  readonly view: View;
}

const SEED = 'must be a whole number from 0 to 4294967295';
const seedSchema = z.number({error: SEED}).int(SEED).min(0, SEED).max(4294967295, SEED);
const oneOf = (values: readonly string[]): string => `must be one of ${values.map((v) => `"${v}"`).join(', ')}`;
const text = (max: number): z.ZodType<string> =>
  z.string({error: 'must be a text'}).max(max, `must have at most ${max} characters`);
const flag = z.boolean({error: 'must be true or false'});
const isGroup = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
/** Parameters go to their plugin's schema as they are: a record would drop a key named `__proto__` without a word. */
const group = z.custom<Record<string, unknown>>(isGroup, {error: NO_GROUP}).default({});
const choice = z.strictObject({id: text(40), params: group}, {error: 'must be an object with an "id"'});

export const DEFAULT_VIEW: View = {
  metric: 'objective',
  axis: 'iterations',
  logX: false,
  logY: true,
  plane: 'contestants',
  planeOf: 0,
  planeTo: 1,
  planeSeed: 1,
  freeze: false,
  fade: false,
  logColour: true,
  clipColour: 100,
  relief: false,
  instrument: 'first',
  theory: {subject: 'momentum', params: {}},
};

const PLACE = `must be the index of a contestant, 0 to ${MAX_CONTESTANTS - 1}`;
const placeSchema = z.number({error: PLACE}).int(PLACE).min(0, PLACE).max(MAX_CONTESTANTS - 1, PLACE);
const PERCENTILE = 'must be a number from 50 to 100';
const viewShape = {
  metric: z.enum(CHART_METRICS, {error: oneOf(CHART_METRICS)}).default(DEFAULT_VIEW.metric),
  axis: z.enum(BUDGET_AXES, {error: oneOf(BUDGET_AXES)}).default(DEFAULT_VIEW.axis),
  logX: flag.default(DEFAULT_VIEW.logX),
  logY: flag.default(DEFAULT_VIEW.logY),
  plane: z.enum(PLANES, {error: oneOf(PLANES)}).default(DEFAULT_VIEW.plane),
  planeOf: placeSchema.default(DEFAULT_VIEW.planeOf),
  planeTo: placeSchema.default(DEFAULT_VIEW.planeTo),
  planeSeed: seedSchema.default(DEFAULT_VIEW.planeSeed),
  freeze: flag.default(DEFAULT_VIEW.freeze),
  fade: flag.default(DEFAULT_VIEW.fade),
  logColour: flag.default(DEFAULT_VIEW.logColour),
  clipColour: z.number({error: PERCENTILE}).min(50, PERCENTILE).max(100, PERCENTILE).default(DEFAULT_VIEW.clipColour),
  relief: flag.default(DEFAULT_VIEW.relief),
  instrument: z.enum(['first', ...INSTRUMENTS], {error: oneOf(['first', ...INSTRUMENTS])}).default(DEFAULT_VIEW.instrument),
  theory: z
    .strictObject({subject: z.enum(THEORIES, {error: oneOf(THEORIES)}).default(DEFAULT_VIEW.theory.subject), params: group}, {error: 'must be an object with "subject" and "params"'})
    .default(DEFAULT_VIEW.theory),
};
const viewSchema = z.strictObject(viewShape, {error: 'must be an object of view settings'});

const contestantShape = {
  name: text(32).default(''),
  colour: z.enum(COLOURS, {error: oneOf(COLOURS)}).optional(),
  solver: choice,
  model: group,
};
const AMOUNT = 'must be a number from 1 to 1000000';
const budgetShape = {
  axis: z.enum(BUDGET_AXES, {error: oneOf(BUDGET_AXES)}).default('iterations'),
  amount: z.number({error: AMOUNT}).min(1, AMOUNT).max(1e6, AMOUNT).default(1000),
};
/** The shape of an experiment; parameters are checked against their plugin afterwards. */
export const experimentSchema = z.strictObject(
  {
    version: z.literal(EXPERIMENT_VERSION, {error: `must be ${EXPERIMENT_VERSION}`}).default(EXPERIMENT_VERSION),
    title: text(80).default(''),
    seed: seedSchema.default(1),
    dataset: choice,
    problem: choice.default({id: 'two-layer-relu', params: {}}),
    contestants: z
      .array(z.strictObject(contestantShape, {error: 'must be an object with a "solver"'}), {error: 'must be a list of contestants'})
      .min(1, 'needs at least one contestant')
      .max(MAX_CONTESTANTS, `has room for ${MAX_CONTESTANTS} contestants`),
    budget: z
      .strictObject(budgetShape, {error: 'must be an object with "axis" and "amount"'})
      .default({axis: 'iterations', amount: 1000}),
    certificate: flag.default(false),
    view: viewSchema.default(DEFAULT_VIEW),
  },
  {error: 'must be a JSON object'},
);

/** `['contestants', 1, 'seed']` as `contestants[1].seed`. */
const pathText = (path: readonly PropertyKey[]): string =>
  path.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? String(key) : `.${String(key)}`)).join('');

/** What stands at a path of untrusted JSON; undefined where nothing does. */
const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce((inner, key) => (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key) ? Reflect.get(inner, key) : undefined), value);

/** Untrusted JSON held to a schema; the fault names the field, which stands at `at`. */
export function checked<T>(schema: z.ZodType<T>, value: unknown, at: string): Result<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return success(parsed.data);
  const issue = parsed.error.issues[0];
  const path = pathText(issue.path);
  const field = [at, path].filter(Boolean).join(path.startsWith('[') ? '' : '.') || 'experiment';
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0];
    return failure(`${field === 'experiment' ? '' : `${field}.`}${key}`, 'is not a known name here; check the spelling');
  }
  const missing = path !== '' && valueAt(value, issue.path) === undefined;
  return failure(field, missing ? `is missing; it ${issue.message}` : issue.message);
}

interface Checkable {
  readonly params: ParamSpecs;
  readonly check?: (params: ParamValues) => Fault | null;
}

function lookUp<S extends Checkable>(
  table: Readonly<Record<string, S>>,
  picked: {readonly id: string; readonly params: unknown},
  at: string,
): Result<{readonly spec: S; readonly choice: Choice}> {
  if (!Object.hasOwn(table, picked.id)) {
    return failure(`${at}.id`, `"${picked.id}" is unknown; choose one of ${Object.keys(table).join(', ')}`);
  }
  const spec = table[picked.id];
  const params = checked(schemaOf(spec.params), picked.params, `${at}.params`);
  if (!params.ok) return params;
  const fault = spec.check?.(params.value);
  if (fault) return failure(`${at}.params.${fault.field}`, fault.message);
  return success({spec, choice: {id: picked.id, params: params.value}});
}

type Draft = z.infer<typeof experimentSchema>;

function checkContestant(draft: Draft['contestants'][number], index: number, problem: ProblemSpec, catalogue: Catalogue):
  Result<{readonly spec: SolverSpec; readonly contestant: Contestant}> {
  const at = `contestants[${index}]`;
  const solver = lookUp(catalogue.solvers, draft.solver, `${at}.solver`);
  if (!solver.ok) return solver;
  const model = checked(schemaOf(solver.value.spec.trainsModel ? problem.model : {}), draft.model, `${at}.model`);
  if (!model.ok) return model;
  const fault = solver.value.spec.trainsModel && problem.checkModel?.(model.value);
  if (fault) return failure(`${at}.model.${fault.field}`, fault.message);
  const colour = draft.colour ?? COLOURS[index % COLOURS.length];
  const name = draft.name.trim() || solver.value.spec.label;
  return success({
    spec: solver.value.spec,
    contestant: {name, colour, solver: solver.value.choice, model: model.value},
  });
}

/**
 * Turns untrusted JSON into an experiment: every number in range, every id known, every solver
 * usable on its problem. The first fault found is returned with the field's path.
 */
export function parseExperiment(json: unknown, catalogue: Catalogue): Result<Experiment> {
  const shape = checked(experimentSchema, json, '');
  if (!shape.ok) return shape;
  const draft = shape.value;
  if (draft.budget.axis === 'iterations' && !Number.isInteger(draft.budget.amount)) {
    return failure('budget.amount', 'must be a whole number of iterations');
  }
  const dataset = lookUp(catalogue.datasets, draft.dataset, 'dataset');
  if (!dataset.ok) return dataset;
  const problem = lookUp(catalogue.problems, draft.problem, 'problem');
  if (!problem.ok) return problem;

  const context: ProblemContext = {
    task: dataset.value.spec.task(dataset.value.choice.params),
    params: problem.value.choice.params,
    losses: catalogue.losses,
  };
  const refusal = problem.value.spec.refuses(context);
  if (refusal !== null) {
    const another = Object.values(catalogue.losses).some(({tasks}) => tasks.includes(context.task));
    return 'loss' in problem.value.spec.params && another ? failure('problem.params.loss', refusal) : failure('problem.id', `"${problem.value.choice.id}" can't be posed on these data: ${refusal}`);
  }
  const certifiable = problem.value.spec.certificate(context);
  if (draft.certificate && certifiable !== true) return failure('certificate', `must be false here: ${certifiable}`);

  const contestants: Contestant[] = [];
  for (const [index, one] of draft.contestants.entries()) {
    const checked = checkContestant(one, index, problem.value.spec, catalogue);
    if (!checked.ok) return checked;
    const offer = offerOf(problem.value.spec, context, checked.value.spec);
    if (offer !== true) return failure(`contestants[${index}].solver.id`, `${checked.value.spec.label} can't run here: ${offer}`);
    contestants.push(checked.value.contestant);
  }
  if (draft.view.planeOf >= contestants.length) {
    return failure('view.planeOf', `must be the index of a contestant, 0 to ${contestants.length - 1}`);
  }
  const theory = checked(schemaOf(THEORY_SPECS[draft.view.theory.subject]), draft.view.theory.params, 'view.theory.params');
  if (!theory.ok) return theory;
  const view: View = {...draft.view, theory: {subject: draft.view.theory.subject, params: theory.value}};
  return success({...draft, view, dataset: dataset.value.choice, problem: problem.value.choice, contestants});
}

/** A fault's sentence for the page or a terminal. */
export const faultText = (fault: Fault): string => `${fault.field} ${fault.message}`;
