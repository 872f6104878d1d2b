import type {GenerateDataset, RetrievalLayout} from '../../core/data.ts';
import type {ValuesOf} from '../../core/params.ts';
import {randomStream} from '../../core/random.ts';
import {success} from '../../core/result.ts';
import {columnsOf, drawRow, needleLayout} from '../../numerics/retrieval/rows.ts';
import {needle} from './spec.ts';

/** k3.5 is entry 5 of key 3. */
function namesOf({most, keyWidth, flags, valueWidth}: RetrievalLayout): readonly string[] {
  const entries = (name: string, width: number): string[] => Array.from({length: width}, (_, c) => `${name}.${c + 1}`);
  const pairs = (name: string, width: number): string[] => Array.from({length: most}, (_, j) => entries(`${name}${j + 1}`, width)).flat();
  return ['pairs', ...entries('q', keyWidth), ...entries('flag', flags), ...pairs('k', keyWidth), ...pairs('v', valueWidth)];
}

/** Row i has a stream of its own, so that a larger n keeps the rows there were, and another share of averages their sets. */
const generate: GenerateDataset = async (params) => {
  const {seed, n, fewest, most, average} = params as ValuesOf<typeof needle.params>;
  const layout = needleLayout(most);
  const width = columnsOf(layout).end;
  const features = new Float64Array(n * width);
  const targets = new Float64Array(n * layout.valueWidth);
  for (let i = 0; i < n; i++) {
    const random = randomStream(seed, 'dataset', needle.id, i);
    const question = random.uniform() < average ? 'average' : 'needle';
    const pairs = fewest + random.below(most - fewest + 1);
    const target = targets.subarray(i * layout.valueWidth, (i + 1) * layout.valueWidth);
    drawRow(random, layout, pairs, question, features.subarray(i * width, (i + 1) * width), target);
  }
  return success({
    kind: 'retrieval', n, d: width, features, targets, featureNames: namesOf(layout), targetName: 'value', classNames: [], notes: [], retrieval: layout,
  });
};

export default generate;
