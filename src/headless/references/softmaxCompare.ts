import {flat, type Nested, type SoftmaxCase} from './softmaxFile.ts';
import type {Comparison} from './types.ts';

/** Passed beside the relative tolerance, by the file's convention. */
const ABSOLUTE = 1e-6;

/** What is not written yet, by operation: all of it, or these outputs. Counted apart from what passes. */
const NOT_IMPLEMENTED: Readonly<Record<string, 'all' | readonly string[]>> = {
  fenchel_B: 'all',
  ibp_fgsm: ['hidden_lower', 'hidden_upper', 'margin_lower', 'certified'],
};

/** Outputs of a case that nothing computes yet. */
export function missingOf({op, outputs}: SoftmaxCase): readonly string[] {
  const missing = NOT_IMPLEMENTED[op] ?? [];
  return missing === 'all' ? Object.keys(outputs) : missing;
}

export const notImplemented = (one: SoftmaxCase): Comparison => ({
  name: one.id, computed: null, reference: null, relativeError: Number.NaN, tolerance: Number.NaN, ok: null, seconds: 0,
  status: 'not implemented', message: `${missingOf(one).join(', ')} ${missingOf(one).length > 1 ? 'are' : 'is'} not implemented`,
});

interface Quantity {
  readonly name: string;
  readonly expected: readonly number[];
  readonly tolerance: number;
}

/** The outputs and gradients that are to be compared: those of the file that the project computes. */
function quantitiesOf(one: SoftmaxCase, valuesOnly: boolean): readonly Quantity[] {
  const tolerance = (key: string): number => one.tol_rel_to_max[key] ?? Math.max(...Object.values(one.tol_rel_to_max));
  const missing = missingOf(one);
  const of = (name: string, key: string, value: Nested): Quantity => ({name, expected: flat(value), tolerance: tolerance(key)});
  const outputs = Object.entries(one.outputs).filter(([name]) => !missing.includes(name)).map(([name, value]) => of(name, name, value));
  if (valuesOnly) return outputs;
  const gradients = Object.entries(one.grads).map(([name, value]) => of(`d_${name}`, `d_${name}`, value));
  const slope = one.inputs.y !== undefined && one.grads.z !== undefined ? [of('d_z by slope', 'd_z', one.grads.z)] : [];
  // An output that is a text names a branch; its consequences are in the numbers.
  return [...outputs, ...gradients, ...slope].filter(({expected}) => expected.length > 0);
}

interface Distance {
  readonly relativeError: number;
  readonly allowed: number;
  readonly at: number;
}

/** max |a - b| / max |b| beside what is allowed of it; Infinity where a number is missing or not finite. */
function distanceOf({expected, tolerance}: Quantity, found: readonly number[]): Distance {
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  let at = 0;
  let worst = found.length === expected.length ? 0 : Number.POSITIVE_INFINITY;
  expected.forEach((value, i) => {
    const apart = Number.isFinite(found[i]) ? Math.abs(found[i] - value) : Number.POSITIVE_INFINITY;
    if (apart > worst) [worst, at] = [apart, i];
  });
  return {relativeError: worst / scale, allowed: tolerance + ABSOLUTE / scale, at};
}

/** A line about the quantity that is closest to its limit, or furthest beyond; all must be within theirs. */
export function compareCase(name: string, one: SoftmaxCase, found: Readonly<Record<string, readonly number[]>>, seconds: number, valuesOnly = false): Comparison {
  const all = quantitiesOf(one, valuesOnly).map((quantity) => ({quantity, distance: distanceOf(quantity, found[quantity.name] ?? [])}));
  const [first, ...others] = all;
  const worst = others.reduce((most, next) => (next.distance.relativeError / next.distance.allowed > most.distance.relativeError / most.distance.allowed ? next : most), first);
  const wrong = all.filter(({distance}) => !(distance.relativeError <= distance.allowed)).map(({quantity}) => quantity.name);
  const {quantity, distance} = worst;
  return {
    name,
    computed: {[quantity.name]: found[quantity.name]?.[distance.at] ?? null},
    reference: {[quantity.name]: quantity.expected[distance.at]},
    relativeError: distance.relativeError,
    tolerance: distance.allowed,
    ok: wrong.length === 0,
    seconds,
    ...(wrong.length > 0 ? {message: `${wrong.join(', ')} ${wrong.length > 1 ? 'differ' : 'differs'}`} : {}),
  };
}
