import type {Preset} from '../core/preset.ts';

const START = {startX: -1.5, startY: 2};
const one = (name: string, colour: string, id: string, params: object): unknown => ({name, colour, solver: {id, params}, model: START});

export const rosenbrockRace: Preset = {
  id: 'rosenbrock-race',
  title: 'The bent valley of Rosenbrock',
  text: 'Getting into the valley is easy, following it is not: its walls allow a tiny learning rate only, and its floor hardly falls. Plain gradient descent hardly gets on, momentum runs round the bend. Adam scales x and y by what they have seen and walks along the floor at a pace of its own. Press "set start" and click on the map to try others.',
  experiment: {
    title: 'The bent valley of Rosenbrock',
    dataset: {id: 'surface-functions', params: {function: 'rosenbrock'}},
    problem: {id: 'surface'},
    contestants: [
      one('gradient descent', 'blue', 'sgd', {learningRate: 0.0006}),
      one('momentum', 'orange', 'momentum', {learningRate: 0.0006, momentum: 0.95}),
      one('RMSProp', 'green', 'rmsprop', {learningRate: 0.01}),
      one('Adam', 'pink', 'adam', {learningRate: 0.05}),
    ],
    budget: {axis: 'iterations', amount: 1000},
  },
};
