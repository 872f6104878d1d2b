import type {Preset} from '../core/preset.ts';

const TINY = {scheduleLength: 400, warmUp: 0};

export const tinyTrueOptimum: Preset = {
  id: 'tiny-true-optimum',
  title: 'The true optimum of a tiny network',
  text: 'Four neurons, all parameters binary: 17 bits, so that all 131,072 networks can be tried and the line is the true optimum. Latent weights alone seldom end on it. Of 64 sampled networks of rank 2 the best reaches it for about half of the seeds, even where sign(mu) does not: change the seed and see.',
  experiment: {
    title: 'The true optimum of a tiny network',
    seed: 1,
    dataset: {id: 'xor', params: {n: 32, noise: 0.15, seed: 4, trainFraction: 0.5}},
    problem: {id: 'binary-network', params: {width: 4, parameters: 'binary only'}},
    contestants: [
      {name: 'STE', colour: 'vermilion', solver: {id: 'straight-through', params: TINY}},
      {name: 'BinaryConnect', colour: 'orange', solver: {id: 'binary-connect', params: TINY}},
      {name: 'rank 2', colour: 'blue', solver: {id: 'burer-monteiro', params: {...TINY, learningRate: 0.1, zRate: 1}}},
    ],
    budget: {axis: 'iterations', amount: 400},
    certificate: true,
    view: {metric: 'bestObjective'},
  },
};
