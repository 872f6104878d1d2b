import {deflateRawSync, inflateRawSync} from 'node:zlib';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {CATALOGUE} from '../../src/catalogue.ts';
import {COLOURS, DEFAULT_VIEW, EXPERIMENT_VERSION, type Experiment, parseExperiment} from '../../src/core/experiment.ts';
import {CODEC_VERSION, decodeLink, encodeLink, type LinkContent, MAX_LINK_CHARACTERS} from '../../src/core/link.ts';
import {DICTIONARIES} from '../../src/core/linkDictionary.ts';
import {MIGRATIONS, migrate} from '../../src/core/migrations.ts';
import {defaultsOf, type ParamSpec, type ParamSpecs, type ParamValues} from '../../src/core/params.ts';
import type {ProblemContext} from '../../src/core/plugin.ts';
import {randomStream} from '../../src/core/random.ts';
import {THEORY_SPECS} from '../../src/core/theory.ts';
import type {Result} from '../../src/core/result.ts';
import {PRESETS} from '../../src/presets/registry.ts';
import {type Edit, edits} from '../../src/state/edits.ts';
import RELEASED from '../fixtures/defaults.json';

const BASE = 'https://basin.example.org/#';
/** The fuzzers are large enough to find things with one seed, and a red build must be repeatable. */
const fuzz = (numRuns: number) => ({seed: 20240607, numRuns});

function valid(json: unknown): Experiment {
  const parsed = parseExperiment(json, CATALOGUE);
  if (!parsed.ok) throw new Error(`${parsed.error.field} ${parsed.error.message}`);
  return parsed.value;
}

/** What a link or a config file goes through. */
function read(json: unknown): Result<Experiment> {
  const current = migrate(json);
  return current.ok ? parseExperiment(current.value, CATALOGUE) : current;
}

const decode = (fragment: string): Result<LinkContent> => decodeLink(fragment, CATALOGUE);

function opened(fragment: string): Experiment {
  const content = decode(fragment);
  if (!content.ok) throw new Error(`${content.error.field} ${content.error.message}`);
  if (content.value.experiment.kind !== 'full') throw new Error('holds no whole experiment');
  return content.value.experiment.experiment;
}

function faultOf(fragment: string) {
  const content = decode(fragment);
  if (content.ok) throw new Error('was accepted');
  expect(content.error.field).not.toBe('');
  expect(content.error.message).not.toBe('');
  return content.error;
}

const presets = PRESETS.map((preset) => [preset.id, valid(preset.experiment)] as const);

/* ---- an encoder of its own: zlib instead of fflate, FNV-1a in big integers ---- */

const dictionary = Buffer.from(DICTIONARIES[CODEC_VERSION]);

function checksum(bytes: Uint8Array): Buffer {
  let hash = 2166136261n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 16777619n) % 2n ** 32n;
  return Buffer.from(hash.toString(16).padStart(8, '0').slice(0, 6), 'hex');
}

const fragmentOf = (deflated: Buffer, content: Uint8Array): string => `${CODEC_VERSION}.${Buffer.concat([deflated, checksum(content)]).toString('base64url')}`;

function pack(content: string | Buffer, withDictionary = true): string {
  const bytes = Buffer.from(content);
  return fragmentOf(deflateRawSync(bytes, withDictionary ? {level: 9, dictionary} : {level: 9}), bytes);
}

/* ---- arbitrary experiments that are valid ---- */

const finite = (min: number, max: number): fc.Arbitrary<number> =>
  // Adding 0 turns -0, which JSON does not keep, into 0.
  fc.tuple(fc.double({min, max, noNaN: true}), fc.boolean()).map(([v, short]) => (short ? Math.min(max, Math.max(min, Number(v.toPrecision(3)))) : v) + 0);

function valueOf(spec: ParamSpec): fc.Arbitrary<unknown> {
  switch (spec.kind) {
    case 'number':
      return spec.integer ? fc.integer({min: spec.min, max: spec.max}) : finite(spec.min, spec.max);
    case 'choice':
      return fc.constantFrom(...spec.options.map((option) => option.value));
    case 'flag':
      return fc.boolean();
    case 'list':
      return fc.array(finite(-1e9, 1e9), {maxLength: 12});
    case 'text':
      return fc.constant(spec.default);
    case 'table':
      return fc.array(fc.array(finite(-1e9, 1e9), {maxLength: 4}), {maxLength: 5});
  }
}

/** Some or all of a group's parameters. */
const group = (specs: ParamSpecs): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(Object.fromEntries(Object.entries(specs).map(([key, spec]) => [key, valueOf(spec)])), {requiredKeys: []});

const ownPoints = fc
  .record({n: fc.integer({min: 2, max: 20}), d: fc.integer({min: 1, max: 4}), classes: fc.integer({min: 0, max: 4}), seed: fc.nat()})
  .map(({n, d, classes, seed}) => {
    const random = randomStream(seed, 'own points');
    return {
      points: Array.from({length: n}, () => Array.from({length: d}, () => Math.round(1000 * random.normal()) / 1000 + 0)),
      // Two classes at least; no classes stands for a regression.
      targets: Array.from({length: n}, (_, i) => (classes === 0 ? random.normal() : i < 2 ? i : random.below(Math.max(2, classes)))),
      task: classes === 0 ? 'regression' : 'classification',
    };
  });

const dataset = fc.constantFrom(...Object.keys(CATALOGUE.datasets)).chain((id) => {
  const {params} = CATALOGUE.datasets[id];
  if (id !== 'inline') return group(params).map((given) => ({id, params: given}));
  const {seed, trainFraction, standardise} = params;
  return fc.tuple(ownPoints, group({seed, trainFraction, standardise})).map(([points, rest]) => ({id, params: {...rest, ...points}}));
});

const text = (maxLength: number) => fc.string({unit: 'grapheme', maxLength}).map((one) => one.slice(0, maxLength));
const seed = fc.integer({min: 0, max: 4294967295});
const {problems, solvers, losses, datasets} = CATALOGUE;
const relu = problems['two-layer-relu'];

function contestantsFor(context: ProblemContext) {
  const offers = relu.offers(context);
  const usable = Object.values(solvers).filter((spec) => offers[spec.needs] === true);
  const one = fc.constantFrom(...usable).chain((spec) =>
    fc.record(
      {
        name: text(32),
        colour: fc.constantFrom(...COLOURS),
        solver: group(spec.params).map((params) => ({id: spec.id, params})),
        model: group(spec.trainsModel ? relu.model : {}),
      },
      {requiredKeys: ['solver']},
    ),
  );
  return fc.array(one, {minLength: 1, maxLength: 8});
}

const viewFor = (contestants: number) =>
  fc.record(
    {
      metric: fc.constantFrom('objective', 'trainLoss', 'testLoss', 'trainScore', 'testScore'),
      axis: fc.constantFrom('iterations', 'evaluations', 'seconds'),
      logX: fc.boolean(),
      logY: fc.boolean(),
      plane: fc.constantFrom('contestants', 'path', 'random'),
      planeOf: fc.integer({min: 0, max: contestants - 1}),
      planeSeed: seed,
      logColour: fc.boolean(),
      clipColour: fc.integer({min: 50, max: 100}),
      relief: fc.boolean(),
    },
    {requiredKeys: []},
  );

const completeData = (picked: {id: string; params: Record<string, unknown>}) => {
  const spec = datasets[picked.id];
  const params = Object.fromEntries(Object.entries(spec.params).map(([key, one]) => [key, one.default]));
  return {...params, ...picked.params};
};

/** Configs as people write them: anything may be left out that has a default. */
const draft = dataset
  .filter((picked) => !datasets[picked.id].check?.(completeData(picked) as never))
  // The two-layer network reads tables.
  .filter((picked) => ['regression', 'binary', 'multiclass'].includes(datasets[picked.id].task(completeData(picked) as never)))
  .chain((picked) => {
    const task = datasets[picked.id].task(completeData(picked) as never);
    const fitting = ['auto', ...Object.values(losses).filter((loss) => loss.tasks.includes(task)).map((loss) => loss.id)];
    return fc.constantFrom(...fitting).chain((loss) =>
      contestantsFor({task, params: {loss}, losses}).chain((contestants) =>
        fc.record(
          {
            version: fc.constant(EXPERIMENT_VERSION),
            title: text(80),
            seed,
            dataset: fc.constant(picked),
            problem: finite(0, 1000).map((beta) => ({id: 'two-layer-relu', params: {loss, beta}})),
            contestants: fc.constant(contestants),
            // Whole amounts fit every axis, also the one that is taken where none is given.
            budget: fc.record({axis: fc.constantFrom('iterations', 'evaluations', 'seconds'), amount: fc.integer({min: 1, max: 1e6})}, {requiredKeys: []}),
            view: viewFor(contestants.length),
          },
          {requiredKeys: ['dataset', 'problem', 'contestants']},
        ),
      ),
    );
  });

/** Throws unless every value of `input` is found in `output`. Names alone are tidied: trimmed, and an empty one is the solver's label. */
function expectGiven(input: unknown, output: unknown, path = ''): void {
  if (typeof input !== 'object' || input === null) {
    if (!path.endsWith('.name')) expect(output, path).toBe(input);
    else if (String(input).trim() !== '') expect(output, path).toBe(String(input).trim());
    return;
  }
  expect(Array.isArray(output), path).toBe(Array.isArray(input));
  if (Array.isArray(input)) expect((output as unknown[]).length, path).toBe(input.length);
  for (const [key, value] of Object.entries(input)) {
    expect(Object.hasOwn(output as object, key), `${path}.${key}`).toBe(true);
    expectGiven(value, (output as Record<string, unknown>)[key], `${path}.${key}`);
  }
}

describe('round trip', () => {
  it.each(presets)('keeps the preset %s', (_, experiment) => {
    expect(opened(`#${encodeLink(experiment, CATALOGUE)}`)).toEqual(experiment);
  });

  it('keeps any valid experiment, and a completed config keeps what was given', () => {
    fc.assert(
      fc.property(draft, (json) => {
        const experiment = valid(json);
        expectGiven(json, experiment);
        expect(valid(experiment)).toEqual(experiment);
        const link = encodeLink(experiment, CATALOGUE);
        if (link.length <= MAX_LINK_CHARACTERS) expect(opened(link)).toEqual(experiment);
      }),
      fuzz(150),
    );
  });

  it('is read and written alike by another implementation of deflate', () => {
    for (const [, experiment] of presets) {
      const bytes = Buffer.from(encodeLink(experiment, CATALOGUE).slice(2), 'base64url');
      const json = inflateRawSync(bytes.subarray(0, -3), {dictionary}).toString('utf8');
      expect(valid(JSON.parse(json))).toEqual(experiment);
      expect(bytes.subarray(-3)).toEqual(checksum(Buffer.from(json)));
      expect(opened(pack(JSON.stringify(experiment)))).toEqual(experiment);
      expect(opened(pack(JSON.stringify(experiment), false))).toEqual(experiment);
    }
  });

  it('completes what a link leaves out, as a config', () => {
    const short = {dataset: {id: 'xor'}, contestants: [{solver: {id: 'adam'}}]};
    expect(opened(pack(JSON.stringify(short)))).toEqual(valid(short));
  });
});

const applied = (experiment: Experiment, list: readonly Edit[]): Experiment =>
  list.reduce((before, edit) => {
    const made = edit(before);
    if (!made.ok) throw new Error(made.error.message);
    return valid(made.value);
  }, experiment);

/** What one may change where there is no weight decay, and who can join where there are no gradients. */
const problemEdits: Readonly<Record<string, readonly Edit[]>> = {
  'binary-least-squares': [edits.problemParam('alpha', 0.372)],
  'binary-network': [edits.problemParam('activation', 'relu')],
  surface: [],
};
const additions: Readonly<Record<string, string>> = {'binary-least-squares': 'low-rank-sampling', 'binary-network': 'mean-field'};

describe('length', () => {
  it.each(presets)('%s is short, and so is what a handful of edits makes of it', (_, experiment) => {
    expect((BASE + encodeLink(experiment, CATALOGUE)).length).toBeLessThan(300);
    const rates = experiment.contestants.flatMap((one, i) => ('learningRate' in one.solver.params ? [edits.solverParam(i, 'learningRate', 0.0123 * (i + 1))] : []));
    const edited = applied(experiment, [
      edits.merge({seed: 1234567, title: 'A race of my own'}),
      ...(problemEdits[experiment.problem.id] ?? [edits.problemParam('beta', 0.372)]),
      edits.merge({budget: {axis: 'evaluations', amount: 777}}),
      ...rates,
      edits.add(additions[experiment.problem.id] ?? 'rmsprop'),
    ]);
    expect((BASE + encodeLink(edited, CATALOGUE)).length).toBeLessThan(400);
  });

  it('has room for 200 own points with three decimals', () => {
    const random = randomStream(8, 'points');
    const decimals = (): number => Math.round(3000 * random.uniform() - 1500) / 1000;
    const points = Array.from({length: 200}, () => [decimals(), decimals()]);
    const params = {points, targets: points.map(([x, y]) => (x * y > 0 ? 1 : -1)), task: 'classification'};
    // Attention on sets and surfaces read no points.
    for (const [, experiment] of presets.filter(([, one]) => !['needle-attention', 'surface'].includes(one.problem.id))) {
      const {problem} = experiment;
      const loss = 'loss' in problem.params ? {loss: 'auto'} : {};
      const own = valid({...experiment, dataset: {id: 'inline', params}, problem: {id: problem.id, params: {...problem.params, ...loss}}});
      const link = encodeLink(own, CATALOGUE);
      expect(link.length).toBeLessThan(MAX_LINK_CHARACTERS);
      expect(opened(link)).toEqual(own);
    }
  });
});

const defaultsIn = (table: Readonly<Record<string, object>>, group: 'params' | 'model'): Record<string, ParamValues> =>
  Object.fromEntries(Object.entries(table).map(([id, spec]) => [id, defaultsOf((spec as Record<string, ParamSpecs>)[group])]));
const DEFAULTS = {
  datasets: defaultsIn(CATALOGUE.datasets, 'params'),
  problems: defaultsIn(CATALOGUE.problems, 'params'),
  models: defaultsIn(CATALOGUE.problems, 'model'),
  solvers: defaultsIn(CATALOGUE.solvers, 'params'),
  view: {view: DEFAULT_VIEW as unknown as ParamValues} as Record<string, ParamValues>,
  theories: Object.fromEntries(Object.entries(THEORY_SPECS).map(([subject, specs]) => [subject, defaultsOf(specs)])),
};

/** What parameters that came after a link mean in it: they are left at what was there before them. */
const later = {perpGrad: 'off'};

/** Made once by codec 1 and then written down: links that people have shared must open for ever. Never make it anew. */
const FROZEN = [
  '1.rZtNDoIwEIWv0rjSRE2ZFgon8BDADtZEo3sPYeKSpSu3XoCbeAKP4Aw_pUBBTNiT0CZ930zn9dkBejgVryJPWXFnwN7XG4tWx0',
  't2TpNoxT7546k5KiGQgacgQDL-9TqHMkqGxa7siQThCIGe2QC1LoF4IdY2iSg9zuJKTN3oSqOGrbMk2fRkPzLU-uHWgIM7NISvyC',
  'RshV9nWfqilwKIF43ofQKgVr2vUFBa9iLdOWX5GPi7-CdD93wv6TO90UqtS02vHcAlNgAI6Ya1o7FlvA0RS2orIR5QgcrtxFCbe1',
  'B2v7a5ts3uHHsON8_w5Fx2L4Vk9M54u4MA7pSXoLNmo2vsQRiLqg1ybYRQN2Wwd22EMzOJE1a72ZXVgGmgovOII2Y7nTO3OogGV2',
  'opfgF31SA',
].join('');
/** What it holds means the same today: sampled patterns, no certificate. */
const FROZEN_EXPERIMENT = {
  version: 2,
  certificate: false,
  title: 'Größe × 2 — "quoted" 🧭',
  seed: 4294967295,
  dataset: {id: 'digits', params: {classes: 'two', classA: '7', classB: '1', seed: 31337, trainFraction: 0.55, standardise: false}},
  problem: {id: 'two-layer-relu', params: {loss: 'hinge', beta: 0.00731}},
  contestants: [
    {
      name: 'AdamW (odd)',
      colour: 'grey',
      solver: {
        id: 'adamw',
        params: {learningRate: 0.0217, batchSize: 77, schedule: 'step', scheduleLength: 4321, beta1: 0.83, beta2: 0.9876, epsilon: 3e-12, ...later, weightDecay: 0},
      },
      model: {width: 37, initScale: 0.42},
    },
    {
      name: 'gates',
      colour: 'vermilion',
      solver: {
        id: 'convex-admm',
        params: {source: 'sampled', patterns: 123, period: 15, growth: 40, gates: [[0.5, -1.25], [1e-7, 42]], relaxation: 1.15, penalties: 'fixed', rho: 0.0625},
      },
      model: {},
    },
    {
      name: 'Nesterov',
      colour: 'yellow',
      solver: {id: 'nesterov', params: {learningRate: 0.00045, batchSize: 1, schedule: 'cosine', scheduleLength: 9, momentum: 0.995, ...later}},
      model: {width: 1000, initScale: 10},
    },
  ],
  budget: {axis: 'seconds', amount: 12.5},
  view: {metric: 'testScore', axis: 'evaluations', logX: true, logY: false, plane: 'random', planeOf: 2, planeSeed: 987654321, logColour: false},
};

/** Made once by codec 2, which came with certificates and the convex lab. Never make it anew. */
const FROZEN_2 = [
  '2.w15O-yUmZ5SnZhYrPGqYonBor8K5TfACGrj3k7gWKcp2UgOQ4ZgT3UAGWmkNaq9SYaEwtilu8KoF3Gv5FJKBZxIN3VWmiJIBec',
  '0lzdf0AYsxmH8MgUmDJut96L3wDXcVQvZwCSU70ijbEA-sgMndEG9ibGRIZLmLfEw31EzEAdukzt4AnUygLAMAk4br',
].join('');
const admmDefaults = {patterns: 50, period: 15, growth: 40, gates: [], relaxation: 1.6, penalties: 'automatic', rho: 0.1};
const FROZEN_EXPERIMENT_2 = {
  version: 2,
  title: 'Nachweis — ½ β',
  seed: 7,
  dataset: {id: 'spiral', params: {n: 60, noise: 0.02, turns: 1.25, arms: 2, seed: 5, trainFraction: 1, standardise: false}},
  problem: {id: 'gated-relu', params: {loss: 'logistic', beta: 0.03}},
  contestants: [
    {name: 'all cells', colour: 'pink', solver: {id: 'convex-admm', params: {...admmDefaults, source: 'all'}}, model: {}},
    {name: 'asked for', colour: 'green', solver: {id: 'convex-admm', params: {...admmDefaults, source: 'pursuit', period: 9, growth: 17}}, model: {}},
    {name: 'features', colour: 'sky', solver: {id: 'random-features', params: {features: 200, relaxation: 1.6}}, model: {}},
    {
      name: 'Adam',
      colour: 'blue',
      solver: {id: 'adam', params: {learningRate: 0.011, batchSize: 64, schedule: 'constant', scheduleLength: 1000, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, ...later}},
      model: {width: 33, initScale: 1},
    },
  ],
  budget: {axis: 'evaluations', amount: 4321},
  certificate: true,
  view: {metric: 'trainLoss', axis: 'seconds', logX: true, logY: true, plane: 'path', planeOf: 3, planeSeed: 1, logColour: true},
};

/** Made once by codec 3, which came with the binary lab. Never make it anew. */
const FROZEN_3 = [
  '3.w15dheUXVaVmAuv_PIVDGxH30wIrfBoMu9N15hDUZkEebEJe8zksR91JGm-CbUfFVkoBMxe4zUKF7j6w1qJtdx90qgqR_X2YCH',
  'EjHnQfoQIdB07qEBW2khVx8z2sWDXXM6VsZILg5RfUKloBk_Cz',
].join('');
const trained = {realRate: 0.02, batchSize: 0, scheduleLength: 1200, warmUp: 0.05};
const FROZEN_EXPERIMENT_3 = {
  version: 2,
  title: 'Vorzeichen ±1',
  seed: 9,
  dataset: {id: 'digits', params: {classes: 'all', classA: '3', classB: '8', seed: 4, trainFraction: 0.5, standardise: false}},
  problem: {id: 'binary-network', params: {loss: 'auto', width: 9, activation: 'relu', parameters: 'real scales', features: 'automatic', scaling: 'common range'}},
  contestants: [
    {name: 'STE', colour: 'vermilion', solver: {id: 'straight-through', params: {...trained, learningRate: 0.01, clip: true}}, model: {}},
    {
      name: 'low rank',
      colour: 'blue',
      solver: {id: 'burer-monteiro', params: {...trained, rank: 3, learningRate: 0.2, zRate: 0.25, zInit: 0.5, tangent: true, antithetic: true, annealing: false}},
      model: {},
    },
    {name: 'mean field', colour: 'grey', solver: {id: 'mean-field', params: {...trained, learningRate: 0.1, batchSize: 10}}, model: {}},
  ],
  budget: {axis: 'seconds', amount: 7.5},
  certificate: false,
  view: {metric: 'averageScore', axis: 'evaluations', logX: false, logY: false, plane: 'contestants', planeOf: 0, planeSeed: 1, logColour: true},
};

/** What came to the view later has its default in links of before. */
const withNewFields = <T extends {readonly view: object}>(experiment: T): T => ({...experiment, view: {...DEFAULT_VIEW, ...experiment.view}});
/** Made once by codec 4, which leaves defaults out. Never make it anew. */
const FROZEN_4 = [
  '4.w7HhMB90_kNGCfAurVQFP2AU2SPavtjGrnElbaWy_OTEJFBWBpYswHCFnCcB3BVDQppHOwuHyEtDjI1xN2sDwKFD8V5C4G0bSOkE6BtQtQFf',
  'gw5JS6hZC5pogC1CUDIAGgtu9IMzAPAuCdCCXJSCHrKIHeFsYFpXOLSXiN5kInBAHq3UgLsBW-6BVCtF-eAuDjSFAicqC3SLwcvIwTUIsKEBbh',
  'BgpLiMzJSU1Dx3yFJktEQHAONNPQ',
].join('');
const FROZEN_EXPERIMENT_4 = {
  "version": 2,
  "title": "Wo steht die Norm?",
  "seed": 11,
  "dataset": {
    "id": "clock-grammar",
    "params": {
      "vocabulary": 9,
      "length": 7,
      "seed": 1,
      "trainFraction": 0.8
    }
  },
  "problem": {
    "id": "transformer",
    "params": {
      "beta": 0.02,
      "patch": "2"
    }
  },
  "contestants": [
    {
      "name": "Pre",
      "colour": "sky",
      "solver": {
        "id": "adam",
        "params": {
          "learningRate": 0.017,
          "batchSize": 64,
          "schedule": "constant",
          "scheduleLength": 1000,
          "perpGrad": "projected",
          "beta1": 0.9,
          "beta2": 0.98,
          "epsilon": 1e-08
        }
      },
      "model": {
        "depth": 3,
        "width": 16,
        "heads": 4,
        "mlpRatio": 2,
        "placement": "pre",
        "norm": "rms",
        "step": "fixed",
        "residualStep": 0.2,
        "outputScale": 1,
        "attention": "softmax",
        "temperature": 1,
        "temperatureForm": "sum",
        "softNorm": "row",
        "landmarks": 8,
        "head": "softmax",
        "bits": 10,
        "logZWeight": 0.0001,
        "tau": 1.7,
        "sphericalEpsilon": 0.01,
        "zSlope": 1
      }
    },
    {
      "name": "Peri ½",
      "colour": "pink",
      "solver": {
        "id": "lars",
        "params": {
          "learningRate": 0.3,
          "batchSize": 64,
          "schedule": "constant",
          "scheduleLength": 1000,
          "perpGrad": "off",
          "trust": 0.02,
          "momentum": 0.9
        }
      },
      "model": {
        "depth": 8,
        "width": 16,
        "heads": 2,
        "mlpRatio": 2,
        "placement": "peri",
        "norm": "layer",
        "step": "root",
        "residualStep": 1,
        "outputScale": 1,
        "attention": "softmax",
        "temperature": 1,
        "temperatureForm": "sum",
        "softNorm": "row",
        "landmarks": 8,
        "head": "comp-sum",
        "bits": 10,
        "logZWeight": 0.0001,
        "tau": 1.3,
        "sphericalEpsilon": 0.01,
        "zSlope": 1
      }
    }
  ],
  "budget": {
    "axis": "evaluations",
    "amount": 33
  },
  "certificate": false,
  "view": {
    "metric": "hiddenGrowth",
    "axis": "iterations",
    "logX": false,
    "logY": false,
    "plane": "contestants",
    "planeOf": 0,
    "planeSeed": 1,
    "logColour": true
  }
};

describe('the theory on show', () => {
  const withTheory = (theory: Experiment['view']['theory']): Experiment => ({...presets[0][1], view: {...presets[0][1].view, theory}});

  it('comes back from a link with what was set, and costs nothing where nothing was', () => {
    const params = {...defaultsOf(THEORY_SPECS.deepLinear), hidden: 9, balanced: false};
    const set = withTheory({subject: 'deepLinear', params});
    const link = encodeLink(set, CATALOGUE);
    expect(opened(link)).toEqual(set);
    expect(encodeLink(withTheory({subject: 'momentum', params: {}}), CATALOGUE)).toBe(encodeLink(presets[0][1], CATALOGUE));
    expect(link.length - encodeLink(presets[0][1], CATALOGUE).length).toBeLessThan(100);
  });
});

describe('compatibility', () => {
  it('opens the frozen link of version 1', () => expect(opened(FROZEN)).toEqual(withNewFields(FROZEN_EXPERIMENT)));

  it('opens the frozen link of version 2', () => expect(opened(FROZEN_2)).toEqual(withNewFields(FROZEN_EXPERIMENT_2)));

  it('opens the frozen link of version 3', () => expect(opened(FROZEN_3)).toEqual(withNewFields(FROZEN_EXPERIMENT_3)));

  it('opens the frozen link of version 4', () => expect(opened(FROZEN_4)).toEqual(withNewFields(FROZEN_EXPERIMENT_4)));

  it.each(Object.entries(RELEASED))('keeps every released default of %s: links leave them out', (kind, plugins) => {
    const now = DEFAULTS[kind as keyof typeof RELEASED];
    for (const [id, params] of Object.entries(plugins)) expect(now[id], `${kind}.${id}`).toMatchObject(params);
    // A parameter that comes later is added to tests/fixtures/defaults.json, with the value that means what was there before it.
    expect(Object.fromEntries(Object.entries(now).map(([id, params]) => [id, Object.keys(params)]))).toEqual(
      Object.fromEntries(Object.entries(plugins).map(([id, params]) => [id, Object.keys(params)])),
    );
  });

  it('has a dictionary for every codec and a migration for every earlier experiment version', () => {
    expect(Object.keys(DICTIONARIES)).toEqual(['1', '2', '3', '4']);
    expect(Object.keys(MIGRATIONS).map(Number)).toEqual(Array.from({length: EXPERIMENT_VERSION - 1}, (_, i) => i + 1));
  });
});

describe('pieces of the address', () => {
  it('is empty where it names nothing', () => {
    for (const nothing of ['', '#', '&', '#&&']) {
      expect(decode(nothing)).toEqual({ok: true, value: {experiment: {kind: 'none'}, backend: 'auto'}});
    }
  });

  it('reads presets and backends, in any order', () => {
    const expected = {ok: true, value: {experiment: {kind: 'preset', id: 'moons'}, backend: 'wasm'}};
    expect(decode('#preset=moons&backend=wasm')).toEqual(expected);
    expect(decode('backend=wasm&preset=moons')).toEqual(expected);
    for (const backend of ['auto', 'webgpu', 'wasm', 'cpu']) expect(decode(`#backend=${backend}`)).toMatchObject({value: {backend}});
    const [, experiment] = presets[0];
    const content = decode(`#${encodeLink(experiment, CATALOGUE)}&backend=cpu`);
    expect(content).toEqual({ok: true, value: {experiment: {kind: 'full', experiment}, backend: 'cpu'}});
  });

  it('refuses unknown backends and says which there are', () => {
    for (const name of ['', 'gpu', 'WASM', 'toString', '__proto__']) {
      expect(faultOf(`#backend=${name}`)).toEqual({field: 'backend', message: 'must be one of auto, webgpu, wasm, cpu'});
    }
  });

  it('refuses contradictions instead of picking one', () => {
    const link = encodeLink(presets[0][1], CATALOGUE);
    expect(faultOf(`preset=moons&${link}`).message).toContain('more than one experiment');
    expect(faultOf(`${link}&${link}`).message).toContain('more than one experiment');
    expect(faultOf('backend=cpu&backend=wasm').field).toBe('backend');
  });
});

describe('hostile and broken links', () => {
  const link = encodeLink(presets[0][1], CATALOGUE);
  const damaged = {field: 'link', message: 'is damaged or cut off; copy it again in full'};

  it.each([true, false])('refuses a decompression bomb at once (with the dictionary: %s)', (withDictionary) => {
    const bomb = pack(Buffer.alloc(5_000_000), withDictionary);
    expect(bomb.length).toBeLessThan(MAX_LINK_CHARACTERS);
    const from = performance.now();
    const fault = faultOf(bomb);
    expect(performance.now() - from).toBeLessThan(2000);
    expect(fault.field).toBe('link');
    expect(fault.message).toMatch(/more than 200000 characters/);
  });

  it('refuses deep nesting and long lists that fit', () => {
    for (const [open, close] of [['[', ']'], ['{"dataset":', '}']]) {
      expect(faultOf(pack(`${open.repeat(9000)}1${close.repeat(9000)}`)).message).not.toBe('');
    }
    const contestants = `[${'{},'.repeat(30_000)}{}]`;
    expect(faultOf(pack(`{"dataset":{"id":"xor"},"contestants":${contestants}}`)).field).toMatch(/^contestants/);
  });

  it('refuses what is too long, whatever it holds', () => {
    expect(faultOf(`1.${'A'.repeat(MAX_LINK_CHARACTERS)}`).message).toContain('8192');
    expect(faultOf(`#${'&'.repeat(MAX_LINK_CHARACTERS + 1)}`).field).toBe('link');
  });

  it('knows a link of a newer Basin from no link at all', () => {
    expect(faultOf(link.replace(`${CODEC_VERSION}.`, '9.'))).toEqual({field: 'link version', message: '9 is unknown to this Basin; open it with a newer one'});
    expect(faultOf('0.AAAA').field).toBe('link version');
    for (const odd of ['hello', 'x=1', '.', '1', ' 1.AAAA', '0x1.AAAA', '1e0.AAAA', '-1.AAAA', 'constructor.AAAA', '__proto__.AAAA']) {
      expect(faultOf(odd).message).toContain('not a Basin link');
    }
  });

  it('refuses bad base64', () => {
    for (const payload of ['', 'A', '!!!!', 'AAA=', '%41%41', 'ÄÖÜß', `${link.slice(2)}=`, `${link.slice(2, 20)} ${link.slice(20)}`]) {
      expect(faultOf(`1.${payload}`)).toEqual(damaged);
    }
  });

  it('refuses a link cut off anywhere, and one with something after it', () => {
    for (let length = 2; length < link.length; length++) expect(faultOf(link.slice(0, length))).toEqual(damaged);
    for (const more of ['A', 'AAAA', 'xyz123456', '.', '1.AAAA']) expect(faultOf(link + more)).toEqual(damaged);
  });

  it('refuses what is no JSON or no UTF-8', () => {
    for (const content of ['', 'hello', '{"version":1', '{"a":NaN}', "{'a':1}", Buffer.from([0xff, 0xfe, 0x7b])]) {
      expect(faultOf(pack(content))).toEqual(damaged);
    }
  });

  it('refuses JSON of another shape and names the field', () => {
    const refuse = (json: unknown) => faultOf(pack(JSON.stringify(json)));
    for (const json of [null, 1, 'text', true, []]) expect(refuse(json)).toEqual({field: 'experiment', message: 'must be a JSON object'});
    expect(refuse({})).toEqual({field: 'dataset', message: 'is missing; it must be an object with an "id"'});
    expect(refuse({dataset: {id: 'xor'}})).toEqual({field: 'contestants', message: 'is missing; it must be a list of contestants'});
    expect(refuse({dataset: {}, contestants: []}).field).toBe('dataset.id');
    expect(refuse({...presets[0][1], version: EXPERIMENT_VERSION + 1}).field).toBe('version');
    expect(refuse({...presets[0][1], version: '1'}).field).toBe('version');
  });

  it('opens the same experiment or none after any one character is changed', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const experiment = applied(presets[0][1], [edits.merge({seed: 77}), edits.problemParam('beta', 0.37), edits.solverParam(0, 'learningRate', 0.017)]);
    const original = encodeLink(experiment, CATALOGUE);
    let refused = 0;
    for (let at = 2; at < original.length; at++) {
      for (const character of alphabet.replace(original[at], '')) {
        const content = decode(original.slice(0, at) + character + original.slice(at + 1));
        // The last character holds bits that mean nothing, and deflate has a few too.
        if (content.ok) expect(content.value.experiment).toEqual({kind: 'full', experiment});
        else refused++;
      }
    }
    expect(refused).toBeGreaterThan(0.95 * 63 * (original.length - 2));
  });
});

/* ---- fuzzing ---- */

/** Never an exception; a fault with words; or a fixed point. */
function expectSane(result: Result<LinkContent>): void {
  if (!result.ok) {
    expect(result.error.field).toMatch(/\S/);
    expect(result.error.message).toMatch(/\S/);
    return;
  }
  const {experiment} = result.value;
  if (experiment.kind === 'full') expect(valid(experiment.experiment)).toEqual(experiment.experiment);
}

describe('fuzzed links', () => {
  it('survives random text', () => {
    const base64 = fc.string({unit: fc.constantFrom(...'ABCDEFabcdef0123456789-_'), maxLength: 400});
    const anything = fc.oneof(
      fc.string({unit: 'binary', maxLength: 300}),
      fc.tuple(fc.constantFrom('', '#', '1.', '#1.', '2.', '1.5.', 'preset=', 'backend='), fc.string({maxLength: 200})).map((parts) => parts.join('')),
      base64.map((payload) => `#1.${payload}`),
      fc.array(fc.constantFrom('preset=moons', 'backend=cpu', '1.', '&', '#', '=', '%00', '__proto__'), {maxLength: 12}).map((parts) => parts.join('&')),
    );
    fc.assert(fc.property(anything, (fragment) => expectSane(decode(fragment))), fuzz(600));
  });

  type Mutation = (link: string) => string;
  const place = fc.nat({max: 10_000});
  const mutation: fc.Arbitrary<Mutation> = fc.oneof(
    place.map((at): Mutation => (link) => link.slice(0, at % link.length)),
    place.map((at): Mutation => (link) => link.slice(at % link.length)),
    fc.tuple(place, fc.nat({max: 6})).map(([at, bit]): Mutation => (link) => {
      const i = at % link.length;
      return link.slice(0, i) + String.fromCharCode(link.charCodeAt(i) ^ (1 << bit)) + link.slice(i + 1);
    }),
    fc.tuple(place, place).map(([a, b]): Mutation => (link) => {
      const characters = [...link];
      const [i, j] = [a % characters.length, b % characters.length];
      [characters[i], characters[j]] = [characters[j], characters[i]];
      return characters.join('');
    }),
    fc.tuple(place, fc.string({maxLength: 5})).map(([at, more]): Mutation => (link) => link.slice(0, at % link.length) + more + link.slice(at % link.length)),
    // Below the base64: bytes of the stream and the checksum.
    fc.tuple(place, fc.nat({max: 7})).map(([at, bit]): Mutation => (link) => {
      const bytes = Buffer.from(link.slice(2), 'base64url');
      bytes[at % bytes.length] ^= 1 << bit;
      return `1.${bytes.toString('base64url')}`;
    }),
  );

  it('opens the same experiment or none after any damage', () => {
    let refused = 0;
    const pool = presets.flatMap(([, preset]) =>
      [0, 17, 4294967295].map((planeSeed) => {
        const experiment: Experiment = {...preset, title: `race ${planeSeed}`, view: {...preset.view, planeSeed}};
        return {experiment, link: encodeLink(experiment, CATALOGUE)};
      }),
    );
    const once = fc.property(fc.constantFrom(...pool), mutation, ({experiment, link}, mutate) => {
      const result = decode(mutate(link));
      expectSane(result);
      if (!result.ok) refused++;
      else if (result.value.experiment.kind === 'full') expect(result.value.experiment.experiment).toEqual(experiment);
    });
    fc.assert(once, fuzz(1000));
    expect(refused).toBeGreaterThan(700);
  });

  it('survives hostile content in a sound envelope: damaged streams and any JSON', () => {
    const [, experiment] = presets[0];
    const json = JSON.stringify(experiment);
    const damaged = fc.tuple(place, fc.nat({max: 7})).map(([at, bit]) => {
      const deflated = deflateRawSync(Buffer.from(json), {level: 9});
      deflated[at % deflated.length] ^= 1 << bit;
      return fragmentOf(deflated, Buffer.from(json));
    });
    const altered = fc.tuple(place, fc.string({maxLength: 3})).map(([at, more]) => pack(json.slice(0, at % json.length) + more + json.slice((at % json.length) + 1)));
    fc.assert(fc.property(fc.oneof(damaged, altered, fc.json().map((any) => pack(any))), (fragment) => expectSane(decode(fragment))), fuzz(600));
  });
});

type Json = Record<string, unknown>;
type Path = readonly (string | number)[];

const pathText = (path: Path): string => path.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`)).join('');
const OWN = /^dataset\.params\.(points|targets)/;
/** Points and targets are also checked as a whole: rows of one length, one target a row. Such a fault names the table. */
const isInside = (field: string, path: string): boolean =>
  field === path || field.startsWith(`${path}.`) || field.startsWith(`${path}[`) || (OWN.test(path) && OWN.test(field)) || (PAIR.test(path) && PAIR.test(field));
/** Two classes must differ, whichever of them was altered. */
const PAIR = /^dataset\.params\.class[AB]$/;

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const keys: (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  const inner = keys.flatMap((key) => pathsOf((value as Json)[key], [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

/** A copy in which `value` stands at `path`, as an own key whatever its name. */
function replaced(json: unknown, path: Path, value: unknown): unknown {
  if (path.length === 0) return value;
  const [key, ...rest] = path;
  const copy = (Array.isArray(json) ? [...json] : {...(json as Json)}) as Json;
  const inner = Object.hasOwn(copy, key) ? copy[key] : undefined;
  Object.defineProperty(copy, key, {value: replaced(inner, rest, value), enumerable: true, configurable: true, writable: true});
  return copy;
}

function without(json: unknown, path: Path): unknown {
  const [key, ...rest] = path;
  const copy = (Array.isArray(json) ? [...json] : {...(json as Json)}) as Json;
  if (rest.length > 0) copy[key] = without(copy[key], rest);
  else if (Array.isArray(copy)) copy.splice(Number(key), 1);
  else delete copy[key];
  return copy;
}

const ownData = valid({
  dataset: {id: 'inline', params: {points: [[0.5, 1], [-1, 2], [3, -0.25], [1, 1]], targets: [0, 1, 2, 1]}},
  contestants: [{solver: {id: 'adam'}}, {solver: {id: 'sgd'}}],
});
const bases: readonly Experiment[] = [...presets.map(([, experiment]) => experiment), ownData, FROZEN_EXPERIMENT as unknown as Experiment];
const anyPlace = fc.constantFrom(...bases).chain((base) => fc.constantFrom(...pathsOf(base)).map((path) => ({base, path})));

/** Values that belong nowhere, or hardly anywhere; no ids or choices that are valid elsewhere. */
const garbage: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 1e308, 2 ** 53, 4294967296, 0.5, 1e-300, -1e9),
  fc.constantFrom<unknown>('', '1', 'NaN', 'true', 'constructor', '__proto__', 'toString', 'x'.repeat(5000), '\u0000', '\ud800', null, true, false),
  fc.constantFrom<unknown>([], {}, [[]], [null], Array.from({length: 20_000}, () => 0), Array.from({length: 300}, () => [1, 2])),
  fc.constantFrom<unknown>(JSON.parse('{"__proto__":{"id":"xor"}}'), JSON.parse('{"constructor":{"prototype":{"x":1}}}')),
  fc.constant(Array.from({length: 500}).reduce<unknown>((inner) => ({a: inner}), 1)),
  fc.jsonValue(),
);

describe('fuzzed configs', () => {
  it('names the place of garbage, or takes it in as it is', () => {
    let refused = 0;
    const once = fc.property(anyPlace, garbage, ({base, path}, value) => {
      const json = replaced(base, path, value);
      const result = read(json);
      if (result.ok) {
        expectGiven(json, result.value);
        expect(valid(result.value)).toEqual(result.value);
        return;
      }
      refused++;
      expect(isInside(result.error.field, pathText(path)), `${pathText(path)} was altered, but the fault is ${result.error.field}`).toBe(true);
      expect(result.error.message).toMatch(/\S/);
      expect(result.error.message).not.toMatch(/Invalid input|undefined|expected [a-z]/);
    });
    fc.assert(once, fuzz(1500));
    expect(refused).toBeGreaterThan(1000);
  });

  it('refuses extra keys anywhere, prototype keys among them', () => {
    const groups = bases.flatMap((base) =>
      [[] as Path, ...pathsOf(base)]
        .filter((path) => {
          const there = path.reduce<unknown>((inner, key) => (inner as Json)[key], base);
          return typeof there === 'object' && !Array.isArray(there);
        })
        .map((path) => ({base, path})),
    );
    const key = fc.constantFrom('__proto__', 'constructor', 'toString', 'prototype', 'hasOwnProperty', 'learningrate', 'Seed', 'x y', '0');
    const once = fc.property(fc.constantFrom(...groups), key, garbage, ({base, path}, extra, value) => {
      const result = read(replaced(base, [...path, extra], value));
      if (result.ok) throw new Error(`${pathText([...path, extra])} was accepted`);
      expect(result.error.field).toBe(pathText([...path, extra]));
      expect(result.error.message).toContain('not a known name');
    });
    fc.assert(once, fuzz(400));
  });

  it('completes what is left out or says that it is missing', () => {
    // The third contestant is like the second.
    const early = (path: readonly PropertyKey[]): boolean => path[0] !== 'contestants' || path[1] === undefined || Number(path[1]) < 2;
    for (const base of bases) {
      for (const path of pathsOf(base).filter(early)) {
        const json = without(base, path);
        const result = read(json);
        if (result.ok) expectGiven(json, result.value);
        // A missing row or cell shows in the shape of the whole, so the fault may be about the table or its neighbour.
        else if (path.some((key) => key === 'points' || key === 'targets')) expect(result.error.field).toMatch(OWN);
        else if (pathText(path).startsWith('contestants[')) expect(result.error.field).toMatch(/^(contestants\[\d\]\.solver(\.id)?|view\.planeOf)$/);
        // Another problem's networks have other parameters.
        else if (pathText(path) === 'problem' || pathText(path) === 'problem.id') expect(result.error.field).toMatch(/^(problem\.id|contestants\[\d\]\.(model\.\w+|solver\.id)|certificate)$/);
        // Networks can be tried one by one only where a parameter says that they are binary, and small ones at that.
        else if (/^problem\.params(\.(parameters|width))?$/.test(pathText(path))) expect(result.error.field).toBe('certificate');
        // Seconds may be fractional; without their axis they would be iterations.
        else if (pathText(path) === 'budget.axis') expect(result.error.field).toBe('budget.amount');
        else expect(['dataset', 'dataset.id', 'problem.id', 'contestants']).toContain(result.error.field);
      }
    }
  });

  it('survives any JSON at all', () => {
    const once = fc.property(fc.oneof(fc.jsonValue(), fc.anything(), fc.object()), (json) => {
      const result = read(json);
      if (result.ok) throw new Error('random JSON was accepted');
      expect(result.error.field).toMatch(/\S/);
      expect(result.error.message).toMatch(/\S/);
    });
    fc.assert(once, fuzz(500));
  });

  it('leaves the prototypes of everything else alone', () => {
    const hostile = '{"__proto__":{"polluted":1},"dataset":{"id":"xor","params":{"__proto__":{"polluted":1}}},"contestants":[]}';
    read(JSON.parse(hostile));
    decode(pack(hostile));
    expect(({} as Json).polluted).toBeUndefined();
  });

  it('says what is allowed when a number is out of range, an id unknown or a size huge', () => {
    const refuse = (path: Path, value: unknown) => {
      const result = read(replaced(presets[0][1], path, value));
      return result.ok ? null : `${result.error.field} ${result.error.message}`;
    };
    expect(refuse(['dataset', 'params', 'n'], 1e9)).toBe('dataset.params.n must be a number from 4 to 2000, without decimals');
    expect(refuse(['dataset', 'id'], 'constructor')).toMatch(/^dataset\.id "constructor" is unknown; choose one of xor, /);
    expect(refuse(['contestants', 1, 'solver', 'params', 'learningRate'], Number.NaN)).toMatch(/learningRate must be a number from 0\.00001 to 30$/);
    expect(refuse(['contestants', 0, 'model', 'width'], 10.5)).toMatch(/width must be a number from 1 to 1000, without decimals$/);
    expect(refuse(['contestants', 0, 'colour'], 'red')).toContain('"blue", "orange"');
    expect(refuse(['view', 'logX'], 'yes')).toBe('view.logX must be true or false');
    expect(refuse(['view'], null)).toBe('view must be an object of view settings');
    expect(refuse(['view', 'theory'], {subject: 'edge', params: {steps: 1}})).toBe('view.theory.params.steps must be a number from 10 to 5000, without decimals');
    expect(refuse(['view', 'theory'], {subject: 'momentum', params: {steps: 100}})).toBe('view.theory.params.steps is not a known name here; check the spelling');
    expect(refuse(['view', 'theory'], {subject: 'gravity', params: {}})).toContain('"momentum", "noisyQuadratic"');
    expect(refuse(['view', 'planeOf'], 4)).toBe('view.planeOf must be the index of a contestant, 0 to 3');
    expect(refuse(['dataset', 'params'], [])).toBe('dataset.params must be an object of parameters');
    expect(refuse(['contestants'], Array.from({length: 9}, () => presets[0][1].contestants[0]))).toBe('contestants has room for 8 contestants');
    expect(refuse(['budget', 'amount'], 1e7)).toBe('budget.amount must be a number from 1 to 1000000');
    expect(refuse(['budget'], {axis: 'iterations', amount: 2.5})).toBe('budget.amount must be a whole number of iterations');
  });
});
