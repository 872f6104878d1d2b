import type {Preset} from '../core/preset.ts';

const sgd = (name: string, colour: string, attack: string): unknown => ({name, colour, solver: {id: 'sgd', params: {learningRate: 0.1}}, model: {width: 50, attack}});

export const underAttack: Preset = {
  id: 'under-attack',
  title: 'Breast cancer under attack',
  text: 'An attacker may move each measurement of each patient by epsilon before the network sees it, and the curves show accuracy under that attack. Plain SGD has the best accuracy on clean data and loses a fifth of it. Training on attacked samples (PGD) and the convex programme, which guards against every move at once, give up some clean accuracy and keep most of the rest. Set epsilon to 0.2: nothing withstands that.',
  experiment: {
    title: 'Breast cancer under attack',
    seed: 1,
    dataset: {id: 'breast-cancer', params: {seed: 1}},
    problem: {id: 'robust-relu', params: {beta: 2.65, epsilon: 0.05, attackSteps: 10}},
    contestants: [
      sgd('SGD', 'blue', 'none'),
      sgd('PGD training', 'green', 'pgd'),
      {name: 'convex', colour: 'pink', solver: {id: 'convex-adversarial', params: {patterns: 50}}},
    ],
    budget: {axis: 'iterations', amount: 600},
    view: {metric: 'robustScore', logY: false},
  },
};
