import type {Preset} from '../core/preset.ts';

const attending = (name: string, colour: string, model: object): unknown => ({
  name,
  colour,
  solver: {id: 'adam', params: {learningRate: 0.01, batchSize: 128}},
  model,
});

export const softAttention: Preset = {
  id: 'soft-attention',
  title: 'SOFT: fast, and where it fails',
  text: 'SOFT replaces softmax by a Gaussian of the distance between query and key, so that a few landmarks can stand for all keys. Its weights are not divided by their sum: on sets of varying size the answer is off by a factor, and at 512 pairs it is far off; divided by their sum it is softmax with a bias against long keys. Take it for its speed on long inputs of one length, not for its accuracy.',
  experiment: {
    title: 'SOFT: fast, and where it fails',
    seed: 1,
    dataset: {id: 'needle', params: {average: 1}},
    problem: {id: 'needle-attention'},
    contestants: [
      attending('softmax', 'grey', {attention: 'softmax'}),
      attending('SOFT', 'vermilion', {attention: 'soft'}),
      attending('SOFT, divided by the sum', 'blue', {attention: 'soft', normalise: 'rows'}),
    ],
    budget: {axis: 'iterations', amount: 400},
    view: {metric: 'averageLoss'},
  },
};
