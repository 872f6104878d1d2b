import type {Preset} from '../core/preset.ts';

const gates = (name: string, colour: string, id: string, learningRate: number, estimator: string): unknown => ({
  name,
  colour,
  solver: {id, params: {learningRate, batchSize: 0, schedule: 'cosine', scheduleLength: 3000}},
  model: {width: 50, estimator},
});

export const thresholdSteps: Preset = {
  id: 'threshold-steps',
  title: 'Units without a slope',
  text: 'Threshold units are on or off, so their gates have gradient zero almost everywhere. With the true gradient only the output weights learn; the straight-through estimator pretends a slope and moves the gates too. Which of them ends lower depends on the seed, but none comes near the proved line. The LASSO over all activation patterns solves the same problem exactly.',
  experiment: {
    title: 'Units without a slope',
    seed: 1,
    dataset: {id: 'sine', params: {n: 40, noise: 0.1, seed: 1, trainFraction: 0.75}},
    problem: {id: 'threshold-network', params: {beta: 0.02}},
    contestants: [
      gates('SGD, straight-through', 'blue', 'sgd', 0.1, 'straight-through'),
      gates('Adam, straight-through', 'green', 'adam', 0.03, 'straight-through'),
      gates('Adam, true gradient', 'vermilion', 'adam', 0.03, 'true'),
      {name: 'LASSO', colour: 'pink', solver: {id: 'threshold-lasso', params: {}}},
    ],
    budget: {axis: 'iterations', amount: 3000},
    certificate: true,
    view: {logX: true},
  },
};
