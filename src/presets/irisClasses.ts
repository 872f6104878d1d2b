import type {Preset} from '../core/preset.ts';

export const irisClasses: Preset = {
  id: 'iris',
  title: 'Three kinds of iris',
  text: 'Several classes need one output each and softmax cross-entropy; the convex programme is written for one output, so it sits this one out. Look at the confusion matrices: one species is easy for everybody, the other two overlap. Which optimizer gets there first in full-data passes, and which in iterations?',
  experiment: {
    title: 'Three kinds of iris',
    seed: 1,
    dataset: {id: 'iris', params: {seed: 1}},
    problem: {id: 'two-layer-relu', params: {loss: 'cross-entropy', beta: 0.1}},
    contestants: [
      {name: 'SGD', colour: 'blue', solver: {id: 'sgd', params: {learningRate: 0.3, batchSize: 16}}, model: {width: 30}},
      {name: 'Momentum', colour: 'orange', solver: {id: 'momentum', params: {learningRate: 0.1, batchSize: 16}}, model: {width: 30}},
      {name: 'Adam', colour: 'green', solver: {id: 'adam', params: {learningRate: 0.01, batchSize: 0}}, model: {width: 30}},
    ],
    budget: {axis: 'evaluations', amount: 200},
    view: {axis: 'evaluations', plane: 'path', planeOf: 2},
  },
};
