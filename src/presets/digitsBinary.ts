import type {Preset} from '../core/preset.ts';

export const digitsBinary: Preset = {
  id: 'digits-binary',
  title: 'Digits with binary weights',
  text: 'Ten digits, 64 pixels, 32 neurons: 2368 binary weights. As a single network straight-through ends lowest and is hard to beat on the test set. The mean output of 40 sampled networks is ahead there, most of all with the settings of the paper, whose single networks are the worst: the gain is that of an ensemble, not of better binary weights.',
  experiment: {
    title: 'Digits with binary weights',
    seed: 1,
    dataset: {id: 'digits', params: {classes: 'all', standardise: false, seed: 1}},
    problem: {id: 'binary-network', params: {width: 32, scaling: 'common range'}},
    contestants: [
      {name: 'STE', colour: 'vermilion', solver: {id: 'straight-through', params: {batchSize: 100}}},
      {name: 'rank 2', colour: 'blue', solver: {id: 'burer-monteiro', params: {batchSize: 100}}},
      {name: 'rank 4, as in the paper', colour: 'green', solver: {id: 'burer-monteiro', params: {rank: 4, learningRate: 0.1, zInit: 0.1, tangent: false, batchSize: 100}}},
    ],
    budget: {axis: 'iterations', amount: 1200},
    view: {metric: 'averageScore', logY: false},
  },
};
