import type {PreparedData} from '../../core/data.ts';
import type {ParamValues} from '../../core/params.ts';

/** How samples are read as tokens: indices into a vocabulary, or parts of a table's row. */
export interface Reading {
  readonly kind: 'sequence' | 'patches';
  /** Tokens of a sample, T. */
  readonly length: number;
  /** Rows of the embedding: the vocabulary's size, or the numbers that a token holds. */
  readonly width: number;
  /** Of patches: the column of a sample's row that is component c of token t, at t * width + c. */
  readonly columns: Int32Array;
  /** Logits of a position (sequences) or a sample. */
  readonly outputs: number;
}

/** Columns of square patches of p x p pixels, row by row, of a square picture. */
function patchColumns(side: number, p: number): Int32Array {
  const across = side / p;
  const columns = new Int32Array(side * side);
  for (let t = 0; t < across * across; t++) {
    const corner = Math.floor(t / across) * p * side + (t % across) * p;
    for (let c = 0; c < p * p; c++) columns[t * p * p + c] = corner + Math.floor(c / p) * side + (c % p);
  }
  return columns;
}

/**
 * Sequences are tokens already. Pictures become patches of `patch` x `patch`
 * pixels where that divides its side; of all others each input is a token.
 */
export function readingOf(data: PreparedData, params: ParamValues): Reading {
  const outputs = data.tokens ? data.tokens.vocabulary.length : Math.max(2, data.classNames.length);
  if (data.tokens) return {kind: 'sequence', length: data.tokens.length, width: outputs, columns: new Int32Array(0), outputs};
  const inputs = data.d - 1;
  const side = data.picture ?? 1;
  const patch = Number(params.patch);
  const patched = patch > 1 && side % patch === 0;
  const width = patched ? patch * patch : 1;
  const columns = patched ? patchColumns(side, patch) : Int32Array.from({length: inputs}, (_, i) => i);
  return {kind: 'patches', length: inputs / width, width, columns, outputs};
}
