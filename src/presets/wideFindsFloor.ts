import type {Preset} from '../core/preset.ts';

const wide = (width: number, colour: string): unknown => ({
  name: `${width} neurons`,
  colour,
  solver: {id: 'adam', params: {learningRate: 0.01, batchSize: 0}},
  model: {width},
});

export const wideFindsFloor: Preset = {
  id: 'wide-finds-floor',
  title: 'Wide networks find the floor',
  text: 'One method, one spiral, four widths, and the proved optimum over all widths. With 4 neurons J ends several times as high, with 16 about a quarter, with 64 and 256 a fraction of a percent: width makes training easy, not only possible. The optimum itself needs a few dozen neurons.',
  experiment: {
    title: 'Wide networks find the floor',
    seed: 1,
    dataset: {id: 'spiral', params: {n: 75, turns: 1, seed: 1}},
    problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 0.05}},
    contestants: [wide(4, 'sky'), wide(16, 'blue'), wide(64, 'green'), wide(256, 'vermilion')],
    budget: {axis: 'iterations', amount: 5000},
    certificate: true,
    view: {logX: true},
  },
};
