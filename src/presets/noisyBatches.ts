import type {Preset} from '../core/preset.ts';

const START = {startX: -2, startY: 1};
const one = (name: string, colour: string, batchSize: number): unknown => ({name, colour, solver: {id: 'sgd', params: {learningRate: 0.5, batchSize}}, model: START});

export const noisyBatches: Preset = {
  id: 'noisy-batches',
  title: 'Noise, batch size and where SGD stops',
  text: 'The same bowl and the same learning rate; only the batch differs. All fall alike at first, then each dances around the minimum at a height in inverse proportion to its batch. Smaller steps would lower it too, and take longer to arrive. Theory has the expected curve, and "noisy quadratic" there counts steps against batch size in a thousand dimensions.',
  experiment: {
    title: 'Noise, batch size and where SGD stops',
    dataset: {id: 'surface-functions', params: {function: 'quadratic', condition: 10, rotation: 30, noise: 1}},
    problem: {id: 'surface'},
    contestants: [one('batch 1', 'blue', 1), one('batch 16', 'orange', 16), one('batch 256', 'green', 256), one('full batch', 'grey', 0)],
    budget: {axis: 'iterations', amount: 300},
    view: {instrument: 'theory'},
  },
};
