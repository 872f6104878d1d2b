import type {Task} from '../core/data.ts';
import {raised} from '../state/findingWords.ts';

/**
 * The page's one number format: four significant digits, narrow no-break spaces between thousands,
 * a true minus sign, powers of ten for extremes, and a dash where nothing was measured.
 */
const NARROW_SPACE = '\u202f';
const MINUS = '\u2212';
const NOTHING = '–';
const group = (digits: string): string => {
  const [whole, fraction] = digits.split('.');
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, NARROW_SPACE) : whole;
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
};

const stripZeros = (digits: string): string => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits);

function finite(value: number, digits: number, keepZeros: boolean, smallest = -4, largest = 6): string {
  if (value === 0) return '0';
  const sign = value < 0 ? MINUS : '';
  const [mantissa, power] = Math.abs(value)
    .toExponential(digits - 1)
    .split('e');
  const exponent = Number(power);
  if (exponent >= largest || exponent < smallest) {
    const shown = stripZeros(mantissa);
    return `${sign}${shown === '1' ? '' : `${shown}×`}10${raised(exponent)}`;
  }
  const plain = Number(`${mantissa}e${exponent}`).toFixed(Math.max(0, digits - 1 - exponent));
  return sign + group(keepZeros ? plain : stripZeros(plain));
}

function shape(value: number, digits: number, keepZeros: boolean): string {
  if (Number.isNaN(value)) return NOTHING;
  if (!Number.isFinite(value)) return value < 0 ? `${MINUS}∞` : '∞';
  return finite(value, digits, keepZeros);
}

/** A setting or a tick: `0.1`, `12 350`, `10⁻⁸`. */
export const number = (value: number, digits = 4): string => shape(value, digits, false);

/** A tick of a small chart, where there is room for five characters. */
export const tick = (value: number): string => (Number.isFinite(value) ? finite(value, 3, false, -2, 5) : NOTHING);

/** A measured value: keeps its zeros, so that columns line up and live numbers don't jump. */
export const measured = (value: number, digits = 4): string => shape(value, digits, true);

/** A whole number in full, whatever its size. */
export const count = (value: number): string => (Number.isFinite(value) ? group(String(Math.round(value))) : NOTHING);

/** A share of one, as per cent. */
export const percent = (share: number, digits = 3): string =>
  Number.isNaN(share) ? NOTHING : `${Math.abs(share) < 5e-5 ? '0' : number(share * 100, digits)}${NARROW_SPACE}%`;

export const seconds = (value: number): string => {
  if (!Number.isFinite(value)) return NOTHING;
  if (value === 0) return `0${NARROW_SPACE}s`;
  return value < 1 ? `${number(value * 1000, 3)}${NARROW_SPACE}ms` : `${measured(value)}${NARROW_SPACE}s`;
};

export const passes = (value: number): string => `${number(value)} ${value === 1 ? 'pass' : 'passes'}`;

/** Accuracy in per cent, or the coefficient of determination. */
/** Whether a task's score is R² rather than a share of right answers. */
export const isFit = (task: Task): boolean => task === 'regression' || task === 'retrieval';

export const score = (value: number, task: Task): string => (isFit(task) ? measured(value) : percent(value));

export const scoreName = (task: Task): string => (isFit(task) ? 'R²' : 'accuracy');
