import type {Preset} from '../core/preset.ts';

const START = {startX: -1.2, startY: 0.6};
const one = (name: string, colour: string, id: string, params: object): unknown => ({name, colour, solver: {id, params}, model: START});

export const valleyMomentum: Preset = {
  id: 'valley-momentum',
  title: 'A long valley: what momentum buys',
  text: 'A bowl that is 100 times as steep across as along. Plain gradient descent is at its best constant rate here, and still creeps; momentum and Nesterov, at theirs, need about a tenth of the steps. Adam follows the axes of x and y, and this valley is turned against them. Theory shows where each method stands, and the closed form over its curve.',
  experiment: {
    title: 'A long valley: what momentum buys',
    dataset: {id: 'surface-functions', params: {function: 'quadratic', condition: 100, rotation: 30}},
    problem: {id: 'surface'},
    contestants: [
      one('gradient descent', 'blue', 'sgd', {learningRate: 1.98}),
      one('momentum', 'orange', 'momentum', {learningRate: 3.306, momentum: 0.6694}),
      one('Nesterov', 'green', 'nesterov', {learningRate: 1.329, momentum: 0.7931}),
      one('Adam', 'pink', 'adam', {learningRate: 0.05}),
    ],
    budget: {axis: 'iterations', amount: 200},
    view: {instrument: 'theory'},
  },
};
