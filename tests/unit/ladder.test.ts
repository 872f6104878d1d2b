import {describe, expect, it} from 'vitest';
import {ladderOf, notchesOf} from '../../src/ui/forms/ladder.ts';

const rate = {min: 0.00001, max: 10, default: 0.1};

/** Where one key press on the slider leads. */
const stepped = (value: number, by: number): number => {
  const notches = notchesOf(ladderOf(rate), value);
  return notches[notches.indexOf(value) + by];
};

describe('the ladder of a log slider', () => {
  it('climbs by 1, 3, 10 between the ends of its range', () => {
    expect(ladderOf({min: 0.02, max: 5, default: 1})).toEqual([0.02, 0.03, 0.1, 0.3, 1, 3, 5]);
    expect(ladderOf({min: 1, max: 100, default: 8, integer: true})).toEqual([1, 3, 10, 30, 100]);
  });

  it('begins at 0 where that is allowed, four decades below the default', () => {
    expect(ladderOf({min: 0, max: 1, default: 0.1}).slice(0, 3)).toEqual([0, 0.00001, 0.00003]);
    expect(ladderOf({min: 0, max: 10, default: 4, integer: true})).toEqual([0, 1, 3, 10]);
  });

  it('goes from a value between two rungs to its neighbours', () => {
    expect(stepped(0.2, 1)).toBe(0.3);
    expect(stepped(0.2, -1)).toBe(0.1);
    expect(stepped(2.65, 1)).toBe(3);
    expect(stepped(2.65, -1)).toBe(1);
  });

  it('goes from rung to rung elsewhere', () => {
    expect(stepped(0.1, 1)).toBe(0.3);
    expect(stepped(0.1, -1)).toBe(0.03);
    expect(notchesOf([1, 3, 10], 3)).toEqual([1, 3, 10]);
  });
});
