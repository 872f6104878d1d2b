import {readFileSync} from 'node:fs';
import type {Page} from 'playwright-core';
import {describe, expect, it} from 'vitest';
import {fragmentOf, openInstrument, phaseIs, race, SMALL, visits} from './harness.ts';

/** The page for every reader: screen sizes, themes, larger type, reduced motion, screen readers. */
const {go} = visits();
const PHONE = {viewport: {width: 390, height: 844}, hasTouch: true, isMobile: true};
const TABS = ['Setup', 'Race', 'Landscape', 'Instruments', 'Notes'];
const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

interface AxeResult {
  readonly violations: readonly {readonly id: string; readonly impact: string; readonly nodes: readonly {readonly html: string; readonly failureSummary: string}[]}[];
}

/** Serious and critical violations of axe-core's rules, in words. In the dark only colours differ, so only their rule is asked again. */
async function violations(page: Page, scheme: 'light' | 'dark' = 'light'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  const {violations: found} = await page.evaluate(
    (options) => (globalThis as unknown as {axe: {run(options: object): Promise<AxeResult>}}).axe.run(options),
    // What passes is not looked into, which takes most of the time.
    {resultTypes: ['violations'], ...(scheme === 'dark' ? {runOnly: ['color-contrast']} : {})},
  );
  return found
    .filter(({impact}) => impact === 'serious' || impact === 'critical')
    .flatMap(({id, nodes}) => nodes.map(({html, failureSummary}) => `${id}: ${html.slice(0, 160)} ${failureSummary}`));
}

/** Interactive elements that a finger would miss, among those shown. */
const smallTargets = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const wanted = 'button, select, input:not([type=hidden]), textarea, summary, [role=slider], .mantine-SegmentedControl-label';
    return [...document.querySelectorAll<HTMLElement>(wanted)].flatMap((element) => {
      // A radio or a switch is reached by its label, a thumb by the whole of its track.
      const target = element.closest('.mantine-Slider-root') ?? element.closest('.mantine-Switch-body') ?? element;
      const {width, height} = target.getBoundingClientRect();
      const hidden = width <= 1 || height <= 1 || getComputedStyle(element).opacity === '0';
      return hidden || (Math.round(height) >= 40 && Math.round(width) >= 40) ? [] : [`${element.outerHTML.slice(0, 120)} ${width}x${height}`];
    });
  });

/** How far the document could be scrolled. */
const overflow = (page: Page): Promise<readonly [number, number]> =>
  page.evaluate(() => {
    const {scrollWidth, clientWidth, scrollHeight, clientHeight} = document.documentElement;
    return [scrollWidth - clientWidth, scrollHeight - clientHeight] as const;
  });

describe('a laptop', () => {
  it('shows everything without scrolling, in light and dark, before and after a race, without serious axe violations', async () => {
    const {page} = await go(fragmentOf(SMALL), {colorScheme: 'light'});
    const look = async (): Promise<void> => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({colorScheme});
        await page.waitForTimeout(200);
        await expect.poll(() => page.locator('html').getAttribute('data-mantine-color-scheme')).toBe(colorScheme);
        expect(await violations(page, colorScheme), colorScheme).toEqual([]);
      }
    };
    await look();
    await race(page);
    await page.getByLabel('Settings of SGD').click();
    await page.getByTestId('boundary-2').waitFor();
    await page.waitForTimeout(500);
    await look();
    expect(await overflow(page)).toEqual([0, 0]);
  });

  it('remembers theme and larger type, and fits in with them', async () => {
    const {page} = await go(fragmentOf(SMALL), {colorScheme: 'dark'});
    const html = page.locator('html');
    const scheme = (): Promise<string | null> => html.getAttribute('data-mantine-color-scheme');
    expect(await scheme()).toBe('dark');
    await page.getByLabel('Theme: auto; change to light').click();
    await expect.poll(scheme).toBe('light');
    await page.reload();
    await phaseIs(page, 'ready');
    expect(await scheme()).toBe('light');
    await page.getByLabel('Theme: light; change to dark').click();
    await page.getByLabel('Theme: dark; change to auto').waitFor();
    await page.emulateMedia({colorScheme: 'light'});
    expect(await scheme()).toBe('dark');
    await page.getByLabel('Theme: dark; change to auto').click();
    await expect.poll(scheme).toBe('light');

    const size = (): Promise<string> => html.evaluate((element) => getComputedStyle(element).fontSize);
    await page.getByLabel('Larger type, for a projector').click();
    await expect.poll(size).toBe('19.52px');
    await page.reload();
    await race(page);
    expect(await size()).toBe('19.52px');
    await page.getByTestId('boundary-2').waitFor();
    expect(await overflow(page)).toEqual([0, 0]);
    for (const box of ['.results', '.landscape .panel-tools', '.topbar', '.instrument-tabs']) {
      expect(await page.locator(box).evaluate((element) => element.scrollWidth - element.clientWidth), `${box} is cut off`).toBeLessThanOrEqual(1);
    }
  });

  it('keeps still where less motion is wished', async () => {
    const {page} = await go(fragmentOf(SMALL), {reducedMotion: 'reduce'});
    await page.getByTestId('preset-menu').click();
    await page.getByRole('menu').waitFor();
    const moving = await page.evaluate(() => {
      const seconds = (text: string): number => Math.max(...text.split(',').map((one) => Number.parseFloat(one) * (one.includes('ms') ? 0.001 : 1)));
      return [...document.querySelectorAll('*')].flatMap((element) => {
        const {transitionDuration, animationDuration} = getComputedStyle(element);
        return Math.max(seconds(transitionDuration), seconds(animationDuration)) > 0.001 ? [`${element.outerHTML.slice(0, 100)} ${transitionDuration}`] : [];
      });
    });
    expect(moving).toEqual([]);
  });
});

const INSTRUMENTS = ['neurons', 'admm', 'path', 'starts'];
const CERTIFIED = {...SMALL, certificate: true};

describe('the instruments', () => {
  it('have no serious axe violations in light and dark, empty and full', async () => {
    const {page} = await go(fragmentOf(CERTIFIED));
    const look = async (): Promise<void> => {
      for (const id of INSTRUMENTS) {
        await openInstrument(page, id);
        await page.waitForTimeout(300);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({colorScheme});
          await page.waitForTimeout(200);
          expect(await violations(page, colorScheme), `${id}, ${colorScheme}`).toEqual([]);
        }
      }
    };
    await race(page);
    await page.getByTestId('optimum-band').waitFor({timeout: 60_000});
    await look();
    await page.locator('.starts').getByText('20', {exact: true}).click();
    await page.getByText('Start 20').click();
    await page.getByTestId('starts-summary').waitFor({timeout: 60_000});
    await openInstrument(page, 'path');
    await page.getByText('Compute path').click();
    await page.getByTestId('path-neurons').waitFor({timeout: 60_000});
    await look();
    expect(await overflow(page)).toEqual([0, 0]);
  });

  it('are reached by fingers on a phone', async () => {
    const {page} = await go(fragmentOf(CERTIFIED), PHONE);
    await page.getByTestId('run-button').tap();
    await phaseIs(page, 'finished');
    await page.getByTestId('optimum-band').waitFor({timeout: 60_000});
    expect((await overflow(page))[0], 'race').toBe(0);
    expect(await smallTargets(page), 'race').toEqual([]);
    await page.locator('.tabs').getByText('Instruments', {exact: true}).tap();
    for (const id of [...INSTRUMENTS, 'rates', 'curvature']) {
      await page.getByTestId(`instrument-${id}`).tap();
      await page.waitForTimeout(300);
      expect((await overflow(page))[0], id).toBe(0);
      expect(await smallTargets(page), id).toEqual([]);
    }
  });
});

const NETWORKS = {
  title: 'binary',
  dataset: {id: 'digits', params: {classes: 'all', standardise: false}},
  problem: {id: 'binary-network', params: {width: 8, scaling: 'common range'}},
  contestants: [{name: 'sphere', solver: {id: 'burer-monteiro', params: {rank: 2, batchSize: 50}}}, {name: 'latent', solver: {id: 'straight-through', params: {batchSize: 50}}}],
  budget: {axis: 'iterations', amount: 20},
};
const SQUARES = {
  title: 'squares',
  certificate: true,
  dataset: {id: 'least-squares-instances', params: {instance: 'ls8'}},
  problem: {id: 'binary-least-squares'},
  contestants: [{name: 'rank 1', solver: {id: 'mixing', params: {rank: 1}}}, {name: 'rank 2', solver: {id: 'mixing', params: {rank: 2}}}],
  budget: {axis: 'iterations', amount: 60},
};

describe('the pictures of binary weights', () => {
  it('have no serious axe violations in light and dark', async () => {
    const look = async (page: Page, what: string): Promise<void> => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({colorScheme});
        await page.waitForTimeout(200);
        expect(await violations(page, colorScheme), `${what}, ${colorScheme}`).toEqual([]);
      }
    };
    const squares = (await go(fragmentOf(SQUARES))).page;
    await race(squares);
    await squares.getByTestId('second-line').waitFor({state: 'attached', timeout: 60_000});
    await squares.getByTestId('bounds').waitFor();
    await look(squares, 'bounds');
    const networks = (await go(fragmentOf(NETWORKS))).page;
    await race(networks);
    await openInstrument(networks, 'weights');
    for (const view of ['tiles', 'rows', 'pairs', 'losses']) {
      await networks.getByText(view, {exact: true}).click({timeout: 60_000});
      await look(networks, view);
    }
  });

  it('are reached by fingers on a phone', async () => {
    const look = async (page: Page, what: string): Promise<void> => {
      await page.waitForTimeout(300);
      expect((await overflow(page))[0], what).toBe(0);
      expect(await smallTargets(page), what).toEqual([]);
    };
    const squares = (await go(fragmentOf(SQUARES), PHONE)).page;
    await squares.getByTestId('run-button').tap();
    await phaseIs(squares, 'finished');
    await look(squares, 'race');
    await squares.locator('.tabs').getByText('Instruments', {exact: true}).tap();
    await squares.getByTestId('bounds').waitFor();
    await look(squares, 'bounds');
    const networks = (await go(fragmentOf(NETWORKS), PHONE)).page;
    await networks.getByTestId('run-button').tap();
    await phaseIs(networks, 'finished');
    await networks.locator('.tabs').getByText('Instruments', {exact: true}).tap();
    await look(networks, 'confusion');
    await networks.getByTestId('instrument-weights').tap();
    for (const view of ['tiles', 'rows', 'pairs', 'losses']) {
      await networks.getByText(view, {exact: true}).tap({timeout: 60_000});
      await look(networks, view);
    }
  });
});

const DEEP = {
  title: 'deep',
  dataset: {id: 'clock-grammar'},
  problem: {id: 'transformer'},
  contestants: ['pre', 'post'].map((placement) => ({name: placement, solver: {id: 'adam'}, model: {depth: 2, placement}})),
  budget: {axis: 'iterations', amount: 8},
};
const DEEP_INSTRUMENTS = {boundaries: 'boundary-0', layers: 'layer-heat', attention: 'attention-map'};

describe('the pictures of deep networks', () => {
  it('have no serious axe violations in light and dark', async () => {
    const {page} = await go(fragmentOf(DEEP));
    await race(page);
    await page.getByLabel('Settings of pre').click();
    for (const [id, picture] of Object.entries(DEEP_INSTRUMENTS)) {
      await openInstrument(page, id);
      await page.getByTestId(picture).waitFor({timeout: 30_000});
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({colorScheme});
        await page.waitForTimeout(200);
        expect(await violations(page, colorScheme), `${id}, ${colorScheme}`).toEqual([]);
      }
    }
    expect(await overflow(page)).toEqual([0, 0]);
  });

  it('are reached by fingers on a phone', async () => {
    const {page} = await go(fragmentOf(DEEP), PHONE);
    await page.getByTestId('run-button').tap();
    await phaseIs(page, 'finished');
    await page.locator('.tabs').getByText('Setup', {exact: true}).tap();
    await page.getByLabel('Settings of pre').tap();
    expect(await smallTargets(page), 'setup').toEqual([]);
    await page.locator('.tabs').getByText('Instruments', {exact: true}).tap();
    for (const [id, picture] of Object.entries(DEEP_INSTRUMENTS)) {
      await page.getByTestId(`instrument-${id}`).tap();
      await page.getByTestId(picture).waitFor({timeout: 30_000});
      expect((await overflow(page))[0], id).toBe(0);
      expect(await smallTargets(page), id).toEqual([]);
    }
  });
});

describe('a phone', () => {
  it('has the same in tabs: nothing wider than the screen, targets for fingers, no serious axe violations', async () => {
    const {page, complaints} = await go(fragmentOf(SMALL), PHONE);
    const tab = async (name: string): Promise<void> => {
      await page.locator('.tabs').getByText(name, {exact: true}).tap();
      await expect.poll(() => page.locator('.tabs [aria-current=page]').textContent()).toBe(name);
      await page.waitForTimeout(250);
    };
    for (const name of TABS) {
      await tab(name);
      expect(await violations(page), `${name} before`).toEqual([]);
    }
    await page.getByTestId('run-button').tap();
    await phaseIs(page, 'finished');
    await tab('Setup');
    await page.getByLabel('Settings of SGD').tap();
    for (const name of TABS) {
      await tab(name);
      expect((await overflow(page))[0], name).toBe(0);
      expect(await smallTargets(page), name).toEqual([]);
      expect(await violations(page), `${name} after`).toEqual([]);
    }
    await page.setViewportSize({width: 320, height: 640});
    expect((await overflow(page))[0], 'a very small phone').toBe(0);
    await page.setViewportSize(PHONE.viewport);
    await page.emulateMedia({colorScheme: 'dark'});
    await tab('Landscape');
    await page.locator('.map-plot').tap({position: {x: 60, y: 60}});
    await page.getByLabel('Network at the chosen point').waitFor();
    expect(await violations(page), 'dark').toEqual([]);
    expect(complaints).toEqual([]);
  });
});
