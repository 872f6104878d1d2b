import {z} from 'zod';

/**
 * A parameter is described once. The description drives its form control, its validation in links
 * and configs, its help text and the generated documentation.
 */
interface ParamBase {
  readonly label: string;
  /** One or two sentences for a student. */
  readonly help: string;
  /** Shown (and meaningful) only while another parameter of the same group has one of these values. */
  readonly when?: {readonly param: string; readonly is: readonly (string | number | boolean)[]};
}

export interface NumberParam extends ParamBase {
  readonly kind: 'number';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean;
  /** `log`: the slider walks the 1-3-10 ladder (and 0 first, where `min` is 0). */
  readonly scale: 'linear' | 'log';
  readonly step?: number;
  /** KaTeX symbol, e.g. `\\rho`. */
  readonly symbol?: string;
  readonly unit?: string;
}

export interface ChoiceParam extends ParamBase {
  readonly kind: 'choice';
  readonly default: string;
  readonly options: readonly {readonly value: string; readonly label: string; readonly help?: string}[];
}

export interface FlagParam extends ParamBase {
  readonly kind: 'flag';
  readonly default: boolean;
}

/** A table of numbers given inline (own points in a link or a config). */
export interface TableParam extends ParamBase {
  readonly kind: 'table';
  readonly default: readonly (readonly number[])[];
  readonly maxRows: number;
  readonly maxColumns: number;
}

/** One number a row, beside a table. */
export interface ListParam extends ParamBase {
  readonly kind: 'list';
  readonly default: readonly number[];
  readonly maxRows: number;
}

/** A line of text, such as an expression. */
export interface TextParam extends ParamBase {
  readonly kind: 'text';
  readonly default: string;
  readonly maxLength: number;
  /** Why a text is refused, in words that follow the field's name, or null. */
  readonly check?: (text: string) => string | null;
}

export type ParamSpec = NumberParam | ChoiceParam | FlagParam | TableParam | ListParam | TextParam;
export type ParamSpecs = Readonly<Record<string, ParamSpec>>;
export type ParamValue = number | string | boolean | readonly number[] | readonly (readonly number[])[];
export type ParamValues = Readonly<Record<string, ParamValue>>;

/** The type of the values that a group of parameter descriptions admits. */
export type ValuesOf<S extends ParamSpecs> = {
  readonly [K in keyof S]: S[K] extends NumberParam
    ? number
    : S[K] extends ChoiceParam | TextParam
      ? string
      : S[K] extends FlagParam
        ? boolean
        : S[K] extends ListParam
          ? readonly number[]
          : readonly (readonly number[])[];
};

export function defaultsOf(specs: ParamSpecs): ParamValues {
  return Object.fromEntries(Object.entries(specs).map(([key, spec]) => [key, spec.default]));
}

function schemaOfOne(spec: ParamSpec): z.ZodType<ParamValue> {
  switch (spec.kind) {
    case 'number': {
      const range = `must be a number from ${spec.min} to ${spec.max}${spec.integer ? ', without decimals' : ''}`;
      const number = z.number({error: range}).min(spec.min, range).max(spec.max, range);
      return (spec.integer ? number.int(range) : number).meta({description: spec.help, default: spec.default});
    }
    case 'choice': {
      const values = spec.options.map((option) => option.value);
      const error = `must be one of ${values.map((value) => `"${value}"`).join(', ')}`;
      return z.enum(values as [string, ...string[]], {error}).meta({description: spec.help, default: spec.default});
    }
    case 'flag':
      return z.boolean({error: 'must be true or false'}).meta({description: spec.help, default: spec.default});
    case 'table': {
      const cell = z.number({error: 'must be a finite number'});
      const columns = `must have at most ${spec.maxColumns} columns`;
      const rows = `must have at most ${spec.maxRows} rows; keep larger data in a file`;
      return z
        .array(z.array(cell, {error: 'must be a list of numbers'}).max(spec.maxColumns, columns), {error: 'must be a list of rows'})
        .max(spec.maxRows, rows)
        .meta({description: spec.help});
    }
    case 'list':
      return z
        .array(z.number({error: 'must be a finite number'}), {error: 'must be a list of numbers'})
        .max(spec.maxRows, `must have at most ${spec.maxRows} entries`)
        .meta({description: spec.help});
    case 'text':
      return z
        .string({error: 'must be a text'})
        .max(spec.maxLength, {error: `must have at most ${spec.maxLength} characters`, abort: true})
        .superRefine((value, context) => {
          const message = spec.check?.(value) ?? null;
          if (message !== null) context.addIssue({code: 'custom', message});
        })
        .meta({description: spec.help, default: spec.default});
  }
}

export const NO_GROUP = 'must be an object of parameters';

/**
 * The validator of a whole group. Missing values take their default; unknown names are refused, so
 * that a misspelt parameter is never silently ignored.
 */
export function schemaOf(specs: ParamSpecs): z.ZodType<ParamValues> {
  const schema = SCHEMAS.get(specs) ?? makeSchema(specs);
  SCHEMAS.set(specs, schema);
  return schema;
}

/** Specs are constants, and an edit validates the whole experiment. */
const SCHEMAS = new WeakMap<ParamSpecs, z.ZodType<ParamValues>>();

function makeSchema(specs: ParamSpecs): z.ZodType<ParamValues> {
  const shape: Record<string, z.ZodType> = {};
  for (const [key, spec] of Object.entries(specs)) {
    shape[key] = schemaOfOne(spec).default(spec.default as never);
  }
  return z.strictObject(shape, {error: NO_GROUP}) as unknown as z.ZodType<ParamValues>;
}

/** Whether a parameter applies, given the values of its group. */
export function applies(spec: ParamSpec, values: ParamValues): boolean {
  if (!spec.when) return true;
  const value = values[spec.when.param];
  return spec.when.is.some((candidate) => candidate === value);
}
