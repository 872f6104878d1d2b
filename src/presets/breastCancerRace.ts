import type {Preset} from '../core/preset.ts';

export const breastCancerRace: Preset = {
  id: 'breast-cancer',
  title: 'Breast cancer: a tuned race',
  text: 'Thirty measurements of cell nuclei, two diagnoses. ADMM\'s first ten iterations already classify about as well as Adam\'s first thousand. Then its J rises: it solves the programme of fifty random patterns, early iterates break that programme\'s rules, and the networks that do so are better. In many dimensions random patterns are poor; compare J with the test accuracy, and look at who made which mistakes.',
  experiment: {
    title: 'Breast cancer: a tuned race',
    seed: 1,
    dataset: {id: 'breast-cancer', params: {trainFraction: 0.8, standardise: true, seed: 1}},
    problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 2.65}},
    contestants: [
      {name: 'SGD', colour: 'blue', solver: {id: 'sgd', params: {learningRate: 0.3, batchSize: 64}}, model: {width: 100}},
      {name: 'Adam', colour: 'green', solver: {id: 'adam', params: {learningRate: 0.003, batchSize: 64}}, model: {width: 100}},
      {name: 'ADMM', colour: 'pink', solver: {id: 'convex-admm', params: {patterns: 50}}},
    ],
    budget: {axis: 'iterations', amount: 1000},
    view: {logX: true},
  },
};
