import type {Preset} from '../core/preset.ts';

const admm = (name: string, colour: string, params: Readonly<Record<string, unknown>>): unknown => ({name, colour, solver: {id: 'convex-admm', params}});

export const patternSources: Preset = {
  id: 'pattern-sources',
  title: 'Patterns: all, some, or asked for',
  text: 'Forty points of XOR have 1,562 activation patterns; with all of them the convex programme is the whole problem, and ADMM goes to the proved line. Fifty sampled patterns have a floor of their own above it, pursuit adds those that the residual asks for, and random features, which fix the first layer, stay higher. The tab ADMM shows what happens inside, the tab Neurons where the neurons are.',
  experiment: {
    title: 'Patterns: all, some, or asked for',
    seed: 1,
    dataset: {id: 'xor', params: {n: 50, seed: 1}},
    problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 0.1}},
    contestants: [
      admm('all', 'pink', {source: 'all'}),
      admm('pursuit', 'green', {source: 'pursuit'}),
      admm('50 sampled', 'orange', {source: 'sampled', patterns: 50}),
      {name: 'random features', colour: 'sky', solver: {id: 'random-features', params: {}}},
    ],
    budget: {axis: 'iterations', amount: 1000},
    certificate: true,
    view: {logX: true},
  },
};
