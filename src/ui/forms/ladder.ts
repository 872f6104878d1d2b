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

/** The rung nearest to a value (by ratio, where both are positive). */
export function nearestRung(ladder: readonly number[], value: number): number {
  const distance = (rung: number): number =>
    rung > 0 && value > 0 ? Math.abs(Math.log(rung / value)) : rung === value ? 0 : Number.MAX_VALUE;
  let best = 0;
  for (let i = 1; i < ladder.length; i++) if (distance(ladder[i]) < distance(ladder[best])) best = i;
  return best;
}
