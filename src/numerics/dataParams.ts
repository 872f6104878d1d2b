import type {ParamSpecs} from '../core/params.ts';

/** Parameters of every data set: how it is split and scaled. */
export const splitParams = (standardise: boolean, trainFraction: number) =>
  ({
    seed: {
      kind: 'number',
      label: 'data seed',
      help: 'Draws generated points and picks the training samples. Another seed gives another sample of the same kind.',
      default: 1,
      min: 0,
      max: 4294967295,
      integer: true,
      scale: 'linear',
      step: 1,
    },
    trainFraction: {
      kind: 'number',
      label: 'training share',
      help: 'Share of the samples used for training; the rest is the test set. 1 leaves no test set.',
      default: trainFraction,
      min: 0.1,
      max: 1,
      scale: 'linear',
      step: 0.05,
    },
    standardise: {
      kind: 'flag',
      label: 'standardise',
      help: 'Gives every feature mean 0 and standard deviation 1 on the training set, then divides by the root of the number of features. Regression targets are standardised too.',
      default: standardise,
    },
  }) as const satisfies ParamSpecs;

/** Real measurements have units of their own, so they are standardised unless the user says otherwise. */
export const fileParams = splitParams(true, 0.8);

/** Parameters of every generated data set; `extra` are its own, shown between noise and seed. */
export const generatorParams = <P extends ParamSpecs>(noise: number, noiseHelp: string, extra: P) =>
  ({
    n: {
      kind: 'number',
      label: 'samples',
      symbol: 'n',
      help: 'Number of points drawn, training and test set together.',
      default: 200,
      min: 4,
      max: 2000,
      integer: true,
      scale: 'log',
    },
    noise: {
      kind: 'number',
      label: 'noise',
      symbol: '\\sigma',
      help: noiseHelp,
      default: noise,
      min: 0,
      max: 1,
      scale: 'linear',
      step: 0.01,
    },
    ...extra,
    ...splitParams(false, 0.8),
  }) as const satisfies ParamSpecs;

export const JITTER = 'Standard deviation of the normal shift that moves every point after it got its class.';
export const TARGET_NOISE = 'Standard deviation of the normal error added to every target.';
