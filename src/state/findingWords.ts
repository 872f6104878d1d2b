const RAISED: Readonly<Record<string, string>> = {'-': '⁻', '0': '⁰', '1': '¹', '2': '²', '3': '³', '4': '⁴', '5': '⁵', '6': '⁶', '7': '⁷', '8': '⁸', '9': '⁹'};

/** Numbers in sentences: three digits, powers of ten for extremes. */
export const number = (value: number): string =>
  String(Number(value.toPrecision(3))).replace(/e\+?(-?\d+)/, (_, exponent: string) => `×10${[...exponent].map((sign) => RAISED[sign]).join('')}`);

/** "A, B and C". */
export const listed = (names: readonly string[]): string => (names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? ''));

/** Figures and their units stay on one line. */
export const percent = (share: number): string => `${number(100 * share)}\u202f%`;
