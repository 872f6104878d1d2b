import {describe, expect, it} from 'vitest';
import {count, measured, number, passes, percent, score, seconds} from '../../src/ui/format.ts';

describe('number', () => {
  it('shows four significant digits and no idle zeros', () => {
    expect(number(2.34567)).toBe('2.346');
    expect(number(0.1)).toBe('0.1');
    expect(number(0.00012346)).toBe('0.0001235');
    expect(number(100)).toBe('100');
  });

  it('separates thousands by a narrow space, from five digits on', () => {
    expect(number(1234)).toBe('1234');
    expect(number(12345)).toBe('12\u202f350');
  });

  it('writes extremes as powers of ten', () => {
    expect(number(1e-8)).toBe('10⁻⁸');
    expect(number(2.5e7)).toBe('2.5×10⁷');
    expect(number(999999.9)).toBe('10⁶');
  });

  it('has a true minus sign, and words for what is no number', () => {
    expect(number(-2.5)).toBe('\u22122.5');
    expect(number(Number.NaN)).toBe('–');
    expect(number(Number.POSITIVE_INFINITY)).toBe('∞');
    expect(number(-0)).toBe('0');
  });

  it('rounds across a power of ten without gaining a digit', () => {
    expect(number(9.99996)).toBe('10');
    expect(measured(9.99996)).toBe('10.00');
  });
});

describe('units', () => {
  it('keeps zeros in measured values', () => expect(measured(5.5)).toBe('5.500'));

  it('counts in full', () => {
    expect(count(1234567)).toBe('1\u202f234\u202f567');
    expect(count(Number.NaN)).toBe('–');
  });

  it('shows shares as per cent', () => {
    expect(percent(0.1234)).toBe('12.3\u202f%');
    expect(percent(0)).toBe('0\u202f%');
    expect(percent(1)).toBe('100\u202f%');
  });

  it('chooses milliseconds below a second', () => {
    expect(seconds(0.01234)).toBe('12.3\u202fms');
    expect(seconds(12.3456)).toBe('12.35\u202fs');
  });

  it('knows one pass from several', () => {
    expect(passes(1)).toBe('1 pass');
    expect(passes(12.5)).toBe('12.5 passes');
  });

  it('shows a score in the unit of the task', () => {
    expect(score(0.975, 'binary')).toBe('97.5\u202f%');
    expect(score(0.975, 'regression')).toBe('0.9750');
  });
});
