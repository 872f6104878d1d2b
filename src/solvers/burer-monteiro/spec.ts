import type {SolverSpec} from '../../core/plugin.ts';
import {netParams} from '../../numerics/binary/netParams.ts';

export const burerMonteiro = {
  id: 'burer-monteiro',
  label: 'Burer-Monteiro',
  short: 'low rank',
  summary: 'A distribution over binary weights with a covariance of low rank: each weight is a row on a sphere.',
  needs: 'binaryNetwork',
  trainsModel: true,
  costNote: 'One iteration costs B/n full-data passes, twice that with antithetic draws.',
  params: {
    rank: {
      kind: 'number',
      label: 'rank',
      symbol: 'k',
      help: 'Columns of Z: directions in which the weights of a neuron vary together. Straight-through is rank 0.',
      default: 2,
      min: 1,
      max: 8,
      integer: true,
      scale: 'linear',
      step: 1,
    },
    ...netParams(0.2),
    zRate: {
      kind: 'number',
      label: 'rate of Z',
      help: 'Steps of Z are so many times those of mu. The paper\'s code amounts to 0.1.',
      default: 0.1,
      min: 0,
      max: 3,
      scale: 'log',
    },
    zInit: {
      kind: 'number',
      label: 'initial size of Z',
      help: 'Standard deviation of the entries of Z before rows are scaled to length 1; those of mu have 1. The paper starts with 0.1, learning rate 0.1 and no projection.',
      default: 0.5,
      min: 0,
      max: 10,
      scale: 'log',
    },
    tangent: {
      kind: 'flag',
      label: 'tangent projection',
      help: 'Takes the part along a row out of its gradient: the length of a row means nothing, and that part only inflates the noise. The paper goes without.',
      default: true,
    },
    antithetic: {
      kind: 'flag',
      label: 'antithetic draws',
      help: 'Takes the gradient at r and at -r and averages: less variance for twice the passes.',
      default: false,
    },
    annealing: {
      kind: 'flag',
      label: 'annealing',
      help: 'Shrinks the draws to zero over the schedule, so that the last steps see sign(mu) alone.',
      default: false,
    },
  },
  explain: {
    text: 'Each weight has a row (mu_i, Z_i) of length 1; a step draws one r for each neuron and trains at the signs of mu + Z r. For a quadratic loss the unrounded objective is exactly the Burer-Monteiro form of a semidefinite relaxation, of rank k + 1. The gradient passes through the sign, is projected on the tangent of the sphere, and goes through Adam; then rows are scaled to length 1 again. One r for each neuron and Adam depart from the paper.',
    formulas: [
      'w=\\operatorname{sign}(\\mu+Zr),\\quad r\\sim\\mathcal N(0,I_k)',
      '\\mu_i^2+\\lVert Z_i\\rVert^2=1',
      'G_\\mu=\\nabla_w E(w),\\quad G_Z=\\nabla_w E(w)\\,r^{\\top}',
      'G_i\\leftarrow G_i-\\langle G_i,(\\mu_i,Z_i)\\rangle\\,(\\mu_i,Z_i)',
    ],
    source: 'Orecchia, Hu, He, Mark, Yang, Wu and Geng, Training Binary Neural Networks via Gaussian Variational Inference and Low-Rank Semidefinite Programming, NeurIPS 2024',
  },
} as const satisfies SolverSpec;
