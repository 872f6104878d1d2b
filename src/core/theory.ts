import type {ParamSpecs, ParamValues} from './params.ts';

/** Models small enough that a closed form stands beside the training that it describes. They need no data set. */
export const THEORY_SUBJECTS = ['noisyQuadratic', 'deepLinear', 'linearised', 'edge'] as const;
export type TheorySubject = (typeof THEORY_SUBJECTS)[number];

/** What the page's theory may be about: the race on a quadratic, which needs no settings, or one of these models. */
export const THEORIES = ['momentum', ...THEORY_SUBJECTS] as const;
export type Theory = (typeof THEORIES)[number];

/** The theory that the page shows, with values for its parameters. */
export interface TheoryChoice {
  readonly subject: Theory;
  readonly params: ParamValues;
}

/** What is computed for a subject, with values for its parameters. */
export interface TheorySettings {
  readonly subject: TheorySubject;
  readonly params: ParamValues;
}

/** Singular values of a deep linear network's target. */
export const MODE_STRENGTHS: readonly number[] = [4, 2, 1, 0.5];

const seed = {kind: 'number', label: 'seed', help: 'Draws the initial weights.', default: 1, min: 0, max: 4294967295, integer: true, scale: 'linear'} as const;
const steps = (value: number, max: number) => ({kind: 'number', label: 'steps', help: 'Steps of gradient descent.', default: value, min: 10, max, integer: true, scale: 'log'}) as const;

/** Parameters of each subject. */
export const THEORY_PARAMS = {
  noisyQuadratic: {
    dimension: {kind: 'number', label: 'dimensions', symbol: 'd', help: 'Curvatures are 1, 1/2, ..., 1/d.', default: 1000, min: 2, max: 2000, integer: true, scale: 'log'},
    momentum: {kind: 'number', label: 'momentum', symbol: '\\mu', help: 'Of the second method.', default: 0.9, min: 0, max: 0.99, scale: 'linear', step: 0.05},
    power: {kind: 'number', label: 'preconditioner', symbol: 'p', help: 'The third method divides each step by the curvature to this power: 0 is plain, 1 is Newton.', default: 0.5, min: 0, max: 1, scale: 'linear', step: 0.1},
    share: {kind: 'number', label: 'until', help: 'The share of the first loss that is to be left.', default: 0.01, min: 0.0001, max: 0.5, scale: 'log'},
  },
  deepLinear: {
    balanced: {kind: 'flag', label: 'balanced start', help: 'Both layers hold the modes already, each with the same small strength. Otherwise weights are random, and only the order and the shape of the steps are theory.', default: true},
    start: {kind: 'number', label: 'size of the start', symbol: 'a_0', help: 'Strength of each mode, or the standard deviation of random weights.', default: 0.001, min: 0.00001, max: 0.1, scale: 'log'},
    hidden: {kind: 'number', label: 'hidden units', help: 'At least one for each mode.', default: 6, min: MODE_STRENGTHS.length, max: 32, integer: true, scale: 'linear'},
    learningRate: {kind: 'number', label: 'learning rate', symbol: '\\eta', help: 'Theory is about vanishing rates; large ones leave it.', default: 0.005, min: 0.0005, max: 0.1, scale: 'log'},
    steps: steps(2400, 10000),
    seed,
  },
  linearised: {
    width: {kind: 'choice', label: 'width', help: 'Units in each of the two hidden layers.', default: '64', options: ['16', '32', '64', '128', '256'].map((value) => ({value, label: value}))},
    steps: steps(500, 2000),
    seed,
  },
  edge: {
    learningRate: {kind: 'number', label: 'learning rate', symbol: '\\eta', help: 'The edge is a curvature of 2 divided by it.', default: 0.1, min: 0.01, max: 1, scale: 'log'},
    apart: {kind: 'number', label: 'twins start apart', help: 'Distance between the weights of two networks that train on the same data.', default: 0.0001, min: 1e-8, max: 0.1, scale: 'log'},
    steps: steps(2000, 5000),
    seed,
  },
} as const satisfies Readonly<Record<TheorySubject, ParamSpecs>>;

/** Parameters of each theory. */
export const THEORY_SPECS: Readonly<Record<Theory, ParamSpecs>> = {momentum: {}, ...THEORY_PARAMS};

/** Steps to a share of the first loss, at the best learning rate of each batch size. */
export interface BatchCurve {
  readonly method: 'plain' | 'momentum' | 'preconditioned';
  readonly batches: readonly number[];
  /** Infinity where no learning rate gets there. */
  readonly steps: readonly number[];
  readonly rates: readonly number[];
}

/** A two-layer linear network whose modes are learnt one after the other. */
export interface DeepLinearPicture {
  readonly strengths: readonly number[];
  /** Learning rate times step. */
  readonly times: Float64Array;
  /** Strength of each mode in the trained product, and in closed form. */
  readonly modes: readonly Float64Array[];
  readonly exact: readonly Float64Array[];
  readonly loss: Float64Array;
  /** When each mode had half its strength (NaN where it never had), and in closed form (NaN after a random start, which has none). */
  readonly halfTimes: readonly number[];
  readonly exactHalfTimes: readonly number[];
}

export interface LinearisedRecord {
  readonly step: number;
  /** f on the grid: of the network, and of its linearisation. */
  readonly network: Float64Array;
  readonly linear: Float64Array;
  /** 1/2 |f - y|^2 on the training points. */
  readonly loss: number;
  /** Largest |difference| on the grid. */
  readonly gap: number;
  /** |K_t - K_0| / |K_0| (Frobenius) on the training points. */
  readonly drift: number;
}

export interface LinearisedRun {
  /** Angles of the training points and of the grid. */
  readonly trainAngles: Float64Array;
  readonly targets: Float64Array;
  readonly gridAngles: Float64Array;
  /** 1 / the largest eigenvalue of K_0. */
  readonly learningRate: number;
  /** Eigenvalues of K_0, largest first. */
  readonly eigenvalues: Float64Array;
  readonly records: readonly LinearisedRecord[];
}

export interface EdgeRun {
  readonly iterations: Int32Array;
  readonly loss: Float64Array;
  /** Largest and smallest eigenvalue of the Hessian. */
  readonly sharpness: Float64Array;
  readonly smallest: Float64Array;
  /** First iteration with a loss above 1e6 times the first or not finite, or null. */
  readonly divergedAt: number | null;
  /** Mean of sharpness * learningRate / 2 over the records of the second half; 1 is the edge. NaN after divergence. */
  readonly meanShare: number;
}

export interface Twins {
  readonly iterations: Int32Array;
  /** |w - w'| at each iteration. */
  readonly distance: Float64Array;
  /** Last distance over the first: far above 1 where the training is chaotic. */
  readonly growth: number;
}

/** What a study of theory has found; told again as it grows. */
export type TheoryPicture =
  | {readonly subject: 'noisyQuadratic'; readonly curves: readonly BatchCurve[]}
  | {readonly subject: 'deepLinear'; readonly run: DeepLinearPicture}
  | {readonly subject: 'linearised'; readonly run: LinearisedRun}
  | {readonly subject: 'edge'; readonly learningRate: number; readonly run: EdgeRun; readonly twins: Twins | null};
