import type {ParamSpecs} from '../../core/params.ts';
import type {MakeProblemSpec} from '../../core/plugin.ts';

const start = (axis: 'x' | 'y', value: number) =>
  ({
    kind: 'number',
    label: `start ${axis}`,
    symbol: `${axis}_0`,
    help: `Where the method begins. ${axis === 'x' ? 'A click on the map sets both coordinates.' : 'The seed does not move it.'}`,
    default: value,
    min: -1000,
    max: 1000,
    scale: 'linear',
    step: 0.1,
  }) as const;

export const surfaceModel = {startX: start('x', -1.5), startY: start('y', 1.5)} as const satisfies ParamSpecs;

export const surface: MakeProblemSpec = () => ({
  id: 'surface',
  label: 'surface',
  summary: 'Two numbers, x and y, that make a given function small.',
  params: {},
  model: surfaceModel,
  // No loss is computed: the function itself is the objective.
  lossOf: () => 'squared',
  refuses: ({task}) => (task === 'surface' ? null : 'it minimises a function of x and y and reads no samples; pick the data set "functions of x and y"'),
  offers: () => ({gradients: true}),
  optimum: {over: 'point', counted: 'points'},
  certificate: () => 'the function may have many minima, and no certificate is written for it',
  explain: {
    text: 'The two variables are the weights. The landscape shows the function in its own coordinates, whatever plane is chosen, so a path is seen as it is. Gradients are exact derivatives of the formula; where the data set has noise, those of mini-batches are noisy and J is measured without it. J is f, not a sum over samples. There is nothing to predict, and no test set.',
    formulas: ['J(x,y)=f(x,y),\\qquad g_B=\\nabla f(x,y)+\\frac1B\\sum_{i\\in B}\\xi_i'],
  },
});
