import {z} from 'zod';
import {experimentSchema} from '../core/experiment.ts';

/** The part of JSON Schema that zod writes for an experiment. */
export interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

/** What each field is for. A field without an entry, or an entry without a field, stops the build of the page. */
const PURPOSE: Readonly<Record<string, string>> = {
  version: 'The version of this format. Files of older versions are read and brought up to date.',
  title: 'Shown above the race.',
  seed: 'Seeds initial weights, mini-batches and sampled patterns. The same seed gives the same numbers on the same backend.',
  dataset: 'What is learned from.',
  'dataset.id': 'One of the data sets below.',
  'dataset.params': "The data set's parameters.",
  problem: 'What is minimised.',
  'problem.id': 'One of the problems below.',
  'problem.params': "The problem's parameters.",
  contestants: 'Who races.',
  'contestants[].name': "For legends and tables; the solver's name where empty.",
  'contestants[].colour': 'The colours follow in turn where none is given.',
  'contestants[].solver': 'How this contestant minimises.',
  'contestants[].solver.id': 'One of the solvers below.',
  'contestants[].solver.params': "The solver's parameters.",
  'contestants[].model': "The contestant's own network: the problem's model parameters. Empty for a solver that brings its own.",
  budget: 'What every contestant may use: a race at equal budget.',
  'budget.axis': 'Iterations, full-data passes (`evaluations`), or seconds of a contestant\'s own computing time. Only the first two give the same result on every machine.',
  'budget.amount': 'How much of it.',
  certificate: 'Whether the certified optimum is computed: bounds on the J of every network, proved.',
  view: 'What the page shows first. It changes no result.',
  'view.metric': 'The quantity of the race chart.',
  'view.axis': 'Its horizontal axis.',
  'view.logX': 'Whether that axis is logarithmic.',
  'view.logY': 'Whether the vertical one is.',
  'view.plane': 'The plane of the landscape: through the contestants, the principal directions of one path or of all `paths`, random around one, the two sharpest directions of a network (`curvature`), its `gradient` and sharpest direction, or a `line` between two networks.',
  'view.planeOf': 'The contestant (counted from 0) that a plane is about, where it is about one; where a line begins.',
  'view.planeTo': 'The contestant (counted from 0) that a line leads to; where it is the same or missing, the first other one.',
  'view.planeSeed': 'Draws the random plane.',
  'view.freeze': 'Whether the plane keeps its origin, directions and ranges while the runs go on.',
  'view.fade': 'Whether points of a path fade with their distance from the plane.',
  'view.logColour': 'Whether the colours of the landscape are logarithmic.',
  'view.clipColour': "The percentile of the landscape's values at which its colours, and heights in three dimensions, end.",
  'view.relief': 'Whether the landscape is drawn in three dimensions.',
  'view.instrument': 'The instrument beside the landscape (`boundaries` is the one that shows what networks answer); `first` is the first that has something to show.',
  'view.theory': 'What the theory beside a surface is about.',
  'view.theory.subject': 'The race on a quadratic (`momentum`), or one of the models of the `theory` instrument.',
  'view.theory.params': "That model's parameters, as for the instrument.",
};

const list = (values: readonly unknown[]): string => values.map((value) => `\`${JSON.stringify(value)}\``).join(', ');

export function kindOf(schema: Schema): string {
  if (schema.const !== undefined) return list([schema.const]);
  if (schema.enum) return `one of ${list(schema.enum)}`;
  switch (schema.type) {
    case 'integer':
      return `whole number, ${schema.minimum} to ${schema.maximum}`;
    case 'number':
      return `number, ${schema.minimum} to ${schema.maximum}`;
    case 'string':
      return `text, at most ${schema.maxLength} characters`;
    case 'array':
      return `list of ${schema.minItems} to ${schema.maxItems}`;
    case 'boolean':
      return '`true` or `false`';
    default:
      return 'object';
  }
}

/** The default in JSON, or why there is none to show. */
export function defaultOf(schema: Schema, isRequired: boolean): string {
  if (isRequired) return 'required';
  const parts = Object.keys(schema.properties ?? {});
  const leavesAllOut = parts.length > 0 && !parts.some((part) => schema.required?.includes(part));
  if (leavesAllOut) return 'that of its parts';
  return schema.default === undefined ? 'none' : list([schema.default]);
}

function rows(schema: Schema, at: string): readonly (readonly [string, string])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, part]) => {
    const path = at + name;
    const isRequired = schema.required?.includes(name) === true;
    const row = `| \`${path}\` | ${kindOf(part)} | ${defaultOf(part, isRequired)} | ${PURPOSE[path]} |`;
    const below = part.items ? rows(part.items, `${path}[].`) : rows(part, `${path}.`);
    return [[path, row] as const, ...below];
  });
}

/** The chapter on the experiment's own fields. */
export function experimentFields(): string {
  const schema = z.toJSONSchema(experimentSchema, {io: 'input', unrepresentable: 'any'}) as Schema;
  const all = rows(schema, '');
  const paths = new Set(all.map(([path]) => path));
  const untold = [...paths].filter((path) => !(path in PURPOSE));
  const gone = Object.keys(PURPOSE).filter((path) => !paths.has(path));
  if (untold.length > 0 || gone.length > 0) {
    throw new Error(`src/headless/docsFields.ts must say what these are for: ${untold.join(', ') || 'none'}; and drop: ${gone.join(', ') || 'none'}`);
  }
  return [
    '## The experiment',
    '`contestants[].name` stands for the field `name` of each entry of the list `contestants`.',
    ['| field | what it may be | default | what it is for |', '| --- | --- | --- | --- |', ...all.map(([, row]) => row)].join('\n'),
  ].join('\n\n');
}
