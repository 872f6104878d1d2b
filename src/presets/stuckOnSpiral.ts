import type {Preset} from '../core/preset.ts';

const narrow = (name: string, colour: string, id: string, learningRate: number): unknown => ({
  name,
  colour,
  solver: {id, params: {learningRate, batchSize: 0}},
  model: {width: 4},
});

export const stuckOnSpiral: Preset = {
  id: 'stuck-on-spiral',
  title: 'Stuck: SGD with 4 neurons on a spiral',
  text: 'The line under the race is proved: no two-layer network of any width has a smaller J. Three methods train 4 neurons and end several times as high, each seed somewhere else; convex ADMM over all activation patterns goes to the line. Try another seed, or 100 starts: hardly any comes near.',
  experiment: {
    title: 'Stuck: SGD with 4 neurons on a spiral',
    seed: 1,
    dataset: {id: 'spiral', params: {n: 75, turns: 1, seed: 1}},
    problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 0.05}},
    contestants: [
      narrow('SGD', 'blue', 'sgd', 0.1),
      narrow('Momentum', 'orange', 'momentum', 0.03),
      narrow('Adam', 'green', 'adam', 0.01),
      {name: 'ADMM', colour: 'pink', solver: {id: 'convex-admm', params: {source: 'all'}}},
    ],
    budget: {axis: 'iterations', amount: 2000},
    certificate: true,
    view: {logX: true},
  },
};
