import type {Preset} from '../core/preset.ts';

export const breastCancerRace: Preset = {
  id: 'breast-cancer',
  title: 'Breast cancer: a tuned race',
  text: 'Thirty measurements of cell nuclei, two diagnoses. With fifty random patterns ADMM\'s first ten iterations already classify well, but its J then rises: early iterates break the rules of a programme whose patterns are poor in so many dimensions. Pursuit adds the patterns that the residual asks for; J jumps whenever they change, and ends below Adam\'s with a handful of neurons where Adam has a hundred. Compare J with the test accuracy, and look at who made which mistakes.',
  experiment: {
    title: 'Breast cancer: a tuned race',
    seed: 1,
    dataset: {id: 'breast-cancer', params: {trainFraction: 0.8, standardise: true, seed: 1}},
    problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 2.65}},
    contestants: [
      {name: 'SGD', colour: 'blue', solver: {id: 'sgd', params: {learningRate: 0.3, batchSize: 64}}, model: {width: 100}},
      {name: 'Adam', colour: 'green', solver: {id: 'adam', params: {learningRate: 0.003, batchSize: 64}}, model: {width: 100}},
      {name: 'ADMM, sampled', colour: 'vermilion', solver: {id: 'convex-admm', params: {source: 'sampled', patterns: 50}}},
      {name: 'ADMM, pursuit', colour: 'pink', solver: {id: 'convex-admm', params: {source: 'pursuit'}}},
    ],
    budget: {axis: 'iterations', amount: 1000},
    view: {logX: true},
  },
};
