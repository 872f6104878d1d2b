import {spawn} from 'node:child_process';
import {constants} from 'node:os';
import {join} from 'node:path';
import {build} from './build.mjs';
import {ROOT} from './project.mjs';
import {ensureInstalled, orExit} from './steps.mjs';

/**
 * Runs an entry of the node bundle with this process's arguments and streams, and ends as it ends.
 * Whatever has to be installed or built first is told on stderr, so that stdout holds the entry's own
 * output alone.
 * @param {string} entry its name in vite.node.config.ts
 */
export async function launch(entry) {
  await ensureInstalled();
  orExit(await build('node'), 'Building the engine for Node');
  const env = {...process.env, BASIN_DATA: process.env.BASIN_DATA ?? join(ROOT, 'public', 'data')};
  const child = spawn(process.execPath, [join(ROOT, 'build', 'node', `${entry}.mjs`), ...process.argv.slice(2)], {stdio: 'inherit', env});
  // A terminal signals both processes; a supervisor only this one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
