import type {Task} from '../../core/data.ts';
import type {ParamSpecs} from '../../core/params.ts';
import type {MakeProblemSpec, ProblemContext} from '../../core/plugin.ts';
import {headChoiceOf, headParams} from '../../numerics/heads/headSpec.ts';

const REFUSED: Readonly<Partial<Record<Task, string>>> = {
  regression: 'its outputs are probabilities of classes or next tokens; pick data with classes, or sequences',
  retrieval: 'it is made for sequences and classes; pick attention on sets',
  surface: 'there is nothing to predict; pick the surface',
};

const depthAndWidth = {
  depth: {
    kind: 'number', label: 'layers', symbol: 'L', help: 'Each layer is attention and then a small network for every token, both added to what came in.',
    default: 8, min: 1, max: 24, integer: true, scale: 'linear', step: 1,
  },
  width: {
    kind: 'number', label: 'width', symbol: 'd', help: 'Numbers that describe a token inside the network; a multiple of 4 that the heads divide.',
    default: 16, min: 16, max: 128, integer: true, scale: 'linear', step: 4,
  },
  heads: {
    kind: 'number', label: 'heads', symbol: 'H', help: 'Attentions side by side in each layer, each on its own share of the width.',
    default: 2, min: 1, max: 8, integer: true, scale: 'linear', step: 1,
  },
  mlpRatio: {
    kind: 'number', label: 'hidden units', symbol: 'r', unit: '× width', help: 'Hidden ReLU units of the network for every token, as a multiple of the width.',
    default: 2, min: 1, max: 4, integer: true, scale: 'linear', step: 1,
  },
} as const satisfies ParamSpecs;

const residualParams = {
  placement: {
    kind: 'choice',
    label: 'norms',
    help: 'Where a sublayer f normalises. It decides how the hidden state grows with depth, and what gradient reaches the first layers.',
    default: 'pre',
    options: [
      {value: 'none', label: 'none', help: 'x + Δt f(x): grows exponentially with depth.'},
      {value: 'pre', label: 'before f', help: 'x + Δt f(N(x)): large weights inside f make x large.'},
      {value: 'post', label: 'after the sum', help: 'N(x + Δt f(x)): x never grows, but the gradient fades on its way down.'},
      {value: 'peri', label: 'before and after f', help: 'x + Δt N(f(N(x))): weights inside f can not make x large, gains can.'},
    ],
  },
  norm: {
    kind: 'choice',
    label: 'norm',
    help: 'LayerNorm sets mean and spread of a token, RMSNorm only the size, without a shift.',
    default: 'layer',
    options: [
      {value: 'layer', label: 'LayerNorm'},
      {value: 'rms', label: 'RMSNorm'},
    ],
    when: {param: 'placement', is: ['pre', 'post', 'peri']},
  },
  step: {
    kind: 'choice',
    label: 'residual step',
    help: 'What a sublayer is multiplied by before it is added.',
    default: 'fixed',
    options: [
      {value: 'fixed', label: 'a number'},
      {value: 'root', label: '1 / √L', help: 'Smaller the deeper the network.'},
    ],
  },
  residualStep: {
    kind: 'number', label: 'step', symbol: '\\Delta t', help: 'Small steps hold deep networks near the identity at first.',
    default: 1, min: 0.01, max: 1, scale: 'log', when: {param: 'step', is: ['fixed']},
  },
  outputScale: {
    kind: 'number', label: 'output scale', help: "Multiplies the last matrix of every sublayer at the start. A placement that removes sizes does not notice.",
    default: 1, min: 0.1, max: 20, scale: 'log',
  },
} as const satisfies ParamSpecs;

const attentionParams = {
  attention: {
    kind: 'choice',
    label: 'attention',
    help: 'How a token weighs the others. The Gaussian kinds see all tokens, so they are for images and tables, not for next tokens.',
    default: 'softmax',
    options: [
      {value: 'softmax', label: 'softmax'},
      {value: 'selective', label: 'selective (SSA)', help: 'Each token learns how sharp its attention is.'},
      {value: 'soft', label: 'Gaussian (SOFT)', help: 'A Gaussian kernel of queries that are also the keys.'},
      {value: 'nystrom', label: 'Gaussian, landmarks', help: 'SOFT through a few landmark tokens: its cost grows with the number of tokens, not with its square.'},
    ],
  },
  temperature: {
    kind: 'number', label: 'temperature', symbol: 'T', help: 'Divides the logits of attention: small is sharp, large is even.',
    default: 1, min: 0.05, max: 20, scale: 'log', when: {param: 'attention', is: ['softmax']},
  },
  temperatureForm: {
    kind: 'choice',
    label: 'inverse temperature',
    help: 'What decides how sharply a token attends: the token itself, its position, or both.',
    default: 'sum',
    options: [
      {value: 'sum', label: 'token + position'},
      {value: 'product', label: 'token × position', help: 'A variant of this project.'},
      {value: 'token', label: 'token'},
      {value: 'position', label: 'position'},
    ],
    when: {param: 'attention', is: ['selective']},
  },
  softNorm: {
    kind: 'choice',
    label: 'kernel norm',
    help: 'How the kernel S is scaled with its row sums D. Without a norm the output grows with the number of alike tokens.',
    default: 'row',
    options: [
      {value: 'none', label: 'S'},
      {value: 'row', label: 'D⁻¹ S', help: 'Softmax attention whose keys carry a penalty on their length.'},
      {value: 'sym', label: 'D^-½ S D^-½', help: 'SOFT++.'},
    ],
    when: {param: 'attention', is: ['soft']},
  },
  landmarks: {
    kind: 'number', label: 'landmarks', symbol: 'm', help: 'Tokens, evenly spaced, that stand for all; at most as many as there are.',
    default: 8, min: 4, max: 32, integer: true, scale: 'linear', step: 1, when: {param: 'attention', is: ['nystrom']},
  },
} as const satisfies ParamSpecs;

const NO_BINARY = 'the weights here are real; pick a solver for real weights';
const NO_CONVEX = 'no convex programme is known for it';

export const transformer: MakeProblemSpec = () => ({
  id: 'transformer',
  label: 'transformer',
  summary: 'Attention and small networks in layers, to predict next tokens or to read images in patches.',
  params: {
    beta: {
      kind: 'number',
      label: 'weight decay',
      symbol: '\\beta',
      help: 'Strength of the penalty on all matrices, added to the sum of the losses over all training samples. Gains and shifts of norms are free.',
      default: 0,
      min: 0,
      max: 1000,
      scale: 'log',
    },
    patch: {
      kind: 'choice',
      label: 'patch',
      help: 'Images are read as square patches with so many pixels a side, one token each. Tables that are no images have a token for each feature.',
      default: '2',
      options: [
        {value: '1', label: '1 pixel'},
        {value: '2', label: '2 × 2'},
        {value: '4', label: '4 × 4'},
      ],
    },
  },
  model: {...depthAndWidth, ...residualParams, ...attentionParams, ...headParams},
  checkModel: ({width, heads}) => {
    if (Number(width) % 4 !== 0) return {field: 'width', message: `${width} is no multiple of 4; take ${4 * Math.round(Number(width) / 4)}`};
    if (Number(width) % Number(heads) === 0) return null;
    return {field: 'heads', message: `${heads} heads do not divide the width ${width}; take 1, 2 or 4 heads`};
  },
  ownObjective: (model) => JSON.stringify(headChoiceOf(model)),
  lossOf: () => 'cross-entropy',
  refuses: ({task}: ProblemContext) => REFUSED[task] ?? null,
  offers: () => ({
    gradients: true,
    convexRelu: NO_CONVEX,
    convexThreshold: NO_CONVEX,
    convexRobust: NO_CONVEX,
    binaryNetwork: NO_BINARY,
    binaryQuadratic: NO_BINARY,
  }),
  optimum: {over: 'transformer', counted: 'networks'},
  certificate: () => 'its J is not convex, and no bound for all transformers is known',
  explain: {
    text: 'Sequences are read from left to right: a token sees itself and those before. Images and tables are seen whole, and the tokens are averaged before the last matrix. There are no biases but the shifts of norms. The loss of a sequence is the mean over its scored positions. J is measured with each contestant\'s own head; to compare heads look at accuracy and surprise.',
    formulas: [
      'h_0=x\\,W_E+P,\\quad h\\leftarrow h+\\Delta t\\,f(N(h))\\;\\text{(norm before } f)',
      'A=\\operatorname{softmax}\\bigl(QK^{\\top}/(T\\sqrt{d/H})\\bigr)V\\,W_O,\\qquad M=\\max(0,\\,x\\,W_1)\\,W_2',
      'z=N(h_L)\\,W_U,\\qquad J=\\sum_{i=1}^n\\ell(z_i,y_i)+\\tfrac\\beta2\\sum\\lVert W\\rVert^2',
    ],
    source: 'Vaswani et al., 2017; Xiong et al., On Layer Normalization in the Transformer Architecture, ICML 2020; Kim et al., Peri-LN, 2025; Zhang et al., Selective Attention, 2024; Lu et al., SOFT, 2021',
  },
});
