import {existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {isStale, writeStamp} from './freshness.mjs';
import {isMain, ROOT} from './project.mjs';
import {ensureInstalled, orExit, runScript, runTool} from './steps.mjs';

/** `npm run build`, and building what is stale for the other scripts. */

const COMMON = ['src', 'package-lock.json', 'tsconfig.json'];
const under = (paths) => paths.map((path) => join(ROOT, path));

/** The two things that are built, each with the sources that decide whether it is stale. */
const TARGETS = {
  page: {
    title: 'the page',
    folder: 'dist',
    config: 'vite.config.ts',
    sources: under([...COMMON, 'index.html', 'public', 'vite.config.ts']),
    // The example is run by the engine for Node, so that one is built first.
    needs: 'node',
    after: (fresh) => [
      ['licences.mjs', [fresh]],
      ['../build/node/example.mjs', [join(ROOT, 'public', 'data'), join(fresh, 'example.json')]],
    ],
  },
  node: {
    title: 'the engine for Node',
    folder: 'build/node',
    config: 'vite.node.config.ts',
    sources: under([...COMMON, 'tests/bench', 'vite.node.config.ts']),
  },
};

const stampOf = ({folder}) => join(ROOT, folder, '.stamp');

/**
 * Builds beside the old output and then swaps the folders, so that no one ever sees half a build.
 * @param {keyof typeof TARGETS} name
 * @returns {Promise<{code: number, output: string}>}
 */
async function buildNow(name) {
  const {folder, config, after} = TARGETS[name];
  const startedAt = Date.now();
  const fresh = join(ROOT, 'build', `${name}.${process.pid}.new`);
  const old = join(ROOT, 'build', `${name}.${process.pid}.old`);
  mkdirSync(join(ROOT, 'build'), {recursive: true});
  try {
    const built = await runTool('vite/bin/vite.js', ['build', '-c', config, '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn']);
    if (built.code !== 0) return built;
    for (const [script, args] of after?.(fresh) ?? []) {
      const finished = await runScript(script, args);
      if (finished.code !== 0) return finished;
    }
    writeStamp(join(fresh, '.stamp'), startedAt);
    if (existsSync(join(ROOT, folder))) renameSync(join(ROOT, folder), old);
    renameSync(fresh, join(ROOT, folder));
    return built;
  } finally {
    for (const leftover of [fresh, old]) rmSync(leftover, {recursive: true, force: true});
  }
}

const LOCK = join(ROOT, 'build', '.lock');
const LOCK_HOLDS = 5 * 60_000;

/** Whether the process that left the lock still builds. */
function lockIsHeld() {
  try {
    if (Date.now() - statSync(LOCK).mtimeMs > LOCK_HOLDS) return false;
    process.kill(Number(readFileSync(LOCK, 'utf8')), 0);
    return true;
  } catch (error) {
    // Gone in the meantime (ENOENT) or another user's (EPERM): look again. Only a dead process gives it up.
    return error.code !== 'ESRCH';
  }
}

/** Waits until no other process builds, then does the work. */
async function alone(work) {
  mkdirSync(join(ROOT, 'build'), {recursive: true});
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), {flag: 'wx'});
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (lockIsHeld()) await new Promise((done) => setTimeout(done, 200));
      else rmSync(LOCK, {force: true});
    }
  }
  try {
    return await work();
  } finally {
    rmSync(LOCK, {force: true});
  }
}

const UP_TO_DATE = {code: 0, output: ''};

/**
 * Builds a target where it is stale, or always with `force`. Speaks on stderr only.
 * @param {keyof typeof TARGETS} name
 * @returns {Promise<{code: number, output: string}>}
 */
export async function build(name, {force = false} = {}) {
  const isDone = () => !force && !isStale(stampOf(TARGETS[name]), TARGETS[name].sources);
  if (isDone()) return UP_TO_DATE;
  const {needs} = TARGETS[name];
  const first = needs ? await build(needs, {force}) : UP_TO_DATE;
  if (first.code !== 0) return first;
  return alone(async () => {
    // Another process may have built it while this one waited.
    if (isDone()) return UP_TO_DATE;
    console.error(`Building ${TARGETS[name].title} ...`);
    return buildNow(name);
  });
}

if (isMain(import.meta.url)) {
  await ensureInstalled();
  // The page's build brings the engine's with it.
  orExit(await build('page', {force: true}), 'Building');
  for (const {folder} of Object.values(TARGETS)) console.log(`${folder}/ is built.`);
}
