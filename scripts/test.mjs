import {existsSync, mkdirSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {build} from './build.mjs';
import {ensureChromium} from './ensureChromium.mjs';
import {ROOT} from './project.mjs';
import {ensureInstalled, runScript, runTool} from './steps.mjs';

/**
 * `npm test`: everything, from a fresh clone. A stage that fails does not stop those after it; the last
 * line counts tests, and one for each stage that is a check of its own. `--fast` (`npm run check`)
 * leaves out what trains networks, or needs a build or a browser.
 */
const REPORTS = join(ROOT, 'build', 'test');

/** @typedef {{passed: number, failed: number, output: string}} Outcome */
/** @typedef {{title: string, slow?: boolean, work: () => Promise<Outcome>}} Stage */

/** A stage that counts as one check. @param {() => Promise<{code: number, output: string}>} step */
const check = (step) => async () => {
  const {code, output} = await step();
  return code === 0 ? {passed: 1, failed: 0, output} : {passed: 0, failed: 1, output};
};

/** A file that failed outside its tests: it could not be loaded, say. */
const failedAsAWhole = ({status, assertionResults}) => status === 'failed' && !assertionResults.some((one) => one.status === 'failed');

/** A vitest project. What it counted comes from its JSON report; an error outside the tests counts as a failure. */
const project = (name) => async () => {
  const report = join(REPORTS, `${name}.json`);
  rmSync(report, {force: true});
  const args = ['run', '--project', name, '--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const {code, output} = await runTool('vitest/vitest.mjs', args, {env: {NO_COLOR: '1'}, minutes: 40});
  const {numPassedTests = 0, numFailedTests = 0, testResults = []} = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  const failed = numFailedTests + testResults.filter(failedAsAWhole).length;
  return {passed: numPassedTests, failed: code === 0 ? failed : Math.max(1, failed), output};
};

/** A stage in the browser: one failure where there is none to be had. */
const inBrowser = (work) => async () => {
  const chromium = await ensureChromium();
  return chromium.code === 0 ? work() : {passed: 0, failed: 1, output: chromium.output};
};

const lint = async () => {
  const biome = await runTool('@biomejs/biome/bin/biome', ['lint']);
  const house = await runScript('houseRules.mjs');
  return {code: biome.code || house.code, output: biome.output + house.output};
};

/** @type {readonly Stage[]} */
const STAGES = [
  {title: 'types', work: check(() => runTool('typescript/bin/tsc', ['--noEmit']))},
  {title: 'lint', work: check(lint)},
  {title: 'import rules', work: check(() => runScript('imports.mjs'))},
  // Tests of the command line run the node bundle, and must never build it side by side.
  {title: 'build for Node', work: check(() => build('node'))},
  {title: 'docs up to date', work: check(() => runScript('docs.mjs', ['--check']))},
  {title: 'unit tests', work: project('unit')},
  {title: 'conformance tests', slow: true, work: project('conformance')},
  {title: 'build of the page', slow: true, work: check(() => build('page'))},
  {title: 'tests in the browser', slow: true, work: inBrowser(project('browser'))},
  {title: 'tests of the built page', slow: true, work: inBrowser(project('e2e'))},
];

/** @param {Stage} stage @returns {Promise<Outcome>} */
async function perform({title, work}) {
  const from = performance.now();
  console.log(`== ${title}`);
  const outcome = await work().catch((error) => ({passed: 0, failed: 1, output: String(error.stack ?? error)}));
  if (outcome.failed > 0) console.log(outcome.output.trimEnd());
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  console.log(`   ${outcome.failed > 0 ? 'FAILED' : 'ok'}: ${outcome.passed} passed, ${outcome.failed} failed, ${seconds} s`);
  return outcome;
}

/** Runs what was asked for. */
async function main() {
  const fast = process.argv.includes('--fast');
  mkdirSync(REPORTS, {recursive: true});
  let passed = 0;
  let failed = 0;
  for (const stage of STAGES.filter(({slow}) => !fast || !slow)) {
    const outcome = await perform(stage);
    passed += outcome.passed;
    failed += outcome.failed;
  }
  return {passed, failed};
}

// Where nothing could be counted (no packages, say), the last line must be there all the same.
let closing = '0 passed, 1 failed';
process.on('exit', () => console.log(closing));
await ensureInstalled();
const {passed, failed} = await main();
closing = `${passed} passed, ${failed} failed`;
process.exitCode = failed > 0 ? 1 : 0;
