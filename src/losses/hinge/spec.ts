import type {LossSpec} from '../../core/plugin.ts';

export const hinge: LossSpec = {
  id: 'hinge',
  label: 'hinge',
  summary: 'The margin loss of support vector machines.',
  tasks: ['binary'],
  hasProx: true,
  explain: {text: 'Zero once a sample is right by a margin of one; has a kink there, where the gradient is taken as zero.', formulas: ['\\ell(f,y)=\\max(0,\\,1-yf),\\quad y\\in\\{-1,+1\\}']},
};
