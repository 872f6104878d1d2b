import type {Preset} from '../core/preset.ts';

const scaled = (name: string, colour: string, placement: string, outputScale: number): unknown => ({
  name,
  colour,
  solver: {id: 'sgd', params: {learningRate: 0.01, batchSize: 16}},
  model: {depth: 12, width: 32, placement, outputScale},
});

export const outputScaling: Preset = {
  id: 'output-scaling',
  title: 'Scale the weights, watch the norm',
  text: "Nothing is trained yet: the last matrix of every sublayer is multiplied by a factor, and Layers shows how large the hidden state is after each of 12 layers. Before the sublayers alone (Pre) it grows with the factor, and no bound on it holds for all weights; with a norm after them too (Peri) the factor cancels; after the sum (Post) it is 1 everywhere. Move the contestants' output scale and see.",
  experiment: {
    title: 'Scale the weights, watch the norm',
    dataset: {id: 'clock-grammar', params: {vocabulary: 12, length: 16}},
    problem: {id: 'transformer'},
    contestants: [
      scaled('Pre × 0.5', 'sky', 'pre', 0.5),
      scaled('Pre × 1', 'green', 'pre', 1),
      scaled('Pre × 2', 'yellow', 'pre', 2),
      scaled('Pre × 4', 'orange', 'pre', 4),
      scaled('Pre × 10', 'vermilion', 'pre', 10),
      scaled('Peri × 10', 'blue', 'peri', 10),
      scaled('Post × 10', 'pink', 'post', 10),
    ],
    budget: {axis: 'iterations', amount: 20},
    view: {instrument: 'layers'},
  },
};
