import type {Boundary} from '../../core/protocol.ts';

export type Tokens = Extract<Boundary, {kind: 'tokens'}>;

export interface TokenScore {
  readonly right: number;
  readonly scored: number;
}

/** How many of the scored positions of rows `from` up to `to` are right. */
export function tokenScore({length, targets, predicted}: Tokens, from: number, to: number): TokenScore {
  let [right, scored] = [0, 0];
  for (let i = from * length; i < to * length; i++) {
    if (targets[i] < 0) continue;
    scored++;
    if (predicted[i] === targets[i]) right++;
  }
  return {right, scored};
}

export const rowsOf = ({inputs, length}: Tokens): number => inputs.length / length;

/** White space as marks that can be seen. */
export const shownToken = (token: string): string => token.replaceAll('\n', '⏎').replaceAll('\t', '⇥').replaceAll(' ', '␣');

/** "training 41 of 42 right, test 20 of 21 right". */
export function tokenWords(tokens: Tokens): string {
  const parts = [
    ['training', tokenScore(tokens, 0, tokens.testFrom)],
    ['test', tokenScore(tokens, tokens.testFrom, rowsOf(tokens))],
  ] as const;
  return parts
    .filter(([, {scored}]) => scored > 0)
    .map(([name, {right, scored}]) => `${name} ${right} of ${scored} right`)
    .join(', ');
}

/** Which rows of each part and which positions are drawn where not all fit: the first rows, and the last positions. */
export interface Shown {
  readonly train: number;
  readonly test: number;
  readonly from: number;
}

/**
 * @param rows rows of both parts that fit
 * @param positions tokens of a row that fit
 */
export function shownOf(tokens: Tokens, rows: number, positions: number): Shown {
  const [train, test] = [tokens.testFrom, rowsOf(tokens) - tokens.testFrom];
  const half = Math.max(1, Math.floor(rows / 2));
  // What one part doesn't need is the other's.
  const ofTest = Math.min(test, Math.max(half, rows - train));
  return {train: Math.min(train, Math.max(1, rows - ofTest)), test: ofTest, from: Math.max(0, tokens.length - positions)};
}
