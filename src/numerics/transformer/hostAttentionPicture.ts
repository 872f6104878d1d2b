import type {PreparedData} from '../../core/data.ts';
import type {AttentionPicture} from '../../core/protocol.ts';
import {effectiveKeys} from '../attention/hostEffectiveKeys.ts';
import type {Design} from './design.ts';
import type {HostForward} from './hostForward.ts';
import type {Reading} from './layout.ts';

/** What is looked at, and with which network's forward pass (its weights are loaded). */
export interface Looked {
  readonly data: PreparedData;
  readonly reading: Reading;
  readonly forward: HostForward;
  readonly layers: number;
  readonly design: Design;
  readonly iteration: number;
}

/** A word for each token of a sample: what stands there, the feature, or the patch's row and column. */
function wordsOf({data, reading}: Looked, x: Float64Array): readonly string[] {
  const {length, width, kind} = reading;
  const across = Math.sqrt(length);
  return Array.from({length}, (_, t) => {
    if (kind === 'sequence') return data.tokens?.vocabulary[x[t]] ?? String(x[t]);
    return width === 1 ? data.featureNames[t] : `row ${Math.floor(t / across) + 1}, column ${(t % across) + 1}`;
  });
}

/**
 * Rows as they are shown. What landmarks approximate a kernel by has rows of any sum, and entries slightly below 0, which count as 0:
 * they are divided by their sum.
 */
function shownRow(row: Float64Array, approximate: boolean): Float64Array {
  if (!approximate) return row;
  const above = row.map((weight) => Math.max(0, weight));
  const sum = above.reduce((total, weight) => total + weight, 0);
  // A token far from all landmarks has a row of zeros: it attends to nothing, shown as evenly to all.
  return above.map((weight) => (sum > 0 ? weight / sum : 1 / row.length));
}

/** Who attends to whom on a sample, training samples first; numbers beyond the last sample mean the last. */
export function attentionPicture(looked: Looked, example: number): AttentionPicture {
  const {data: {d, train, test}, reading: {length}, forward, layers, design: {heads, attention}, iteration} = looked;
  const examples = train.n + test.n;
  const shown = Math.min(Math.max(0, Math.floor(example)), examples - 1);
  const [part, at] = shown < train.n ? [train, shown] : [test, shown - train.n];
  const x = part.x.subarray(at * d, (at + 1) * d);
  const weights = new Float64Array(layers * heads * length * length);
  const effective = new Float64Array(layers * heads * length);
  forward.run(x, d, 0, 1, (matrix, layer, head) => {
    for (let i = 0; i < length; i++) {
      const to = (layer * heads + head) * length + i;
      const row = shownRow(matrix.subarray(i * length, (i + 1) * length), attention.kind === 'nystrom');
      weights.set(row, to * length);
      effective[to] = effectiveKeys(row);
    }
  });
  const words = wordsOf(looked, x);
  return {iteration, example: shown, examples, queries: words, keys: words, layers, heads, weights, effective};
}
