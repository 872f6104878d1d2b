import type {Preset} from '../core/preset.ts';

export const penaltiesDecide: Preset = {
  id: 'penalties',
  title: 'Penalties decide everything',
  text: 'One convex programme, one method, three choices of its penalties. All three head for the same optimum, some by long detours; a fixed penalty of 0.1 may leave the network at zero for dozens of iterations. The automatic choice is computed from the data and rebalanced at twelve early iterations.',
  experiment: {
    title: 'Penalties decide everything',
    seed: 1,
    dataset: {id: 'breast-cancer', params: {trainFraction: 0.8, standardise: true, seed: 1}},
    problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 2.65}},
    contestants: [
      {name: 'automatic', colour: 'pink', solver: {id: 'convex-admm', params: {source: 'sampled', patterns: 50}}},
      {name: 'fixed 0.1', colour: 'vermilion', solver: {id: 'convex-admm', params: {source: 'sampled', patterns: 50, penalties: 'fixed', rho: 0.1}}},
      {name: 'fixed 3', colour: 'orange', solver: {id: 'convex-admm', params: {source: 'sampled', patterns: 50, penalties: 'fixed', rho: 3}}},
    ],
    budget: {axis: 'iterations', amount: 500},
    view: {logX: true},
  },
};
