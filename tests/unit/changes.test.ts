import {describe, expect, it} from 'vitest';
import {CATALOGUE} from '../../src/catalogue.ts';
import {type Experiment, parseExperiment} from '../../src/core/experiment.ts';
import {changesOf, modelDifferences} from '../../src/state/changes.ts';

function experimentOf(json: object): Experiment {
  const parsed = parseExperiment({dataset: {id: 'moons'}, ...json}, CATALOGUE);
  if (!parsed.ok) throw new Error(`${parsed.error.field} ${parsed.error.message}`);
  return parsed.value;
}

/** Each contestant's changes as "group.key=value". */
const told = (experiment: Experiment): string[][] => changesOf(experiment).map(({params}) => params.map(({group, key, value}) => `${group}.${key}=${String(value)}`));
const adam = (params: object = {}, model: object = {}): object => ({solver: {id: 'adam', params}, model});

describe('changes', () => {
  it('are nothing where all agree, or nobody else is there', () => {
    expect(told(experimentOf({contestants: [adam()]}))).toEqual([[]]);
    expect(told(experimentOf({contestants: [adam(), adam()]}))).toEqual([[], []]);
    expect(changesOf(experimentOf({contestants: [adam(), adam()]}))[0].solver).toBe(false);
  });

  it('are what contestants differ in, told of each of them', () => {
    const two = experimentOf({contestants: [adam({learningRate: 0.1}, {width: 8}), adam({learningRate: 0.2}, {width: 16})]});
    expect(told(two)).toEqual([
      ['solver.learningRate=0.1', 'model.width=8'],
      ['solver.learningRate=0.2', 'model.width=16'],
    ]);
    expect(modelDifferences(two)).toEqual([CATALOGUE.problems['two-layer-relu'].model.width.label]);
  });

  it('compare parameters across solvers by their name, and leave out what the other has not', () => {
    const experiment = experimentOf({contestants: [adam({learningRate: 0.1}), {solver: {id: 'sgd', params: {learningRate: 0.1}}}, {solver: {id: 'convex-admm'}}]});
    expect(changesOf(experiment).map(({solver}) => solver)).toEqual([true, true, true]);
    expect(told(experiment).flat().filter((text) => text.includes('learningRate'))).toEqual([]);
    expect(told(experiment)[2]).toEqual([]);
    const apart = told(experimentOf({contestants: [adam({learningRate: 0.1, batchSize: 8}), {solver: {id: 'sgd', params: {learningRate: 0.3, batchSize: 8}}}]}));
    expect(apart).toEqual([['solver.learningRate=0.1'], ['solver.learningRate=0.3']]);
  });

  it('tell what applies to some only, of those', () => {
    const deep = {dataset: {id: 'clock-grammar'}, problem: {id: 'transformer'}};
    const experiment = experimentOf({...deep, contestants: [adam({}, {head: 'softmax'}), adam({}, {head: 'comp-sum', tau: 1.7}), adam({}, {head: 'comp-sum', tau: 1.7})]});
    expect(told(experiment)).toEqual([['model.head=softmax'], ['model.head=comp-sum', 'model.tau=1.7'], ['model.head=comp-sum', 'model.tau=1.7']]);
    expect(modelDifferences(experiment)).toEqual(['head', 'comp-sum']);
  });
});
