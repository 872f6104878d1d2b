import type {EVALUATION} from '../core/problem.ts';
import type {BackendReport, Ending} from '../core/protocol.ts';
import type {ContestantResult, ResultsDocument} from '../core/results.ts';
import {CERTIFICATE_SECONDS, CERTIFICATE_TOLERANCE, type Certificate} from '../core/study.ts';

/* These tables are typed by what they describe: a new field does not compile until it is told here. */

const DOCUMENT: Readonly<Record<keyof ResultsDocument, string>> = {
  format: 'always `"basin-results"`',
  formatVersion: 'always 1; a change that could break a reader raises it',
  experiment: 'the experiment as it was run, with every default written out',
  backend: 'what computed it, or null',
  data: '`train` and `test`: the numbers of samples; `notes`: what was done to the data (dropped rows, ...); or null',
  certificate: 'the certified optimum where the experiment has `"certificate": true`, see below; else null',
  contestants: 'one entry for each contestant, in the order of the experiment',
  instruments: "one entry for each of the config's `instruments`, in their order: the request with its defaults, and what was found, or `fault` (`field` and `message`) where it could not be had; left out where none are asked for",
};

const BACKEND: Readonly<Record<keyof BackendReport, string>> = {
  backend: '`webgpu`, `wasm` or `cpu`',
  device: "the graphics card's name, or `processor`",
  reason: 'why this one, in words',
};

const CONTESTANT: Readonly<Record<keyof ContestantResult, string>> = {
  name: "the contestant's name",
  solver: "the solver's id",
  status: 'how it ended, see below',
  reason: 'why it ended, in words',
  iterations: 'iterations done',
  evaluations: 'full-data passes used: the work in units that are the same for every solver',
  seconds: "computing time of the contestant's own steps; measuring is not counted",
  gap: "`(J - lower) / lower` for the last J and the certificate's lower bound: proved to be at most so far above the optimum. Null without a certificate of global scope, and where the bound is 0. J is measured in single precision, so at the optimum it may lie a rounding error below 0",
  final: 'the last record: a number for each metric',
  history: 'all records, as columns of equal length: `iterations`, `evaluations`, `seconds` and each metric',
  notices: 'what the user should know, in words',
};

const CERTIFICATE: Readonly<Record<keyof Certificate, string>> = {
  scope: '`global`: all networks of the problem, of any width where the width is not the problem\'s own; `sampled programme`: only those that the sampled activation patterns can express',
  lower: 'proved: J can be no smaller',
  upper: 'proved: a network with this J exists',
  relativeGap: '`(upper - lower) / upper`',
  patterns: 'activation patterns that the lower bound has looked at; for binary weights, vectors or networks tried so far',
  working: 'activation patterns in the programme that was solved last; for binary weights, the rank of the relaxation, or how many networks reach the optimum',
  neurons: 'non-zero neurons of the network whose J is `upper`',
  second: 'the next smallest value that J can take, where all values are known (binary weights); else null',
  rounds: 'rounds of column generation',
  seconds: 'time that the proof took',
  closed: `true once \`relativeGap\` is at most ${CERTIFICATE_TOLERANCE}`,
  message: 'how it stands, or why it stopped, in words',
};

const STATUS: Readonly<Record<Ending['kind'] | 'running', string>> = {
  finished: 'used its budget',
  converged: 'stopped by its own rule',
  diverged: 'J grew beyond all bounds or was no longer a number: the steps are too long',
  failed: 'an error stopped it',
  running: 'not over when the document was saved (the page only)',
};

const METRICS: Readonly<Record<(typeof EVALUATION)[number], string>> = {
  objective: 'J: the sum of the training losses plus the penalty at its best scaling. What every contestant minimises.',
  trainLoss: 'mean loss on the training set',
  testLoss: 'mean loss on the test set',
  penalty: "the penalty's part of J",
  trainScore: 'share of training samples classified right, or R² for regression',
  testScore: 'the same on the test set',
};

const rows = (table: Readonly<Record<string, string>>): string => Object.entries(table).map(([name, text]) => `| \`${name}\` | ${text} |`).join('\n');
const table = (head: string, entries: Readonly<Record<string, string>>): string => `| ${head} | what it is |\n| --- | --- |\n${rows(entries)}`;

/** The chapter on what a run prints. */
export const resultsChapter = (): string =>
  [
    '## Results',
    'A run prints one JSON document, and the page exports the same. The record at place 0 of a history is the start, before the first step. Which iterations are recorded depends on the budget and on what an iteration costs (about 150 of them, and more at the start), never on the speed of the machine. A number that is not finite, or was not measured, is `null`.',
    table('field', DOCUMENT),
    '### `backend`',
    table('field', BACKEND),
    '### `certificate`',
    `Both bounds are computed in double precision. A run takes at most about ${CERTIFICATE_SECONDS} seconds for them before the race and gives the interval that it has then.`,
    table('field', CERTIFICATE),
    '### Each of `contestants`',
    table('field', CONTESTANT),
    '### `status`',
    table('status', STATUS),
    '### Metrics',
    'Every contestant has these, measured by the same code for all; test metrics are `null` without a test set, and R² where all targets are equal.',
    table('metric', METRICS),
    'A solver may add its own, such as the residuals of ADMM (`primalResidual`, `dualResidual`).',
    '## Exit codes',
    '| code | meaning |\n| --- | --- |\n| 0 | the document was printed or written; a contestant that diverged is a result, not an error, and an instrument that could not be had says so in its entry |\n| 2 | the arguments, the file or the link are at fault; the reason is on stderr and nothing is on stdout |\n| 1 | the engine could not run; the reason is on stderr |',
  ].join('\n\n');
