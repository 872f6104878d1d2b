import {readdirSync, readFileSync} from 'node:fs';
import {gzipSync} from 'node:zlib';
import {describe, expect, it} from 'vitest';

const html = readFileSync('dist/index.html', 'utf8');
const chunk = (name: string): string => readFileSync(`dist/assets/${name}`, 'utf8');
const scripts = readdirSync('dist/assets').filter((name) => name.endsWith('.js'));

/** The entry, and every chunk that it imports statically: what must arrive before the first paint. */
function entryChunks(): readonly string[] {
  const found = new Set<string>();
  const visitChunk = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const [, imported] of chunk(name).matchAll(/(?:import|from)\s*["']\.\/([\w.-]+\.js)["']/g)) visitChunk(imported);
  };
  for (const [, name] of html.matchAll(/(?:src|href)="\.\/assets\/([\w.-]+\.js)"/g)) visitChunk(name);
  return [...found];
}

/** Words that stay in minified tfjs code. */
const isTensorCode = (code: string): boolean => /SparseFillEmptyRows|The highest priority backend/.test(code);

describe('the built page', () => {
  it('has an entry under 300 kB gzip', () => {
    const size = entryChunks().reduce((sum, name) => sum + gzipSync(chunk(name)).length, 0);
    expect(size).toBeGreaterThan(50_000);
    expect(size).toBeLessThan(300_000);
  });

  it('keeps tfjs in the run worker alone', () => {
    const holders = scripts.filter((name) => isTensorCode(chunk(name)));
    expect(holders.length).toBeGreaterThan(0);
    const page = entryChunks();
    for (const name of holders) expect(page).not.toContain(name);
    const reachedFromPage = reachable(page.filter((name) => !name.includes('worker')));
    for (const name of holders) expect(reachedFromPage).not.toContain(name);
    expect(isTensorCode(chunk(scripts.find((name) => name.startsWith('instrument.worker')) ?? ''))).toBe(false);
  });

  it('is relative, so that it works below any path, and asks nobody else', () => {
    expect(html).not.toMatch(/(?:src|href)="\//);
    expect(html).not.toMatch(/https?:\/\//);
  });

  it('has a strict content security policy', () => {
    const policy = html.match(/Content-Security-Policy"\s+content="([^"]+)"/)?.[1] ?? '';
    expect(policy).toMatch(/default-src 'self'/);
    expect(policy).toMatch(/script-src 'self' 'wasm-unsafe-eval'/);
    expect(policy).toMatch(/object-src 'none'/);
  });
});

/** Chunks reached by static or dynamic imports (workers are reached by `new URL`, which is not an import). */
function reachable(from: readonly string[]): readonly string[] {
  const found = new Set<string>(from);
  for (const name of found) {
    for (const [, imported] of chunk(name).matchAll(/(?:import\(|import|from)\s*[`"']\.\/([\w.-]+\.js)[`"']/g)) found.add(imported);
  }
  return [...found];
}
