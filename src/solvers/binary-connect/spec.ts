import type {SolverSpec} from '../../core/plugin.ts';
import {netCost, netParams} from '../../numerics/binary/netParams.ts';

export const binaryConnect = {
  id: 'binary-connect',
  label: 'BinaryConnect',
  short: 'BinConnect',
  summary: 'Latent weights clipped to [-1, 1], rounded to their signs or at random for every step.',
  needs: 'binaryNetwork',
  trainsModel: true,
  costNote: netCost,
  params: {
    ...netParams(0.1),
    rounding: {
      kind: 'choice',
      label: 'rounding',
      help: 'How a step makes binary weights of latent ones. What is measured is the network of their signs either way.',
      default: 'deterministic',
      options: [
        {value: 'deterministic', label: 'to the sign'},
        {value: 'stochastic', label: 'at random', help: 'w = 1 with probability (1 + mu) / 2, each weight by itself.'},
      ],
    },
  },
  explain: {
    text: 'Latent weights start uniformly in [-1, 1] and are clipped to it after each step, as a larger weight would change nothing but how late it can turn. Rounded to the sign this is straight-through with clipping, from another start and at another rate. Random rounding moves a weight by its mean; where mu is near an end it seldom differs from the sign.',
    formulas: ['w=\\operatorname{sign}(\\mu)\\quad\\text{or}\\quad \\Pr[w=1]=\\tfrac{1+\\mu}2', '\\mu\\leftarrow\\operatorname{clip}\\bigl(\\mu-\\eta\\,\\mathrm{Adam}(\\nabla_w E(w)),\\,-1,\\,1\\bigr)'],
    source: 'Courbariaux, Bengio and David, BinaryConnect, NeurIPS 2015; Adam in place of plain gradient steps',
  },
} as const satisfies SolverSpec;
