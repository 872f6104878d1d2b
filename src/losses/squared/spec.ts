import type {LossSpec} from '../../core/plugin.ts';

export const squared: LossSpec = {
  id: 'squared',
  label: 'squared',
  summary: 'Half the squared distance between output and target.',
  tasks: ['regression', 'binary'],
  hasProx: true,
  explain: {text: 'Smooth and strongly convex in the output; on classes it also punishes answers that are too right.', formulas: ['\\ell(f,y)=\\tfrac12\\,(f-y)^2']},
};
