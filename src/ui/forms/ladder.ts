import type {NumberParam} from '../../core/params.ts';

/**
 * The 1-3-10 ladder that a log slider walks: 0 first where it is allowed, and both ends of the
 * range. A range that starts at 0 has its first rung four decades below the default.
 */
export function ladderOf(spec: Pick<NumberParam, 'min' | 'max' | 'integer' | 'default'>): readonly number[] {
  const rungs: number[] = [spec.min];
  const reference = spec.default > 0 ? spec.default : spec.max;
  const first = spec.min > 0 ? Math.floor(Math.log10(spec.min)) : spec.integer ? 0 : Math.floor(Math.log10(reference)) - 4;
  for (let exponent = first; exponent <= Math.log10(spec.max); exponent++) {
    for (const digit of [1, 3]) {
      const rung = Number(`${digit}e${exponent}`);
      if (rung > spec.min && rung < spec.max) rungs.push(rung);
    }
  }
  return [...rungs, spec.max];
}

/** The ladder with the present value as a notch of its own, so that one step up or down from it goes to its neighbours. */
export function notchesOf(ladder: readonly number[], value: number): readonly number[] {
  return ladder.includes(value) ? ladder : [...ladder, value].sort((a, b) => a - b);
}
