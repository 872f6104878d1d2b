import type {Task} from '../../core/data.ts';
import type {ParamSpecs} from '../../core/params.ts';
import type {MakeProblemSpec} from '../../core/plugin.ts';
import {headChoiceOf, headParams} from '../../numerics/heads/headSpec.ts';
import {MOST_DEPTH} from './network.ts';

const REFUSED: Readonly<Partial<Record<Task, string>>> = {
  regression: 'its outputs stand for classes; pick data with classes, or the two-layer ReLU network',
  sequence: 'it is made for classes; pick the transformer',
  retrieval: 'it is made for classes; pick attention on sets',
  surface: 'there is nothing to predict; pick the surface',
};

const from = (least: number): readonly number[] => Array.from({length: MOST_DEPTH + 1 - least}, (_, i) => least + i);
const withHidden = {param: 'depth', is: from(1)} as const;
const withSeveral = {param: 'depth', is: from(2)} as const;

const networkParams = {
  depth: {
    kind: 'number', label: 'hidden layers', symbol: 'L', help: 'None makes the network a softmax regression, whose J is convex.',
    default: 2, min: 0, max: MOST_DEPTH, integer: true, scale: 'linear', step: 1,
  },
  width: {
    kind: 'number', label: 'width', symbol: 'm', help: 'Units of each hidden layer.',
    default: 32, min: 4, max: 256, integer: true, scale: 'log', when: withHidden,
  },
  activation: {
    kind: 'choice', label: 'activation', help: 'What a hidden unit makes of its weighted sum u.', default: 'relu', when: withHidden,
    options: [
      {value: 'relu', label: 'ReLU'},
      {value: 'tanh', label: 'tanh'},
      {value: 'square', label: 'square', help: 'u²: what finds the rule of modular addition fastest.'},
    ],
  },
  bias: {kind: 'flag', label: 'biases', help: 'Whether each layer adds a vector of its own. Biases are not decayed.', default: true},
  norm: {
    kind: 'choice',
    label: 'norm',
    help: 'Applied before the activation in every hidden layer but the first, where it would delete the length of the input.',
    default: 'none',
    options: [
      {value: 'none', label: 'none'},
      {value: 'layer', label: 'LayerNorm', help: 'Over the units of each sample.'},
      {value: 'rms', label: 'RMSNorm', help: 'Over the units of each sample, without taking off their mean.'},
      {value: 'batch', label: 'BatchNorm', help: 'Each unit over the samples of the batch; J and accuracies use the whole training set.'},
    ],
    when: withSeveral,
  },
  initScale: {
    kind: 'number', label: 'initial scale', symbol: 's_0', help: 'Multiplies the random initial weights, not the biases.',
    default: 1, min: 0.01, max: 100, scale: 'log',
  },
  rescale: {
    kind: 'number', label: 'rescaling', symbol: 's',
    help: 'Multiplies the second layer at the start and divides the matrix after it by the same. With ReLU and no norms the function stays what it is, but most methods go another way.',
    default: 1, min: 0.01, max: 100, scale: 'log', when: withSeveral,
  },
} as const satisfies ParamSpecs;

export const mlpClassifier: MakeProblemSpec = () => ({
  id: 'mlp-classifier',
  label: 'classifier with several layers',
  summary: 'A plain network of up to eight hidden layers; norms, activations and the way to a loss are each contestant\'s own.',
  params: {
    beta: {
      kind: 'number', label: 'weight decay', symbol: '\\beta',
      help: 'Strength of the penalty on the matrices, added to the sum of the losses over all training samples.',
      default: 0, min: 0, max: 1000, scale: 'log',
    },
  },
  model: {...networkParams, ...headParams},
  ownObjective: (model) => JSON.stringify(headChoiceOf(model)),
  lossOf: () => 'cross-entropy',
  refuses: ({task}) => REFUSED[task] ?? null,
  offers: () => ({
    gradients: true,
    newton: true,
    convexRelu: 'its layers are trained as they are; pick the two-layer ReLU network',
    convexThreshold: 'its units are no thresholds; pick the threshold network',
    convexRobust: 'this problem has no attack; pick the network under attack',
  }),
  optimum: {over: 'network of this kind', counted: 'networks'},
  certificate: () => 'no certificate is written for networks of several layers; pick the two-layer ReLU network',
  explain: {
    text: 'J adds up the losses of the contestant\'s own head, so heads are compared by accuracy and by surprise, which is the mean of -ln p of the right class on test samples. BatchNorm takes the statistics of the batch in a step; J, accuracies and predictions take those of the whole training set, which is where running statistics settle. Two classes have two outputs. The hidden state at layer 0 is the input; sizes of hidden states and of gradients by layer are those of the first 32 training samples.',
    formulas: [
      'h_0=x,\\quad h_l=\\phi\\bigl(\\operatorname{norm}_l(W_l^{\\top}h_{l-1}+b_l)\\bigr),\\quad z=W^{\\top}h_L+b',
      'J=\\sum_{i=1}^n\\ell\\bigl(z(x_i),y_i\\bigr)+\\tfrac\\beta2\\sum_l\\lVert W_l\\rVert^2',
      'W_l\\sim U\\Bigl[-\\tfrac{s_0}{\\sqrt{m_{l-1}}},\\tfrac{s_0}{\\sqrt{m_{l-1}}}\\Bigr]',
    ],
    source: 'Prieto et al., Grokking at the Edge of Numerical Stability, ICLR 2025; Ioffe and Szegedy 2015; Ba, Kiros and Hinton 2016; Zhang and Sennrich 2019',
  },
});
