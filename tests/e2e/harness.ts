import {type Browser, type BrowserContext, chromium, type Page} from 'playwright-core';
import {afterAll, afterEach, beforeAll} from 'vitest';
import {chromiumFlags, chromiumPath} from '../../scripts/chromium.mjs';
import {serve} from '../../scripts/serve.mjs';
import {CATALOGUE} from '../../src/catalogue.ts';
import {faultText, parseExperiment} from '../../src/core/experiment.ts';
import {encodeLink} from '../../src/core/link.ts';
import type {ResultsDocument} from '../../src/core/results.ts';

/** The built site, served below a path as a plain static host would, and a browser to look at it. */
export interface Site {
  readonly address: string;
  readonly browser: Browser;
  close(): Promise<void>;
}

export async function openSite(): Promise<Site> {
  const server = await serve('dist', 0, {prefix: '/some/path/'});
  const browser = await chromium.launch({executablePath: chromiumPath() ?? 'chromium', args: chromiumFlags});
  const close = async (): Promise<void> => {
    await browser.close();
    await server.close();
  };
  return {address: server.url, browser, close};
}

export interface Visit {
  readonly page: Page;
  /** Console errors, uncaught exceptions, failed requests and requests to other hosts, as they come. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** `cores`: what the page believes about the processor. */
export type VisitOptions = NonNullable<Parameters<Browser['newContext']>[0]> & {readonly cores?: number};

/** A visit by somebody new: a fresh profile. */
export async function visit(site: Site, fragment: string, {cores, ...options}: VisitOptions = {}): Promise<Visit> {
  const context: BrowserContext = await site.browser.newContext({viewport: {width: 1440, height: 900}, ...options});
  if (cores !== undefined) {
    await context.addInitScript((value) => Object.defineProperty(navigator, 'hardwareConcurrency', {value}), cores);
  }
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
  page.on('request', (request) => {
    const {origin, protocol} = new URL(request.url());
    if (protocol.startsWith('http') && origin !== new URL(site.address).origin) complaints.push(`third party: ${request.url()}`);
  });
  await page.goto(`${site.address}${fragment === '' ? '' : `#${fragment}`}`);
  return {page, complaints, close: () => context.close()};
}

export const phaseIs = async (page: Page, ...phases: readonly string[]): Promise<void> => {
  await page.waitForFunction((wanted) => wanted.includes(document.documentElement.dataset.phase ?? ''), phases, {timeout: 120_000});
};

/** Presses Space on the page and waits until every contestant is done. */
export async function race(page: Page): Promise<ResultsDocument> {
  await phaseIs(page, 'ready', 'paused');
  await page.keyboard.press('Space');
  await phaseIs(page, 'finished');
  return results(page);
}

/** Chooses an instrument by its tab, or in the menu of those that find no room. */
export async function openInstrument(page: Page, id: string): Promise<void> {
  // While a panel loads, the one before stands hidden beside it.
  const tab = page.getByTestId(`instrument-${id}`).last();
  await tab.waitFor({state: 'attached'});
  // It may move into the menu just now, as another one comes.
  const isOnLine = (await tab.isVisible()) && (await tab.click({timeout: 3000}).then(() => true, () => false));
  if (isOnLine) return;
  await page.getByTestId('instruments-more').click();
  await page.getByTestId(`more-${id}`).click();
}

/** The document that the export button saves. */
export const results = (page: Page): Promise<ResultsDocument> =>
  page.evaluate(() => (globalThis as unknown as {basin: {results(): ResultsDocument}}).basin.results());

export const loseDevice = (page: Page): Promise<void> =>
  page.evaluate(() => (globalThis as unknown as {basin: {loseDevice(): void}}).basin.loseDevice());

/** What the canvas shows, to tell whether it was drawn anew. */
export const drawn = (page: Page, id: string): Promise<string> => page.getByTestId(id).evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());

/** Waits for a picture to come to rest: the live one is replaced by a finer one. */
export async function settled(page: Page, id = 'landscape-canvas'): Promise<void> {
  await page.getByTestId(id).waitFor();
  for (let before = ''; ; ) {
    const now = await drawn(page, id);
    if (now === before) return;
    before = now;
    await page.waitForTimeout(500);
  }
}

/** The discs where paths end on the landscape. */
export const PATH_END = '.map-overlay circle[r="5.5"]';

/** Moves the mouse to the end of a contestant's path and answers the J that the map has there. */
export async function hoverEnd(page: Page, contestant: number): Promise<number> {
  const box = await page.locator(PATH_END).nth(contestant).boundingBox();
  if (!box) throw new Error('the disc is not on the map');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  return Number((await page.locator('.map-readout').textContent())?.match(/J ≈ ([\d.]+)/)?.[1]);
}

/** The fragment for an experiment given as JSON. */
export function fragmentOf(json: unknown): string {
  const parsed = parseExperiment(json, CATALOGUE);
  if (!parsed.ok) throw new Error(faultText(parsed.error));
  return encodeLink(parsed.value, CATALOGUE);
}

/** Histories without what depends on the clock. */
export const timeless = ({contestants}: ResultsDocument): unknown =>
  contestants.map(({name, status, iterations, evaluations, history: {seconds: _seconds, ...history}}) => ({name, status, iterations, evaluations, history}));

export type Go = (fragment: string, options?: VisitOptions) => Promise<Visit>;

/** For one test file: the site, and visits that end with their test. */
export function visits(): {readonly go: Go; readonly site: () => Site} {
  let site: Site;
  let open: Visit[] = [];
  beforeAll(async () => {
    site = await openSite();
  });
  afterEach(async () => {
    for (const one of open) await one.close();
    open = [];
  });
  afterAll(() => site.close());
  const go: Go = async (fragment, options) => {
    const one = await visit(site, fragment, options);
    open.push(one);
    await phaseIs(one.page, 'ready');
    return one;
  };
  return {go, site: () => site};
}

/** Moons with three contestants: quick, two-dimensional, and enough for every plane of the landscape. */
export const SMALL = {
  title: 'small race',
  seed: 5,
  dataset: {id: 'moons', params: {n: 60, seed: 2}},
  problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 0.2}},
  contestants: [
    {name: 'SGD', solver: {id: 'sgd', params: {batchSize: 16}}, model: {width: 8}},
    {name: 'Adam', solver: {id: 'adam', params: {batchSize: 0}}, model: {width: 8}},
    {name: 'ADMM', solver: {id: 'convex-admm', params: {patterns: 10}}},
  ],
  budget: {axis: 'iterations', amount: 60},
};
