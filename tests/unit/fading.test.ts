import {describe, expect, it} from 'vitest';
import {opacityOf, piecesOf} from '../../src/ui/landscape/fading.ts';

describe('fading', () => {
  it('falls from 1 on the plane to its least far off it', () => {
    expect(opacityOf(0)).toBe(1);
    expect(opacityOf(0.2)).toBeCloseTo(0.575, 12);
    expect([opacityOf(0.4), opacityOf(9)]).toEqual([expect.closeTo(0.15, 12), expect.closeTo(0.15, 12)]);
  });

  it('cuts a path where the opacity changes, and covers all of it', () => {
    expect(piecesOf(Float64Array.of(0, 0, 0.4, 0.4, 0))).toEqual([{from: 0, to: 1, opacity: 1}, {from: 1, to: 4, opacity: expect.closeTo(0.15, 12)}]);
    expect(piecesOf(Float64Array.of(1))).toEqual([{from: 0, to: 0, opacity: expect.closeTo(0.15, 12)}]);
  });
});
