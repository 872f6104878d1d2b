import type {SolverSpec} from '../../core/plugin.ts';
import {netCost, netParams} from '../../numerics/binary/netParams.ts';

export const straightThrough = {
  id: 'straight-through',
  label: 'straight-through',
  short: 'STE',
  summary: 'Latent real weights whose signs are the network; the gradient passes through the sign as if it were not there.',
  needs: 'binaryNetwork',
  trainsModel: true,
  costNote: netCost,
  params: {
    ...netParams(0.01),
    clip: {
      kind: 'flag',
      label: 'clip',
      help: 'Keeps latent weights in [-1, 1], so that none moves too far away to turn its sign again.',
      default: false,
    },
  },
  explain: {
    text: 'The rank-0 case of Burer-Monteiro training: no Z, so the sampled network is sign(mu) itself. Latent weights start at 0.1 N(0, 1) and are moved by Adam. Towards the end of a run many signs still turn at every step: the last network is one of many that it passes through.',
    formulas: ['w=\\operatorname{sign}(\\mu),\\quad \\mu\\leftarrow\\mu-\\eta\\,\\mathrm{Adam}\\bigl(\\nabla_w E(w)\\bigr)'],
    source: 'Bengio, Léonard and Courville, 2013; Hubara et al., Binarized Neural Networks, NeurIPS 2016',
  },
} as const satisfies SolverSpec;
