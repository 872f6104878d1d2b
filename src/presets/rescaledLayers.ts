import type {Preset} from '../core/preset.ts';

const rescaled = (name: string, colour: string, id: string, params: object, rescale: number): unknown => ({
  name,
  colour,
  solver: {id, params: {batchSize: 64, ...params}},
  model: {depth: 2, width: 128, initScale: 4, rescale},
});

export const rescaledLayers: Preset = {
  id: 'rescaled-layers',
  title: 'One function, two scalings of its layers',
  text: 'One hidden matrix is multiplied by 10 at the start and the next divided by it: the network computes the same. Momentum does not see that and fails; LARS, LAMB and Adam take steps in proportion to each layer, and hardly notice. What these methods are known for, large batches, does not show on a problem of this size.',
  experiment: {
    title: 'One function, two scalings of its layers',
    seed: 1,
    dataset: {id: 'digits', params: {classes: 'all'}},
    problem: {id: 'mlp-classifier'},
    contestants: [
      rescaled('momentum', 'sky', 'momentum', {learningRate: 0.2}, 1),
      rescaled('momentum, rescaled', 'vermilion', 'momentum', {learningRate: 0.2}, 10),
      rescaled('LARS, rescaled', 'blue', 'lars', {}, 10),
      rescaled('LAMB, rescaled', 'green', 'lamb', {}, 10),
      rescaled('Adam, rescaled', 'orange', 'adam', {}, 10),
    ],
    budget: {axis: 'iterations', amount: 100},
    view: {metric: 'testScore', logY: false},
  },
};
