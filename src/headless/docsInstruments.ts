import {z} from 'zod';
import {INSTRUMENT_KINDS, INSTRUMENT_SHAPES, type InstrumentKind, MOST_INSTRUMENTS} from '../core/instrumentRequests.ts';
import type {ParamSpec} from '../core/params.ts';
import {THEORY_PARAMS, THEORY_SUBJECTS} from '../core/theory.ts';
import {defaultOf, kindOf, type Schema} from './docsFields.ts';

interface Told {
  /** What it looks at. */
  readonly purpose: string;
  /** What the results document gets of it. */
  readonly prints: string;
}

const TOLD: Readonly<Record<InstrumentKind, Told>> = {
  landscape: {
    purpose: 'J on a plane through the networks, as on the page.',
    prints: '`values`: `side` rows of `side` values of J, row by row from the lowest b; `aRange`, `bRange` and their labels; `paths`: the coordinates of the networks along each way, with `off`, their distance from the plane; `notes`. `side` may be less than asked for where J is slow to compute.',
  },
  line: {
    purpose: 'J on the straight line between the last networks of two contestants.',
    prints: '`t`; `curves`, each with `values`, its `barrier` (how far it rises above its chord) and where that is; `notes`. The first curve is with neurons matched, where they can be.',
  },
  sharpness: {
    purpose: 'Measures the largest eigenvalue of the Hessian of J/n while the race is run. It changes no other number.',
    prints: 'For each of `contestants` its `records`: `iteration`, `sharpness`, and as `limit` the largest at which steps of its learning rate do not grow (2 divided by the rate for SGD; null for adaptive methods). The histories have `sharpness` and `sharpnessLimit` too.',
  },
  curvature: {
    purpose: "Curvature at a contestant's last network.",
    prints: '`largest` and `smallest` eigenvalues with their error bounds; `spectrum`: the `density` of all at the places `at`, and the `trace` with its standard error; `noise`: tr Sigma of one sample\'s gradient, |g|², and their ratio, the gradient noise `scale` in samples; `dimension`: the weights that training moves; `exact`: whether the Hessian was known entry by entry (of surfaces), and not by differences of gradients.',
  },
  gradientCheck: {
    purpose: "Whether the gradient at a contestant's last network is that of J.",
    prints: '`steps` and the `errors` of the linear model; the fitted `slope` (2 for a right gradient, 1 for a wrong one, between them where steps cross kinks); `mismatch`: about the relative error of a wrong gradient, tiny for a right one.',
  },
  sweep: {
    purpose: "Runs a contestant again with other learning rates about its own, each for the race's whole budget.",
    prints: '`points`: for each `rate` the final `objective` (null where the run diverged), the scores, and the `iterations` it took.',
  },
  basins: {
    purpose: "Follows a contestant's method from a grid of starts on a surface (the problem `surface`).",
    prints: '`minima` with their places and values, up to 64, those that most starts lead to; one with places in `valley` stands for connected minima along them; `furtherMinima`: how many were reached besides; `reached`: the index of the minimum that each start leads to, row by row (-1 left for infinity, -2 still under way, -3 undefined at the start, -4 one of the further minima); `arrived`: the iteration from which it was near.',
  },
  momentum: {
    purpose: 'Closed-form theory of gradient descent, heavy ball and Nesterov on a quadratic (the problem `surface`).',
    prints: '`entrants`: for each contestant with constant settings its `places` (learning rate times curvature `a`, the `radius` per step and the `motion`), the learning rate it is `stableBelow`, the `best` settings, and the `curve` of J in closed form.',
  },
  theory: {
    purpose: 'A small model beside its closed form. It needs nothing of the experiment.',
    prints: '`picture`: what is measured and what theory says, curve by curve.',
  },
};

/** What each field is for. */
const FIELDS: Readonly<Record<string, string>> = {
  plane: 'which plane; `curvature` and `gradient` planes are measured first',
  contestant: 'whom it is about, counted from 0',
  to: "the contestant at the line's other end",
  seed: 'draws random directions',
  side: 'points a side',
  rates: 'how many; the present one is among them where the number is odd',
  reach: 'up to this factor above and below the present rate, within the range of the parameter',
  iterations: 'steps from each start',
  subject: 'the model',
  params: "the model's parameters, see below",
};

function fieldTable(kind: InstrumentKind): string {
  const {properties = {}, required = []} = z.toJSONSchema(INSTRUMENT_SHAPES[kind], {io: 'input', unrepresentable: 'any'}) as Schema;
  const rows = Object.entries(properties).map(([name, schema]) => {
    if (!(name in FIELDS)) throw new Error(`src/headless/docsInstruments.ts must say what "${name}" is for`);
    return `| \`${name}\` | ${kindOf(schema)} | ${defaultOf(schema, required.includes(name))} | ${FIELDS[name]} |`;
  });
  return rows.length === 0 ? 'It has no fields.' : ['| field | what it may be | default | what it is for |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function range(spec: ParamSpec): string {
  switch (spec.kind) {
    case 'number':
      return `${spec.min} to ${spec.max}`;
    case 'choice':
      return spec.options.map(({value}) => `\`"${value}"\``).join(', ');
    case 'flag':
      return '`true` or `false`';
    default:
      return spec.kind;
  }
}

const theoryTable = (): string =>
  [
    '| subject | parameter | what it may be | default | what it is |',
    '| --- | --- | --- | --- | --- |',
    ...THEORY_SUBJECTS.flatMap((subject) =>
      Object.entries(THEORY_PARAMS[subject]).map(([name, spec]: [string, ParamSpec]) => `| \`${subject}\` | \`${name}\` | ${range(spec)} | \`${JSON.stringify(spec.default)}\` | ${spec.help} |`),
    ),
  ].join('\n');

/** The chapter on what a config can ask for besides the race. */
export const instrumentsChapter = (): string =>
  [
    '## Instruments',
    `A config (not a link) may have a list \`instruments\` of up to ${MOST_INSTRUMENTS} entries beside the fields of the experiment. When the race is over each is looked at in turn, and the results document has what was found under \`instruments\`:`,
    '```json\n"instruments": [\n  {"kind": "landscape", "plane": "path", "side": 41},\n  {"kind": "curvature", "contestant": 1},\n  {"kind": "sweep", "rates": 9, "reach": 10}\n]\n```',
    'What an entry can be seen to lack beforehand is refused before the race. What shows only afterwards (a run without a sound network, say, or a J too slow to be mapped) costs neither the race nor the other entries: the entry has `fault` in place of what was to be found, `{"field": ..., "message": ...}`, the same goes to standard error, and the exit code is 0.',
    ...INSTRUMENT_KINDS.flatMap((kind) => [`### \`${kind}\``, TOLD[kind].purpose, fieldTable(kind), TOLD[kind].prints]),
    'Parameters of `theory`:',
    theoryTable(),
  ].join('\n\n');
