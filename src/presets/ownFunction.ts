import type {Preset} from '../core/preset.ts';

const START = {startX: -2.6, startY: 2.2};
const one = (name: string, colour: string, id: string, params: object): unknown => ({name, colour, solver: {id, params}, model: START});

export const ownFunction: Preset = {
  id: 'own-function',
  title: 'Your own function',
  text: 'A bowl with ripples, to be replaced: open the data settings on the left and write any formula of x and y. Gradient descent is caught in the first ripple; momentum rolls over one, and Adam with its long first steps over all of them. A formula may be undefined in places, such as log(x); the map has holes there, and a method that steps into one has diverged.',
  experiment: {
    title: 'Your own function',
    dataset: {id: 'surface-functions', params: {function: 'expression', expression: 'x^2 + y^2 + 4 - 2*cos(3*x) - 2*cos(3*y)', reach: 3}},
    problem: {id: 'surface'},
    contestants: [
      one('gradient descent', 'blue', 'sgd', {learningRate: 0.03}),
      one('momentum', 'orange', 'momentum', {learningRate: 0.03, momentum: 0.9}),
      one('Adam', 'pink', 'adam', {learningRate: 1}),
    ],
    budget: {axis: 'iterations', amount: 150},
    view: {logColour: false},
  },
};
