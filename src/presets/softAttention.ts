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
  text: 'SOFT replaces softmax by a Gaussian of the distance between query and key. Its weights are not divided by their sum: asked for the mean of sets of varying size it is off by a factor that it can not know, and divided by their sum all is well. Asked for needles (share of averages 0) the three do alike. What SOFT is for is speed: with 32 landmarks for all tokens it takes a fraction of the time of softmax at 4096 tokens, and nothing less below a thousand.',
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
