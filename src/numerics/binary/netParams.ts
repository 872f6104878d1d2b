import type {ParamSpecs} from '../../core/params.ts';

/** Parameters that the solvers of binary networks share; each sets its own default rate. */
export const netParams = (learningRate: number) =>
  ({
    learningRate: {
      kind: 'number',
      label: 'learning rate',
      symbol: '\\eta',
      help: 'Step length of Adam in the latent weights. Only their signs (or directions) matter, so the rate says how soon a sign can turn.',
      default: learningRate,
      min: 0.00001,
      max: 3,
      scale: 'log',
    },
    realRate: {
      kind: 'number',
      label: 'rate of scales and biases',
      help: 'Step length of Adam in the real parameters. Without effect where all parameters are binary.',
      default: 0.02,
      min: 0,
      max: 1,
      scale: 'log',
    },
    batchSize: {
      kind: 'number',
      label: 'batch size',
      symbol: 'B',
      help: 'Samples a step sees, drawn with replacement; 0 takes the full set every time.',
      default: 0,
      min: 0,
      max: 2048,
      integer: true,
      scale: 'log',
    },
    scheduleLength: {
      kind: 'number',
      label: 'schedule length',
      symbol: 'T',
      help: 'Iterations over which all rates fall to zero along half a cosine. Later iterations change nothing.',
      default: 1200,
      min: 1,
      max: 1000000,
      integer: true,
      scale: 'log',
    },
    warmUp: {
      kind: 'number',
      label: 'warm-up',
      help: 'Share of the schedule in which the rates rise to their full size.',
      default: 0.05,
      min: 0,
      max: 0.5,
      scale: 'linear',
      step: 0.01,
    },
  }) as const satisfies ParamSpecs;

export const netCost = 'One iteration costs B/n full-data passes.';
