import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {build} from './build.mjs';
import {ROOT} from './project.mjs';
import {ensureInstalled, orExit, run} from './steps.mjs';

/** `npm run docs` writes docs/config.md; with --check it only says whether that file is up to date. */
const FILE = join(ROOT, 'docs', 'config.md');

await ensureInstalled();
orExit(await build('node'), 'Building the engine for Node');
const page = await run(process.execPath, [join(ROOT, 'build', 'node', 'docs.mjs')]);
orExit(page, 'Writing the documentation');

const present = existsSync(FILE) ? readFileSync(FILE, 'utf8') : null;
if (present === page.stdout) {
  console.log('docs/config.md is up to date.');
} else if (process.argv.includes('--check')) {
  console.error('docs/config.md is out of date. Run `npm run docs` and look at what changed.');
  process.exitCode = 1;
} else {
  mkdirSync(dirname(FILE), {recursive: true});
  writeFileSync(FILE, page.stdout);
  console.log('docs/config.md is written.');
}
