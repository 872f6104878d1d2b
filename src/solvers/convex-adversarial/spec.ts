import type {SolverSpec} from '../../core/plugin.ts';

export const convexAdversarial = {
  id: 'convex-adversarial',
  label: 'convex adversarial training',
  short: 'convex adv',
  summary: 'Trains against the exact worst case by a convex programme, over networks whose neurons keep out of the samples\' boxes.',
  needs: 'convexRobust',
  trainsModel: false,
  costNote: 'One iteration costs 2.5 full-data passes (five products with the data or the patterns, where a gradient takes two).',
  params: {
    patterns: {
      kind: 'number',
      label: 'sampled patterns',
      symbol: 'P',
      help: 'Activation patterns drawn at random among those that a neuron can keep on every attacked input; each gives the network up to two neurons. A large radius leaves few of them.',
      default: 50,
      min: 1,
      max: 300,
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
    text: 'A neuron that is active on all or on none of each sample\'s box is linear there, and the worst point of a linear function in a box is known: it costs the margin epsilon times the sum of the absolute weights. With the patterns fixed, training against the worst case is then convex; ADMM splits it into a linear solve, a shrinkage of neurons, a projection on the cones and one worst hinge loss for each sample. Its objective is the exact worst case of the network that it finds, so no attack can do better, but other networks, whose neurons cut through boxes, are left out: its optimum is an upper end for theirs, not a bound below them.',
    formulas: [
      '\\min_{v,w}\\ \\sum_k\\max\\Bigl(0,\\,1-y_kx_k^{\\top}b_k+\\varepsilon\\lVert\\bar b_k\\rVert_1\\Bigr)+\\beta\\sum_i\\bigl(\\lVert v_i\\rVert+\\lVert w_i\\rVert\\bigr),\\quad b_k=\\sum_iD_i(k,k)(v_i-w_i)',
      '\\text{s.t.}\\ (2D_i-I)Xv_i\\ge\\varepsilon\\lVert\\bar v_i\\rVert_1,\\quad(2D_i-I)Xw_i\\ge\\varepsilon\\lVert\\bar w_i\\rVert_1',
    ],
    source: 'Bai, Gautam and Sojoudi, Efficient Global Optimization of Two-Layer ReLU Networks, SIAM J. Math. Data Sci. 2022, arXiv 2201.01965',
  },
} as const satisfies SolverSpec;
