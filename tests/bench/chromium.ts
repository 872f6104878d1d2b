import {cpSync, writeFileSync} from 'node:fs';
import {type Browser, chromium} from 'playwright-core';
import {build} from 'vite';
import {assemblyScript} from '../../scripts/assemblyScript.mjs';
import {chromiumFlags, chromiumPath} from '../../scripts/chromium.mjs';
import {serve} from '../../scripts/serve.mjs';
import type {Row} from './measure.ts';

const PAGE = 'build/bench-page';

/** Bundles the measurements for the browser, as the engine only reaches WebGPU there. */
async function buildPage(): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    plugins: [assemblyScript()],
    build: {outDir: PAGE, emptyOutDir: true, target: 'es2022', rolldownOptions: {input: 'tests/bench/browserEntry.ts', output: {entryFileNames: 'entry.js'}}},
  });
  cpSync('public/data', `${PAGE}/data`, {recursive: true});
  writeFileSync(`${PAGE}/index.html`, '<!doctype html><title>bench</title><script type="module" src="./entry.js"></script>');
}

async function withPage<T>(folder: string, use: (browser: Browser, url: string) => Promise<T>): Promise<T> {
  const server = await serve(folder, 0);
  const browser = await chromium.launch({executablePath: chromiumPath() ?? 'chromium', args: chromiumFlags});
  try {
    return await use(browser, server.url);
  } finally {
    await browser.close();
    await server.close();
  }
}

export async function measureInChromium(duration: number): Promise<readonly Row[]> {
  await buildPage();
  return withPage(PAGE, async (browser, url) => {
    const page = await browser.newPage();
    await page.goto(url);
    await page.waitForFunction(() => 'measureHere' in globalThis);
    return page.evaluate((limit) => (globalThis as unknown as {measureHere(limit: number): Promise<Row[]>}).measureHere(limit), duration);
  });
}

/** The longest main-thread tasks while four contestants train on the built page. */
export async function traceRace(): Promise<string> {
  return withPage('dist', async (browser, url) => {
    const page = await browser.newPage({viewport: {width: 1440, height: 900}});
    await page.goto(url);
    await page.waitForFunction(() => document.documentElement.dataset.phase === 'ready');
    // Start-up work (parsing, first layout) is not part of the race.
    await page.waitForTimeout(2000);
    await page.evaluate(() => {
      const durations: number[] = [];
      new PerformanceObserver((list) => durations.push(...list.getEntries().map((entry) => entry.duration))).observe({entryTypes: ['longtask']});
      Object.assign(globalThis, {durations});
    });
    await page.keyboard.press('Space');
    await page.waitForFunction(() => document.documentElement.dataset.phase === 'finished', undefined, {timeout: 120_000});
    await page.waitForTimeout(500);
    const durations = await page.evaluate(() => (globalThis as unknown as {durations: number[]}).durations);
    const longest = Math.max(0, ...durations);
    return `main thread while four contestants train: ${durations.length} tasks over 50 ms${longest > 0 ? `, the longest ${Math.round(longest)} ms` : ''}`;
  });
}
