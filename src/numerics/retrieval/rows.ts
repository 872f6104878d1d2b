import type {RetrievalLayout} from '../../core/data.ts';
import type {RandomStream} from '../../core/random.ts';

/** What a query asks for: the value of the key that it equals, or the mean of all values. */
export type Question = 'needle' | 'average';

/** Unit keys in R^16 with normal values in R^4; the flags are one-hot, (average, needle). */
export const needleLayout = (most: number): RetrievalLayout => ({most, keyWidth: 16, flags: 2, valueWidth: 4});

/** Columns of a row where its parts start; `end` is its length without the constant. */
export interface RowColumns {
  readonly query: number;
  readonly flags: number;
  readonly keys: number;
  readonly values: number;
  readonly end: number;
}

export function columnsOf({most, keyWidth, flags, valueWidth}: RetrievalLayout): RowColumns {
  const keys = 1 + keyWidth + flags;
  const values = keys + most * keyWidth;
  return {query: 1, flags: 1 + keyWidth, keys, values, end: values + most * valueWidth};
}

/** Normal entries, divided by their length. */
function drawUnit(random: RandomStream, out: Float64Array): void {
  let squares = 0;
  for (let c = 0; c < out.length; c++) {
    out[c] = random.normal();
    squares += out[c] ** 2;
  }
  const length = Math.sqrt(squares);
  for (let c = 0; c < out.length; c++) out[c] /= length;
}

/** Fills a row and its target, both zero before. Keys, values and the key asked for do not depend on the question. */
export function drawRow(random: RandomStream, layout: RetrievalLayout, pairs: number, question: Question, row: Float64Array, target: Float64Array): void {
  const {keyWidth, valueWidth} = layout;
  const at = columnsOf(layout);
  const asked = random.below(pairs);
  row[0] = pairs;
  row[at.flags + (question === 'average' ? 0 : 1)] = 1;
  for (let j = 0; j < pairs; j++) {
    const key = row.subarray(at.keys + j * keyWidth, at.keys + (j + 1) * keyWidth);
    drawUnit(random, key);
    if (j === asked) row.set(key, at.query);
    for (let c = 0; c < valueWidth; c++) {
      const value = random.normal();
      row[at.values + j * valueWidth + c] = value;
      if (question === 'average') target[c] += value / pairs;
      else if (j === asked) target[c] = value;
    }
  }
}
