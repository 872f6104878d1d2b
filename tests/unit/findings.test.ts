import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {CATALOGUE} from '../../src/catalogue.ts';
import {type Experiment, parseExperiment} from '../../src/core/experiment.ts';
import type {Ending} from '../../src/core/protocol.ts';
import {findingsOf} from '../../src/state/findings.ts';
import {freshRun} from '../../src/state/runs.ts';
import {NO_SWEEP} from '../../src/state/studies.ts';
import type {Finding, RunView} from '../../src/state/types.ts';

function experimentOf(contestants: readonly object[]): Experiment {
  const parsed = parseExperiment({dataset: {id: 'moons'}, contestants}, CATALOGUE);
  if (!parsed.ok) throw new Error(`${parsed.error.field} ${parsed.error.message}`);
  return parsed.value;
}

const network = (name: string, width = 50): object => ({name, solver: {id: 'adam'}, model: {width}});
const admm = (name: string): object => ({name, solver: {id: 'convex-admm'}});
const three = experimentOf([network('A'), network('B'), network('C')]);

interface Told {
  readonly objective: readonly number[];
  readonly evaluations?: readonly number[];
  readonly testScore?: number;
  readonly ending?: Ending;
  readonly notices?: readonly string[];
}

/** A run with one record an iteration, from iteration 0. */
function runOf({objective, evaluations, testScore = Number.NaN, ending, notices = []}: Told): RunView {
  const iterations = objective.map((_, i) => i);
  return {
    ...freshRun('r'),
    status: ending?.kind ?? 'running',
    ending: ending ?? null,
    progress: {iteration: Math.max(0, objective.length - 1), evaluations: 0, seconds: 0},
    history: {
      iterations,
      evaluations: evaluations ?? iterations,
      seconds: iterations,
      metrics: {objective, testScore: objective.map(() => testScore)},
    },
    notices,
  };
}

/** With plain spaces, as these tests are about words and numbers. */
const told = (experiment: Experiment, runs: readonly RunView[], regression = false): Finding[] =>
  findingsOf(experiment, runs, {regression, samples: 100, backend: null, certificate: null, sweep: NO_SWEEP}).map((finding) => ({...finding, text: finding.text.replaceAll(/[\u202f\u00a0]/g, ' ')}));

const texts = (experiment: Experiment, runs: readonly RunView[], regression = false): string[] =>
  told(experiment, runs, regression).map((finding) => finding.text);

describe('ranking', () => {
  it('names the lowest J first and the gaps of the others in per cent', () => {
    const findings = told(three, [runOf({objective: [9, 5]}), runOf({objective: [9, 2]}), runOf({objective: [9, 2.5]})], false);
    expect(findings.slice(0, 3)).toEqual([
      {tone: 'good', contestant: 1, text: 'B has the lowest J so far, 2.'},
      {tone: 'info', contestant: 2, text: 'C is 25 % above the lowest J.'},
      {tone: 'info', contestant: 0, text: 'A is 150 % above the lowest J.'},
    ]);
  });

  it('looks at the last J, not the lowest on the way', () => {
    expect(texts(three, [runOf({objective: [9, 1, 4]}), runOf({objective: [9, 5, 3]}), runOf({objective: [9, 9, 9]})])[0]).toMatch(/^B has the lowest J so far, 3\./);
  });

  it('calls a race even where all are within a thousandth', () => {
    const even = texts(three, [runOf({objective: [9, 2]}), runOf({objective: [9, 2.001]}), runOf({objective: [9, 2.0005]})]);
    expect(even[0]).toBe('All contestants are within 0.1 % of the lowest J, 2.');
    expect(even.join(' ')).not.toContain('above the');
  });

  it('says nothing of those that hardly differ from the best, and ranks only two or more', () => {
    const said = texts(three, [runOf({objective: [9, 2]}), runOf({objective: [9, 2.001]}), runOf({objective: [9, 4]})]);
    expect(said.filter((text) => text.includes('above the'))).toEqual(['C is 100 % above the lowest J.']);
    expect(texts(experimentOf([network('A')]), [runOf({objective: [9, 2]})])).toEqual([]);
  });

  it('is silent before the start', () => {
    expect(texts(three, [0, 1, 2].map(() => freshRun('r')))).toEqual([]);
    expect(texts(three, [runOf({objective: [9]}), runOf({objective: [9]}), runOf({objective: [9]})])).toEqual([]);
  });
});

describe('speed', () => {
  it('compares the full-data passes until within one per cent of the lowest J', () => {
    const said = texts(three, [
      runOf({objective: [9, 3, 2.01, 2], evaluations: [0, 10, 20, 30]}),
      runOf({objective: [9, 2.019, 2.01, 2.01], evaluations: [0, 4.56789, 5, 6]}),
      runOf({objective: [9, 8, 7, 6], evaluations: [0, 1, 2, 3]}),
    ]);
    expect(said).toContain('A needed 20 full-data passes to come within 1 % of the lowest J, B 4.57.');
    expect(said.filter((text) => text.includes('needed'))).toHaveLength(1);
  });

  it('says nothing where nobody else arrived', () => {
    const said = texts(three, [runOf({objective: [9, 2]}), runOf({objective: [9, 3]}), runOf({objective: [9, 4]})]);
    expect(said.some((text) => text.includes('needed'))).toBe(false);
  });
});

describe('endings', () => {
  const diverged: Ending = {kind: 'diverged', reason: 'J was no longer a finite number by iteration 12'};
  const failed: Ending = {kind: 'failed', reason: 'the device is out of memory'};

  it('warns of divergence and failure with the reason, and leaves these out of the ranking', () => {
    const runs = [runOf({objective: [9, 1e300], ending: diverged}), runOf({objective: [9, 1], ending: failed}), runOf({objective: [9, 5]})];
    const findings = findingsOf(three, runs, {regression: false, samples: 100, backend: null, certificate: null, sweep: NO_SWEEP});
    expect(findings).toContainEqual({tone: 'warning', contestant: 0, text: `A diverged: ${diverged.reason}`});
    expect(findings).toContainEqual({tone: 'warning', contestant: 1, text: `B could not run: ${failed.reason}`});
    expect(findings.map((finding) => finding.text).join(' ')).not.toMatch(/lowest J/);
  });

  it('ranks those that are left', () => {
    const runs = [runOf({objective: [9, Number.NaN], ending: diverged}), runOf({objective: [9, 4]}), runOf({objective: [9, 2]})];
    expect(texts(three, runs).slice(0, 2)).toEqual(['C has the lowest J so far, 2.', 'B is 100 % above the lowest J.']);
  });

  it('passes on what a contestant says of itself', () => {
    const notices = ['The zero network is optimal here.'];
    const runs = [runOf({objective: [9, 3], notices}), runOf({objective: [9, 2]}), runOf({objective: [9, 2]})];
    expect(findingsOf(three, runs, {regression: false, samples: 100, backend: null, certificate: null, sweep: NO_SWEEP})).toContainEqual({tone: 'info', contestant: 0, text: `A: ${notices[0]}`});
  });
});

describe('generalisation', () => {
  const scored = (...scores: readonly number[]): RunView[] => scores.map((testScore, i) => runOf({objective: [9, 2 + i], testScore}));

  it('names the best and the worst on the test set', () => {
    expect(texts(three, scored(0.9, 0.975, 0.95))).toContain('On the test set B does best with 97.5 %; A has 90 %.');
    expect(texts(three, scored(0.5, -0.25, 0.4), true)).toContain('On the test set A does best with R² 0.5; B has R² −0.25.');
  });

  it('calls them alike within half a point, and is silent without a test set', () => {
    expect(texts(three, scored(0.9, 0.903, 0.901))).toContain('On the test set all are alike: 90.3 %.');
    expect(texts(three, scored(Number.NaN, Number.NaN, Number.NaN)).some((text) => text.includes('test set'))).toBe(false);
  });
});

describe('fairness', () => {
  const begun = (count: number): RunView[] => Array.from({length: count}, () => runOf({objective: [9, 2]}));

  it('says who starts elsewhere, in the singular and the plural', () => {
    expect(texts(experimentOf([network('A'), admm('Z')]), begun(2))).toContain(
      'Not equal: Z starts from the zero network, the others from the same random weights.',
    );
    expect(texts(experimentOf([network('A'), admm('Y'), admm('Z')]), begun(3))).toContain(
      'Not equal: Y and Z start from the zero network, the others from the same random weights.',
    );
    expect(texts(experimentOf([admm('Y'), admm('Z')]), begun(2)).join(' ')).not.toContain('Not equal');
  });

  it('says that networks differ', () => {
    const differ = 'Not equal: the networks differ in width or initial scale; neurons they share start from the same draws.';
    expect(texts(experimentOf([network('A', 10), network('B', 20)]), begun(2))).toContain(differ);
    expect(texts(experimentOf([network('A', 10), network('B', 10)]), begun(2))).not.toContain(differ);
  });

  it('is silent before the start', () => {
    expect(texts(experimentOf([network('A', 10), network('B', 20), admm('Z')]), [0, 1, 2].map(() => freshRun('r')))).toEqual([]);
  });
});

describe('deep networks', () => {
  const model = (name: string, values: object): object => ({name, solver: {id: 'adam'}, model: values});
  const deep = (contestants: readonly object[], data = 'modular-addition', problem = 'mlp-classifier'): Experiment => {
    const parsed = parseExperiment({dataset: {id: data}, problem: {id: problem}, contestants}, CATALOGUE);
    if (!parsed.ok) throw new Error(`${parsed.error.field} ${parsed.error.message}`);
    return parsed.value;
  };
  const measuring = (run: RunView, metrics: Readonly<Record<string, number>>): RunView => ({
    ...run,
    history: {...run.history, metrics: {...run.history.metrics, ...Object.fromEntries(Object.entries(metrics).map(([key, value]) => [key, run.history.iterations.map(() => value)]))}},
  });
  const one = deep([model('A', {})], 'clock-grammar', 'transformer');
  const saidOf = (metrics: Readonly<Record<string, number>>): string[] => texts(one, [measuring(runOf({objective: [9, 2]}), metrics)]);

  it('are said to have collapsed where most samples have', () => {
    expect(saidOf({collapsed: 0.97})).toContain('A has collapsed on 97 % of its training samples: they teach nothing more.');
    expect(saidOf({collapsed: 0.5})).toEqual([]);
    expect(saidOf({collapsed: Number.NaN})).toEqual([]);
  });

  it('are said to grow and to fade by their layers', () => {
    expect(saidOf({'rms/0': 2, 'rms/1': 5, 'rms/2': 38})).toEqual(['A: after the last layer the hidden state is 19 times as large as the embedding.']);
    expect(saidOf({hiddenGrowth: 12})).toEqual(['A: after the last layer the hidden state is 12 times as large as the embedding.']);
    expect(saidOf({'rms/0': 1, 'rms/1': 9.9})).toEqual([]);
    // Without a residual stream layers have sizes of their own.
    expect(texts(deep([model('A', {})]), [measuring(runOf({objective: [9, 2]}), {'rms/0': 1, 'rms/1': 99})])).toEqual([]);
    expect(saidOf({'rms/0': 1, 'rms/1': Number.NaN})).toEqual([]);
    expect(saidOf({'slope/0': 5e-7, 'slope/1': 1})).toEqual(['A: the gradient is 2×10⁶ times as large at the last layer as at the first, so the first layers hardly learn.']);
    expect(saidOf({'slope/0': 0, 'slope/1': 1})).toEqual(['A: no gradient reaches the first layer, so the first layers hardly learn.']);
    expect(saidOf({'slope/0': 56, 'slope/1': 1})).toEqual([]);
  });

  it('are ranked by J among those whose J is the same, and that is said once', () => {
    const heads = deep([model('A', {head: 'softmax'}), model('B', {head: 'stablemax'}), model('C', {head: 'stablemax'}), model('D', {head: 'softmax'})]);
    const said = texts(heads, [9, 3, 2, 8].map((last) => runOf({objective: [10, last]})));
    expect(said.slice(0, 5)).toEqual([
      'D has the lowest J of A and D so far, 8.',
      'A is 12.5 % above the lowest J.',
      'C has the lowest J of B and C so far, 2.',
      'B is 50 % above the lowest J.',
      "J is each head's own loss, so it says nothing across heads: compare accuracy or surprise.",
    ]);
    expect(said.filter((text) => text.startsWith('J is each'))).toHaveLength(1);
    expect(said).toContain('What is compared: the networks differ in head.');
    const same = texts(deep([model('A', {width: 16}), model('B', {width: 32})]), [9, 3].map((last) => runOf({objective: [10, last]})));
    expect(same[0]).toBe('B has the lowest J so far, 3.');
    expect(same.join(' ')).not.toContain('J is each');
  });
});

describe('any state of a race', () => {
  const experiment = experimentOf([network('A', 10), admm('Z'), network('C', 20)]);
  const ending = fc.constantFrom<Ending | undefined>(
    undefined,
    {kind: 'finished', reason: 'done'},
    {kind: 'diverged', reason: 'too fast'},
    {kind: 'failed', reason: 'no'},
  );

  function expectWords(objective: fc.Arbitrary<number>): void {
    const someRun = fc
      .record({
        objective: fc.array(objective, {maxLength: 5}),
        testScore: fc.oneof(fc.constant(Number.NaN), fc.double({min: -3, max: 1, noNaN: true})),
        ending,
      })
      .map(({ending: end, ...rest}) => runOf(end ? {...rest, ending: end} : rest));
    const once = fc.property(fc.tuple(someRun, someRun, someRun), fc.boolean(), (runs, regression) => {
      for (const {text, contestant, tone} of told(experiment, runs, regression)) {
        expect(text).not.toMatch(/NaN|Infinity|undefined|null|\[object/);
        expect(text).toMatch(/^\S.*\S$/);
        expect(['info', 'good', 'warning']).toContain(tone);
        expect(contestant === null || contestant in experiment.contestants).toBe(true);
      }
    });
    fc.assert(once, {seed: 5, numRuns: 1000});
  }

  it('is put into whole sentences without NaN, Infinity or undefined', () => {
    expectWords(fc.oneof(fc.double({min: 1e-6, max: 100, noNaN: true}), fc.constantFrom(1e12, Number.NaN, Number.POSITIVE_INFINITY)));
  });

  // J is exactly 0 where nothing is decayed and every hinge loss is at rest.
  it('is put into such sentences even where J is 0', () => {
    expectWords(fc.oneof(fc.double({min: 0, max: 100, noNaN: true}), fc.constantFrom(0, 1e-300, 1e300, Number.NaN)));
  });
});
