import {figure} from './figures.ts';

/** What is measured of J's curvature at a network, and what follows from it for learning rates. J/n is meant, as gradients are of it. */

/**
 * An eigenvalue of the Hessian and how far the next true one can be, beside what differences of float32 gradients leave where the
 * Hessian is not known exactly: some 1e-4 of the largest.
 */
export interface Eigenvalue {
  readonly value: number;
  readonly bound: number;
}

/** A mean over random probes with its standard error. */
export interface Probed {
  readonly value: number;
  readonly error: number;
}

export interface Curvature {
  readonly iteration: number;
  /** Number of weights that training moves. */
  readonly dimension: number;
  /** Names of variables that training leaves as they are, such as gates; they count as constants. */
  readonly fixed: readonly string[];
  /** Whether all that follows from the Hessian was computed from its exact entries, and not from differences of gradients. */
  readonly exact: boolean;
  /** Largest first. */
  readonly largest: readonly Eigenvalue[];
  readonly smallest: Eigenvalue;
  /** Unit eigenvectors of `largest`, in the layout of the network's values: directions for a plane. */
  readonly directions: readonly Float64Array[];
  /** Null until the first probe is through. */
  readonly spectrum: Spectrum | null;
  /** Null where the data have fewer than two samples. */
  readonly noise: GradientNoise | null;
  /** Gradients of the full data that it has cost so far; an exact Hessian costs none. */
  readonly gradients: number;
}

/** The density of all eigenvalues, by stochastic Lanczos quadrature or from all of them. */
export interface Spectrum {
  readonly at: Float64Array;
  /** Integrates to 1. */
  readonly density: Float64Array;
  /** Standard deviation of the Gaussian that stands for each eigenvalue. */
  readonly width: number;
  readonly trace: Probed;
  /** Random probes behind it; 0 where all eigenvalues are known. */
  readonly probes: number;
}

export interface GradientNoise {
  /** tr Sigma of one sample's gradient. */
  readonly trace: Probed;
  /** |g|^2. */
  readonly gradientSquared: number;
  /** tr Sigma / |g|^2 in samples; Infinity at a stationary point. */
  readonly scale: number;
}

/** Errors of the linear model of J against the length of the step. */
export interface TaylorCheck {
  /** Lengths h of the steps that were taken, descending; those to where J is undefined are left out. */
  readonly steps: Float64Array;
  /** |J(w + h v) - J(w) - h g.v|, v of unit length. */
  readonly errors: Float64Array;
  /**
   * Slope of log error against log h between the steps where neither curvature of higher order nor rounding rules: 2 for a right
   * gradient, 1 for a wrong one. NaN where J is linear up to rounding, so that there is nothing to fit.
   */
  readonly slope: number;
  /** The steps that the slope was fitted on. */
  readonly fitted: readonly number[];
  /**
   * The least error over all steps as a share of h |g| / sqrt(d), which is what h g.v comes to in a random direction of d weights: for
   * a wrong gradient about its relative error. It decides where kinks of J (ReLU) leave the slope somewhere between 1 and 2. Steps where h |g| is
   * lost in the rounding of J don't count; NaN where none is left.
   */
  readonly mismatch: number;
}

/** The check of a problem's gradient at a network. */
export interface GradientCheck extends TaylorCheck {
  /** Names of variables with no gradient anywhere near, which the direction leaves alone: right for gates, a fault in others. */
  readonly fixed: readonly string[];
}

/**
 * The learning rate above which steps on a quadratic with this largest eigenvalue grow (full batch):
 * 2/lambda for gradient descent, 2(1 + mu)/lambda for heavy ball, (2 + 2 mu)/((1 + 2 mu) lambda) for Nesterov.
 *
 * With a = eta lambda the errors follow z^2 - (1 + mu - a) z + mu = 0 and z^2 - (1 - a)(1 + mu) z + mu (1 - a) = 0; these are the a
 * at which a root reaches -1. Null where nothing of the kind is known (adaptive methods), Infinity where the curvature is not positive.
 */
export function largestStableRate(solver: string, momentum: number, largest: number): number | null {
  const at = stableProduct(solver, momentum);
  if (at === null) return null;
  return largest > 0 ? at / largest : Number.POSITIVE_INFINITY;
}

function stableProduct(solver: string, mu: number): number | null {
  switch (solver) {
    case 'sgd':
      return 2;
    case 'momentum':
      return 2 * (1 + mu);
    case 'nesterov':
      return (2 + 2 * mu) / (1 + 2 * mu);
    default:
      return null;
  }
}

/** Networks with more weights than this are not looked at while a run is under way: 28 gradients a record would be felt. */
export const MOST_LIVE_WEIGHTS = 50_000;

/** How a learning rate stands to the measured curvature, as a share of the largest stable one. */
export interface Stability {
  readonly allowed: number;
  /** learning rate / allowed: 1 is the edge. */
  readonly share: number;
  /** `unlimited` where no direction bends upwards; `edge` within some percent of the largest stable rate. */
  readonly verdict: 'unlimited' | 'stable' | 'edge' | 'grows';
  /** A sentence for the user. */
  readonly text: string;
}

/** The edge of stability as a band: the sharpness of a network that trains there hovers within some percent of 2/eta. */
const EDGE = [0.9, 1.1] as const;

const short = (x: number): string => figure(x, 2);

/**
 * What the curvature says of a learning rate; null where the method has no such bound.
 * @param minibatch whether steps see part of the data, whose curvature varies about that of J
 * @param where the network that was measured, in words
 */
export function stabilityOf(solver: string, momentum: number, learningRate: number, largest: number, minibatch: boolean, where = 'here'): Stability | null {
  const allowed = largestStableRate(solver, momentum, largest);
  if (allowed === null || Number.isNaN(largest)) return null;
  if (allowed === Number.POSITIVE_INFINITY) return {allowed, share: 0, verdict: 'unlimited', text: `The surface bends upwards in no direction ${where}, so curvature sets no limit to the learning rate.`};
  const share = learningRate / allowed;
  const caution = minibatch ? ' Mini-batches need somewhat less.' : '';
  const measured = `The largest curvature ${where} is ${short(largest)}, which allows learning rates up to ${short(allowed)}.`;
  if (share > EDGE[1]) return {allowed, share, verdict: 'grows', text: `${measured} At ${short(learningRate)} each step overshoots along that direction, and the overshoot grows. Try ${short(allowed / 2)}.${caution}`};
  if (share >= EDGE[0]) return {allowed, share, verdict: 'edge', text: `${measured} At ${short(learningRate)} the run is at the edge of stability: J rises and falls from step to step and may still come down in the long run.${caution}`};
  return {allowed, share, verdict: 'stable', text: `${measured} At ${short(learningRate)} steps are stable along every direction.${caution}`};
}
