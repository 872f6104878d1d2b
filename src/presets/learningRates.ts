import type {Preset} from '../core/preset.ts';

const rate = (name: string, colour: string, learningRate: number): unknown => ({
  name,
  colour,
  solver: {id: 'sgd', params: {learningRate, batchSize: 0}},
  model: {width: 40},
});

export const learningRates: Preset = {
  id: 'learning-rates',
  title: 'One method, four step lengths',
  text: 'The same gradient descent from the same weights; only the learning rate differs. 0.01 crawls and 0.1 arrives. 0.5 leaps in its first steps, switches most of its neurons off for good and never recovers; 1 climbs out of the valley and is stopped. In the landscape, follow the path of the good one and see where the leaping one landed.',
  experiment: {
    title: 'One method, four step lengths',
    seed: 3,
    dataset: {id: 'moons', params: {n: 200, seed: 1}},
    problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 0.1}},
    contestants: [rate('rate 0.01', 'sky', 0.01), rate('rate 0.1', 'blue', 0.1), rate('rate 0.5', 'orange', 0.5), rate('rate 1', 'vermilion', 1)],
    budget: {axis: 'iterations', amount: 1000},
    view: {logX: true, plane: 'path', planeOf: 1},
  },
};
