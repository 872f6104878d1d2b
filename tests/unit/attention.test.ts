import {describe, expect, it} from 'vitest';
import type {AttentionPicture} from '../../src/core/protocol.ts';
import {barsOf, cornerOf, effectiveOf, gridFor, meanOf, moved, placeAt, placeWithin, strongestKey, weightsOf} from '../../src/ui/attention/heads.ts';

/** Two layers of three heads, two queries, two keys; weight = 100 layer + 10 head + 2 query + key. */
const picture: AttentionPicture = {
  iteration: 0,
  example: 0,
  examples: 9,
  queries: ['a', 'b'],
  keys: ['c', 'd'],
  layers: 2,
  heads: 3,
  weights: Float64Array.from({length: 24}, (_, i) => 100 * Math.floor(i / 12) + 10 * (Math.floor(i / 4) % 3) + (i % 4)),
  effective: Float64Array.from({length: 12}, (_, i) => i),
};

describe('attention', () => {
  it('finds the weights and the attended keys of a layer and head', () => {
    expect([...weightsOf(picture, {layer: 1, head: 2})]).toEqual([120, 121, 122, 123]);
    expect([...effectiveOf(picture, {layer: 1, head: 2})]).toEqual([10, 11]);
    expect(meanOf(effectiveOf(picture, {layer: 0, head: 1}))).toBe(2.5);
    expect(strongestKey(Float64Array.of(1, 0, 2, 5), 1, 2)).toBe(1);
    expect(strongestKey(Float64Array.of(1, 1), 0, 2)).toBe(0);
  });

  it('keeps a choice within a smaller network and moves it by keys', () => {
    expect(placeWithin({layer: 7, head: 1}, picture)).toEqual({layer: 1, head: 1});
    expect(moved({layer: 0, head: 0}, 'ArrowRight', picture, {across: false})).toEqual({layer: 1, head: 0});
    expect(moved({layer: 1, head: 2}, 'ArrowDown', picture, {across: false})).toEqual({layer: 1, head: 2});
    expect(moved({layer: 1, head: 2}, 'ArrowUp', picture, {across: false})).toEqual({layer: 1, head: 1});
    expect(moved({layer: 0, head: 0}, 'ArrowRight', picture, {across: true})).toEqual({layer: 0, head: 1});
    expect(moved({layer: 0, head: 0}, 'ArrowDown', picture, {across: true})).toEqual({layer: 1, head: 0});
    expect(moved({layer: 0, head: 0}, 'a', picture, {across: false})).toBeNull();
  });

  it('sorts the bars of a single query, equal ones by key', () => {
    const weights = Float64Array.of(0.1, 0.4, 0.1, 0.4);
    expect(barsOf(weights, 'key').map(({key}) => key)).toEqual([0, 1, 2, 3]);
    expect(barsOf(weights, 'weight').map(({key}) => key)).toEqual([1, 3, 0, 2]);
  });
});

describe('the grid of small pictures', () => {
  it('fits its box, for every depth and number of heads', () => {
    for (const [layers, heads] of [[1, 1], [2, 3], [2, 8], [8, 2], [12, 2], [24, 8]] as const) {
      const grid = gridFor(340, 130, layers, heads, 14);
      expect(grid.cell).toBeGreaterThan(0);
      expect(grid.perBand * grid.bands).toBeGreaterThanOrEqual(layers);
      const [x, y] = cornerOf(grid, {layer: layers - 1, head: heads - 1}, heads);
      expect(x + grid.cell).toBeLessThanOrEqual(340);
      expect(y + grid.cell).toBeLessThanOrEqual(130);
    }
  });

  it('finds the picture under a pixel, and none beside', () => {
    const sized = {layers: 5, heads: 2, queries: ['a'], keys: ['b']};
    for (const across of [false, true]) {
      const grid = {across, perBand: 3, bands: 2, cell: 20, pitch: 23, label: 14};
      for (let layer = 0; layer < 5; layer++) {
        for (let head = 0; head < 2; head++) {
          const [x, y] = cornerOf(grid, {layer, head}, 2);
          expect(placeAt(grid, sized, x + 10, y + 10)).toEqual({layer, head});
        }
      }
      // Where a sixth layer would be.
      const [x, y] = cornerOf(grid, {layer: 5, head: 0}, 2);
      expect(placeAt(grid, sized, x + 10, y + 10)).toBeNull();
      expect(placeAt(grid, sized, 400, 20)).toBeNull();
      expect(placeAt(grid, sized, -1, 20)).toBeNull();
    }
  });

  it('puts many heads of few layers side by side', () => {
    expect(gridFor(340, 100, 2, 8, 14).across).toBe(true);
    expect(gridFor(340, 100, 12, 2, 14).across).toBe(false);
  });
});
