import type {Preset} from '../core/preset.ts';

export const moonsMargins: Preset = {
  id: 'moons',
  title: 'Two moons: four ways down',
  text: 'SGD, momentum and Adam start from the same weights and see the same mini-batches; convex ADMM has no start to choose. The hatched line is the certified optimum: proved to be the lowest J of any such network, of any width. Watch the boundaries bend around the moons, and see how soon ADMM is good and where its sampled patterns stop it. Switch the x axis to compute time: the order changes.',
  experiment: {
    title: 'Two moons: four ways down',
    seed: 1,
    dataset: {id: 'moons', params: {n: 200, noise: 0.15, seed: 1}},
    problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 0.2}},
    contestants: [
      {name: 'SGD', colour: 'blue', solver: {id: 'sgd', params: {learningRate: 0.1, batchSize: 32}}, model: {width: 40}},
      {name: 'Momentum', colour: 'orange', solver: {id: 'momentum', params: {learningRate: 0.03, batchSize: 32}}, model: {width: 40}},
      {name: 'Adam', colour: 'green', solver: {id: 'adam', params: {learningRate: 0.01, batchSize: 32}}, model: {width: 40}},
      {name: 'ADMM', colour: 'pink', solver: {id: 'convex-admm', params: {source: 'sampled', patterns: 100}}},
    ],
    budget: {axis: 'iterations', amount: 2000},
    certificate: true,
  },
};
