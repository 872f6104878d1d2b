import type {SolverSpec} from '../../core/plugin.ts';

export const newton = {
  id: 'newton',
  label: 'regularised Newton',
  short: 'Newton',
  summary: 'Steps from the gradient and a curvature matrix, in float64, damped in proportion to the gradient.',
  needs: 'newton',
  trainsModel: false,
  costNote: 'One iteration costs a full-data pass for each try and one for the matrix. Forming and factoring the matrix grow with the square and the cube of the number of weights and count in time only.',
  params: {
    curvature: {
      kind: 'choice',
      label: 'curvature',
      help: 'The matrix H that a step is solved with.',
      default: 'exact',
      options: [
        {value: 'exact', label: 'Hessian'},
        {value: 'gauss-newton', label: 'weighted Gauss-Newton', help: "The Hessian without a softmax's -p p'; for two classes it is the Hessian."},
        {value: 'fisher', label: 'empirical Fisher', help: "The mean of the samples' gradients squared."},
        {value: 'none', label: 'none', help: 'Gradient descent with the same rule for its step.'},
      ],
    },
    regularised: {kind: 'flag', label: 'regularised', help: 'Off is plain Newton: no damping, and each step is taken whatever it does to J.', default: true},
    gamma0: {kind: 'number', label: 'first gamma', symbol: '\\gamma_0', help: 'Damping is the length of the gradient divided by gamma, which doubles after each step taken and halves after each refused.', default: 1, min: 0.000001, max: 1000000, scale: 'log', when: {param: 'regularised', is: [true]}},
    start: {kind: 'number', label: 'start', symbol: 'w_0', help: 'All weights start here. With more than two classes equal weights cancel, and only the penalty sees them.', default: 0, min: -1000, max: 1000, scale: 'linear', step: 1},
  },
  explain: {
    text: 'Softmax regression is convex and has few enough weights to solve with its Hessian. Far from the minimum the damping keeps steps from overshooting, and as the gradient vanishes so does the damping, so that convergence is fast without a line search. A try is accepted when J falls by enough for the gradient that is left. The run ends when the gradient of J/n is shorter than 1e-10 or no try is accepted. Two classes are one weight vector here, half of it with either sign in the two outputs.',
    formulas: [
      'w^+=w-(H+\\lambda I)^{-1}g,\\qquad\\lambda=\\lVert g\\rVert/\\gamma',
      'f(w)-f(w^+)\\ \\ge\\ \\frac{\\lVert g^+\\rVert^2}{8\\lambda}\\ \\Rightarrow\\ \\gamma\\leftarrow2\\gamma,\\qquad\\text{else }\\gamma\\leftarrow\\gamma/2',
      'H=\\tfrac1n\\sum_i\\bigl(\\operatorname{Diag}(p_i)-p_ip_i^{\\top}\\bigr)\\otimes x_ix_i^{\\top}+\\tfrac{\\beta}{n}I',
    ],
    source: 'Mishchenko, Regularized Newton Method with Global O(1/k²) Convergence, 2023; Doikov, Mishchenko and Nesterov, 2024',
  },
} as const satisfies SolverSpec;
