import type {Preset} from '../core/preset.ts';

const contestant = (name: string, colour: string, id: string, params: object = {}): unknown => ({name, colour, solver: {id, params}});

export const steIsRankZero: Preset = {
  id: 'ste-rank-zero',
  title: 'STE is the rank-0 case',
  text: 'Straight-through keeps one latent number a weight: it is Burer-Monteiro training of rank 0. As single networks the methods tie within the spread of seeds. The mean output of 40 samples does better than a network alone, most of all for mean field, whose weights do not vary together: much of the gain is averaging. What low rank has is a tenth of the flips, and samples with a smaller loss than those of mean field.',
  experiment: {
    title: 'STE is the rank-0 case',
    seed: 1,
    dataset: {id: 'circles', params: {n: 1000, noise: 0.1, seed: 1, trainFraction: 0.2}},
    problem: {id: 'binary-network', params: {width: 16}},
    contestants: [
      contestant('STE', 'vermilion', 'straight-through'),
      contestant('BinaryConnect', 'orange', 'binary-connect'),
      contestant('mean field', 'grey', 'mean-field'),
      contestant('rank 1', 'sky', 'burer-monteiro', {rank: 1}),
      contestant('rank 2', 'blue', 'burer-monteiro'),
    ],
    budget: {axis: 'iterations', amount: 1200},
    view: {metric: 'averageScore', logY: false},
  },
};
