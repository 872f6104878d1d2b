import type {SolverSpec} from '../../core/plugin.ts';
import {relaxationParams} from '../../numerics/binary/relaxationSpec.ts';

const {rank, ...others} = relaxationParams;

export const riemannian = {
  id: 'riemannian',
  label: 'Riemannian gradient',
  short: 'Riemann',
  summary: 'Solves the semidefinite relaxation by gradient descent on a product of spheres.',
  needs: 'binaryQuadratic',
  trainsModel: false,
  costNote: 'Each product of C with V counts as 1 full-data pass: one for an iteration, and one more for each step that the line search refuses. The certificate, every tenth iteration, counts in time only.',
  params: {
    rank,
    rule: {
      kind: 'choice',
      label: 'step',
      help: 'How long a step is. The fixed one is safe everywhere and slow; the Barzilai-Borwein step reads the curvature off the last move.',
      default: 'bb',
      options: [
        {value: 'fixed', label: 'fixed 1/L'},
        {value: 'armijo', label: 'Armijo', help: 'Twice the last step, halved until f falls enough.'},
        {value: 'bb', label: 'Barzilai-Borwein', help: 'Halved only where f would rise above the largest of its last eight values.'},
      ],
    },
    ...others,
  },
  explain: {
    text: 'The rows of V live on spheres. The gradient is projected on their tangents, a step is taken, and the rows are scaled back to length 1. It comes to the same optimum as the mixing method and certifies it in the same way.',
    formulas: [
      'R=2CV-\\operatorname{Diag}\\bigl((2CVV^{\\top})_{ii}\\bigr)V',
      'V\\leftarrow\\operatorname{normalise}(V-tR)',
      't=1/L,\\quad L=2\\bigl(\\lVert C_{\\mathrm{off}}\\rVert_2+\\max_i\\textstyle\\sum_{j\\ne i}|C_{ij}|\\bigr)',
      '\\text{or}\\quad t=\\frac{\\langle s,s\\rangle}{|\\langle s,q\\rangle|},\\ s=\\Delta V,\\ q=\\Delta R',
    ],
    source: 'Burer and Monteiro, 2003; Barzilai and Borwein, 1988; Grippo, Lampariello and Lucidi, 1986, for the non-monotone search',
  },
} as const satisfies SolverSpec;
