import type {SolverSpec} from '../../core/plugin.ts';

export const randomFeatures = {
  id: 'random-features',
  label: 'random features',
  short: 'features',
  summary: 'Draws the hidden units once and solves a convex programme for the output weights: the sampled convex programme.',
  needs: 'convexRelu',
  trainsModel: false,
  costNote: 'One iteration costs 2 full-data passes, counted as for convex ADMM: two products with the features and two with their transpose. The features are made once.',
  params: {
    features: {
      kind: 'number',
      label: 'features',
      symbol: 'm',
      help: 'Hidden units whose directions are drawn evenly from the sphere and never trained. The penalty keeps those that help.',
      default: 200,
      min: 1,
      max: 5000,
      integer: true,
      scale: 'log',
    },
    relaxation: {
      kind: 'number',
      label: 'over-relaxation',
      symbol: 'a',
      help: 'Between 1 and 2; values around 1.6 usually save a third of the iterations.',
      default: 1.6,
      min: 1,
      max: 1.9,
      step: 0.05,
      scale: 'linear',
    },
  },
  explain: {
    text: 'With the directions of the hidden units drawn and fixed, the output is linear in the output weights and training is a LASSO, without patterns or cones. Every solution is a network of the problem, so its J is above the optimum over all networks; how far above tells what learning the directions is worth. On a gated problem each unit takes its own direction as its gate.',
    formulas: [
      '\\min_a\\ \\ell(\\Phi a,y)+\\beta\\lVert a\\rVert_1,\\quad \\Phi_{ij}=\\max(0,\\,x_i^{\\top}u_j),\\ \\lVert u_j\\rVert=1',
    ],
    source: 'Bai, Gautam and Sojoudi, Efficient Global Optimization of Two-Layer ReLU Networks, 2022 (the sampled convex programme)',
  },
} as const satisfies SolverSpec;
