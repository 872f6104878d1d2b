import type {Preset} from '../core/preset.ts';

const placed = (name: string, colour: string, placement: string, residualStep: number): unknown => ({
  name,
  colour,
  solver: {id: 'adam', params: {learningRate: 0.02, batchSize: 16, beta2: 0.99}},
  model: {depth: 8, width: 16, placement, residualStep},
});

export const normPlacement: Preset = {
  id: 'norm-placement',
  title: 'Where the norm stands, 8 layers deep',
  text: "The same transformer learns to go round a clock; only the place of its norms differs. Under Layers: before the sublayers (Pre) the hidden state may grow with training, before and after them (Peri) it stays small, after the sum (Post) it can't grow, but hardly any gradient reaches the first layers and nothing is learnt. Profiles of Pre are concave: with fixed weights it grows at most linearly with depth, not exponentially. At a rate of 0.003 Pre and Peri hardly differ.",
  experiment: {
    title: 'Where the norm stands, 8 layers deep',
    seed: 1,
    dataset: {id: 'clock-grammar', params: {vocabulary: 8, length: 8}},
    problem: {id: 'transformer'},
    contestants: [placed('Pre', 'orange', 'pre', 1), placed('Peri', 'blue', 'peri', 1), placed('Post', 'pink', 'post', 1), placed('no norm', 'grey', 'none', 1)],
    budget: {axis: 'iterations', amount: 150},
    view: {metric: 'objective', instrument: 'layers'},
  },
};
