import type {Task} from '../core/data.ts';
import type {ParamSpec, ParamSpecs} from '../core/params.ts';
import type {DatasetSpec, LossSpec, ProblemSpec, SolverSpec} from '../core/plugin.ts';

type AnySpec = DatasetSpec | LossSpec | ProblemSpec | SolverSpec;

const paramsOf = (spec: AnySpec): ParamSpecs => ('params' in spec ? spec.params : {});
type Specs = Readonly<Record<string, AnySpec>>;

/** In a table cell a bar would end the cell. */
const cell = (text: string): string => text.replaceAll('|', '\\|');
const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

function kindOf(spec: ParamSpec): string {
  switch (spec.kind) {
    case 'number':
      return `${spec.integer ? 'whole number' : 'number'}, ${spec.min} to ${spec.max}${spec.unit ? ` ${spec.unit}` : ''}`;
    case 'choice':
      return `one of ${spec.options.map((option) => code(option.value)).join(', ')}`;
    case 'flag':
      return '`true` or `false`';
    case 'table':
      return `list of at most ${spec.maxRows} rows, each a list of at most ${spec.maxColumns} numbers`;
    case 'list':
      return `list of at most ${spec.maxRows} numbers`;
    case 'text':
      return `text of at most ${spec.maxLength} characters`;
  }
}

/** In words; the label only where it says more than the name does. */
function purposeOf(spec: ParamSpec, name: string): string {
  const title = spec.label === name ? [] : [`*${spec.label}*:`];
  const options = spec.kind === 'choice' ? spec.options.filter((option) => option.help).map((option) => `${code(option.value)}: ${option.help}`) : [];
  const when = spec.when ? `Only where ${code(spec.when.param)} is ${spec.when.is.map(code).join(' or ')}.` : '';
  return [...title, sentence(spec.help), ...options.map(sentence), when].filter(Boolean).join(' ');
}

const row = (name: string, spec: ParamSpec, byDefault: string): string =>
  `| ${code(name)} | ${cell(kindOf(spec))} | ${byDefault} | ${cell(purposeOf(spec, name))} |`;

const HEAD = ['| parameter | what it may be | default | what it is for |', '| --- | --- | --- | --- |'];
const table = (rows: readonly string[]): string => [...HEAD, ...rows].join('\n');
const tableOf = (params: ParamSpecs): string => table(Object.entries(params).map(([name, spec]) => row(name, spec, code(spec.default))));

/** What makes two parameters the same for a reader, whatever their defaults. */
const meaning = (spec: ParamSpec): string => kindOf(spec) + purposeOf(spec, '');

interface Shared {
  readonly spec: ParamSpec;
  readonly takers: readonly AnySpec[];
}

/** Parameters that more than half of a group's plugins take with the same meaning. */
function sharedParams(specs: readonly AnySpec[]): ReadonlyMap<string, Shared> {
  const shared = new Map<string, Shared>();
  for (const name of new Set(specs.flatMap((spec) => Object.keys(paramsOf(spec))))) {
    const having = specs.filter((spec) => name in paramsOf(spec));
    const takers = having.filter((spec) => meaning(paramsOf(spec)[name]) === meaning(paramsOf(having[0])[name]));
    if (specs.length > 1 && takers.length > specs.length / 2) shared.set(name, {spec: paramsOf(takers[0])[name], takers});
  }
  return shared;
}

const defaultAmong = ({spec, takers}: Shared, name: string): string =>
  takers.every((taker) => paramsOf(taker)[name].default === spec.default) ? code(spec.default) : 'see each';

function sharedPart(shared: ReadonlyMap<string, Shared>, specs: readonly AnySpec[], what: string): readonly string[] {
  if (shared.size === 0) return [];
  const parts: string[] = [];
  const keyOf = ({takers}: Shared): string => takers.map((taker) => taker.id).join(' ');
  for (const key of new Set([...shared.values()].map(keyOf))) {
    const rows = [...shared].filter(([, one]) => keyOf(one) === key);
    const {takers} = rows[0][1];
    const who = takers.length === specs.length ? `Every ${what} takes` : `${takers.map((taker) => code(taker.id)).join(', ')} take`;
    parts.push(`${who}:`, table(rows.map(([name, one]) => row(name, one.spec, defaultAmong(one, name)))));
  }
  return parts;
}

const TASKS: Readonly<Record<Task, string>> = {regression: 'regression', binary: 'two classes', multiclass: 'several classes', sequence: 'next tokens', retrieval: 'retrieval', surface: 'a function of x and y'};

/** Facts that only one kind of plugin has. */
function factsOf(spec: AnySpec): readonly string[] {
  if ('tasks' in spec) return [`Fits ${spec.tasks.map((task) => TASKS[task]).join(' and ')}; ${spec.hasProx ? 'convex solvers can use it' : 'convex solvers cannot use it'}.`];
  if ('costNote' in spec) return [sentence(spec.costNote)];
  if ('licence' in spec && spec.licence) return [`Source and licence: ${sentence(spec.licence)}`];
  return [];
}

function explanationOf({explain}: AnySpec): readonly string[] {
  if (!explain) return [];
  const formulas = explain.formulas.map((formula) => ['```math', formula, '```'].join('\n'));
  return [explain.text, ...formulas, ...(explain.source ? [`Source: ${sentence(explain.source)}`] : [])];
}

function pluginPart(spec: AnySpec, shared: ReadonlyMap<string, Shared>): readonly string[] {
  const isShared = ([name]: readonly [string, ParamSpec]): boolean => shared.get(name)?.takers.includes(spec) === true;
  const entries = Object.entries(paramsOf(spec));
  const own = entries.filter((entry) => !isShared(entry));
  const varying = entries.filter((entry) => isShared(entry) && defaultAmong(shared.get(entry[0]) as Shared, entry[0]) === 'see each');
  const parts = [`### ${code(spec.id)}: ${spec.label}`, [sentence(spec.summary), ...factsOf(spec)].join(' '), ...explanationOf(spec)];
  if (own.length > 0) parts.push(tableOf(Object.fromEntries(own)));
  if (varying.length > 0) parts.push(`Defaults: ${varying.map(([name, param]) => `${code(name)} ${code(param.default)}`).join(', ')}.`);
  if ('model' in spec) parts.push('`model`, for each contestant that trains a network:', tableOf(spec.model));
  return parts;
}

/** The chapter of one registry: what its plugins share, then each of them. */
export function group(table: Specs, what: string): string {
  const specs = Object.values(table);
  const shared = sharedParams(specs);
  return [...sharedPart(shared, specs, what), ...specs.flatMap((spec) => pluginPart(spec, shared))].join('\n\n');
}
