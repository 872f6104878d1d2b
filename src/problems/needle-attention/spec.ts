import type {ParamSpecs} from '../../core/params.ts';
import type {MakeProblemSpec} from '../../core/plugin.ts';

export const needleModel = {
  attention: {
    kind: 'choice',
    label: 'attention',
    help: 'How logits become weights. Selective ones multiply the logits by an inverse temperature that the query and the number of pairs decide; SOFT takes a Gaussian of the distance between query and key.',
    default: 'softmax',
    options: [
      {value: 'softmax', label: 'softmax'},
      {value: 'temperature', label: 'softmax, learned temperature', help: 'One temperature for all queries.'},
      {value: 'position', label: 'selective: number of pairs', help: 'The inverse temperature grows with ln n.'},
      {value: 'token', label: 'selective: query', help: 'The inverse temperature is a gate of the query.'},
      {value: 'sum', label: 'selective: query + pairs (SSA)', help: 'Both added, as in the source.'},
      {value: 'product', label: 'selective: query x pairs', help: 'Both multiplied; a variant of this project.'},
      {value: 'soft', label: 'SOFT (Gaussian)', help: 'Not softmax: weights need not sum to 1.'},
    ],
  },
  temperature: {
    kind: 'number',
    label: 'temperature',
    symbol: 'T',
    help: 'Logits are divided by it: small is sharp, large is flat. A learned temperature starts here.',
    default: 1,
    min: 0.01,
    max: 100,
    scale: 'log',
    when: {param: 'attention', is: ['softmax', 'temperature']},
  },
  gate: {
    kind: 'choice',
    label: 'gate',
    help: "The function f of the query behind its inverse temperature's factor 1 + tanh f.",
    default: 'hidden',
    options: [
      {value: 'hidden', label: '8 hidden units'},
      {value: 'linear', label: 'linear'},
    ],
    when: {param: 'attention', is: ['token', 'sum', 'product']},
  },
  normalise: {
    kind: 'choice',
    label: 'weights',
    help: 'As SOFT has them, or divided by their sum, which makes it softmax with a bias against long keys.',
    default: 'none',
    options: [
      {value: 'none', label: 'as they are'},
      {value: 'rows', label: 'divided by their sum'},
    ],
    when: {param: 'attention', is: ['soft']},
  },
  heads: {
    kind: 'number',
    label: 'heads',
    symbol: 'H',
    help: 'Each head has queries, keys and values of its own, as wide as those of one head, and attends apart.',
    default: 1,
    min: 1,
    max: 2,
    integer: true,
    scale: 'linear',
    step: 1,
  },
  queryUnits: {
    kind: 'number',
    label: 'query units',
    help: 'ReLU units added to the linear query. With enough of them a query can do what a gate does, at more parameters; 0 leaves it linear.',
    default: 0,
    min: 0,
    max: 128,
    integer: true,
    scale: 'log',
  },
} as const satisfies ParamSpecs;

export const needleAttention: MakeProblemSpec = () => ({
  id: 'needle-attention',
  label: 'attention on sets',
  summary: "One attention layer that has to look up one key's value, or average over all.",
  params: {
    beta: {
      kind: 'number',
      label: 'weight decay',
      symbol: '\\beta',
      help: 'Strength of the penalty on the matrices, added to the sum of the losses over all training samples. Biases, temperature and alpha are free.',
      default: 0,
      min: 0,
      max: 1000,
      scale: 'log',
    },
  },
  model: needleModel,
  lossOf: () => 'squared',
  refuses: ({task}) => (task === 'retrieval' ? null : 'it looks values up in sets of pairs; pick the data set "needle or average"'),
  offers: () => ({gradients: true}),
  optimum: {over: 'attention layer', counted: 'networks'},
  certificate: () => 'attention is not convex in its matrices, and no certificate is written for it',
  explain: {
    text: "Without a gate, a linear query can't be sharp for one flag and flat for the other on the same key. The loss of a sample is the mean of its four squared errors, so J/n is the mean squared error. Measured beside it on sets that training never sees, the same for every experiment: the loss on needles and on averages at 32 pairs, on needles at 512, and the keys effectively attended to for both questions (e to the entropy of the weights, 1 to 32).",
    formulas: [
      'f=\\Bigl(\\sum_j p_jv_jW_v\\Bigr)W_o,\\quad p=\\operatorname{softmax}_j\\Bigl(\\tau\\,\\tfrac{qW_q\\cdot k_jW_k}{\\sqrt{16}}\\Bigr)',
      '\\tau=1+\\tanh g(q)+\\sigma(\\alpha)\\ln n\\ \\text{(SSA)},\\quad (1+\\tanh g(q))(1+\\sigma(\\alpha)\\ln n)\\ \\text{(product)}',
      'p_j=e^{-|qW_q-k_jW_k|^2/(2\\sqrt{16})}\\ \\text{(SOFT)}',
      'J=\\sum_{i=1}^n\\tfrac14|f_i-y_i|^2+\\tfrac{\\beta}{2}\\lVert W\\rVert^2',
    ],
    source: 'Zhang et al., Selective Attention: Enhancing Transformer through Principled Context Control, NeurIPS 2024; Lu et al., SOFT: Softmax-free Transformer with Linear Complexity, NeurIPS 2021',
  },
});
