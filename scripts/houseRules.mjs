import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {parseSync} from 'vite';
import {filesUnder, isMain, ROOT} from './project.mjs';

/** House rules that no linter has: a scan of the sources, comments left out. */
const WORKING = /^src\/(core|numerics|datasets|losses|problems|solvers|engine|client|state|ui)\//;
const MAY_READ_THE_CLOCK = /^src\/(engine\/(run\.worker|study\.worker|instruments)\.ts$|client\/|state\/|ui\/|headless\/)/;
/** The compression dictionary of links holds sample texts; it is frozen. */
const GENERATED = /^src\/core\/linkDictionary\.ts$/;
const LONGEST_FILE = 400;

/** @type {readonly {pattern: RegExp, where: (path: string) => boolean, advice: string}[]} */
const BANNED = [
  {
    pattern: /\bMath\.random\b/,
    where: (path) => WORKING.test(path),
    advice: 'draw from randomStream(seed, ...) of core/random.ts, so that a seed fixes everything',
  },
  {pattern: /\bDate\.now\b|\bnew Date\(\)/, where: (path) => WORKING.test(path), advice: 'results must not depend on the clock'},
  {
    pattern: /\bperformance\.now\b/,
    where: (path) => WORKING.test(path) && !MAY_READ_THE_CLOCK.test(path),
    advice: 'only the loop and the page know the time: take a Clock as an argument',
  },
  {pattern: /\beval\(|\bnew Function\(/, where: (path) => WORKING.test(path), advice: "the page's security policy forbids it"},
  {
    pattern: /\binnerHTML\b|\bdangerouslySetInnerHTML\b|\binsertAdjacentHTML\b|\bdocument\.write\b/,
    where: (path) => WORKING.test(path),
    advice: 'links are untrusted: let React make the elements',
  },
  {pattern: /\.dataSync\(|\.arraySync\(/, where: (path) => WORKING.test(path), advice: 'it blocks, and fails on WebGPU: await .data()'},
  {
    pattern: /\b(?:https?|wss?):\/\/(?!www\.w3\.org\/)/,
    where: (path) => !GENERATED.test(path),
    advice: 'the page works with no third party: ship the file, or name the source in words',
  },
];

/** A source with its comments blanked, so that places stay where they are. */
function withoutComments(path, text) {
  if (!/\.tsx?$/.test(path)) return text.replace(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->/g, (comment) => comment.replace(/[^\n]/g, ' '));
  let bare = text;
  for (const {start, end} of parseSync(path, text).comments) {
    bare = bare.slice(0, start) + bare.slice(start, end).replace(/[^\n]/g, ' ') + bare.slice(end);
  }
  return bare;
}

/** @param {string} path from the root @param {string} text @returns {string[]} what breaks a rule, in words */
export function houseFaults(path, text) {
  const lines = text.split('\n').length - 1;
  const tooLong = /\.(tsx?|mjs)$/.test(path) && !GENERATED.test(path) && lines > LONGEST_FILE;
  const faults = tooLong ? [`${path} has ${lines} lines; split it (at most ${LONGEST_FILE})`] : [];
  if (path.startsWith('scripts/')) return faults;
  const bare = withoutComments(path, text).split('\n');
  for (const {pattern, advice} of BANNED.filter((rule) => rule.where(path))) {
    bare.forEach((line, i) => {
      const found = pattern.exec(line);
      if (found) faults.push(`${path}:${i + 1} ${found[0]}: ${advice}`);
    });
  }
  return faults;
}

if (isMain(import.meta.url)) {
  const under = (folder, kind) => filesUnder(join(ROOT, folder), (name) => kind.test(name)).map((file) => file.slice(ROOT.length + 1).replaceAll('\\', '/'));
  const files = [...under('src', /\.(tsx?|css)$/), ...under('scripts', /\.mjs$/), 'index.html'];
  const faults = files.flatMap((path) => houseFaults(path, readFileSync(join(ROOT, path), 'utf8')));
  for (const fault of faults) console.error(fault);
  console.log(faults.length === 0 ? `house rules: all kept in ${files.length} files` : `house rules: ${faults.length} broken`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
