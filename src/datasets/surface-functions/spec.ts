import type {ParamSpecs} from '../../core/params.ts';
import type {DatasetSpec} from '../../core/plugin.ts';
import {failure} from '../../core/result.ts';
import {splitParams} from '../../numerics/dataParams.ts';
import {FUNCTION_NAMES, LONGEST_EXPRESSION, parseExpression} from '../../numerics/expression/parse.ts';
import {surfaceGrid, surfaceOf} from '../../numerics/surface/surface.ts';

const QUADRATIC = 'quadratic';
const EXPRESSION = 'expression';
const ofQuadratic = {param: 'function', is: [QUADRATIC]} as const;
const ofExpression = {param: 'function', is: [EXPRESSION]} as const;

/** Why an expression can't be read, or null. */
function misread(text: string): string | null {
  const parsed = parseExpression(text);
  return parsed.ok ? null : parsed.message;
}

/** Points a side at which an expression must be defined somewhere. */
const PROBES = 41;

const params = {
  function: {
    kind: 'choice',
    label: 'function',
    help: 'What is minimised. All but your own expression have the smallest value 0.',
    default: QUADRATIC,
    options: [
      {value: QUADRATIC, label: 'quadratic', help: 'A bowl with a largest curvature of 1. With noise it is the noisy quadratic model.'},
      {value: 'rosenbrock', label: 'Rosenbrock', help: 'A bent valley: easy to reach, slow to follow.'},
      {value: 'himmelblau', label: 'Himmelblau', help: 'Four equal minima.'},
      {value: 'beale', label: 'Beale', help: 'Flat, with steep corners.'},
      {value: 'saddle', label: 'saddle', help: 'x^2 - y^2 with a floor, y^4/4 + 1: a saddle point at 0 between two minima.'},
      {value: EXPRESSION, label: 'own expression', help: 'A formula of x and y.'},
    ],
  },
  condition: {
    kind: 'number',
    label: 'condition number',
    symbol: '\\kappa',
    help: 'Largest curvature divided by the smallest. The largest is 1, so gradient descent is stable up to a learning rate of 2.',
    default: 20,
    min: 1,
    max: 10000,
    scale: 'log',
    when: ofQuadratic,
  },
  rotation: {
    kind: 'number',
    label: 'rotation',
    help: 'Angle between the x axis and the direction of largest curvature. Methods that scale each coordinate by itself feel it.',
    default: 30,
    min: 0,
    max: 180,
    scale: 'linear',
    step: 5,
    unit: '°',
    when: ofQuadratic,
  },
  expression: {
    kind: 'text',
    label: 'f(x, y)',
    help: `Numbers, x, y, pi, e, + - * / ^, brackets, and ${FUNCTION_NAMES.join(', ')}. Write 2*x for a product. Where it is undefined or infinite, the map has holes.`,
    default: 'x^2 + y^2 + 2 - cos(3*x) - cos(3*y)',
    maxLength: LONGEST_EXPRESSION,
    check: misread,
    when: ofExpression,
  },
  reach: {
    kind: 'number',
    label: 'drawn to',
    help: 'The map shows x and y from minus this to plus this.',
    default: 3,
    min: 0.01,
    max: 1000,
    scale: 'log',
    when: ofExpression,
  },
  noise: {
    kind: 'number',
    label: 'gradient noise',
    symbol: '\\sigma',
    help: "Standard deviation of a sample's gradient about the true one, in every direction. A batch of B has it divided by the root of B. 0 gives exact gradients whatever the batch.",
    default: 0,
    min: 0,
    max: 100,
    scale: 'log',
  },
  shape: {
    kind: 'choice',
    label: 'noise is',
    help: 'In the noisy quadratic model the variance along each axis of the bowl is proportional to its curvature.',
    default: 'curvature',
    options: [
      {value: 'curvature', label: 'as the curvature', help: 'Variance sigma^2 h_i along axis i.'},
      {value: 'equal', label: 'equal in all directions'},
    ],
    when: ofQuadratic,
  },
  n: {
    kind: 'number',
    label: 'samples',
    symbol: 'n',
    help: 'Rows of the noise table where there is noise. Their mean is 0, so the full batch is exact. An epoch passes through all of them, which makes its noise cancel: choose many more than the batch.',
    default: 8192,
    min: 2,
    max: 65536,
    integer: true,
    scale: 'log',
  },
  seed: {...splitParams(false, 1).seed, help: 'Draws the noise.'},
} as const satisfies ParamSpecs;

export const surfaceFunctions = {
  id: 'surface-functions',
  label: 'functions of x and y',
  summary: 'No samples but a surface: bowls, valleys, saddles, or your own formula.',
  family: 'generated',
  task: () => 'surface',
  params,
  check: ({function: name, expression, reach}) => {
    if (name !== EXPRESSION) return null;
    const range = [-Number(reach), Number(reach)] as const;
    const defined = surfaceGrid(surfaceOf(String(expression)), range, range, PROBES).some(Number.isFinite);
    return defined ? null : failure('expression', `is undefined or infinite everywhere for x and y from ${range[0]} to ${range[1]}; check the formula, or change what is drawn`).error;
  },
  explain: {
    text: "Each sample's gradient is that of f plus a row of a table whose mean is 0. So the mean over all samples is f itself, and mini-batches see noise with variance in inverse proportion to their size. The rows are normal, then moved and scaled to have exactly mean 0 and the variances that the settings say.",
    formulas: [
      '\\ell_i(x,y)=f(x,y)+\\xi_i\\cdot(x,y),\\qquad\\textstyle\\sum_i\\xi_i=0',
      'f=\\tfrac12(h_1u^2+h_2v^2),\\quad h_1=1,\\;h_2=1/\\kappa,\\quad\\operatorname{Var}\\xi=\\sigma^2\\operatorname{diag}(h_1,h_2)\\;\\text{along }(u,v)',
      '(1-x)^2+100(y-x^2)^2,\\quad(x^2+y-11)^2+(x+y^2-7)^2',
      '(1.5-x+xy)^2+(2.25-x+xy^2)^2+(2.625-x+xy^3)^2,\\quad x^2-y^2+\\tfrac14y^4+1',
    ],
    source: 'Rosenbrock, 1960; Beale, 1958; Himmelblau, 1972; noisy quadratic model: Zhang et al., NeurIPS 2019',
  },
} as const satisfies DatasetSpec;
