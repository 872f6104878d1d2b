import type {MakeProblemSpec} from '../../core/plugin.ts';
import {reluNetworkParams} from '../../numerics/reluNetworkSpec.ts';

export const robustRelu: MakeProblemSpec = () => ({
  id: 'robust-relu',
  label: 'ReLU network under attack',
  summary: 'A two-layer ReLU network whose inputs an adversary may shift a little; hinge loss, two classes.',
  params: {
    epsilon: {
      kind: 'number',
      label: 'attack radius',
      symbol: '\\varepsilon',
      help: 'How far each input may be shifted, in the units of the inputs (after standardising, where that is on). The constant input is never shifted. 0 is training without an adversary.',
      default: 0.1,
      min: 0,
      max: 1,
      step: 0.01,
      scale: 'linear',
    },
    attackSteps: {
      kind: 'number',
      label: 'attack steps',
      help: 'Sign-gradient steps of the attack, each 2.5 times the radius divided by their number. More steps find worse points and cost more.',
      default: 10,
      min: 1,
      max: 100,
      integer: true,
      scale: 'log',
    },
    beta: {
      kind: 'number',
      label: 'weight decay',
      symbol: '\\beta',
      help: 'Strength of the penalty on the weights, added to the sum of the losses over all training samples. Larger means fewer active neurons.',
      default: 0.1,
      min: 0,
      max: 1000,
      scale: 'log',
    },
  },
  model: {
    ...reluNetworkParams,
    attack: {
      kind: 'choice',
      label: 'trains on',
      help: 'The inputs whose gradient a step follows: the samples themselves, the samples after one sign step (FGSM), or after the attack that is also measured (PGD). Attacked steps cost as many more passes as the attack has steps.',
      default: 'none',
      options: [
        {value: 'none', label: 'clean samples'},
        {value: 'fgsm', label: 'FGSM attack'},
        {value: 'pgd', label: 'PGD attack'},
      ],
    },
  },
  lossOf: () => 'hinge',
  refuses: ({task}) => (task === 'binary' ? null : 'the network under attack has hinge loss, which needs data with two classes'),
  offers: ({task}) => ({
    gradients: true,
    convexRelu: 'this programme knows no attack; pick convex adversarial training, or the network without an attack',
    convexThreshold: 'these units are rectified, not thresholds',
    convexRobust: task === 'binary' || 'it is written for two classes',
  }),
  optimum: {over: 'network', counted: 'patterns'},
  certificate: () =>
    'there is none under attack: the attack gives a lower end for a network\'s worst case and the convex programme an upper end for the best one, so nothing here bounds J from below',
  explain: {
    text: 'J is measured where an attack leaves the samples: projected sign-gradient steps on the margin, from the sample itself and from two fixed points of its box, and the worst point seen counts. That is at most the true worst case, so a low J may also mean that the attack missed something. Losses are those under attack, train and test accuracy are clean, and the accuracy under attack is a measure of its own (of the test set, or of the training set where there is no test set).',
    formulas: [
      'J=\\sum_{i=1}^n \\max\\bigl(0,\\,1-y_i f(x_i+\\delta_i)\\bigr)+\\beta\\sum_{j=1}^m |\\alpha_j|\\,\\lVert u_j\\rVert',
      '\\delta\\leftarrow\\Pi_{\\lVert\\delta\\rVert_\\infty\\le\\varepsilon}\\bigl(\\delta-a\\,\\operatorname{sign}\\,y\\nabla_x f(x+\\delta)\\bigr),\\quad a=\\tfrac{2.5\\,\\varepsilon}{\\text{steps}}',
    ],
    source: 'Madry, Makelov, Schmidt, Tsipras and Vladu, Towards Deep Learning Models Resistant to Adversarial Attacks, ICLR 2018; Bai, Gautam and Sojoudi, 2022',
  },
});
