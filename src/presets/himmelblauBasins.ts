import type {Preset} from '../core/preset.ts';

const START = {startX: -0.2, startY: 0.7};
const one = (name: string, colour: string, id: string, params: object): unknown => ({name, colour, solver: {id, params}, model: START});

export const himmelblauBasins: Preset = {
  id: 'himmelblau-basins',
  title: 'Four minima: who ends where?',
  text: 'Himmelblau has four minima of equal depth, and from this start near the hill between them each method goes to another. Draw the basins of each: gradient descent has four smooth basins, while momentum mixes them, because it rolls over saddles. Pale starts took longer to arrive.',
  experiment: {
    title: 'Four minima: who ends where?',
    dataset: {id: 'surface-functions', params: {function: 'himmelblau'}},
    problem: {id: 'surface'},
    contestants: [
      one('gradient descent', 'blue', 'sgd', {learningRate: 0.01}),
      one('momentum', 'orange', 'momentum', {learningRate: 0.01, momentum: 0.9}),
      one('Adam', 'pink', 'adam', {learningRate: 0.2}),
    ],
    budget: {axis: 'iterations', amount: 200},
  },
};
