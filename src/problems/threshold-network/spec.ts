import type {MakeProblemSpec} from '../../core/plugin.ts';
import {reluNetworkParams} from '../../numerics/reluNetworkSpec.ts';
import {noTable} from '../../numerics/tasks.ts';

const ONE_OUTPUT = 'threshold networks have one output here; pick two classes or a regression';
const NO_RELU = 'these units are thresholds, not rectified; pick the LASSO over patterns';

export const thresholdNetwork: MakeProblemSpec = () => ({
  id: 'threshold-network',
  label: 'threshold network',
  summary: 'One hidden layer of units that are on or off, with squared loss.',
  params: {
    beta: {
      kind: 'number',
      label: 'penalty',
      symbol: '\\beta',
      help: 'Strength of the penalty on the sizes of the output weights, added to the sum of the losses over all training samples. Larger means fewer units.',
      default: 0.1,
      min: 0,
      max: 1000,
      scale: 'log',
    },
  },
  model: {
    width: reluNetworkParams.width,
    initScale: {
      ...reluNetworkParams.initScale,
      help: 'Multiplies the initial weights, which are normal with variance 2 / (inputs + 1) in the gates and 1 / neurons in the output. The size of a gate does not change its unit, only how many samples lie in the window of the straight-through gradient: large gates move on few samples.',
    },
    estimator: {
      kind: 'choice',
      label: 'gradient of the step',
      help: 'A step has slope zero wherever it has one. Straight-through takes max(0, 1 - |g . x|) in its place; with the true gradient the gates stay where they start and only the output weights learn.',
      default: 'straight-through',
      options: [
        {value: 'straight-through', label: 'straight-through'},
        {value: 'true', label: 'true (zero)'},
      ],
    },
  },
  lossOf: () => 'squared',
  refuses: ({task}) => (task === 'multiclass' ? ONE_OUTPUT : noTable(task)),
  offers: ({task}) => ({
    gradients: true,
    convexRelu: NO_RELU,
    convexThreshold: task === 'multiclass' ? ONE_OUTPUT : true,
    convexRobust: 'this problem has no attack; pick the network under attack',
  }),
  optimum: {over: 'threshold network of any width', counted: 'patterns'},
  certificate: ({task}) => (task === 'multiclass' ? ONE_OUTPUT : true),
  explain: {
    text: 'A unit is 1 where its gate g meets the input at zero or above, else 0. Only the pattern that it makes on the samples counts, and there are finitely many patterns; so training is a LASSO over all of them, and its optimum is that of networks of any width. Gradient methods get nothing from the step itself: the straight-through estimator pretends that it has a slope near the edge. The penalty is not quadratic, so AdamW has nothing to decay apart and equals Adam here.',
    formulas: [
      'f(x)=\\sum_{j=1}^m w_j\\,\\mathbf 1[g_j^{\\top}x\\ge0]',
      'J=\\tfrac12\\sum_{i=1}^n\\bigl(f(x_i)-y_i\\bigr)^2+\\beta\\sum_{j=1}^m|w_j|',
      '\\min_w\\ \\tfrac12\\lVert Dw-y\\rVert^2+\\beta\\lVert w\\rVert_1,\\quad D=\\bigl[\\mathbf 1[Xg\\ge0]\\bigr]_g',
      '\\text{straight-through:}\\quad\\frac{\\partial}{\\partial z}\\mathbf 1[z\\ge0]\\;\\to\\;\\max(0,1-|z|)',
    ],
    source: 'Ergen, Gulluk, Lacotte and Pilanci, Globally Optimal Training of Neural Networks with Threshold Activation Functions, ICLR 2023; Bengio, Léonard and Courville, 2013, for the straight-through estimator; Esser et al., 2016, for the triangle',
  },
});
