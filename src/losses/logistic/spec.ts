import type {LossSpec} from '../../core/plugin.ts';

export const logistic: LossSpec = {
  id: 'logistic',
  label: 'logistic',
  summary: 'Negative log-likelihood of two classes.',
  tasks: ['binary'],
  hasProx: true,
  explain: {text: 'Never quite zero: a right answer is pushed further, ever more gently.', formulas: ['\\ell(f,y)=\\log\\bigl(1+e^{-yf}\\bigr),\\quad y\\in\\{-1,+1\\}']},
};
