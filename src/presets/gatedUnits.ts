import type {Preset} from '../core/preset.ts';

export const gatedUnits: Preset = {
  id: 'gated-units',
  title: 'Gates of their own',
  text: 'A gated unit is on where a fixed gate says so, whatever its weights. Training is then a group LASSO without constraints, the tamest relative of a ReLU network. ADMM over all gates goes to the proved line; fifty sampled gates have a floor a little above it, and Adam with fifty gates of its own ends at about twice the optimum.',
  experiment: {
    title: 'Gates of their own',
    seed: 1,
    dataset: {id: 'moons', params: {n: 50, noise: 0.15, seed: 1}},
    problem: {id: 'gated-relu', params: {loss: 'squared', beta: 0.05}},
    contestants: [
      {name: 'Adam, 50 gates', colour: 'green', solver: {id: 'adam', params: {learningRate: 0.01, batchSize: 0}}, model: {width: 50}},
      {name: 'ADMM, 50 gates', colour: 'orange', solver: {id: 'convex-admm', params: {source: 'sampled', patterns: 50}}},
      {name: 'ADMM, all gates', colour: 'pink', solver: {id: 'convex-admm', params: {source: 'all'}}},
    ],
    budget: {axis: 'iterations', amount: 1000},
    certificate: true,
    view: {logX: true},
  },
};
