import type {Preset} from '../core/preset.ts';

const added = (name: string, colour: string, solver: {readonly id: string; readonly params: object}, head: object): unknown => ({
  name,
  colour,
  solver: {id: solver.id, params: {learningRate: 0.01, batchSize: 0, beta2: 0.99, ...solver.params}},
  model: {depth: 1, width: 64, activation: 'square', bias: false, ...head},
});

const adam = (params: object = {}): {readonly id: string; readonly params: object} => ({id: 'adam', params});

export const softmaxCollapse: Preset = {
  id: 'softmax-collapse',
  title: 'Softmax collapse and three cures',
  text: 'All learn a table of sums modulo 23 by heart; only some find the rule. With 10 bits of mantissa the normaliser loses the small exponentials, samples collapse and teach nothing more. The control keeps every digit: what separates it from 10 bits is collapse, and what separates it from StableMax, gradients across the weights and weight decay is slow learning. Look at the share collapsed and at the mean logit, which StableMax slows but does not stop.',
  experiment: {
    title: 'Softmax collapse and three cures',
    seed: 1,
    dataset: {id: 'modular-addition', params: {p: 23}},
    problem: {id: 'mlp-classifier'},
    contestants: [
      added('softmax, 10 bits', 'vermilion', adam(), {head: 'softmax-bits', bits: 10}),
      added('softmax, no loss of digits', 'grey', adam(), {head: 'softmax-exact'}),
      added('StableMax', 'blue', adam(), {head: 'stablemax'}),
      added('gradient across weights', 'green', adam({learningRate: 0.06, perpGrad: 'rescaled'}), {}),
      added('weight decay', 'orange', {id: 'adamw', params: {weightDecay: 1}}, {}),
    ],
    budget: {axis: 'iterations', amount: 1500},
    view: {metric: 'testScore', logY: false},
  },
};
