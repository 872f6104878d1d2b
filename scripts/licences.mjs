import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {isMain, ROOT} from './project.mjs';

/**
 * Writes THIRD-PARTY-LICENCES.txt into a built folder: the licence of every package that the page may
 * hold. Bundling strips licence comments, and the licences ask that their text goes with the code.
 */
const LICENCE_FILE = /^(licen[cs]e|copying|notice)([.-].*)?$/i;
const RULE = '-'.repeat(78);

/** @returns {string[]} folders of the packages needed at run time, those with nothing but types left out */
function runtimePackages() {
  const {packages} = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(([path, {dev, devOptional}]) => path !== '' && !dev && !devOptional && !path.includes('node_modules/@types/'))
    .map(([path]) => join(ROOT, path))
    .filter(existsSync)
    .sort();
}

/** The standard text, for packages that name their licence but bring no copy of it. */
function standardText({name, license, author}) {
  const file = join(ROOT, 'scripts', 'licences', `${license}.txt`);
  if (!existsSync(file)) throw new Error(`${name} brings no licence text, and scripts/licences has none for ${license}; add ${license}.txt there`);
  const owner = (typeof author === 'string' ? author : author?.name) ?? `the authors of ${name}`;
  const notice = license === 'MIT' ? `Copyright (c) ${owner.replace(/\s*<.*>/, '')}\n\n` : '';
  return notice + readFileSync(file, 'utf8');
}

/** @param {string} folder of a package */
function entryOf(folder) {
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((name) => LICENCE_FILE.test(name));
  const texts = files.length > 0 ? files.map((name) => readFileSync(join(folder, name), 'utf8')) : [standardText(about)];
  return `${RULE}\n${about.name} ${about.version} (${about.license})\n${RULE}\n\n${texts.map((text) => text.trim()).join('\n\n')}\n`;
}

/** The whole file. */
export function licences() {
  const head = 'Basin contains code of the packages below, under the licences given with them.\nBasin itself is under the MIT licence, its data sets under those in data/LICENCES.md.\n';
  return [head, ...runtimePackages().map(entryOf)].join('\n');
}

if (isMain(import.meta.url)) {
  const folder = process.argv[2] ?? join(ROOT, 'dist');
  writeFileSync(join(folder, 'THIRD-PARTY-LICENCES.txt'), licences());
}
