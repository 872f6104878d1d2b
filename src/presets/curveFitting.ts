import type {Preset} from '../core/preset.ts';

export const curveFitting: Preset = {
  id: 'sine',
  title: 'Fitting a curve with kinks',
  text: 'In one dimension each neuron is a kink of a broken line. See how few kinks the convex solution keeps, and how many of the networks\' neurons end up doing the same job. Raise the weight decay and the line loses its bends one after the other.',
  experiment: {
    title: 'Fitting a curve with kinks',
    seed: 1,
    dataset: {id: 'sine', params: {n: 60, noise: 0.1, seed: 1, trainFraction: 0.7}},
    problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 0.02}},
    contestants: [
      {name: 'Nesterov', colour: 'blue', solver: {id: 'nesterov', params: {learningRate: 0.03, batchSize: 0}}, model: {width: 40}},
      {name: 'RMSProp', colour: 'orange', solver: {id: 'rmsprop', params: {learningRate: 0.003, batchSize: 0}}, model: {width: 40}},
      {name: 'AdamW', colour: 'green', solver: {id: 'adamw', params: {learningRate: 0.01, batchSize: 0}}, model: {width: 40}},
      {name: 'ADMM', colour: 'pink', solver: {id: 'convex-admm', params: {source: 'sampled', patterns: 90}}},
    ],
    budget: {axis: 'iterations', amount: 3000},
  },
};
