import {CATALOGUE} from '../catalogue.ts';
import {EXPERIMENT_VERSION, faultText, parseExperiment} from '../core/experiment.ts';
import {experimentFields} from './docsFields.ts';
import {instrumentsChapter} from './docsInstruments.ts';
import {group} from './docsPlugins.ts';
import {resultsChapter} from './docsResults.ts';

/**
 * Prints docs/config.md: what an experiment file and a results document hold. Everything that the code
 * knows (names, ranges, defaults, help) comes from the schema and the specs, so that it can't fall behind.
 */
const EXAMPLE = {
  version: EXPERIMENT_VERSION,
  title: 'Adam against convex ADMM on two moons',
  seed: 1,
  dataset: {id: 'moons', params: {n: 300, noise: 0.15}},
  problem: {id: 'two-layer-relu', params: {beta: 0.05}},
  contestants: [
    {name: 'Adam', solver: {id: 'adam', params: {learningRate: 0.01}}, model: {width: 30}},
    {name: 'ADMM', solver: {id: 'convex-admm', params: {patterns: 40}}},
  ],
  budget: {axis: 'iterations', amount: 500},
};

/** JSON with one field, or one entry of a list, a line. */
function laidOut(experiment: object): string {
  const value = (one: unknown): string =>
    Array.isArray(one) ? `[\n${one.map((entry) => `    ${inOneLine(entry)}`).join(',\n')}\n  ]` : inOneLine(one);
  return `{\n${Object.entries(experiment).map(([key, one]) => `  ${JSON.stringify(key)}: ${value(one)}`).join(',\n')}\n}`;
}

/** With a space after each comma and colon outside of texts. */
const inOneLine = (value: unknown): string => JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ').replace(/([{[]) | ([}\]])/g, '$1$2');

function checkedExample(): string {
  const parsed = parseExperiment(EXAMPLE, CATALOGUE);
  if (!parsed.ok) throw new Error(`the example of docs/config.md is no experiment: ${faultText(parsed.error)}`);
  return ['```json', laidOut(EXAMPLE), '```'].join('\n');
}

const INTRODUCTION = `<!-- Written by \`npm run docs\` from the schema and the specs. Change those, not this file. -->

# Experiments as files

A Basin experiment is one JSON object: a data set, a problem posed on it, and up to eight contestants that
race on that problem with the same data, the same seed and the same budget. The page writes it into its
links; as a file it can be kept, edited, handed out and run without a browser:

\`\`\`sh
npm run -s experiment -- --config my-race.json --out results.json
npm run -s experiment -- --link 'LINK COPIED FROM THE PAGE'
\`\`\`

- Exactly one of \`--config FILE\` and \`--link URL\` is needed. Quote a link: shells have their own use for \`#\` and \`&\`.
- \`--backend wasm\` (the default) computes in WebAssembly, \`--backend cpu\` in plain JavaScript, which is slower and helps to tell rounding from substance.
- \`--out FILE\` writes the results there; without it they are printed.

## An example

${checkedExample()}

Everything left out takes its default. A name that Basin does not know is refused rather than passed over, so
that a misspelt parameter cannot go unnoticed. Numbers outside their range are refused, not bent; the message names
the field, as in \`contestants[0].solver.params.learningRate must be a number from 0.00001 to 30\`.`;

const DATASETS = `The data seed draws the points and picks the training samples; it is apart from the experiment's seed, so that
one sample can be trained from several starts.`;

const PROBLEMS = `A problem is a model, a loss and a penalty; together they make the objective J that every curve, landscape and
result is about. The parameters of \`model\` belong to a contestant: two contestants may train networks of different width.`;

const LOSSES = "Named by the problem's parameter `loss`. A loss fits some tasks and not others.";

const SOLVERS = `A solver that trains a network of its own takes \`model\` parameters beside its own (see the problem). A solver can
be refused on a task it is not made for; the message says why.`;

function page(): string {
  const chapters = [
    INTRODUCTION,
    experimentFields(),
    `## Data sets\n\n${DATASETS}\n\n${group(CATALOGUE.datasets, 'data set')}`,
    `## Problems\n\n${PROBLEMS}\n\n${group(CATALOGUE.problems, 'problem')}`,
    `## Losses\n\n${LOSSES}\n\n${group(CATALOGUE.losses, 'loss')}`,
    `## Solvers\n\n${SOLVERS}\n\n${group(CATALOGUE.solvers, 'solver')}`,
    instrumentsChapter(),
    resultsChapter(),
  ];
  return `${chapters.join('\n\n')}\n`;
}

process.stdout.write(page());
