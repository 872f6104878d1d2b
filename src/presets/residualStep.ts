import type {Preset} from '../core/preset.ts';

const stepping = (name: string, colour: string, placement: string, residualStep: number): unknown => ({
  name,
  colour,
  solver: {id: 'adam', params: {learningRate: 0.02, batchSize: 16, beta2: 0.99}},
  model: {depth: 8, width: 16, placement, residualStep},
});

export const residualStep: Preset = {
  id: 'residual-step',
  title: 'A small residual step tames depth',
  text: 'Each sublayer is added to the hidden state after multiplying it by a step. At this learning rate a step of 0.1 does more than the place of the norms: Pre and Peri both learn faster, and the hidden state hardly grows. Lower the rate to 0.003 and all four end about alike: small steps widen the range of rates that work, and are not a better network.',
  experiment: {
    title: 'A small residual step tames depth',
    seed: 1,
    dataset: {id: 'clock-grammar', params: {vocabulary: 8, length: 8}},
    problem: {id: 'transformer'},
    contestants: [stepping('Pre, step 1', 'orange', 'pre', 1), stepping('Pre, step 0.1', 'vermilion', 'pre', 0.1), stepping('Peri, step 1', 'sky', 'peri', 1), stepping('Peri, step 0.1', 'blue', 'peri', 0.1)],
    budget: {axis: 'iterations', amount: 150},
    view: {metric: 'objective', instrument: 'layers'},
  },
};
