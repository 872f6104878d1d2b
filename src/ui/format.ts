import type {Task} from '../core/data.ts';
import {figure, grouped, NARROW_SPACE} from '../core/figures.ts';

/** A setting or a tick: `0.1`, `12 350`, `10⁻⁸`. */
export const number = (value: number, digits = 4): string => figure(value, digits);

/** A tick of a small chart, where there is room for five characters. */
export const tick = (value: number): string => figure(Number.isFinite(value) ? value : Number.NaN, 3, {smallest: -2, largest: 5});

/** A measured value: keeps its zeros, so that columns line up and live numbers don't jump. */
export const measured = (value: number, digits = 4): string => figure(value, digits, {keepZeros: true});

/** A whole number in full, whatever its size. */
export const count = (value: number): string => (Number.isFinite(value) ? grouped(String(Math.round(value))) : figure(Number.NaN, 1));

/** A share of one, as per cent. */
export const percent = (share: number, digits = 3): string =>
  Number.isNaN(share) ? figure(share, 1) : `${Math.abs(share) < 5e-5 ? '0' : number(share * 100, digits)}${NARROW_SPACE}%`;

export const seconds = (value: number): string => {
  if (!Number.isFinite(value)) return figure(Number.NaN, 1);
  if (value === 0) return `0${NARROW_SPACE}s`;
  return value < 1 ? `${number(value * 1000, 3)}${NARROW_SPACE}ms` : `${measured(value)}${NARROW_SPACE}s`;
};

export const passes = (value: number): string => `${number(value)} ${value === 1 ? 'pass' : 'passes'}`;

/** Whether a task's score is R² rather than a share of right answers. */
export const isFit = (task: Task): boolean => task === 'regression' || task === 'retrieval';

/** Accuracy in per cent, or the coefficient of determination. */
export const score = (value: number, task: Task): string => (isFit(task) ? measured(value) : percent(value));

export const scoreName = (task: Task): string => (isFit(task) ? 'R²' : 'accuracy');
