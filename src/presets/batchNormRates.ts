import type {Preset} from '../core/preset.ts';

const normed = (name: string, colour: string, norm: string, learningRate: number): unknown => ({
  name,
  colour,
  solver: {id: 'sgd', params: {learningRate, batchSize: 32}},
  model: {depth: 8, width: 32, norm, initScale: 2.45},
});

export const batchNormRates: Preset = {
  id: 'batch-norm-rates',
  title: 'Norms against the learning rate',
  text: 'Eight hidden layers on three spirals. Without a norm a rate of 0.1 works and 0.5 does not; BatchNorm learns at 0.5 and at 1; LayerNorm and RMSNorm stand in between, and where depends on the seed. Try a batch size of 2: then all suffer. The first layer has no norm: one right after it would delete the distance from the centre.',
  experiment: {
    title: 'Norms against the learning rate',
    seed: 1,
    dataset: {id: 'spiral', params: {n: 600, arms: 3, turns: 1}},
    problem: {id: 'mlp-classifier'},
    contestants: [
      normed('none, 0.1', 'grey', 'none', 0.1),
      normed('none, 0.5', 'vermilion', 'none', 0.5),
      normed('batch, 0.5', 'sky', 'batch', 0.5),
      normed('batch, 1', 'blue', 'batch', 1),
      normed('layer, 0.5', 'orange', 'layer', 0.5),
      normed('RMS, 0.5', 'green', 'rms', 0.5),
    ],
    budget: {axis: 'iterations', amount: 800},
    view: {metric: 'testScore', logY: false},
  },
};
