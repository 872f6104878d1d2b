import type {Preset} from '../core/preset.ts';

const START = {startX: 2, startY: 0.0001};
const one = (name: string, colour: string, id: string, params: object): unknown => ({name, colour, solver: {id, params}, model: START});

export const saddleEscape: Preset = {
  id: 'saddle-escape',
  title: 'Leaving a saddle point',
  text: 'All start almost on the ridge that leads to the saddle at 0, where the slope vanishes though nothing is solved. Gradient descent stands there until what little it is off the ridge has grown, by a tenth in every step. Momentum lets it grow faster, and Adam divides by the size of the slope it has seen, so a small one does not hold it for long.',
  experiment: {
    title: 'Leaving a saddle point',
    dataset: {id: 'surface-functions', params: {function: 'saddle'}},
    problem: {id: 'surface'},
    contestants: [
      one('gradient descent', 'blue', 'sgd', {learningRate: 0.05}),
      one('momentum', 'orange', 'momentum', {learningRate: 0.05, momentum: 0.8}),
      one('Adam', 'pink', 'adam', {learningRate: 0.05}),
    ],
    budget: {axis: 'iterations', amount: 200},
    view: {logY: false},
  },
};
