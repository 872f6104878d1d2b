import type {BinaryWeights} from '../../core/protocol.ts';
import {count, measured, number} from '../format.ts';
import {binEnds} from '../starts/histogram.ts';
import {type Correlation, strongest} from './correlation.ts';
import {tileText} from './drawTiles.ts';
import type {Losses} from './losses.ts';
import {type Block, blocksOf, meanOf, spreadOf, summaryOf} from './rows.ts';

export interface Table {
  readonly columns: readonly string[];
  readonly rows: () => readonly (readonly string[])[];
}

/** A longer list is read as a summary of each layer. */
const LONGEST = 40;

export function rowTable(weights: BinaryWeights): Table {
  const blocks = blocksOf(weights);
  const all = blocks.reduce((sum, block) => sum + block.count, 0);
  if (all > LONGEST) {
    const row = (block: Block): readonly string[] => {
      const {name, neurons, inputs, positive, certainty, open} = summaryOf(weights, block);
      return [name, `${count(neurons)} × ${count(inputs)}`, count(positive), count(block.count - positive), measured(certainty, 3), count(open)];
    };
    return {columns: ['layer', 'neurons × inputs', '+1', '−1', 'mean |μ|', '|μ| < ½'], rows: () => blocks.map(row)};
  }
  return {
    columns: ['weight', 'sign(μ)', 'μ', '|Z|'],
    rows: () =>
      blocks.flatMap((block) =>
        Array.from({length: block.count}, (_, i) => {
          const mean = meanOf(weights, block.from + i);
          return [weightName(block, i), mean >= 0 ? '+1' : '−1', measured(mean, 3), measured(spreadOf(weights, block.from + i), 3)];
        }),
      ),
  };
}

/** Weight i of a block: by its input, and by its neuron where there are several. */
export const weightName = ({neurons, inputs}: Block, i: number): string =>
  neurons === 1 ? `w${i + 1}` : `neuron ${Math.floor(i / inputs) + 1}, input ${(i % inputs) + 1}`;

export const pairTable = (correlation: Correlation, block: Block): Table => ({
  columns: ['first', 'second', 'value'],
  rows: () => strongest(correlation, LONGEST).map(({i, j, value}) => [weightName(block, j), weightName(block, i), measured(value, 3)]),
});

export const lossTable = ({sampled}: BinaryWeights, {marks, histogram}: Losses): Table => ({
  columns: ['J from', 'to', 'networks'],
  rows: () => [
    ...marks.map(({name, value}) => [name, number(value), '']),
    ...histogram.counts.flatMap((many, bin) => (many > 0 && sampled.length > 0 ? [[...binEnds(histogram, bin).map((value) => number(value)), count(many)]] : [])),
  ],
});

export const tileTable = (weights: BinaryWeights, block: Block): Table => ({
  columns: ['neuron', 'signs, row by row', 'mean |μ|'],
  rows: () =>
    Array.from({length: block.neurons}, (_, neuron) => [
      count(neuron + 1),
      tileText(weights, block, neuron),
      measured(summaryOf(weights, {...block, from: block.from + neuron * block.inputs, count: block.inputs}).certainty, 3),
    ]),
});
