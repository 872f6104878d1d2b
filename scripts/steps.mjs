import {spawn} from 'node:child_process';
import {join} from 'node:path';
import {isInstalled} from './freshness.mjs';
import {ROOT} from './project.mjs';

/** The steps that scripts have in common: run a program, install. Nothing here needs a package. */

const OLDEST_NODE = [20, 19];

/** @returns {string | null} what to tell a user whose Node is too old */
export function nodeFault(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return null;
  return `Basin needs Node ${OLDEST_NODE.join('.')} or newer, but this is ${version}. Install a current Node and try again.`;
}

/** Programs at work. Each leads a group of its own, so that the browsers and workers it started end with it. */
const atWork = new Set();
const IN_GROUPS = process.platform !== 'win32';

function end(child) {
  try {
    if (IN_GROUPS) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) {
  process.on(signal, () => {
    for (const child of atWork) end(child);
    // A script that listens as well ends in its own way.
    if (process.listenerCount(signal) === 1) process.exit(code);
  });
}

/**
 * Runs a program in the repository and gathers what it prints.
 * @param {string} command @param {readonly string[]} args
 * @param {{env?: Record<string, string>, minutes?: number, shell?: boolean}} [options]
 * @returns {Promise<{code: number, output: string, stdout: string}>} output is both streams, in order
 */
export function run(command, args, {env = {}, minutes = 30, shell = false} = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, {cwd: ROOT, env: {...process.env, ...env}, stdio: ['ignore', 'pipe', 'pipe'], shell, detached: IN_GROUPS});
    atWork.add(child);
    const parts = [];
    const printed = [];
    const timer = setTimeout(() => {
      parts.push(Buffer.from(`\nStopped: still running after ${minutes} minutes.\n`));
      end(child);
    }, minutes * 60_000);
    const finish = (code) => {
      clearTimeout(timer);
      atWork.delete(child);
      done({code, output: Buffer.concat(parts).toString('utf8'), stdout: Buffer.concat(printed).toString('utf8')});
    };
    child.stdout.on('data', (part) => {
      parts.push(part);
      printed.push(part);
    });
    child.stderr.on('data', (part) => parts.push(part));
    child.on('error', (error) => {
      parts.push(Buffer.from(`${command} could not be started: ${error.message}\n`));
      finish(1);
    });
    child.on('close', (code) => finish(code ?? 1));
  });
}

/** @param {readonly string[]} args of a script that a package brings, as a path from node_modules */
export const runTool = (path, args, options) => run(process.execPath, [join(ROOT, 'node_modules', path), ...args], options);
export const runScript = (name, args = [], options = {}) => run(process.execPath, [join(ROOT, 'scripts', name), ...args], options);

/** Ends the script when a step failed, showing what it said. */
export function orExit({code, output}, what) {
  if (code === 0) return;
  console.error(`${output.trimEnd()}\n${what} failed; see above.`);
  process.exit(1);
}

/** Installs packages where the lock file and node_modules differ. Speaks on stderr only. */
export async function ensureInstalled() {
  const fault = nodeFault();
  if (fault) {
    console.error(fault);
    process.exit(1);
  }
  if (isInstalled(ROOT)) return;
  console.error('Installing packages (once; about a minute) ...');
  // Under `npm --silent` npm would fail without a word.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const windows = process.platform === 'win32';
  orExit(npm?.endsWith('.js') ? await run(process.execPath, [npm, ...args]) : await run('npm', args, {shell: windows}), 'npm ci');
}
