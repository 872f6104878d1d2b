const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A whole number as an exponent. */
export const raised = (n: number): string =>
  String(n)
    .replace('-', '⁻')
    .replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)]);

/** Numbers in sentences: three digits, powers of ten for extremes. */
export const number = (value: number): string =>
  String(Number(value.toPrecision(3))).replace(/e\+?(-?\d+)/, (_, exponent: string) => `×10${raised(Number(exponent))}`);

/** "A, B and C". */
export const listed = (names: readonly string[]): string => (names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? ''));

/** Figures and their units stay on one line. */
export const percent = (share: number): string => `${number(100 * share)}\u202f%`;
