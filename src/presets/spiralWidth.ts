import type {Preset} from '../core/preset.ts';

const wide = (width: number, colour: string): unknown => ({
  name: `${width} neurons`,
  colour,
  solver: {id: 'adam', params: {learningRate: 0.01, batchSize: 0}},
  model: {width},
});

export const spiralWidth: Preset = {
  id: 'spiral-width',
  title: 'A spiral needs neurons',
  text: 'Three networks of different width on two arms of a spiral, trained by the same method, and the convex programme. The narrow network gets stuck where it can\'t turn any more; the wide ones find their way. Change the seed: the narrow one gets stuck somewhere else, the convex one hardly moves.',
  experiment: {
    title: 'A spiral needs neurons',
    seed: 2,
    dataset: {id: 'spiral', params: {n: 200, seed: 1}},
    problem: {id: 'two-layer-relu', params: {loss: 'logistic', beta: 0.02}},
    contestants: [wide(4, 'sky'), wide(16, 'blue'), wide(64, 'green'), {name: 'ADMM', colour: 'pink', solver: {id: 'convex-admm', params: {source: 'sampled', patterns: 300}}}],
    budget: {axis: 'iterations', amount: 2000},
  },
};
