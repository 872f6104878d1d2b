import type {SolverSpec} from '../../core/plugin.ts';
import {netCost, netParams} from '../../numerics/binary/netParams.ts';

export const meanField = {
  id: 'mean-field',
  label: 'mean field',
  short: 'mean field',
  summary: 'Every weight is drawn by itself around its own mean: the control for what correlated draws add.',
  needs: 'binaryNetwork',
  trainsModel: true,
  costNote: netCost,
  params: netParams(0.1),
  explain: {
    text: 'Rank 0 with noise: a weight\'s draws don\'t depend on any other\'s. The noise is as large as keeps the second moment of a weight at 1, so it is gone only at the ends -1 and 1. Averaging many sampled networks helps this method as well as the low-rank one; what low rank adds is smaller losses of single samples.',
    formulas: ['w=\\operatorname{sign}\\bigl(\\mu+\\sqrt{1-\\mu^2}\\,\\varepsilon\\bigr),\\quad\\varepsilon\\sim\\mathcal N(0,I)', '\\mu\\leftarrow\\operatorname{clip}\\bigl(\\mu-\\eta\\,\\mathrm{Adam}(\\nabla_w E(w)),\\,-1,\\,1\\bigr)'],
    source: 'The case k = 0 of Orecchia et al., Training Binary Neural Networks via Gaussian Variational Inference and Low-Rank Semidefinite Programming, NeurIPS 2024',
  },
} as const satisfies SolverSpec;
