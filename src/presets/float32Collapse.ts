import type {Preset} from '../core/preset.ts';

const added = (name: string, colour: string, epsilon: number, head: string): unknown => ({
  name,
  colour,
  solver: {id: 'adam', params: {learningRate: 0.01, batchSize: 0, beta2: 0.99, epsilon}},
  model: {depth: 1, width: 128, activation: 'square', bias: false, head},
});

export const float32Collapse: Preset = {
  id: 'float-collapse',
  title: 'Collapse in plain 32-bit floats',
  text: "No precision is lowered here: ordinary float32 softmax collapses by itself once the logits are 17 apart, and then the gradient of the right class is exactly 0 while those of the wrong ones are not. With Adam's epsilon at 1e-12 test accuracy climbs and then falls as the samples collapse; the control without absorption goes on. At the usual epsilon of 1e-8 both only come to a halt: it decides the outcome, so it is a parameter to play with.",
  experiment: {
    title: 'Collapse in plain 32-bit floats',
    seed: 1,
    dataset: {id: 'modular-addition', params: {p: 31, trainFraction: 0.7}},
    problem: {id: 'mlp-classifier'},
    contestants: [
      added('float32, ε = 1e-12', 'vermilion', 1e-12, 'softmax'),
      added('no absorption, ε = 1e-12', 'blue', 1e-12, 'softmax-exact'),
      added('float32, ε = 1e-8', 'orange', 1e-8, 'softmax'),
      added('no absorption, ε = 1e-8', 'sky', 1e-8, 'softmax-exact'),
    ],
    budget: {axis: 'iterations', amount: 5000},
    view: {metric: 'testScore', logY: false},
  },
};
