import type {Preset} from '../core/preset.ts';

export const sdpBound: Preset = {
  id: 'sdp-bound',
  title: 'SDP bound against the truth',
  text: 'Sixteen weights of -1 or +1, so all 65536 vectors can be tried: the best has E = 233. The semidefinite relaxation proves that E is at least 193.5, which whole numbers round up to 197; the box proves 172. Rounding, sampling and straight-through all meet the optimum on their way, though straight-through does not end there (see the expected J); only trying all vectors closes the gap.',
  experiment: {
    title: 'SDP bound against the truth',
    dataset: {id: 'least-squares-instances', params: {instance: 'ls16a'}},
    problem: {id: 'binary-least-squares', params: {}},
    contestants: [
      {name: 'mixing', colour: 'blue', solver: {id: 'mixing', params: {rank: 6}}},
      {name: 'Riemannian', colour: 'green', solver: {id: 'riemannian', params: {rank: 6}}},
      {name: 'sampling', colour: 'orange', solver: {id: 'low-rank-sampling', params: {rank: 2}}},
      {name: 'straight-through', colour: 'pink', solver: {id: 'low-rank-sampling', params: {rank: 0}}},
    ],
    budget: {axis: 'iterations', amount: 400},
    certificate: true,
    view: {logX: true},
  },
};
