import type {Theory} from '../../core/theory.ts';

export interface SubjectWords {
  readonly label: string;
  /** What is asked, while nothing is drawn. */
  readonly question: string;
  readonly text: string;
  readonly formulas: readonly string[];
  readonly source: string;
}

export const SUBJECT_WORDS: Readonly<Record<Theory, SubjectWords>> = {
  momentum: {
    label: 'momentum on quadratics',
    question: 'Is the learning rate right?',
    text: "On a quadratic each axis of the bowl goes its own way, and a method with constant settings multiplies its error by one matrix in every step. The matrix's larger eigenvalue tells whether an axis creeps, swings or diverges, and how fast. A contestant has one place on the map for each axis: they share the momentum, and learning rate times curvature tells them apart.",
    formulas: [
      '\\text{heavy ball}\\quad z^2-(1+\\mu-\\eta h)\\,z+\\mu=0,\\quad\\eta h<2(1+\\mu)',
      '\\text{Nesterov}\\quad z^2-(1+\\mu)(1-\\eta h)\\,z+\\mu(1-\\eta h)=0,\\quad\\eta h<\\frac{2(1+\\mu)}{1+2\\mu}',
    ],
    source: "Polyak, 1964; Lessard, Recht and Packard, 2016; O'Donoghue and Candès, 2015",
  },
  noisyQuadratic: {
    label: 'noisy quadratic: batch size',
    question: 'What does a larger batch buy?',
    text: 'A bowl with curvatures 1, 1/2, ..., 1/d, whose gradients are as noisy as it is curved. Expected losses follow from a recursion, so no random number is drawn: for each batch size and method the best learning rate is looked up. While noise rules, twice the batch means half the steps, and momentum gains nothing. Once curvature rules, larger batches buy nothing, and momentum and preconditioning do.',
    formulas: ['h_i=c_i=\\tfrac1i,\\qquad\\mathbb E\\theta_i^2\\leftarrow(1-\\alpha h_i)^2\\,\\mathbb E\\theta_i^2+\\alpha^2\\frac{c_i}{B}'],
    source: 'Zhang et al., NeurIPS 2019',
  },
  deepLinear: {
    label: 'deep linear network',
    question: 'Why does learning come in steps?',
    text: 'Two linear layers learn a matrix with singular values 4, 2, 1 and 0.5. What they compute is linear, how they learn is not: each mode waits near zero and then rises along a sigmoid, the strongest first. After a balanced start the sigmoids are exact for small learning rates; after a random one, theirs is the shape, moved to where each mode had half its strength.',
    formulas: ['a(t)=\\frac{s}{1+(s/a_0-1)\\,e^{-2st}},\\qquad t_{1/2}=\\frac{\\ln(s/a_0-1)}{2s},\\qquad t=\\eta\\cdot\\text{step}'],
    source: 'Saxe, McClelland and Ganguli, 2014',
  },
  linearised: {
    label: 'linearised training (NTK)',
    question: 'Does a wide network train like a linear model?',
    text: "A tanh network with two hidden layers learns a curve on the circle from ten points, beside the linear model that it is at its start. The model's course is known in closed form from the tangent kernel. The wider the network, the less its kernel drifts and the closer both stay.",
    formulas: ['f_t(x)=f_0(x)+K(x,X)K^{-1}\\bigl(I-(I-\\eta K)^t\\bigr)(y-f_0(X)),\\qquad K=JJ^\\top,\\;\\eta=1/\\lambda_{\\max}(K)'],
    source: 'Jacot, Gabriel and Hongler, 2018; Lee et al., 2019',
  },
  edge: {
    label: 'edge of stability',
    question: 'Where does gradient descent settle?',
    text: 'A tanh network fits a Chebyshev polynomial with the full batch. Its sharpness, the largest eigenvalue of the Hessian, rises until it reaches 2 divided by the learning rate, and hovers there while the loss goes on falling. Two twins that start almost alike stay alike below the edge and part at it.',
    formulas: ['\\lambda_{\\max}\\bigl(\\nabla^2L\\bigr)\\;\\to\\;\\frac2\\eta'],
    source: 'Cohen et al., ICLR 2021',
  },
};
