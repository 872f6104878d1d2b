import {realpathSync, readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** The repository's folder. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Whether a script was started itself rather than imported. @param {string} url its import.meta.url */
export const isMain = (url) => process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url);

/**
 * @param {string} folder
 * @param {(name: string) => boolean} wanted by file name
 * @returns {string[]} the files in and below a folder, in a fixed order
 */
export function filesUnder(folder, wanted = () => true) {
  return readdirSync(folder, {withFileTypes: true})
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesUnder(path, wanted);
      return wanted(entry.name) ? [path] : [];
    });
}
