import {figure} from '../core/figures.ts';

/** Numbers in sentences: three digits. */
export const number = (value: number): string => figure(value, 3);

/** "A, B and C". */
export const listed = (names: readonly string[]): string => (names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? ''));

/** Figures and their units stay on one line. */
export const percent = (share: number): string => `${number(100 * share)}\u202f%`;
