import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {cruise} from 'dependency-cruiser';
import {parseSync} from 'vite';
import {filesUnder, isMain, ROOT} from './project.mjs';

/**
 * Checks the import rules of .dependency-cruiser.cjs.
 *
 * dependency-cruiser 17 reads TypeScript through TypeScript's own JavaScript API, which version 7 no
 * longer has. So the imports are read with Vite's parser, and dependency-cruiser gets a folder of plain
 * modules that hold nothing but those imports: `src/core/data.ts` stands there as `src/core/data.ts.js`.
 */
const SUFFIX = '.js';
const RULES = createRequire(import.meta.url)('../.dependency-cruiser.cjs');

/**
 * @typedef {{specifier: string, typeOnly: boolean}} Import
 * @typedef {{rule: string, from: string, to: string, advice: string}} Breach
 */

/** @param {string} file @returns {Import[]} what a TypeScript file imports, in its own words */
function importsOf(file) {
  const text = readFileSync(file, 'utf8');
  const {module, errors} = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} could not be parsed: ${errors[0].message}`);
  // `import {type A}` still loads the module at run time; only `import type` does not.
  const isType = ({start, end}) => /^(import|export)\s+type\b/.test(text.slice(start, end));
  const fixed = module.staticImports.map((one) => ({specifier: one.moduleRequest.value, typeOnly: isType(one)}));
  const passedOn = module.staticExports.flatMap((one) =>
    one.entries.filter((entry) => entry.moduleRequest).map((entry) => ({specifier: entry.moduleRequest.value, typeOnly: isType(one)})),
  );
  const lazy = module.dynamicImports.flatMap(({moduleRequest: {start, end}}) => {
    const literal = /^['"`]([^'"`$]+)['"`]$/.exec(text.slice(start, end));
    return literal ? [{specifier: literal[1], typeOnly: false}] : [];
  });
  return [...fixed, ...passedOn, ...lazy];
}

/** @param {Import} one */
const statement = ({specifier}) => `import ${JSON.stringify(/^[.].*[.]tsx?$/.test(specifier) ? `${specifier}${SUFFIX}` : specifier)};`;

/** @param {Map<string, Import[]>} imports @param {string} folder @param {boolean} types whether type-only imports are kept */
function writeMirror(imports, folder, types) {
  for (const [file, found] of imports) {
    const target = join(folder, `${file}${SUFFIX}`);
    mkdirSync(dirname(target), {recursive: true});
    writeFileSync(target, found.filter((one) => types || !one.typeOnly).map(statement).join('\n'));
  }
}

const plainName = (path) => (path.endsWith(`.ts${SUFFIX}`) || path.endsWith(`.tsx${SUFFIX}`) ? path.slice(0, -SUFFIX.length) : path);

/** @returns {Promise<Breach[]>} breaches of `forbidden` in the imports */
async function breaches(imports, types, forbidden) {
  const folder = mkdtempSync(join(tmpdir(), 'basin-imports-'));
  try {
    writeMirror(imports, folder, types);
    const {output} = await cruise(['src'], {...RULES.options, baseDir: folder, validate: true, ruleSet: {forbidden}});
    return output.summary.violations.map(({rule, from, to}) => ({
      rule: rule.name,
      from: plainName(from),
      to: plainName(to),
      advice: forbidden.find((one) => one.name === rule.name).comment,
    }));
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

const ASSEMBLY = join('kernels', 'assembly');

/** @param {string} root a folder that holds `src/` @returns {Promise<Breach[]>} */
export async function checkImports(root) {
  // AssemblyScript looks like TypeScript and is not; its modules import nothing.
  const files = filesUnder(join(root, 'src'), (name) => /(?<![.]d)[.]tsx?$/.test(name)).filter((file) => !file.includes(ASSEMBLY));
  const imports = new Map(files.map((file) => [file.slice(root.length + 1).replaceAll('\\', '/'), importsOf(file)]));
  const everywhere = await breaches(imports, true, RULES.everywhere);
  return [...everywhere, ...(await breaches(imports, false, RULES.atRunTime))];
}

if (isMain(import.meta.url)) {
  const found = await checkImports(ROOT);
  for (const {rule, from, to, advice} of found) console.error(`${from} must not import ${to}\n  ${rule}: ${advice}`);
  console.log(found.length === 0 ? 'import rules: all kept' : `import rules: ${found.length} broken`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
