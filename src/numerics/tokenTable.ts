import type {RawTable} from '../core/data.ts';

/**
 * A table of next-token prediction.
 * @param rows T + 1 token indices each: T inputs, and the same moved by one as targets
 * @param unscored so many first targets of each row are -1
 */
export function tokenTable(rows: readonly (readonly number[])[], vocabulary: readonly string[], unscored: number, notes: readonly string[] = []): RawTable {
  const length = rows[0].length - 1;
  return {
    kind: 'sequence',
    n: rows.length,
    d: length,
    features: Float64Array.from(rows.flatMap((row) => row.slice(0, length))),
    targets: Float64Array.from(rows.flatMap((row) => row.slice(1).map((token, t) => (t < unscored ? -1 : token)))),
    featureNames: Array.from({length}, (_, t) => `token ${t + 1}`),
    targetName: 'next token',
    classNames: [],
    notes,
    tokens: {length, vocabulary},
  };
}
