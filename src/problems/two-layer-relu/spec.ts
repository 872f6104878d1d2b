import type {MakeProblemSpec, ProblemContext} from '../../core/plugin.ts';
import {reluNetworkParams} from '../../numerics/reluNetworkSpec.ts';

const TASK_WORDS = {regression: 'a regression', binary: 'two classes', multiclass: 'several classes', sequence: 'next tokens', retrieval: 'retrieval', surface: 'a function of x and y'} as const;

const CERTIFIED_LOSSES = ['squared', 'logistic', 'hinge'];

/** `auto` picks the first loss that fits the task, so that a change of data never leaves an invalid pair. */
function lossFor(context: ProblemContext): string {
  const wanted = String(context.params.loss);
  if (wanted !== 'auto') return wanted;
  return context.task === 'multiclass' ? 'cross-entropy' : 'squared';
}

export const twoLayerRelu: MakeProblemSpec = (losses) => ({
  id: 'two-layer-relu',
  label: 'two-layer ReLU network',
  summary: 'One hidden layer of rectified units, trained with weight decay.',
  params: {
    loss: {
      kind: 'choice',
      label: 'loss',
      help: 'What a wrong output costs. Automatic takes squared loss for regression and two classes, softmax cross-entropy for several.',
      default: 'auto',
      options: [
        {value: 'auto', label: 'automatic'},
        ...losses.map(({id, label}) => ({value: id, label})),
      ],
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
  model: reluNetworkParams,
  lossOf: lossFor,
  refuses: (context) => {
    const id = lossFor(context);
    const loss = context.losses[id];
    if (loss.tasks.includes(context.task)) return null;
    const fits = Object.values(context.losses).filter((one) => one.tasks.includes(context.task));
    if (fits.length === 0) return `it is not made for ${TASK_WORDS[context.task]}; pick the transformer or attention on sets`;
    return `"${id}" does not fit ${TASK_WORDS[context.task]}; choose ${fits.map((one) => `"${one.id}"`).join(' or ')}`;
  },
  offers: (context) => {
    const loss = context.losses[lossFor(context)];
    const convex =
      context.task === 'multiclass'
        ? 'the convex programme is written for one output; pick two classes'
        : loss.hasProx || `the ${loss.label} loss has no scalar prox`;
    return {
      gradients: true,
      convexRelu: convex,
      convexThreshold: 'these units are rectified, not thresholds',
      convexRobust: 'this problem has no attack; pick the network under attack',
    };
  },
  optimum: {over: 'two-layer ReLU network of any width', counted: 'patterns'},
  certificate: (context) => {
    const loss = lossFor(context);
    if (context.task === 'multiclass') return 'certificates are written for one output; pick two classes';
    return CERTIFIED_LOSSES.includes(loss) || `no certificate is written for the ${context.losses[loss].label} loss`;
  },
  explain: {
    text: 'The last input is the constant 1, so a neuron\'s bias is part of u and is decayed like the rest. Scaling a neuron\'s two layers against each other leaves its function alone, so the penalty is reported at the best such scaling: that is the J on every chart, for every contestant.',
    formulas: [
      'f(x)=\\sum_{j=1}^m \\alpha_j\\,\\max(0,\\,u_j^{\\top}x)',
      'J=\\sum_{i=1}^n \\ell\\bigl(f(x_i),y_i\\bigr)+\\beta\\sum_{j=1}^m |\\alpha_j|\\,\\lVert u_j\\rVert',
    ],
    source: 'Pilanci and Ergen, Neural Networks are Convex Regularizers, ICML 2020',
  },
});
