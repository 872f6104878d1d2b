import {existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {filesUnder} from './project.mjs';

/**
 * The newest change among files and folders, in milliseconds; what is absent is passed over. Folders
 * count themselves too, so that a deleted file is noticed.
 * @param {readonly string[]} paths
 */
export function newestChange(paths) {
  const changed = (path) => statSync(path).mtimeMs;
  const below = (path) => (statSync(path).isDirectory() ? [path, ...foldersUnder(path), ...filesUnder(path)] : [path]);
  return Math.max(0, ...paths.filter(existsSync).flatMap(below).map(changed));
}

const foldersUnder = (path) => [...new Set(filesUnder(path).map(dirname))];

/**
 * Whether what was built from `sources` is missing or older than them.
 * @param {string} stamp written by `writeStamp` @param {readonly string[]} sources
 */
export const isStale = (stamp, sources) => !existsSync(stamp) || newestChange(sources) > statSync(stamp).mtimeMs;

/**
 * Leaves a file that bears the time when the build began: a source saved while it ran is newer.
 * @param {string} stamp @param {number} startedAt in milliseconds
 */
export function writeStamp(stamp, startedAt) {
  mkdirSync(dirname(stamp), {recursive: true});
  writeFileSync(stamp, 'The time of this file is the time of the build.\n');
  utimesSync(stamp, startedAt / 1000, startedAt / 1000);
}

const readLock = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : null);

/**
 * Whether node_modules holds what package-lock.json asks for. Contents are compared, not times, so that
 * a checkout which only touches the lock file asks for no network.
 * @param {string} root
 */
export function isInstalled(root) {
  const wanted = readLock(join(root, 'package-lock.json'));
  const present = readLock(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(
    ([path, {version, optional}]) => path === '' || present[path]?.version === version || (optional && !present[path]),
  );
}
