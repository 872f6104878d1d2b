import type {Preset} from '../core/preset.ts';

export const digitsRace: Preset = {
  id: 'digits',
  title: 'Odd and even digits',
  text: 'Handwritten digits of 8 by 8 pixels, odd against even: 1437 samples in 64 dimensions. Adam\'s cosine schedule lets it settle at the end; the constant rate keeps it restless. The test accuracy saturates long before J does.',
  experiment: {
    title: 'Odd and even digits',
    seed: 1,
    dataset: {id: 'digits', params: {classes: 'parity', seed: 1}},
    problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 4}},
    contestants: [
      {name: 'SGD', colour: 'blue', solver: {id: 'sgd', params: {learningRate: 0.3, batchSize: 64}}, model: {width: 100}},
      {name: 'Adam', colour: 'green', solver: {id: 'adam', params: {learningRate: 0.003, batchSize: 64}}, model: {width: 100}},
      {
        name: 'cosine Adam',
        colour: 'sky',
        solver: {id: 'adam', params: {learningRate: 0.003, batchSize: 64, schedule: 'cosine', scheduleLength: 2000}},
        model: {width: 100},
      },
    ],
    budget: {axis: 'iterations', amount: 2000},
    view: {plane: 'contestants'},
  },
};
