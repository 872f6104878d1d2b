import type {MakeProblemSpec, ProblemContext} from '../../core/plugin.ts';
import {noTable} from '../../numerics/tasks.ts';

/** Most binary weights whose networks are all tried. */
export const MOST_BITS = 18;

const REAL_WEIGHTS = 'the weights here are -1 or 1; pick a solver for binary weights';

function lossFor({task, params}: ProblemContext): string {
  if (params.loss === 'squared' || (params.loss === 'auto' && task === 'regression')) return 'squared';
  return task === 'multiclass' ? 'cross-entropy' : 'logistic';
}

function refusal({task, params}: ProblemContext): string | null {
  if (task === 'regression' && params.loss === 'logistic') return 'the logistic loss needs classes; choose "auto" or "squared" for a regression';
  return task === 'multiclass' && params.loss === 'squared' ? 'the squared loss is written for one output; choose "auto" or "logistic" for several classes' : noTable(task);
}

/** What can be said without the data, which have one input and one output at least. */
function certifiable({params}: ProblemContext): true | string {
  if (params.parameters !== 'binary only') return 'networks can only be tried one by one where all parameters are binary; choose "all binary" parameters';
  const width = Number(params.width);
  const fewest = 2 * width + width + 1;
  return fewest <= MOST_BITS || `${width} neurons have at least ${fewest} binary weights, and at most ${MOST_BITS} can be tried one by one; take a smaller width`;
}

export const binaryNetwork: MakeProblemSpec = () => ({
  id: 'binary-network',
  label: 'binary network',
  summary: 'Two layers whose weights are -1 or 1.',
  params: {
    loss: {
      kind: 'choice',
      label: 'loss',
      help: 'What a wrong output costs. Automatic takes logistic loss for classes (softmax cross-entropy for several) and squared loss for a regression.',
      default: 'auto',
      options: [
        {value: 'auto', label: 'automatic'},
        {value: 'logistic', label: 'logistic'},
        {value: 'squared', label: 'squared'},
      ],
    },
    width: {
      kind: 'number',
      label: 'width',
      symbol: 'm',
      help: 'Hidden neurons, the same for every contestant: with binary weights a wider network is another problem.',
      default: 12,
      min: 1,
      max: 256,
      integer: true,
      scale: 'log',
    },
    activation: {
      kind: 'choice',
      label: 'activation',
      help: 'With sign, what neurons say is binary too; training then takes max(0, 2 - 2|u|) for the slope that a sign does not have.',
      default: 'sign',
      options: [
        {value: 'sign', label: 'sign'},
        {value: 'relu', label: 'ReLU'},
      ],
    },
    parameters: {
      kind: 'choice',
      label: 'scales',
      help: 'Real scales and biases are few beside the weights. Without them there are finitely many networks, and the best of a small one can be found by trying all.',
      default: 'real scales',
      options: [
        {value: 'real scales', label: 'real scales and biases'},
        {value: 'binary only', label: 'all binary'},
      ],
    },
    features: {
      kind: 'choice',
      label: 'features',
      help: 'What the first layer sees of two inputs: eight directions of the plane, or the inputs, of which binary weights make diagonals alone. Automatic takes directions unless all parameters are binary. Other data are seen as they are.',
      default: 'automatic',
      options: [
        {value: 'automatic', label: 'automatic'},
        {value: 'directions', label: 'eight directions'},
        {value: 'inputs', label: 'the inputs'},
      ],
    },
    scaling: {
      kind: 'choice',
      label: 'scaling',
      help: 'Binary weights can not make up for inputs of different sizes. Automatic leaves one or two inputs as they are, and maps the training range of each of several to [-1, 1].',
      default: 'automatic',
      options: [
        {value: 'automatic', label: 'automatic'},
        {value: 'as given', label: 'as given'},
        {value: 'range', label: 'each input to [-1, 1]'},
        {value: 'common range', label: 'all alike to [-1, 1]', help: 'One scale for all inputs, as for the pixels of a picture.'},
      ],
    },
  },
  model: {},
  lossOf: lossFor,
  refuses: refusal,
  offers: () => ({
    gradients: REAL_WEIGHTS,
    convexRelu: REAL_WEIGHTS,
    convexThreshold: REAL_WEIGHTS,
    convexRobust: REAL_WEIGHTS,
    binaryNetwork: true,
  }),
  optimum: {over: 'choice of the weights', counted: 'networks'},
  certificate: certifiable,
  explain: {
    text: 'J is that of the rounded network, sign(mu), with sign(0) = 1 and without a penalty. Solvers that hold a distribution over networks are also measured by the mean J of 64 samples, the best of those and sign(mu), and the accuracy of the mean output of 40. Neurons start with biases in [-1/2, 1/2] for up to eight features and zero beyond; outputs start at scale 1/sqrt(m).',
    formulas: [
      'u=\\tfrac1{\\sqrt d}W_1x+b_1,\\quad h=\\operatorname{sign}(u)',
      'f=\\alpha\\,W_2h+b_2,\\quad W_1,W_2\\in\\{-1,1\\}',
      'J=\\sum_{i=1}^n\\ell\\bigl(f(x_i),y_i\\bigr)',
      '\\text{backward:}\\quad\\frac{\\partial h}{\\partial u}\\to\\max(0,\\,2-2|u|)',
      '\\text{all binary:}\\quad f=W_2\\begin{pmatrix}h\\\\1\\end{pmatrix},\\quad u=\\tfrac1{\\sqrt d}W_1\\begin{pmatrix}x\\\\1\\end{pmatrix}',
    ],
    source: 'Orecchia et al., Training Binary Neural Networks via Gaussian Variational Inference and Low-Rank Semidefinite Programming, NeurIPS 2024; Hubara et al., 2016',
  },
});
