import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {CATALOGUE} from '../../src/catalogue.ts';
import {type Basins, OTHER_FATES} from '../../src/core/basins.ts';
import {type Experiment, faultText, parseExperiment} from '../../src/core/experiment.ts';
import type {MomentumOverlay} from '../../src/core/momentumOverlay.ts';
import type {InstrumentEvent} from '../../src/core/protocol.ts';
import {success} from '../../src/core/result.ts';
import type {StudyEvent} from '../../src/core/study.ts';
import {createInstruments} from '../../src/engine/instruments.ts';
import {momentumOverlay} from '../../src/engine/momentumOverlay.ts';
import {theoryStudy} from '../../src/engine/studies/theory.ts';
import surfaceHost from '../../src/problems/surface/host.ts';
import {edits} from '../../src/state/edits.ts';
import {findingsOf} from '../../src/state/findings.ts';
import {consequences} from '../../src/state/fitting.ts';
import {LabStudies, NO_BASINS, NO_THEORY} from '../../src/state/labStudies.ts';
import {MomentumWatch} from '../../src/state/momentumWatch.ts';
import {freshRun} from '../../src/state/runs.ts';
import {NO_SWEEP} from '../../src/state/studies.ts';
import type {BasinState, RunView} from '../../src/state/types.ts';
import {basinLabels, fateCount} from '../../src/ui/basins/basinPicture.ts';
import {surfaceOf as shadesOf} from '../../src/ui/landscape/surface.ts';
import {isNegative} from '../../src/ui/race/series.ts';
import {expressionWords} from '../../src/ui/setup/expressionWords.ts';
import {regionNames, stretchesOf} from '../../src/ui/theory/regions.ts';
import {surfaceData} from '../helpers/surface.ts';
import {startedStudies} from '../helpers/startedStudies.ts';

/** As in session.ts, which starts backends besides. */
function experimentOf(json: unknown): Experiment {
  const parsed = parseExperiment(json, CATALOGUE);
  if (!parsed.ok) throw new Error(faultText(parsed.error));
  return parsed.value;
}

const bowl = experimentOf({
  dataset: {id: 'surface-functions'},
  problem: {id: 'surface'},
  contestants: [{solver: {id: 'sgd'}, model: {startX: 1, startY: 2}}, {solver: {id: 'nesterov'}}],
});

const edited = (edit: ReturnType<typeof edits.problem>, experiment: Experiment): Experiment => {
  const draft = edit(experiment);
  if (!draft.ok) throw new Error(draft.error.message);
  return experimentOf(draft.value);
};

const noFile = (): Promise<string> => Promise.reject(new Error('reads no file'));

describe('edits of a surface', () => {
  it('move the start of every contestant, to four digits', () => {
    const {contestants} = edited(edits.start(0.123456, -1.99996), bowl);
    expect(contestants.map(({model}) => model)).toEqual([{startX: 0.1235, startY: -2}, {startX: 0.1235, startY: -2}]);
  });

  it('count iterations and measure J alone once a surface is chosen', () => {
    const moons = experimentOf({dataset: {id: 'moons'}, contestants: [{solver: {id: 'adam'}}], budget: {axis: 'evaluations', amount: 20}, view: {metric: 'testScore', axis: 'seconds'}});
    const changed = edited(edits.dataset('surface-functions'), moons);
    const {problem, budget, view} = changed;
    expect(consequences(moons, changed)).toMatch(/The budget is now 300 iterations/);
    expect([problem.id, budget.axis, view.metric, view.axis]).toEqual(['surface', 'iterations', 'objective', 'iterations']);
    const counted = experimentOf({...moons, budget: {axis: 'iterations', amount: 77}});
    expect(edited(edits.dataset('surface-functions'), counted).budget.amount).toBe(77);
  });
});

const run = (objective: readonly number[]): RunView => ({
  ...freshRun('r'),
  status: 'finished',
  ending: {kind: 'finished', reason: ''},
  progress: {iteration: objective.length - 1, evaluations: 1, seconds: 1},
  history: {iterations: objective.map((_, i) => i), evaluations: objective.map((_, i) => i), seconds: objective.map((_, i) => i), metrics: {objective}},
});

describe('negative J', () => {
  it('rules a log axis out, for J alone', () => {
    expect(isNegative('objective', [run([3, 1]), run([2, -0.1])])).toBe(true);
    expect(isNegative('objective', [run([3, 0]), run([2, Number.NaN])])).toBe(false);
    expect(isNegative('lowerBound', [run([2, -1])])).toBe(false);
  });

  it('is compared without shares of itself', () => {
    const texts = findingsOf(bowl, [run([3, -2]), run([3, -1])], {regression: false, samples: 100, backend: null, certificate: null, sweep: NO_SWEEP}).map(({text}) => text);
    expect(texts.slice(0, 2)).toEqual([`${bowl.contestants[0].name} has the lowest J, −2.`, `${bowl.contestants[1].name} stands at J = −1.`]);
    expect(texts.join(' ')).not.toMatch(/passes|width/);
    expect(texts).toContain('Not equal: the contestants start from different points.');
  });
});

describe('log colours', () => {
  it('go on where the minimum is 0 or next to it', () => {
    const values = Float64Array.of(0, 1e-20, 0.1, 10);
    const {log, low, high, shade} = shadesOf({values, side: 2}, {log: true, clip: 100});
    expect([log, low, high]).toEqual([true, 1e-4, 10]);
    expect(Array.from(shade).every(Number.isFinite)).toBe(true);
    // ln(0.1 / 1e-4) / ln(10 / 1e-4) = 3/5.
    expect(shade[2]).toBeCloseTo(0.6, 12);
    expect(shade[3]).toBe(1);
    expect(shadesOf({values: Float64Array.of(-1, 1, 2, 3), side: 2}, {log: true, clip: 100}).log).toBe(false);
  });
});

describe('an expression in words', () => {
  it('has dots, raised powers and short numbers', () => {
    expect(expressionWords('0.5*(0.76249999999)*x^2 - 1e-3*y^3 + x^10')).toBe('0.5 · 0.7625 · x² \u2212 0.001 · y³ + x^10');
    expect(expressionWords('log2(x)^4 + (x*y)^2')).toBe('log2(x)⁴ + (x · y)²');
  });
});

/** Left half to minimum 0, right half to minimum 1, but for one lost start at the top left. */
const halves: Basins = (() => {
  const side = 9;
  const reached = Int16Array.from({length: side * side}, (_, i) => (i % side < 4 ? 0 : 1));
  reached[side * (side - 1)] = OTHER_FATES.diverged;
  return {
    side, xRange: [0, 1], yRange: [0, 1], reached, arrived: new Int32Array(side * side), iteration: 5, iterations: 5,
    minima: [{x: 0.2, y: 0.5, value: 0, valley: [], starts: 35}, {x: 0.8, y: 0.5, value: 0, valley: [], starts: 45}], furtherMinima: 0,
  };
})();

describe('numbers of basins', () => {
  it('stand as far inside as can be, by brute force', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({min: -1, max: 1}), {minLength: 49, maxLength: 49}), fc.integer({min: 0, max: 2}), (noise, calm) => {
        const side = 7;
        const reached = Int16Array.from(noise, (fate, i) => ((i % side) + Math.floor(i / side) < 4 * calm ? 0 : fate));
        const room = (i: number): number => {
          let least = Math.min(i % side, side - 1 - (i % side), Math.floor(i / side), side - 1 - Math.floor(i / side)) + 1;
          for (let j = 0; j < reached.length; j++) {
            if (reached[j] !== reached[i]) least = Math.min(least, Math.max(Math.abs((i % side) - (j % side)), Math.abs(Math.floor(i / side) - Math.floor(j / side))));
          }
          return least;
        };
        const minima = [0, 1].map((x) => ({x, y: 0, value: 0, valley: [], starts: 1}));
        const labels = basinLabels({side, reached, minima});
        for (const minimum of [0, 1]) {
          const most = Math.max(0, ...Array.from(reached.keys()).filter((i) => reached[i] === minimum).map(room));
          const found = labels.find((label) => label.minimum === minimum);
          expect(found ? room(found.row * side + found.column) : 0).toBe(most > 2 ? most : 0);
        }
      }),
    );
  });

  it('and the lost are counted', () => {
    expect(basinLabels(halves).map(({minimum}) => minimum)).toEqual([1]);
    expect(fateCount(halves, OTHER_FATES.diverged)).toBe(1);
    expect(fateCount(halves, 0)).toBe(35);
  });
});

describe('the map of momentum', () => {
  it('is covered by its stretches once, and names stand within their regions', async () => {
    const overlay = momentumOverlay(bowl, await surfaceData({})) as MomentumOverlay;
    const columns = overlay.aValues.length;
    for (const map of Object.values(overlay.maps)) {
      const covered = new Uint8Array(map.motion.length);
      for (const {row, from, to} of stretchesOf(map, overlay)) for (let column = from; column <= to; column++) covered[row * columns + column]++;
      expect(covered.every((times) => times === 1)).toBe(true);
      const names = regionNames(map, overlay);
      expect(names.map(({motion}) => motion)).toContain('divergent');
      for (const {motion, column, row} of names) expect(['monotone', 'oscillating', 'alternating', 'divergent'][map.motion[row * columns + column]]).toBe(motion);
    }
  });

  it('is asked for while somebody looks, and only the newest answer is shown', async () => {
    const answers: ((overlay: MomentumOverlay | null) => void)[] = [];
    const shown: (MomentumOverlay | null)[] = [];
    const watch = new MomentumWatch(
      {momentumOverlay: () => new Promise((resolve) => answers.push((overlay) => resolve(success({overlay}))))},
      (overlay) => shown.push(overlay),
    );
    watch.sync(bowl);
    expect(answers).toHaveLength(0);
    watch.watch(true, bowl);
    watch.sync({...bowl, title: 'other'});
    expect(answers).toHaveLength(1);
    watch.sync(edited(edits.start(1, 1), bowl));
    const newest = momentumOverlay(bowl, await surfaceData({}));
    answers[1](newest);
    answers[0](null);
    await Promise.resolve();
    await Promise.resolve();
    expect(shown).toEqual([newest]);
    watch.watch(false, bowl);
    watch.sync(bowl);
    expect(answers).toHaveLength(2);
  });
});

describe('instruments on a surface', () => {
  it('answer with the overlay of the experiment asked about, and with J but no boundary at a point', async () => {
    const data = await surfaceData({condition: 4, rotation: 0});
    const events: InstrumentEvent[] = [];
    const handle = createInstruments({emit: (event) => events.push(event), load: async () => success({data, host: surfaceHost(data)}), pause: () => Promise.resolve()});
    await handle({type: 'load', requestId: 1, experiment: bowl, base: '/'});
    await handle({type: 'momentumOverlay', requestId: 2, experiment: bowl});
    const overlay = events.find((event) => event.type === 'momentumOverlay');
    expect(overlay?.overlay?.entrants.map(({contestant}) => contestant)).toEqual([0, 1]);
    // Nobody could start: the map is drawn all the same, so that a start can be picked on it.
    await handle({type: 'landscape', requestId: 5, spec: {plane: 'contestants', runs: ['r0'], names: ['SGD'], of: 'r0', seed: 1, side: 5}});
    expect(events.find((event) => event.type === 'landscape')?.landscape).toMatchObject({paths: [], aRange: [-3, 3], bRange: [-3, 3]});
    const snapshot = {iteration: 0, shapes: {w: [2]}, values: Float32Array.of(1, 2)};
    await handle({type: 'observe', runId: 'r0', snapshots: [snapshot]});
    await handle({type: 'landscape', requestId: 3, spec: {plane: 'contestants', runs: ['r0'], names: ['SGD'], of: 'r0', seed: 1, side: 5}});
    await handle({type: 'networkAt', requestId: 4, a: 1, b: -2, side: 5});
    const point = events.find((event) => event.type === 'networkAt');
    // 1/2 (1 + 4 / 4).
    expect(point?.objective).toBeCloseTo(1, 12);
    expect(point?.boundary).toBeNull();
  });
});

function lab() {
  const {started, start} = startedStudies();
  let state: Pick<BasinState, 'experiment' | 'engine' | 'basins' | 'theory'> = {
    experiment: bowl,
    engine: {report: {backend: 'wasm', device: '', reason: ''}, request: 'auto', lanes: 1, notices: []},
    basins: NO_BASINS,
    theory: NO_THEORY,
  };
  const studies = new LabStudies(
    start,
    {get: () => state, set: (part) => (state = {...state, ...part}), base: '/'},
  );
  const edit = (experiment: Experiment): void => {
    state = {...state, experiment};
    studies.sync(experiment);
  };
  return {studies, started, edit, state: () => state};
}

describe('basins on the page', () => {
  it('are followed for the budget, survive another start, follow their contestant and go with it', () => {
    const {studies, started, edit, state} = lab();
    studies.startBasins(1, 41);
    expect(started[0].command).toMatchObject({kind: 'basins', contestant: 1, side: 41, iterations: bowl.budget.amount, request: 'wasm'});
    started[0].tell({type: 'basins', basins: halves, backend: 'wasm'});
    edit(edited(edits.start(0, 0), bowl));
    expect(state().basins).toMatchObject({basins: halves, contestant: 1});
    edit(edited(edits.remove(0), bowl));
    expect(state().basins).toMatchObject({basins: halves, contestant: 0});
    edit(edited(edits.solverParam(1, 'learningRate', 0.123), bowl));
    expect(state().basins).toEqual(NO_BASINS);
    expect(started[0].cancelled).toBe(true);
    started[0].tell({type: 'done'});
    expect(state().basins.status).toBe('idle');
  });

  it('keep what was told when they are stopped, and say why they are refused', () => {
    const {studies, started, state} = lab();
    studies.startBasins(0, 41);
    started[0].tell({type: 'basins', basins: halves, backend: 'wasm'});
    studies.stopBasins();
    started[0].tell({type: 'done'});
    expect(state().basins).toMatchObject({status: 'stopped', basins: halves});
    studies.startBasins(0, 81);
    started[1].tell({type: 'refused', field: 'contestants[0]', message: 'is unfit'});
    expect(state().basins).toMatchObject({status: 'failed', reason: 'contestants[0] is unfit.'});
  });
});

describe('theory', () => {
  it('ends the older study, and keeps a picture while another of its subject is computed', () => {
    const {studies, started, state} = lab();
    const picture = {subject: 'noisyQuadratic', curves: []} as const;
    studies.startTheory({subject: 'noisyQuadratic', params: {}});
    started[0].tell({type: 'theory', picture});
    started[0].tell({type: 'done'});
    studies.startTheory({subject: 'noisyQuadratic', params: {dimension: 10}});
    expect(state().theory).toMatchObject({status: 'running', picture});
    studies.startTheory({subject: 'edge', params: {}});
    expect([state().theory.picture, started[1].cancelled]).toEqual([null, true]);
    studies.stopTheory();
    expect(state().theory.status).toBe('stopped');
  });

  const told = async (subject: 'noisyQuadratic' | 'deepLinear' | 'linearised' | 'edge', params: Record<string, number | boolean | string>) => {
    const events: StudyEvent[] = [];
    await theoryStudy({settings: {subject, params}}, {emit: (event) => events.push(event), readFile: noFile, clock: () => 0});
    return events;
  };

  const picturesOf = (events: readonly StudyEvent[]) => events.flatMap((event) => (event.type === 'theory' ? [event.picture] : []));

  it('refuses settings that are out of range or unknown', async () => {
    expect(await told('edge', {learningRate: 3})).toEqual([{type: 'refused', field: 'learningRate', message: 'must be a number from 0.01 to 1'}]);
    expect(await told('edge', {rate: 0.1})).toEqual([{type: 'refused', field: 'rate', message: 'is not a known name here; check the spelling'}]);
    expect(await told('sharpness' as 'edge', {})).toMatchObject([{type: 'refused', field: 'subject'}]);
  });

  it('counts steps against batch size, the largest batch first', async () => {
    const events = await told('noisyQuadratic', {dimension: 2, share: 0.1});
    const pictures = picturesOf(events);
    expect(pictures).toHaveLength(9);
    const last = pictures[8];
    if (last.subject !== 'noisyQuadratic') throw new Error(last.subject);
    expect(last.curves.map(({method}) => method)).toEqual(['plain', 'momentum', 'preconditioned']);
    for (const {batches, steps} of last.curves) {
      expect(batches).toEqual([1, 4, 16, 64, 256, 1024, 4096, 16384, 65536]);
      for (let i = 1; i < steps.length; i++) expect(steps[i]).toBeLessThanOrEqual(steps[i - 1]);
    }
    expect(events.at(-1)).toEqual({type: 'done'});
  });

  it('draws the modes over their sigmoids, exact after a balanced start and moved after a random one', async () => {
    const pictureOf = async (params: Record<string, number | boolean>) => {
      const [picture] = picturesOf(await told('deepLinear', params));
      if (picture.subject !== 'deepLinear') throw new Error(picture.subject);
      return picture.run;
    };
    const balanced = await pictureOf({steps: 1500});
    balanced.halfTimes.forEach((time, i) => expect(time / (Math.log(balanced.strengths[i] / 1e-3 - 1) / (2 * balanced.strengths[i]))).toBeCloseTo(1, 1.69));
    balanced.modes.forEach((mode, i) => mode.forEach((a, t) => expect(Math.abs(a - balanced.exact[i][t])).toBeLessThan(0.03 * balanced.strengths[i])));
    const random = await pictureOf({balanced: false, start: 0.02, steps: 1500});
    expect(random.exactHalfTimes.every(Number.isNaN)).toBe(true);
    const [at, half] = [random.halfTimes[0], random.strengths[0] / 2];
    const near = random.times.findIndex((t) => t >= at);
    expect(Math.abs(random.exact[0][near] - half)).toBeLessThan(0.05);
  });

  it('shows a network leaving its linear model, and the edge with its twins', async () => {
    const [picture] = picturesOf(await told('linearised', {width: '16', steps: 20}));
    expect(picture.subject === 'linearised' && picture.run.records.map(({step}) => step)).toEqual(Array.from({length: 21}, (_, i) => i));
    const edges = picturesOf(await told('edge', {steps: 20}));
    expect(edges.map((one) => one.subject === 'edge' && one.twins !== null)).toEqual([false, true]);
    const wild = picturesOf(await told('edge', {steps: 200, learningRate: 1}));
    expect(wild).toHaveLength(1);
    expect(wild[0].subject === 'edge' && wild[0].run.divergedAt).not.toBeNull();
  });
});
