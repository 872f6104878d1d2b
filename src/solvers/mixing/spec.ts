import type {SolverSpec} from '../../core/plugin.ts';
import {relaxationParams} from '../../numerics/binary/relaxationSpec.ts';

export const mixing = {
  id: 'mixing',
  label: 'mixing method',
  short: 'mixing',
  summary: 'Solves the semidefinite relaxation row by row: each row of V moves to its own optimum, no step size.',
  needs: 'binaryQuadratic',
  trainsModel: false,
  costNote: 'One iteration is a sweep over all rows. It costs as much as a product of C with V and counts as 1 full-data pass; the certificate, every tenth sweep, counts in time only.',
  params: relaxationParams,
  explain: {
    text: 'Each weight becomes a unit vector and the constant a vector of its own, the head. A sweep visits the rows in turn and points each against the weighted sum of the others, which is the best it can do. From any V the least eigenvalue of S gives a proved lower bound on E; weights drawn from V give an upper one. Rank 1 is the plain search that flips one weight at a time, and gets stuck like it.',
    formulas: [
      '\\min_{V}\\ \\langle C,VV^{\\top}\\rangle\\quad\\text{s.t. }\\lVert v_i\\rVert=1,\\;i=0,\\dots,p',
      'g=\\sum_{j\\ne i}C_{ij}v_j,\\qquad v_i\\leftarrow-g/\\lVert g\\rVert',
      'S=C-\\operatorname{Diag}(y),\\qquad y_i=(CVV^{\\top})_{ii}',
      'f(V)+(p+1)\\min(0,\\lambda_{\\min}(S))\\ \\le\\ \\min_w E(w)',
    ],
    source: 'Wang, Chang and Kolter, The Mixing method, 2017; Burer and Monteiro, 2003; Goemans and Williamson, 1995, for the rounding',
  },
} as const satisfies SolverSpec;
