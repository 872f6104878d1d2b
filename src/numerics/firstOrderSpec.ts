import type {ParamSpecs} from '../core/params.ts';

/** Parameters that every mini-batch gradient method shares; each solver sets its own default rate. */
export const firstOrderParams = (learningRate: number) =>
  ({
    learningRate: {
      kind: 'number',
      label: 'learning rate',
      symbol: '\\eta',
      help: 'Step length. Gradients are those of J/n, so a good rate hardly depends on the number of samples.',
      default: learningRate,
      min: 0.00001,
      max: 30,
      scale: 'log',
    },
    batchSize: {
      kind: 'number',
      label: 'batch size',
      symbol: 'B',
      help: 'Samples a step sees. Each epoch shuffles the training set and cuts it into batches (the last may be smaller); 0 takes the full set every time.',
      default: 64,
      min: 0,
      max: 2048,
      integer: true,
      scale: 'log',
    },
    schedule: {
      kind: 'choice',
      label: 'schedule',
      help: 'How the learning rate changes over the schedule length below.',
      default: 'constant',
      options: [
        {value: 'constant', label: 'constant'},
        {value: 'cosine', label: 'cosine to zero'},
        {value: 'step', label: 'divided by 10 in steps'},
      ],
    },
    scheduleLength: {
      kind: 'number',
      label: 'schedule length',
      help: 'Iterations over which the schedule runs: cosine ends there, the stepwise one divides at a half and at three quarters of it.',
      default: 1000,
      min: 1,
      max: 1000000,
      integer: true,
      scale: 'log',
      when: {param: 'schedule', is: ['cosine', 'step']},
    },
    perpGrad: {
      kind: 'choice',
      label: 'gradient across weights',
      help: "Takes from each tensor's gradient the part along its weights, which only rescales the network; rescaled brings what is left back to its length (perpGrad). A quadratic penalty's gradient stays whole.",
      default: 'off',
      options: [
        {value: 'off', label: 'off'},
        {value: 'projected', label: 'projected'},
        {value: 'rescaled', label: 'projected and rescaled'},
      ],
    },
  }) as const satisfies ParamSpecs;

export const firstOrderCost = 'One iteration costs B/n full-data passes.';
