import {z} from 'zod';

const number = z.number().finite();
/** A number, or numbers nested in lists. */
const numbers: z.ZodType<Nested> = z.lazy(() => z.union([number, z.boolean(), z.string(), z.array(z.union([numbers, z.record(z.string(), z.unknown())]))]) as z.ZodType<Nested>);
export type Nested = number | boolean | string | readonly Nested[];

const caseSchema = z.looseObject({
  id: z.string(),
  op: z.string(),
  params: z.record(z.string(), z.unknown()),
  inputs: z.record(z.string(), numbers),
  outputs: z.record(z.string(), numbers),
  grads: z.record(z.string(), numbers).default({}),
  cotangent: numbers.optional(),
  tol_rel_to_max: z.record(z.string(), number.positive()),
});

/** softmax_reference.json: inputs, float64 outputs and gradients of one operation a case. */
export const softmaxFileSchema = z.looseObject({cases: z.array(caseSchema).min(1)});
export type SoftmaxCase = z.infer<typeof caseSchema>;

/** All numbers of a nested list in order; true is 1, and texts are left out. */
export function flat(value: Nested): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value === 'boolean') return [value ? 1 : 0];
  if (typeof value === 'string') return [];
  return typeof value === 'object' && Array.isArray(value) ? value.flatMap((one: Nested) => flat(one)) : Object.values(value).flatMap((one) => flat(one as Nested));
}

export const numberOf = (params: SoftmaxCase['params'], name: string): number => {
  const value = params[name];
  if (typeof value !== 'number') throw new Error(`parameter ${name} must be a number`);
  return value;
};

/** A list of rows of numbers. */
export const rowsOf = (value: Nested): number[][] => (value as readonly Nested[]).map((row) => flat(row));
