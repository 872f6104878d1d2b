import {describe, expect, it} from 'vitest';
import {rowsOf, shownOf, shownToken, tokenScore, type Tokens, tokenWords} from '../../src/ui/boundaries/tokens.ts';
import {boundaryTitle} from '../../src/ui/boundaries/title.ts';

/** Two training rows and one test row of three tokens; the first position is not scored. */
const tokens: Tokens = {
  kind: 'tokens',
  length: 3,
  vocabulary: ['a', 'b'],
  inputs: Int32Array.of(0, 1, 0, 1, 1, 0, 0, 0, 1),
  targets: Int32Array.of(-1, 0, 1, -1, 0, 0, -1, 1, 1),
  predicted: Int32Array.of(0, 0, 0, 1, 0, 0, 1, 0, 1),
  testFrom: 2,
};

describe('next tokens', () => {
  it('are counted where they are scored', () => {
    expect(rowsOf(tokens)).toBe(3);
    expect(tokenScore(tokens, 0, 2)).toEqual({right: 3, scored: 4});
    expect(tokenScore(tokens, 2, 3)).toEqual({right: 1, scored: 2});
    expect(tokenWords(tokens)).toBe('training 3 of 4 right, test 1 of 2 right');
    expect(tokenWords({...tokens, testFrom: 3})).toBe('training 4 of 6 right');
  });

  it('show white space', () => {
    expect([' ', '\n', '\t', 'x'].map(shownToken)).toEqual(['␣', '⏎', '⇥', 'x']);
  });

  it('share the room between both parts, and end where the rows end', () => {
    const many: Tokens = {...tokens, length: 10, inputs: new Int32Array(120), targets: new Int32Array(120), predicted: new Int32Array(120), testFrom: 6};
    expect(shownOf(many, 12, 20)).toEqual({train: 6, test: 6, from: 0});
    expect(shownOf(many, 5, 4)).toEqual({train: 3, test: 2, from: 6});
    expect(shownOf({...many, testFrom: 12}, 5, 4)).toEqual({train: 5, test: 0, from: 6});
    expect(shownOf({...many, testFrom: 1}, 8, 4)).toEqual({train: 1, test: 7, from: 6});
    expect(shownOf(many, 1, 4)).toEqual({train: 1, test: 1, from: 6});
  });

  it('name the instrument by what it shows', () => {
    expect(boundaryTitle('tokens', 'sequence')).toBe('Next tokens');
    expect(boundaryTitle(undefined, 'sequence')).toBe('Next tokens');
    expect(boundaryTitle('fit', 'retrieval')).toBe('Fits');
    expect(boundaryTitle('confusion', 'multiclass')).toBe('Confusion');
    expect(boundaryTitle('grid', 'binary')).toBe('Boundaries');
  });
});
