import {describe, expect, it} from 'vitest';
import {EMPTY_COLUMNS} from '../../src/core/results.ts';
import {brokenWords, edgesOf, hasLayers, layersOf, logRange, logShare, profileAt, profileWords} from '../../src/ui/layers/profiles.ts';
import {freshRun} from '../../src/state/runs.ts';

const history = {
  ...EMPTY_COLUMNS,
  iterations: [0, 10],
  metrics: {objective: [5, 4], 'rms/0': [1, 1], 'rms/1': [2, 4], 'rms/2': [3, 9], 'slope/0': [0.1, 0.2], 'rms/4': [7, 7]},
};

describe('profiles', () => {
  it('are the entries of a vector metric, from the first without a gap', () => {
    expect(layersOf(history, 'rms')).toEqual([[1, 1], [2, 4], [3, 9]]);
    expect(layersOf(history, 'slope')).toEqual([[0.1, 0.2]]);
    expect(layersOf(EMPTY_COLUMNS, 'rms')).toEqual([]);
    expect(hasLayers({...freshRun('r'), history})).toBe(true);
    expect(hasLayers(freshRun('r'))).toBe(false);
    expect(profileAt(layersOf(history, 'rms'), 1)).toEqual([1, 4, 9]);
    expect(profileAt([[1], [2, 3]], 1)).toEqual([Number.NaN, 3]);
  });

  it('name the layers that are not finite', () => {
    const [nan, infinite] = [Number.NaN, Number.POSITIVE_INFINITY];
    expect(brokenWords([1, 2, 3], 'embedding')).toBeNull();
    expect(brokenWords([], 'embedding')).toBeNull();
    expect(brokenWords([1, 2, nan, infinite], 'embedding')).toBe('layer 2 and above: not a number');
    expect(brokenWords([1, 2, nan], 'embedding')).toBe('layer 2: not a number');
    expect(brokenWords([nan, nan, 3], 'embedding')).toBe('layer 1 and below: not a number');
    expect(brokenWords([nan, 2, 3], 'embedding')).toBe('embedding: not a number');
    expect(brokenWords([1, nan, 3, nan], 'embedding')).toBe('layers 1, 3: not a number');
    expect(brokenWords([1, nan, 3], 'embedding')).toBe('layer 1: not a number');
    expect(brokenWords([nan, nan], 'embedding')).toBe('all layers: not a number');
  });

  it('are told by their ends', () => {
    expect(profileWords([1, 3, 4.5], 'embedding')).toBe('1 at the embedding, 4.5 at layer 2, 4.5 times as much');
    expect(profileWords([0, 3], 'input')).toBe('0 at the input, 3 at layer 1');
    expect(brokenWords([Number.NaN, 1], 'input')).toBe('input: not a number');
    expect(profileWords([1, Number.NaN], 'embedding')).toBe('layer 1: not a number');
  });
});

describe('the heat map', () => {
  it('has a colour scale over the positive finite values, no narrower than a factor', () => {
    expect(logRange([[1, 100], [Number.NaN, 0, -3, Number.POSITIVE_INFINITY]])).toEqual([1, 100]);
    const [low, high] = logRange([[2, 2]], 4) ?? [0, 0];
    expect(low).toBeCloseTo(1, 12);
    expect(high).toBeCloseTo(4, 12);
    expect(logRange([[0, Number.NaN]])).toBeNull();
    expect(logShare([1, 100], 10)).toBeCloseTo(0.5, 12);
  });

  it('gives each record the room half-way to its neighbours', () => {
    expect(edgesOf([0, 2, 10], (a, b) => (a + b) / 2)).toEqual([0, 1, 6, 10]);
    expect(edgesOf([], (a, b) => a + b)).toEqual([]);
    expect(edgesOf([3], (a, b) => a + b)).toEqual([3, 3]);
  });
});
