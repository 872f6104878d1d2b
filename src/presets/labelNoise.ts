import type {Preset} from '../core/preset.ts';

const robust = (name: string, colour: string, model: object): unknown => ({
  name,
  colour,
  solver: {id: 'adam', params: {learningRate: 0.005, batchSize: 0}},
  model: {depth: 2, width: 64, ...model},
});

export const labelNoise: Preset = {
  id: 'label-noise',
  title: 'Wrong labels, and losses that bear them',
  text: 'Two of five training labels are drawn at random; the test labels are right. Cross-entropy first finds the six clouds and then learns the wrong labels by heart: see its test accuracy fall. The larger tau, the less a label counts that the network holds for wrong: the mean absolute error (2) keeps the clouds. It is no free gift: on clean digits it ends below the others.',
  experiment: {
    title: 'Wrong labels, and losses that bear them',
    seed: 1,
    dataset: {id: 'blobs', params: {n: 1200, noise: 0.2, classes: 6, labelNoise: 0.4, trainFraction: 0.25}},
    problem: {id: 'mlp-classifier'},
    contestants: [
      robust('cross-entropy', 'vermilion', {}),
      robust('τ = 1.4', 'yellow', {head: 'comp-sum', tau: 1.4}),
      robust('τ = 1.7', 'green', {head: 'comp-sum', tau: 1.7}),
      robust('absolute error', 'blue', {head: 'comp-sum', tau: 2}),
      robust('StableMax', 'orange', {head: 'stablemax'}),
    ],
    budget: {axis: 'iterations', amount: 800},
    view: {metric: 'testScore', logY: false},
  },
};
