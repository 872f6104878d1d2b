import {describe, expect, it} from 'vitest';
import {neuronsOf} from '../../src/engine/neurons.ts';
import {greatCircle, onDisc} from '../../src/ui/neurons/cells.ts';
import {lineInBox} from '../../src/ui/neurons/lines.ts';
import {snapshotOf} from '../helpers/twoLayerRelu.ts';

describe('neurons of a network', () => {
  it('have unit directions, weights |u||alpha| with the largest first, and signs; silent ones are left out', () => {
    const network = snapshotOf(4, 2, 1, [3, 4, 0, 0, 0, 2, 1, 0, /* alpha */ 0.1, 5, -2, 0], 7);
    const {iteration, units, d, directions, weights, signs} = neuronsOf(network);
    expect([iteration, units, d]).toEqual([7, 4, 2]);
    expect([...weights]).toEqual([4, expect.closeTo(0.5, 6)]);
    expect([...signs]).toEqual([-1, 1]);
    expect([...directions].map((one) => Number(one.toFixed(6)))).toEqual([0, 1, 0.6, 0.8]);
  });

  it('of several outputs have the norm of their output weights and no sign', () => {
    const {weights, signs} = neuronsOf(snapshotOf(1, 2, 2, [1, 0, 3, -4]));
    expect([...weights]).toEqual([5]);
    expect([...signs]).toEqual([0]);
  });

  it('that only gate weigh as much as their output weight, whatever the gate\'s length', () => {
    const {weights, directions} = neuronsOf({iteration: 0, shapes: {gates: [1, 2], alpha: [1, 1]}, values: Float32Array.of(0, 10, -3)});
    expect([...weights]).toEqual([3]);
    expect([...directions]).toEqual([0, 1]);
  });

  it('with gates beside their weights face as the gates do', () => {
    const {weights, directions} = neuronsOf({iteration: 0, shapes: {u: [1, 2], alpha: [1, 1], gates: [1, 2]}, values: Float32Array.of(2, 0, 3, 0, 5)});
    expect([...weights]).toEqual([6]);
    expect([...directions]).toEqual([0, 1]);
  });
});

describe('the map of directions', () => {
  it('is Lambert\'s: chord length from the centre, halved', () => {
    for (const [a, b, c] of [[0, 0, 1], [1, 0, 0], [0, -1, 0], [0.6, 0, -0.8], [0.36, 0.48, 0.8]]) {
      const chord = Math.hypot(a, b, c - 1);
      expect(Math.hypot(...onDisc(a, b, c))).toBeCloseTo(chord / 2, 12);
    }
    expect(onDisc(0, 1, 0)).toEqual([0, Math.SQRT1_2]);
    expect(Math.hypot(...onDisc(0, 0, -1))).toBe(1);
  });

  it('keeps areas: a cap holds the same share of the disc as of the sphere', () => {
    for (const c of [0.9, 0.3, -0.5]) {
      const share = (1 - c) / 2;
      expect(Math.hypot(...onDisc(Math.sqrt(1 - c * c), 0, c)) ** 2).toBeCloseTo(share, 12);
    }
  });

  it('draws a sample where u . (x, y, 1) = 0', () => {
    for (const [x, y] of [[0, 0], [1, -2], [0.3, 0.1]]) {
      for (const [p, q] of greatCircle(x, y)) {
        // The inverse map: c = 1 - 2 r^2.
        const c = 1 - 2 * (p * p + q * q);
        const flat = Math.sqrt(Math.max(0, 1 - c * c));
        const r = Math.hypot(p, q) || 1;
        expect((flat * p * x) / r + (flat * q * y) / r + c).toBeCloseTo(0, 9);
      }
    }
  });
});

describe('an edge within a box', () => {
  it('has its two ends on the border, or is not there', () => {
    expect(lineInBox(1, 0, -0.5, [0, 1], [0, 2])).toEqual([[0.5, 0], [0.5, 2]]);
    expect(lineInBox(0, 2, -1, [0, 1], [0, 2])).toEqual([[0, 0.5], [1, 0.5]]);
    expect(lineInBox(1, 1, -1, [0, 1], [0, 1])).toHaveLength(2);
    expect(lineInBox(1, 0, -5, [0, 1], [0, 2])).toBeNull();
    expect(lineInBox(0, 0, 1, [0, 1], [0, 2])).toBeNull();
  });
});
