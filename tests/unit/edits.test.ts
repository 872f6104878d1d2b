import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {CATALOGUE} from '../../src/catalogue.ts';
import {COLOURS, type Experiment, MAX_CONTESTANTS, parseExperiment} from '../../src/core/experiment.ts';
import {defaultsOf, type ParamSpecs, type ParamValue} from '../../src/core/params.ts';
import {PRESETS} from '../../src/presets/registry.ts';
import {type Edit, edits} from '../../src/state/edits.ts';
import {consequences} from '../../src/state/fitting.ts';

function valid(json: unknown): Experiment {
  const parsed = parseExperiment(json, CATALOGUE);
  if (!parsed.ok) throw new Error(`${parsed.error.field} ${parsed.error.message}`);
  return parsed.value;
}

/** The experiment after edits that must be accepted. */
const applied = (experiment: Experiment, ...list: readonly Edit[]): Experiment =>
  list.reduce((before, edit) => {
    const draft = edit(before);
    if (!draft.ok) throw new Error(`${draft.error.field} ${draft.error.message}`);
    return valid(draft.value);
  }, experiment);

function faultOf(experiment: Experiment, edit: Edit): string {
  const draft = edit(experiment);
  const result = draft.ok ? parseExperiment(draft.value, CATALOGUE) : draft;
  if (result.ok) throw new Error('was accepted');
  return `${result.error.field} ${result.error.message}`;
}

const presetOf = (id: string): Experiment => valid(PRESETS.find((preset) => preset.id === id)?.experiment);
const moons = presetOf('moons');
const names = (experiment: Experiment): string[] => experiment.contestants.map((one) => one.name);
const colours = (experiment: Experiment): string[] => experiment.contestants.map((one) => one.colour);

describe('contestants', () => {
  it('a new one has its solver\'s defaults, the others\' network, a free name and a free colour', () => {
    const wide = applied(moons, edits.modelParam(0, 'width', 77), edits.add('rmsprop'));
    const added = wide.contestants.at(-1);
    expect(added).toEqual({
      name: CATALOGUE.solvers.rmsprop.label,
      colour: 'sky',
      solver: {id: 'rmsprop', params: defaultsOf(CATALOGUE.solvers.rmsprop.params)},
      model: wide.contestants[0].model,
    });
    expect(colours(moons)).not.toContain(added?.colour);
    expect(applied(moons, edits.add('convex-admm')).contestants.at(-1)?.model).toEqual({});
  });

  it('a new one beside convex solvers alone has the default network', () => {
    const convex = valid({dataset: {id: 'moons'}, contestants: [{solver: {id: 'convex-admm'}}]});
    expect(applied(convex, edits.add('sgd')).contestants[1].model).toEqual(defaultsOf(CATALOGUE.problems['two-layer-relu'].model));
  });

  it('have names and colours of their own up to the last place, and then there is no room', () => {
    const single = valid({dataset: {id: 'xor'}, contestants: [{solver: {id: 'sgd'}}]});
    const crowded = applied(single, ...Array.from({length: MAX_CONTESTANTS - 1}, () => edits.add('sgd')));
    expect(names(crowded)).toEqual(['SGD', 'SGD 2', 'SGD 3', 'SGD 4', 'SGD 5', 'SGD 6', 'SGD 7', 'SGD 8']);
    expect(new Set(colours(crowded))).toEqual(new Set(COLOURS));
    for (const edit of [edits.add('adam'), edits.duplicate(0)]) expect(faultOf(crowded, edit)).toMatch(/^contestants has room for 8/);
  });

  it('a copy stands beside its original and differs in name and colour alone', () => {
    const copied = applied(moons, edits.duplicate(1));
    const {name, colour, ...rest} = copied.contestants[2];
    const {name: oldName, colour: oldColour, ...original} = copied.contestants[1];
    expect(rest).toEqual(original);
    expect([name, oldName]).toEqual(['Momentum 2', 'Momentum']);
    expect(colour).not.toBe(oldColour);
    expect(names(applied(copied, edits.duplicate(2)))).toEqual(['SGD', 'Momentum', 'Momentum 2', 'Momentum 3', 'Adam', 'ADMM']);
  });

  it('copies of long names stay within the limit and apart', () => {
    const long = applied(moons, edits.contestant(0, {name: 'x'.repeat(32)}));
    const copied = applied(long, edits.duplicate(0), edits.duplicate(0), edits.duplicate(1));
    expect(new Set(names(copied)).size).toBe(7);
    expect(names(copied).every((name) => name.length <= 32)).toBe(true);
  });

  it('the last one stays', () => {
    const two = applied(moons, edits.remove(0), edits.remove(0));
    expect(names(two)).toEqual(['Adam', 'ADMM']);
    expect(faultOf(applied(two, edits.remove(0)), edits.remove(0))).toMatch(/^contestants needs at least one/);
  });

  it('the plane follows its contestant when another leaves, and stays in range when it leaves itself', () => {
    const at = (planeOf: number): Experiment => applied(moons, edits.merge({view: {...moons.view, plane: 'path', planeOf}}));
    const planeAfter = (planeOf: number, removed: number): number => applied(at(planeOf), edits.remove(removed)).view.planeOf;
    expect(planeAfter(2, 0)).toBe(1);
    expect(planeAfter(2, 3)).toBe(2);
    expect(planeAfter(3, 3)).toBe(2);
    expect(planeAfter(0, 0)).toBe(0);
  });

  it('are renamed, recoloured and tuned one at a time', () => {
    const edited = applied(moons, edits.contestant(1, {name: 'mine', colour: 'grey'}), edits.solverParam(1, 'learningRate', 0.5), edits.modelParam(1, 'width', 7));
    expect(edited.contestants[1]).toMatchObject({name: 'mine', colour: 'grey', solver: {params: {learningRate: 0.5, batchSize: 32}}, model: {width: 7}});
    expect(edited.contestants.toSpliced(1, 1)).toEqual(moons.contestants.toSpliced(1, 1));
  });

  it('refuses values out of range by the field\'s path and leaves the experiment alone', () => {
    const before = structuredClone(moons);
    expect(faultOf(moons, edits.solverParam(1, 'learningRate', -1))).toMatch(/^contestants\[1\]\.solver\.params\.learningRate must be a number from/);
    expect(faultOf(moons, edits.modelParam(3, 'width', 5))).toMatch(/^contestants\[3\]\.model\.width/);
    expect(faultOf(moons, edits.problemParam('loss', 'cross-entropy'))).toMatch(/^problem\.params\.loss/);
    expect(faultOf(moons, edits.datasetParams({n: 1.5}))).toMatch(/^dataset\.params\.n/);
    expect(faultOf(moons, edits.contestant(0, {name: 'x'.repeat(33)}))).toMatch(/^contestants\[0\]\.name/);
    expect(moons).toEqual(before);
  });
});

describe('another data set', () => {
  it.each(PRESETS.map((preset) => preset.id))('fits or is made to fit: every one for %s', (id) => {
    const experiment = presetOf(id);
    for (const dataset of Object.keys(CATALOGUE.datasets)) {
      const changed = applied(experiment, edits.dataset(dataset));
      expect(changed.dataset).toEqual({id: dataset, params: defaultsOf(CATALOGUE.datasets[dataset].params)});
      expect(changed.view.planeOf).toBeLessThan(changed.contestants.length);
      // A preset's title would be untrue of other data.
      expect(changed).toMatchObject({seed: experiment.seed, title: ''});
      // A step on a surface is one gradient, so that passes and seconds give way there.
      expect(changed.budget).toEqual(changed.problem.id === 'surface' && experiment.problem.id !== 'surface' && experiment.budget.axis !== 'iterations' ? {axis: 'iterations', amount: 300} : experiment.budget);
      expect(applied({...experiment, title: 'my own'}, edits.dataset(dataset)).title).toBe('my own');
    }
  });

  it('of several classes leaves convex ADMM out and sets the loss to automatic', () => {
    const iris = applied(moons, edits.dataset('iris'));
    expect(names(iris)).toEqual(['SGD', 'Momentum', 'Adam']);
    expect(iris.problem.params).toEqual({...moons.problem.params, loss: 'auto'});
    expect(iris.contestants).toEqual(moons.contestants.slice(0, 3));
    expect(consequences(moons, iris)).toMatch(/^ADMM can't run here and was left out\./);
  });

  it('of two classes keeps everybody and the loss', () => {
    const circles = applied(moons, edits.dataset('circles'));
    expect(circles.contestants).toEqual(moons.contestants);
    expect(circles.problem).toEqual(moons.problem);
    expect(consequences(moons, circles)).toBeNull();
  });

  it('for regression keeps ADMM, and a logistic or hinge loss gives way', () => {
    const hinge = applied(moons, edits.problemParam('loss', 'hinge'), edits.dataset('sine'));
    expect(hinge.problem.params.loss).toBe('auto');
    expect(hinge.contestants).toEqual(moons.contestants);
  });

  it('brings Adam where nobody could stay', () => {
    const convex = valid({dataset: {id: 'moons'}, contestants: [{solver: {id: 'convex-admm'}}, {solver: {id: 'convex-admm'}}], view: {planeOf: 1}});
    const iris = applied(convex, edits.dataset('iris'));
    expect(iris.contestants.map((one) => one.solver.id)).toEqual(['adam']);
    expect(iris.view.planeOf).toBe(0);
  });

  it('counts as another task when a parameter makes it one', () => {
    const two = applied(moons, edits.dataset('blobs'), edits.datasetParams({classes: 2}), edits.add('convex-admm'), edits.problemParam('loss', 'hinge'));
    const three = applied(two, edits.datasetParams({classes: 3}));
    expect(three.contestants.map((one) => one.solver.id)).not.toContain('convex-admm');
    expect(three.problem.params.loss).toBe('auto');
    // A parameter that changes no task changes nothing else.
    const noisy = applied(two, edits.datasetParams({noise: 0.5}));
    expect({...noisy, dataset: two.dataset}).toEqual(two);
  });
});

describe('another problem', () => {
  const robust = applied(valid({...moons, view: {planeOf: 3}}), edits.problem('robust-relu'));

  it('keeps what both know: penalty, gradient methods and their networks', () => {
    expect(robust.problem.id).toBe('robust-relu');
    expect(robust.problem.params.beta).toBe(moons.problem.params.beta);
    // A model parameter of its own comes with its default.
    expect(robust.contestants.slice(0, 3)).toMatchObject(moons.contestants.slice(0, 3));
    expect(robust.contestants.map((one) => one.colour)).toEqual(colours(moons));
    expect(applied(moons, edits.problem(moons.problem.id))).toEqual(moons);
  });

  it('gives convex ADMM\'s place to the convex method made for it, and says so', () => {
    expect(robust.contestants[3].solver.id).toBe('convex-adversarial');
    expect(consequences(moons, robust)).toMatch(/^ADMM can't run here; .+ takes part instead\./);
    const threshold = applied(moons, edits.problem('threshold-network'));
    expect(threshold.contestants[3].solver.id).toBe('threshold-lasso');
    const back = applied(threshold, edits.problem('two-layer-relu'));
    expect(back.contestants[3].solver.id).toBe('convex-admm');
  });

  it('keeps one of several contestants that would become equal', () => {
    const twice = applied(moons, edits.duplicate(3));
    const ids = applied(twice, edits.problem('threshold-network')).contestants.map((one) => one.solver.id);
    expect(ids.filter((id) => id === 'threshold-lasso')).toHaveLength(1);
  });

  it('shows J where the measure chosen before is not had', () => {
    const attacked = valid({...robust, view: {...robust.view, metric: 'robustScore'}});
    expect(applied(attacked, edits.problem('two-layer-relu')).view.metric).toBe('objective');
  });

  it('gives way to one that can be posed where new data rule it out', () => {
    const sine = applied(robust, edits.dataset('sine'));
    expect(sine.problem.id).toBe('two-layer-relu');
    expect(consequences(robust, sine)).toMatch(/^The problem is now the two-layer ReLU network/);
  });
});

describe('the certified optimum', () => {
  const certified = valid({...moons, certificate: true});

  it('is switched off by an edit that makes it impossible, and that is said', () => {
    const iris = applied(certified, edits.dataset('iris'));
    expect(iris.certificate).toBe(false);
    expect(consequences(certified, iris)).toMatch(/The certified optimum was switched off: .+\.$/);
    expect(applied(certified, edits.problem('robust-relu')).certificate).toBe(false);
    expect(applied(certified, edits.dataset('circles'), edits.problemParam('loss', 'hinge')).certificate).toBe(true);
  });

  it('can\'t be asked for where there is none', () => {
    expect(faultOf(applied(moons, edits.problem('robust-relu')), edits.merge({certificate: true}))).toMatch(/^certificate must be false here/);
  });
});

describe('any sequence of edits', () => {
  const valueOf = (specs: ParamSpecs): fc.Arbitrary<readonly [string, ParamValue]> =>
    fc.constantFrom(...Object.entries(specs)).chain(([key, spec]): fc.Arbitrary<readonly [string, ParamValue]> => {
      if (spec.kind === 'number') return fc.constantFrom(spec.min, spec.max, spec.default, spec.max * 2 + 1).map((value) => [key, value] as const);
      if (spec.kind === 'choice') return fc.constantFrom(...spec.options.map((option) => option.value), 'nonsense').map((value) => [key, value] as const);
      return fc.constant([key, spec.default] as const);
    });
  const index = fc.nat(MAX_CONTESTANTS - 1);
  /** Indices are folded into the experiment's range, as buttons exist only for contestants that do. */
  const inRange = (make: (i: number) => Edit) => (i: number): Edit => (experiment) => make(i % experiment.contestants.length)(experiment);
  const anySolver = Object.values(CATALOGUE.solvers);
  const adjustable = <T extends {readonly params: ParamSpecs}>(specs: Readonly<Record<string, T>>): readonly T[] => Object.values(specs).filter(({params}) => Object.keys(params).length > 0);
  const edit: fc.Arbitrary<Edit> = fc.oneof(
    fc.constantFrom(...Object.keys(CATALOGUE.datasets)).map(edits.dataset),
    fc.constantFrom(...Object.keys(CATALOGUE.problems)).map(edits.problem),
    fc.boolean().map((certificate) => edits.merge({certificate})),
    fc.constantFrom(...anySolver.map((solver) => solver.id)).map(edits.add),
    index.map(inRange(edits.duplicate)),
    index.map(inRange(edits.remove)),
    fc.constantFrom(...adjustable(CATALOGUE.datasets)).chain((spec) => valueOf(spec.params)).map(([key, value]) => edits.datasetParams({[key]: value})),
    fc.constantFrom(...adjustable(CATALOGUE.problems)).chain((spec) => valueOf(spec.params)).map(([key, value]) => edits.problemParam(key, value)),
    fc
      .tuple(index, fc.constantFrom(...adjustable(CATALOGUE.solvers)).chain((spec) => valueOf(spec.params)))
      .map(([i, [key, value]]) => inRange((at) => edits.solverParam(at, key, value))(i)),
    fc.tuple(index, valueOf(CATALOGUE.problems['two-layer-relu'].model)).map(([i, [key, value]]) => inRange((at) => edits.modelParam(at, key, value))(i)),
    index.map((planeOf): Edit => (experiment) => edits.merge({view: {...experiment.view, planeOf: planeOf % experiment.contestants.length}})(experiment)),
  );

  it('leads from one valid experiment to the next, or to a fault that names a field', () => {
    let accepted = 0;
    let refused = 0;
    const once = fc.property(fc.constantFrom(...PRESETS.map((preset) => preset.id)), fc.array(edit, {minLength: 5, maxLength: 25}), (id, list) => {
      let experiment = presetOf(id);
      for (const one of list) {
        const draft = one(experiment);
        const result = draft.ok ? parseExperiment(draft.value, CATALOGUE) : draft;
        if (!result.ok) {
          refused++;
          expect(result.error.field).toMatch(/\S/);
          expect(result.error.message).toMatch(/\S/);
          continue;
        }
        accepted++;
        experiment = result.value;
        expect(new Set(names(experiment)).size).toBe(experiment.contestants.length);
        expect(experiment.view.planeOf).toBeLessThan(experiment.contestants.length);
      }
      // The colours of presets differ, and no edit here repeats one.
      expect(new Set(colours(experiment)).size).toBe(experiment.contestants.length);
    });
    fc.assert(once, {seed: 3, numRuns: 150});
    expect(accepted).toBeGreaterThan(500);
    expect(refused).toBeGreaterThan(100);
  });
});
