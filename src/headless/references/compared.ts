import type {Comparison} from './types.ts';

/** Largest |a - b| / max(1, |b|) over numbers and lists of numbers, nested in any way; Infinity where their shapes differ. */
export function apart(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length ? a.reduce((most: number, one, i) => Math.max(most, apart(one, b[i])), 0) : Number.POSITIVE_INFINITY;
  }
  if (typeof a !== 'number' || typeof b !== 'number') return Number.POSITIVE_INFINITY;
  const distance = Math.abs(a - b) / Math.max(1, Math.abs(b));
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}

type Numbers = Readonly<Record<string, unknown>>;

/** A line that compares numbers by name, to one tolerance. */
export function compared(name: string, computed: Numbers, reference: Numbers, tolerance: number, seconds: number): Comparison {
  const errors = Object.keys(reference).map((key) => ({key, error: apart(computed[key], reference[key])}));
  const wrong = errors.filter(({error}) => !(error <= tolerance)).map(({key}) => key);
  return {
    name,
    computed,
    reference,
    relativeError: errors.reduce((most, {error}) => Math.max(most, error), 0),
    tolerance,
    ok: wrong.length === 0,
    seconds,
    ...(wrong.length > 0 ? {message: `${wrong.join(', ')} ${wrong.length > 1 ? 'differ' : 'differs'}`} : {}),
  };
}

/** A line about something that must hold; `by` says by how much it does not, 0 where it does. */
export const demanded = (name: string, computed: unknown, reference: unknown, by: number, seconds: number, message: string): Comparison => ({
  name, computed, reference, relativeError: Math.max(0, by), tolerance: 0, ok: by <= 0, seconds, ...(by <= 0 ? {} : {message}),
});
