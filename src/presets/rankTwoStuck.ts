import type {Preset} from '../core/preset.ts';

/** Where rank 2 ends in a spurious minimum of this instance. */
const ANGLES = [0, 4.25, 0.09, 0.87, 5.08, 2.09, 3.51, 0.35, 3.46, 0.17, 1.3];

const from = (name: string, colour: string, params: object): unknown => ({
  name,
  colour,
  solver: {id: 'mixing', params: {start: 'angles', angles: ANGLES, ...params}},
});

export const rankTwoStuck: Preset = {
  id: 'rank-two-stuck',
  title: 'Rank 2 gets stuck, rank 3 does not',
  text: 'All four start from the same angles. At rank 2 the mixing method comes to rest in a spurious minimum of the relaxation, 51.6, where it can prove no more than 25; at rank 3 it reaches the true value 48.1, though a solution of rank 2 has that too. A column along the eigenvector of the negative eigenvalue frees the stuck run. Rank 1 flips one weight at a time: from here it finds the best weights, E = 57, and proves next to nothing.',
  experiment: {
    title: 'Rank 2 gets stuck, rank 3 does not',
    dataset: {id: 'least-squares-instances', params: {instance: 'ls10'}},
    problem: {id: 'binary-least-squares', params: {}},
    contestants: [
      from('rank 2', 'vermilion', {rank: 2}),
      from('rank 3', 'green', {rank: 3}),
      from('rank 2, lifted', 'blue', {rank: 2, liftAt: 100}),
      from('rank 1', 'orange', {rank: 1}),
    ],
    budget: {axis: 'iterations', amount: 300},
    certificate: true,
    view: {metric: 'lowerBound', logY: false},
  },
};
