import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterEach, describe, expect, it} from 'vitest';
import {checkImports} from '../../scripts/imports.mjs';

const folders: string[] = [];

/** A source tree with these files. */
function tree(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'basin-rules-'));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), {recursive: true});
    writeFileSync(join(root, path), text);
  }
  return root;
}

const brokenRules = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> =>
  (await checkImports(tree(files))).map((breach) => breach.rule).sort();

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, {recursive: true, force: true});
});

const SPEC = 'export const sgd = {};';

describe('import rules', () => {
  it('accept a tree that keeps them', async () => {
    const rules = await brokenRules({
      'src/core/data.ts': "import type {Tensor} from '@tensorflow/tfjs-core';\nexport type Data = Tensor;",
      'src/numerics/steps.ts': "import * as tf from '@tensorflow/tfjs-core';\nimport type {Data} from '../core/data.ts';\nexport const one = (d: Data) => tf.mul(d, 1);",
      'src/solvers/sgd/spec.ts': SPEC,
      'src/solvers/sgd/solver.ts': "import {one} from '../../numerics/steps.ts';\nimport {sgd} from './spec.ts';\nexport default [one, sgd];",
      'src/solvers/registry.ts': "export {sgd} from './sgd/spec.ts';",
      'src/catalogue.ts': "export * from './solvers/registry.ts';",
      'src/ui/App.tsx': "import React from 'react';\nimport {sgd} from '../catalogue.ts';\nexport const App = () => <p>{String(sgd)}{React.version}</p>;",
    });
    expect(rules).toEqual([]);
  });

  const breaches: readonly [string, string, Readonly<Record<string, string>>][] = [
    ['core-imports', 'an import upward', {'src/core/a.ts': "import {b} from '../engine/b.ts';\nb();", 'src/engine/b.ts': 'export const b = () => 1;'}],
    ['state-imports', 'an upward import of a type', {'src/state/a.ts': "import type {B} from '../engine/b.ts';\nexport type A = B;", 'src/engine/b.ts': 'export type B = 1;'}],
    ['ui-imports', 'an import() of the engine', {'src/ui/a.ts': "export const b = import('../engine/b.ts');", 'src/engine/b.ts': 'export const b = 1;'}],
    ['plugins-are-islands', 'a plugin that imports a sibling', {'src/solvers/adam/solver.ts': "import {sgd} from '../sgd/spec.ts';\nexport default sgd;", 'src/solvers/sgd/spec.ts': SPEC}],
    ['plugins-are-islands', 'a solver that imports a loss', {'src/solvers/adam/solver.ts': "import '../../losses/hinge/host.ts';", 'src/losses/hinge/host.ts': 'export default 1;'}],
    ['registries-list-specs', 'a registry that loads code', {'src/solvers/registry.ts': "export * from './sgd/solver.ts';", 'src/solvers/sgd/solver.ts': 'export default 1;'}],
    ['tfjs-stays-in-workers', 'tfjs at run time in the client', {'src/client/a.ts': "import {type Tensor} from '@tensorflow/tfjs-core';\nexport type A = Tensor;"}],
    ['react-stays-in-ui', 'React in the state', {'src/state/a.ts': "export {useState} from 'react';"}],
    ['node-stays-in-headless', 'files read by the engine', {'src/engine/a.ts': "import {readFileSync} from 'node:fs';\nreadFileSync('x');"}],
    ['core-packages', 'another package in core', {'src/core/a.ts': "import Papa from 'papaparse';\nPapa.parse('');"}],
    ['no-circular', 'a cycle', {'src/core/a.ts': "export * from './b.ts';", 'src/core/b.ts': "export * from './a.ts';"}],
  ];

  it.each(breaches)('%s refuses %s', async (rule, _what, files) => {
    expect(await brokenRules(files)).toContain(rule);
  });

  it('page-never-reaches-tfjs sees tensor code behind a helper', async () => {
    const rules = await brokenRules({
      'src/solvers/sgd/spec.ts': "import {rate} from '../../numerics/rates.ts';\nexport const sgd = rate;",
      'src/numerics/rates.ts': "export {rate} from './steps.ts';",
      'src/numerics/steps.ts': "import * as tf from '@tensorflow/tfjs-core';\nexport const rate = tf.scalar(1);",
    });
    expect(rules).toEqual(['page-never-reaches-tfjs']);
  });

  it('say what to do instead', async () => {
    const [breach] = await checkImports(tree({'src/core/a.ts': "import '../ui/b.ts';", 'src/ui/b.ts': 'export {};'}));
    expect(breach).toMatchObject({rule: 'core-imports', from: 'src/core/a.ts', to: 'src/ui/b.ts'});
    expect(breach.advice).toMatch(/move/i);
  });
});
