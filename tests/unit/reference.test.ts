import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';

const ROOT = new URL('../..', import.meta.url).pathname;
const BUNDLE = join(ROOT, 'build/node/reference.mjs');
const CONVEX = join(ROOT, 'tests/fixtures/convex_reference.json');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'basin-reference-'));
  if (existsSync(BUNDLE)) return;
  const built = spawnSync(process.execPath, [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '-c', 'vite.node.config.ts', '--logLevel', 'warn'], {cwd: ROOT, encoding: 'utf8'});
  if (built.status !== 0) throw new Error(built.stderr);
}, 120_000);

afterAll(() => rmSync(folder, {recursive: true, force: true}));

function compare(content: unknown): {readonly code: number | null; readonly lines: readonly Record<string, unknown>[]; readonly stderr: string} {
  const file = join(folder, 'file.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  const {status, stdout, stderr} = spawnSync(process.execPath, [BUNDLE, file], {cwd: ROOT, encoding: 'utf8'});
  return {code: status, stderr, lines: stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>)};
}

const convex = (): {meta: Record<string, unknown>; instances: Record<string, unknown>[]} => JSON.parse(readFileSync(CONVEX, 'utf8'));

describe('npm run reference', () => {
  it('meets every instance of the convex reference, ReLU and threshold', () => {
    const {code, lines} = compare(convex());
    expect(lines.map(({name}) => name)).toEqual([
      'xor-20-squared', 'xor-20-squared, threshold', 'moons-30-squared', 'moons-30-squared, threshold', 'spiral-40-squared', 'spiral-40-squared, threshold',
      'sine-30-squared', 'sine-30-squared, threshold', 'xor-20-hinge', 'xor-20-logistic',
    ]);
    for (const {ok, relativeError, tolerance} of lines) {
      expect(ok).toBe(true);
      expect(relativeError).toBeLessThan(Number(tolerance));
    }
    expect(code).toBe(0);
  });

  it('exits 1 where a value is wrong, and says which and why', () => {
    const file = convex();
    file.instances = file.instances.slice(0, 2);
    Object.assign(file.instances[0], {optimum_lower: 2.3, optimum_upper: 2.31});
    Object.assign(file.instances[1], {patterns: 871});
    const {code, lines} = compare(file);
    expect(code).toBe(1);
    expect(lines.filter(({ok}) => !ok)).toMatchObject([{name: 'xor-20-squared', message: 'the intervals do not meet'}, {name: 'moons-30-squared', message: 'the number of patterns differs'}]);
  });

  it.each([
    ['no JSON', '{', 'could not be read as JSON'],
    ['another kind', {meta: {kind: 'cubic'}}, 'meta.kind is "cubic"; known are "convex"'],
    ['no instances', {meta: {kind: 'convex', tolerance: 1e-4}}, 'instances'],
    ['lengths that differ', {...convex(), instances: [{...convex().instances[0], targets: [1]}]}, 'as many targets as points'],
  ])('exits 2 on a file with %s', (_, content, message) => {
    const {code, lines, stderr} = compare(content);
    expect(code).toBe(2);
    expect(lines).toEqual([]);
    expect(stderr).toContain(message);
  });
});
