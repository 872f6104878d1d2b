import type {MakeProblemSpec, ProblemContext} from '../../core/plugin.ts';
import {reluNetworkParams} from '../../numerics/reluNetworkSpec.ts';

const ONE_OUTPUT = 'gated networks have one output here; pick two classes or a regression';
const CERTIFIED_LOSSES = ['squared', 'logistic', 'hinge'];

const lossFor = ({params}: ProblemContext): string => (params.loss === 'auto' ? 'squared' : String(params.loss));

export const gatedRelu: MakeProblemSpec = (losses) => {
  // One output: losses of several classes have no place.
  const fitting = losses.filter(({tasks}) => tasks.some((task) => task !== 'multiclass'));
  return {
    id: 'gated-relu',
    label: 'gated ReLU network',
    summary: 'ReLU units whose on and off is decided by fixed gates, not by their own weights.',
    params: {
      loss: {
        kind: 'choice',
        label: 'loss',
        help: 'What a wrong output costs. Automatic takes squared loss.',
        default: 'auto',
        options: [{value: 'auto', label: 'automatic'}, ...fitting.map(({id, label}) => ({value: id, label}))],
      },
      beta: {
        kind: 'number',
        label: 'weight decay',
        symbol: '\\beta',
        help: 'Strength of the penalty on the weights, added to the sum of the losses over all training samples. The gates are not penalised. Larger means fewer active neurons.',
        default: 0.1,
        min: 0,
        max: 1000,
        scale: 'log',
      },
    },
    model: {
      width: {
        ...reluNetworkParams.width,
        help: 'Hidden units of this contestant\'s network, each with a gate drawn at random. Equal widths start from equal weights and gates.',
      },
      initScale: reluNetworkParams.initScale,
    },
    lossOf: lossFor,
    refuses: (context) => {
      if (context.task === 'multiclass') return ONE_OUTPUT;
      const id = lossFor(context);
      if (context.losses[id].tasks.includes(context.task)) return null;
      const fits = fitting.filter(({tasks}) => tasks.includes(context.task));
      return `"${id}" does not fit ${context.task === 'regression' ? 'a regression' : 'two classes'}; choose ${fits.map((one) => `"${one.id}"`).join(' or ')}`;
    },
    offers: (context) => {
      const loss = context.losses[lossFor(context)];
      return {
        gradients: true,
        convexRelu: context.task === 'multiclass' ? ONE_OUTPUT : loss.hasProx || `the ${loss.label} loss has no scalar prox`,
        convexThreshold: 'these units are gated, not thresholds',
        convexRobust: 'this problem has no attack; pick the network under attack',
      };
    },
    optimum: {over: 'gated ReLU network of any width', counted: 'patterns'},
    certificate: (context) => {
      if (context.task === 'multiclass') return ONE_OUTPUT;
      const loss = lossFor(context);
      return CERTIFIED_LOSSES.includes(loss) || `no certificate is written for the ${context.losses[loss].label} loss`;
    },
    explain: {
      text: 'A gate g decides where a unit is on, and the weights u are free of it. With the gates fixed, the output is linear in the products of u and its output weight, so training is a group LASSO without the cones of a ReLU network: its optimum over the same patterns lies no higher. Gradient methods draw gates at random and leave them alone; convex ADMM takes those of its patterns. A ReLU network is the case in which every unit keeps to its own gate.',
      formulas: [
        'f(x)=\\sum_{j=1}^m \\mathbf 1[g_j^{\\top}x\\ge0]\\;\\alpha_j\\,u_j^{\\top}x',
        'J=\\sum_{i=1}^n \\ell\\bigl(f(x_i),y_i\\bigr)+\\beta\\sum_{j=1}^m |\\alpha_j|\\,\\lVert u_j\\rVert',
        '\\min_v\\ \\ell\\Bigl(\\sum_iD_iXv_i,\\,y\\Bigr)+\\beta\\sum_i\\lVert v_i\\rVert',
      ],
      source: 'Mishkin, Sahiner and Pilanci, Fast Convex Optimization for Two-Layer ReLU Networks, ICML 2022',
    },
  };
};
