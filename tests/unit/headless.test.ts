import {spawn} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {CATALOGUE} from '../../src/catalogue.ts';
import {parseExperiment} from '../../src/core/experiment.ts';
import {encodeLink} from '../../src/core/link.ts';
import type {ContestantResult, ResultsDocument} from '../../src/core/results.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const BUNDLE = join(ROOT, 'build/node/experiment.mjs');
const FIXTURES = join(ROOT, 'tests/fixtures/experiments');

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(script: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [script, ...args], {cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe']});
    const text = {stdout: '', stderr: ''};
    for (const stream of ['stdout', 'stderr'] as const) child[stream].setEncoding('utf8').on('data', (part: string) => (text[stream] += part));
    child.on('error', fail);
    child.on('close', (code) => done({code, ...text}));
  });
}

const experiment = (...args: readonly string[]): Promise<Outcome> => run(BUNDLE, args);

let folder = '';
let files = 0;

/** A file with the given text, or the value as JSON. */
function fileOf(content: unknown): string {
  const path = join(folder, `${++files}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'basin-headless-'));
  if (existsSync(BUNDLE)) return;
  const built = await run(join(ROOT, 'node_modules/vite/bin/vite.js'), ['build', '-c', 'vite.node.config.ts', '--logLevel', 'warn']);
  if (built.code !== 0) throw new Error(built.stderr);
}, 120_000);

afterAll(() => rmSync(folder, {recursive: true, force: true}));

/** The document of a run that must succeed. */
async function resultsOf(...args: readonly string[]): Promise<ResultsDocument> {
  const {code, stdout, stderr} = await experiment(...args);
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
  return JSON.parse(stdout) as ResultsDocument;
}

/** What stderr says where the input is at fault: exit 2, and nothing on stdout that a script might take for results. */
async function refusalOf(...args: readonly string[]): Promise<string> {
  const {code, stdout, stderr} = await experiment(...args);
  expect({code, stdout}).toEqual({code: 2, stdout: ''});
  expect(stderr).not.toMatch(/\n\s+at /);
  return stderr.trim();
}

const small = {
  title: 'small',
  seed: 5,
  dataset: {id: 'moons', params: {n: 60, seed: 2}},
  problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 0.1}},
  contestants: [
    {name: 'SGD', solver: {id: 'sgd', params: {learningRate: 0.1, batchSize: 16}}, model: {width: 10}},
    {name: 'ADMM', solver: {id: 'convex-admm', params: {patterns: 10}}},
  ],
  budget: {axis: 'iterations', amount: 40},
};
type Json = Record<string, unknown>;
const smallWith = (changes: Json): string => fileOf({...small, ...changes});

const EVERYWHERE = ['objective', 'trainLoss', 'testLoss', 'penalty', 'trainScore', 'testScore'];

/** What every contestant's part of a document must be, whatever the experiment. */
function expectSound(result: ContestantResult): void {
  const {iterations, evaluations, seconds} = result.history;
  for (const column of Object.values(result.history)) expect(column).toHaveLength(iterations.length);
  expect(Object.keys(result.final)).toEqual(expect.arrayContaining(EVERYWHERE));
  for (const [metric, value] of Object.entries(result.final)) expect(result.history[metric].at(-1)).toBe(value);
  for (const column of [iterations, evaluations, seconds] as number[][]) {
    expect(column.every((value, i) => Number.isFinite(value) && (i === 0 || value >= column[i - 1]))).toBe(true);
  }
  expect(iterations[0]).toBe(0);
  expect(iterations.at(-1)).toBe(result.iterations);
  expect(evaluations.at(-1)).toBe(result.evaluations);
  expect(result.history.objective.every((value) => value !== null && value >= 0)).toBe(true);
}

/** Everything but times. */
const timeless = ({contestants, ...document}: ResultsDocument): unknown => ({
  ...document,
  contestants: contestants.map(({seconds: _, history: {seconds: __, ...history}, ...rest}) => ({...rest, history})),
});

describe.each(['wasm', 'cpu'])('on %s', (backend) => {
  it('prints the documented results, the same to the bit each time', async () => {
    const config = fileOf(small);
    const [document, again] = await Promise.all([1, 2].map(() => resultsOf('--config', config, '--backend', backend)));
    const complete = parseExperiment(small, CATALOGUE);
    expect(document).toMatchObject({format: 'basin-results', formatVersion: 1, backend: {backend}, data: {train: 48, test: 12}});
    expect(complete).toEqual({ok: true, value: document.experiment});
    expect(document.contestants.map(({name, solver, status, iterations}) => [name, solver, status, iterations])).toEqual([
      ['SGD', 'sgd', 'finished', 40],
      ['ADMM', 'convex-admm', 'finished', 40],
    ]);
    for (const contestant of document.contestants) {
      expectSound(contestant);
      expect(contestant.history.iterations).toHaveLength(41);
      expect(contestant.reason).toMatch(/budget/);
      expect(contestant.final.objective).toBeLessThan(contestant.history.objective[0] as number);
    }
    // 48 samples in batches of 16: an epoch is 3 iterations. ADMM's iterations cost 2 passes.
    expect(document.contestants[0].evaluations).toBeCloseTo(40 / 3, 9);
    expect(document.contestants[1].evaluations).toBe(80);
    expect(timeless(again)).toEqual(timeless(document));
  });
});

it('agrees across backends to rounding, for a method that does not amplify it', async () => {
  const config = smallWith({contestants: small.contestants.slice(0, 1)});
  const [wasm, cpu] = await Promise.all(['wasm', 'cpu'].map((backend) => resultsOf('--config', config, '--backend', backend)));
  const objectives = ({contestants}: ResultsDocument): number[] => contestants[0].history.objective as number[];
  for (const [i, value] of objectives(wasm).entries()) expect(Math.abs(value / objectives(cpu)[i] - 1)).toBeLessThan(1e-4);
});

describe('links', () => {
  it('opens a preset', async () => {
    const {experiment: preset, contestants} = await resultsOf('--link', '#preset=sine');
    expect(preset.title).toContain('curve');
    expect(contestants.map((one) => one.status)).toEqual(preset.contestants.map(() => 'finished'));
    for (const contestant of contestants) expectSound(contestant);
  });

  it('opens a whole address, and gives what the file of the same experiment gives', async () => {
    const parsed = parseExperiment(small, CATALOGUE);
    if (!parsed.ok) throw new Error(parsed.error.message);
    const address = `https://basin.example.org/play/#${encodeLink(parsed.value, CATALOGUE)}`;
    const [link, config] = await Promise.all([resultsOf('--link', address), resultsOf('--config', fileOf(small))]);
    expect(timeless(link)).toEqual(timeless(config));
  });

  it('refuses broken ones', async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ['#1.AAAA', /^link .*(damaged|cut off)/],
      ['#9.AAAA', /^link version 9 is unknown/],
      ['hello', /^link .*not a Basin link/],
      ['#preset=nonsense', /^preset "nonsense" is unknown/],
      ['https://basin.example.org/#', /^--link holds no experiment/],
    ];
    await Promise.all(cases.map(async ([link, words]) => expect(await refusalOf('--link', link)).toMatch(words)));
  });
});

describe('own data', () => {
  const points = [[0, 0], [0, 1], [1, 0], [1, 1], [0.1, 0.2], [0.9, 0.8]];
  const own = (params: Json): string => smallWith({dataset: {id: 'inline', params}});

  it('classifies', async () => {
    const document = await resultsOf('--config', own({points, targets: [3, 7, 7, 3, 3, 3], task: 'classification'}));
    expect(document.data).toMatchObject({train: 6, test: 0});
    for (const contestant of document.contestants) {
      expectSound(contestant);
      // Not measured without a test set; JSON has no NaN.
      expect(contestant.final.testLoss).toBeNull();
      expect(contestant.final.trainScore).toBeGreaterThan(0.5);
    }
  });

  it('regresses', async () => {
    const targets = points.map(([x, y]) => 0.5 * x - y);
    const document = await resultsOf('--config', own({points, targets, task: 'regression', trainFraction: 0.7}));
    expect(document.data).toMatchObject({train: 4, test: 2});
    for (const contestant of document.contestants) expectSound(contestant);
  });

  it('is refused where it is ragged or does not fit', async () => {
    const cases: readonly (readonly [Json, RegExp])[] = [
      [{points: [[1, 2], [3]], targets: [0, 1]}, /^dataset\.params\.points .*row 2/],
      [{points: [[1, 2], [3, 'x']], targets: [0, 1]}, /^dataset\.params\.points\[1\]\[1\] must be a finite number/],
      [{points: [[1], [2]], targets: [0, 1, 1]}, /^dataset\.params\.targets .*each of the 2 points, but has 3/],
      [{points: [[1], [2]], targets: [1, 1]}, /^dataset\.params\.targets .*two different/],
      [{points: [], targets: []}, /^dataset\.params\.points .*at least one row/],
      [{points: Array.from({length: 5001}, () => [1]), targets: [1]}, /^dataset\.params\.points .*at most 5000 rows/],
      [{points: [Array.from({length: 101}, () => 1)], targets: [1]}, /^dataset\.params\.points\[0\] .*at most 100 columns/],
    ];
    await Promise.all(cases.map(async ([params, words]) => expect(await refusalOf('--config', own(params))).toMatch(words)));
  });
});

describe('refusals: exit 2, the field and the reason on stderr, nothing on stdout', () => {
  const [sgd] = small.contestants;

  it('of configs', async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      [join(folder, 'missing.json'), /^--config .*missing\.json could not be read/],
      [folder, /^--config .* could not be read/],
      [fileOf('{"seed": 1,'), /^--config .* could not be read as JSON/],
      [fileOf(''), /^--config .* could not be read as JSON/],
      [fileOf('[]'), /^experiment must be a JSON object/],
      [fileOf('{}'), /^dataset is missing/],
      [smallWith({contestants: [{solver: {id: 'sgdd'}}]}), /^contestants\[0\]\.solver\.id "sgdd" is unknown; choose one of sgd, /],
      [smallWith({contestants: [{...sgd, solver: {id: 'sgd', params: {learningRate: 1e6}}}]}), /learningRate must be a number from 0\.00001 to 30/],
      [smallWith({contestants: [{...sgd, solver: {id: 'sgd', params: {learningrate: 1}}}]}), /solver\.params\.learningrate is not a known name/],
      [smallWith({contestants: [{...sgd, model: {width: 1e9}}]}), /^contestants\[0\]\.model\.width must be a number from 1 to 1000/],
      [smallWith({contestants: Array.from({length: 9}, () => sgd)}), /^contestants has room for 8/],
      [smallWith({dataset: {id: 'moons', params: {n: 1e9}}}), /^dataset\.params\.n must be a number from 4 to 2000/],
      [smallWith({dataset: {id: 'iris'}}), /^problem\.params\.loss .*does not fit several classes/],
      [smallWith({budget: {axis: 'iterations', amount: 1e12}}), /^budget\.amount must be a number from 1 to 1000000/],
      [smallWith({version: 99}), /^version is 99, but this Basin knows versions up to 2/],
      [fileOf(JSON.stringify(small).replace('"seed":5', '"seed":1e999')), /^seed must be a whole number/],
      [smallWith({instruments: [{kind: 'curvture'}]}), /^instruments\[0\]\.kind "curvture" is unknown; choose one of landscape, /],
      [smallWith({instruments: {kind: 'curvature'}}), /^instruments must be a list/],
      [fileOf(JSON.stringify(small).replace('"seed":5', '"__proto__":{"seed":1}')), /^__proto__ is not a known name/],
    ];
    await Promise.all(cases.map(async ([config, words]) => expect(await refusalOf('--config', config)).toMatch(words)));
  });

  it('of gates that do not fit the data, which only the data can tell', async () => {
    const contestants = [sgd, {solver: {id: 'convex-admm', params: {gates: [[1, 0]]}}}];
    expect(await refusalOf('--config', smallWith({contestants}))).toMatch(/^contestants\[1\].* gate 1 has 2 numbers, but the data have 3 columns/);
  });

  it('of arguments', async () => {
    const config = fileOf(small);
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /--link or --config[\s\S]*usage/],
      [['--link', '#preset=moons', '--config', config], /--link or --config[\s\S]*usage/],
      [['--config', config, '--fast'], /--fast[\s\S]*usage/],
      [['--config'], /--config[\s\S]*usage/],
      [[config], /usage/],
      [['--config', config, '--backend', 'webgpu'], /^--backend must be wasm or cpu/],
      [['--config', config, '--backend', 'gpu'], /^--backend must be wasm or cpu/],
    ];
    await Promise.all(cases.map(async ([args, words]) => expect(await refusalOf(...args)).toMatch(words)));
  });
});

it('looks at what a config asks for besides, which is no part of the experiment', async () => {
  const document = await resultsOf('--config', smallWith({instruments: [{kind: 'landscape', side: 3}]}));
  expect(document.instruments).toMatchObject([{kind: 'landscape', plane: 'contestants', side: 3, values: expect.any(Array)}]);
  expect(parseExperiment(small, CATALOGUE)).toEqual({ok: true, value: document.experiment});
});

it('--out writes the document into a file and prints nothing', async () => {
  const config = fileOf(small);
  const out = join(folder, 'results.json');
  expect(await experiment('--config', config, '--out', out)).toEqual({code: 0, stdout: '', stderr: ''});
  const written = JSON.parse(readFileSync(out, 'utf8')) as ResultsDocument;
  expect(timeless(written)).toEqual(timeless(await resultsOf('--config', config)));
});

it('says that a run diverged, in numbers that JSON can hold', async () => {
  const {contestants} = await resultsOf('--config', smallWith({contestants: [{solver: {id: 'sgd', params: {learningRate: 30, batchSize: 0}}}]}));
  expect(contestants[0].status).toBe('diverged');
  expect(contestants[0].reason).toMatch(/learning rate/);
});

describe('the example configs', () => {
  const example = async (name: string, contestants: number): Promise<ResultsDocument> => {
    const document = await resultsOf('--config', join(FIXTURES, name));
    expect(document.experiment.title).toMatch(/\S.{10}/);
    expect(document.contestants).toHaveLength(contestants);
    for (const contestant of document.contestants) {
      expectSound(contestant);
      expect(contestant.status).toBe('finished');
    }
    return document;
  };
  const finalOf = (document: ResultsDocument, name: string) => document.contestants.find((one) => one.name === name)?.final ?? {};

  it('moons-logistic.json: ADMM has the lower J after as many passes, and both tell the moons apart', async () => {
    const document = await example('moons-logistic.json', 2);
    for (const {evaluations, final} of document.contestants) {
      expect(evaluations).toBeCloseTo(40, 9);
      expect(final.testScore).toBeGreaterThanOrEqual(0.9);
    }
    expect(finalOf(document, 'ADMM').objective).toBeLessThan(finalOf(document, 'Momentum').objective as number);
  });

  it('inline-regression.json: the bent line is fitted', async () => {
    const document = await example('inline-regression.json', 2);
    expect(document.data).toMatchObject({train: 8, test: 0});
    for (const {final} of document.contestants) expect(final.trainScore).toBeGreaterThan(0.98);
  });

  it('breast-cancer.json: everybody classifies well', async () => {
    const document = await example('breast-cancer.json', 3);
    for (const {final} of document.contestants) expect(final.testScore).toBeGreaterThan(0.88);
    expect(finalOf(document, 'Adam').objective).toBeLessThan(finalOf(document, 'SGD').objective as number);
  });
});
