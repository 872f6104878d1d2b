import type {Preset} from '../core/preset.ts';

const growing = (name: string, colour: string, params: object): unknown => ({
  name,
  colour,
  solver: {id: 'adagrad-norm', params: {learningRate: 3, ...params}},
  model: {depth: 0},
});

export const growingBatches: Preset = {
  id: 'growing-batches',
  title: 'Batches that grow when noise wins',
  text: 'Softmax regression on digits. The batch grows whenever the noise of its gradient outweighs the gradient, so that far fewer updates are taken for the same number of samples. At equal samples the fixed batch of 8 has the lower loss: what growing buys is fewer updates, which pay on a machine that takes large batches at the price of small ones.',
  experiment: {
    title: 'Batches that grow when noise wins',
    seed: 1,
    dataset: {id: 'digits', params: {classes: 'all'}},
    problem: {id: 'mlp-classifier'},
    contestants: [
      growing('fixed at 8', 'grey', {adaptive: false, batchSize: 8}),
      growing('η = 2', 'orange', {adaptive: true, batchSize: 8, normTestEta: 2}),
      growing('η = 1', 'blue', {adaptive: true, batchSize: 8, normTestEta: 1}),
      growing('η = 0.5', 'green', {adaptive: true, batchSize: 8, normTestEta: 0.5}),
    ],
    budget: {axis: 'evaluations', amount: 42},
    view: {metric: 'objective', axis: 'evaluations'},
  },
};
