import type {LossSpec} from '../../core/plugin.ts';

export const crossEntropy: LossSpec = {
  id: 'cross-entropy',
  label: 'softmax cross-entropy',
  summary: 'Negative log-likelihood of several classes, one output each.',
  tasks: ['multiclass'],
  hasProx: false,
  explain: {text: 'The outputs become probabilities by softmax; the loss is minus the log-probability of the true class.', formulas: ['\\ell(f,c)=\\log\\sum_j e^{f_j}-f_c']},
};
