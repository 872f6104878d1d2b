/**
 * Basin's one number format: so many significant digits, narrow no-break spaces between thousands, a true minus sign, powers of
 * ten for extremes, and a dash where nothing was measured.
 */
export const NARROW_SPACE = '\u202f';
const MINUS = '\u2212';
const NOTHING = '–';
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A whole number as an exponent. */
export const raised = (n: number): string =>
  String(n)
    .replace('-', '⁻')
    .replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)]);

/** Digits with their thousands apart. */
export const grouped = (digits: string): string => {
  const [whole, fraction] = digits.split('.');
  const apart = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, NARROW_SPACE) : whole;
  return fraction === undefined ? apart : `${apart}.${fraction}`;
};

const stripZeros = (digits: string): string => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits);

export interface FigureOptions {
  /** Whether zeros at the end stay. */
  readonly keepZeros?: boolean;
  /** Powers of ten below and from which on numbers are written with an exponent. */
  readonly smallest?: number;
  readonly largest?: number;
}

/** A number with so many significant digits. */
export function figure(value: number, digits: number, {keepZeros = false, smallest = -4, largest = 6}: FigureOptions = {}): string {
  if (Number.isNaN(value)) return NOTHING;
  const sign = value < 0 ? MINUS : '';
  if (!Number.isFinite(value)) return `${sign}∞`;
  if (value === 0) return '0';
  const [mantissa, power] = Math.abs(value)
    .toExponential(digits - 1)
    .split('e');
  const exponent = Number(power);
  if (exponent >= largest || exponent < smallest) {
    const shown = stripZeros(mantissa);
    return `${sign}${shown === '1' ? '' : `${shown}×`}10${raised(exponent)}`;
  }
  const plain = Number(`${mantissa}e${exponent}`).toFixed(Math.max(0, digits - 1 - exponent));
  return sign + grouped(keepZeros ? plain : stripZeros(plain));
}
