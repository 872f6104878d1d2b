import {readFileSync} from 'node:fs';
import type {Page} from 'playwright-core';
import {describe, expect, it} from 'vitest';
import type {Experiment} from '../../src/core/experiment.ts';
import type {ResultsDocument} from '../../src/core/results.ts';
import {PRESETS} from '../../src/presets/registry.ts';
import {drawn, fragmentOf, hoverEnd, PATH_END, phaseIs, race, results, settled, SMALL, visits} from './harness.ts';

/** What a user sees and does, in the built page. */
const {go, site} = visits();

const experiment = async (page: Page): Promise<Experiment> => (await results(page)).experiment;
const banner = (page: Page) => page.getByTestId('fault-banner');
const curves = (page: Page): Promise<string[]> =>
  page.locator('[data-testid=race-chart] .recharts-line-curve').evaluateAll((paths) => paths.map((path) => path.getAttribute('d') ?? ''));
const ticks = (page: Page): Promise<string> => page.locator('[data-testid=race-chart] .recharts-cartesian-axis-tick').allTextContents().then((all) => all.join(' '));
/** Types into a field and leaves it. */
const type = async (page: Page, label: string, text: string): Promise<void> => {
  await page.getByRole('textbox', {name: label, exact: true}).fill(text);
  await page.keyboard.press('Enter');
};
/** Leaves whatever is focused, so that keys go to the page. */
const blur = (page: Page): Promise<void> => page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());

describe('a new student', () => {
  it('chooses Breast Cancer, presses Space, and sees curves, confusion matrices, a landscape and findings', async () => {
    const {page, complaints} = await go('');
    await page.getByTestId('dataset-select').selectOption({label: 'breast cancer'});
    await type(page, 'amount', '40');
    await page.keyboard.press('Space');
    await page.waitForTimeout(150);
    expect((await results(page)).contestants.every((one) => one.iterations === 0), 'Space in a box is a character').toBe(true);
    await page.keyboard.press('Escape');
    await blur(page);
    await page.evaluate(() => {
      const said: string[] = [];
      Object.assign(globalThis, {said});
      new MutationObserver(() => said.push(document.querySelector('[role=status]')?.textContent ?? '')).observe(document.body, {subtree: true, childList: true, characterData: true});
    });
    const {contestants, data} = await race(page);
    expect(data).toMatchObject({train: 455, test: 114});
    expect(contestants.map((one) => one.iterations)).toEqual([40, 40, 40, 40]);
    await expect.poll(() => curves(page)).toHaveLength(4);
    for (const path of await curves(page)) expect(path.length).toBeGreaterThan(100);
    await expect.poll(() => page.getByTestId('boundary-3').getAttribute('aria-label')).toMatch(/ADMM.*Confusion matrix.*train 9\d(\.\d)?.%/);
    await expect.poll(() => page.getByTestId('landscape-canvas').getAttribute('aria-label')).toMatch(/Map of J .*SGD ends at/);
    await expect.poll(() => page.getByTestId('findings').textContent()).toMatch(/lowest J/);
    await expect.poll(() => page.getByTestId('results-table').textContent()).toMatch(/best/);
    const said = await page.evaluate(() => (globalThis as unknown as {said: string[]}).said.join(' '));
    expect(said).toMatch(/The race is running\./);
    expect(said).toMatch(/ADMM finished:.*J \d/);
    expect(said).toMatch(/The race is over\./);
    expect(await banner(page).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('lists every preset in the menu; opens one of each problem, runs it and reads findings', async () => {
    const {page, complaints} = await go(fragmentOf(SMALL));
    await page.getByTestId('preset-menu').click();
    for (const {title} of PRESETS) expect(await page.getByRole('menuitem', {name: title}).count(), title).toBe(1);
    await page.keyboard.press('Escape');
    const problemOf = ({experiment: json}: (typeof PRESETS)[number]): string => (json as {problem?: {id: string}}).problem?.id ?? '';
    const one = PRESETS.filter((preset, i) => PRESETS.findIndex((other) => problemOf(other) === problemOf(preset)) === i);
    expect(one.length).toBeGreaterThan(8);
    for (const preset of one) {
      await page.getByTestId('preset-menu').click();
      await page.getByRole('menuitem', {name: preset.title}).click();
      await expect.poll(async () => (await experiment(page)).title).toBe(preset.title);
      await expect.poll(() => page.locator('.lead').textContent()).toBe(preset.text);
      await phaseIs(page, 'ready');
      await type(page, 'amount', '6');
      await blur(page);
      const {contestants} = await race(page);
      for (const {name, status, reason} of contestants) expect(status, `${preset.id}: ${name} ${reason}`).toMatch(/finished|converged|diverged/);
      await expect.poll(() => page.getByTestId('findings').locator('li').count()).toBeGreaterThan(0);
      expect(await banner(page).count(), preset.id).toBe(0);
    }
    expect(complaints).toEqual([]);
  });
});

describe('contestants', () => {
  it('are added, duplicated, renamed, recoloured and removed', async () => {
    const {page} = await go(fragmentOf(SMALL));
    const names = async (): Promise<string[]> => (await experiment(page)).contestants.map((one) => one.name);
    await page.getByRole('button', {name: 'Add a contestant'}).click();
    await page.getByRole('menuitem', {name: /^RMSProp/}).click();
    await expect.poll(names).toEqual(['SGD', 'Adam', 'ADMM', 'RMSProp']);
    await page.getByLabel('Settings of Adam').click();
    await page.getByLabel('Duplicate Adam').click();
    await expect.poll(names).toEqual(['SGD', 'Adam', 'Adam 2', 'ADMM', 'RMSProp']);
    await type(page, 'Name of contestant 3', 'Eve');
    await page.getByLabel(/^Colour of Eve/).click();
    await page.getByRole('button', {name: 'vermilion', exact: true}).click();
    await page.getByLabel('Settings of Eve').click();
    await page.getByLabel('Remove Eve').waitFor();
    const {contestants} = await experiment(page);
    expect(contestants[2]).toMatchObject({name: 'Eve', colour: 'vermilion', solver: contestants[1].solver, model: contestants[1].model});
    await page.getByLabel('Remove Eve').click();
    await expect.poll(names).toEqual(['SGD', 'Adam', 'ADMM', 'RMSProp']);
    await expect.poll(() => page.locator('.contestant').count()).toBe(4);
    expect((await race(page)).contestants).toHaveLength(4);
  });

  it('that can not run here are greyed with the reason', async () => {
    const {page} = await go('preset=iris');
    await page.getByRole('button', {name: 'Add a contestant'}).click();
    const item = page.getByRole('menuitem', {name: /convex ADMM/i});
    expect(await item.getAttribute('aria-disabled')).toBe('true');
    expect(await item.textContent()).toMatch(/Not here: .{15,}/);
    await item.click({force: true});
    expect((await experiment(page)).contestants).toHaveLength(3);
  });
});

describe('the forms', () => {
  it('step a log slider to the next rung, take a comma, and refuse what is out of range by name', async () => {
    const {page} = await go(fragmentOf(SMALL));
    const beta = async (): Promise<unknown> => (await experiment(page)).problem.params.beta;
    const slider = page.getByRole('slider', {name: 'weight decay'});
    await slider.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(beta).toBe(0.3);
    await page.keyboard.press('ArrowRight');
    await expect.poll(beta).toBe(1);
    const box = page.getByRole('textbox', {name: /^weight decay/});
    await box.fill('0,2');
    await box.press('Enter');
    await expect.poll(beta).toBe(0.2);
    await expect.poll(() => box.inputValue()).toBe('0.2');
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(beta).toBe(0.1);
    await box.fill('-5');
    await box.press('Enter');
    await expect.poll(() => banner(page).textContent()).toMatch(/problem\.params\.beta must be a number from 0 to/);
    expect(await beta()).toBe(0.1);
    await expect.poll(() => box.inputValue()).toBe('0.1');
    await page.getByLabel('Dismiss').click();
    await expect.poll(() => banner(page).count()).toBe(0);
    await box.fill('many');
    await box.press('Enter');
    await page.getByText('not a number').waitFor();
    expect(await beta()).toBe(0.1);
  });

  it('take own points as text, and name the line at fault', async () => {
    const {page} = await go(fragmentOf(SMALL));
    await page.getByTestId('dataset-select').selectOption('inline');
    const points = page.getByRole('textbox', {name: 'points'});
    await points.fill('0, 0, 1\n1, zwei, 2');
    await points.blur();
    await page.getByText('Line 2: "zwei" is not a number').waitFor();
    const lines = Array.from({length: 20}, (_, i) => `${i / 10}; ${(i % 5) / 5}; ${i < 10 ? 1 : 2}`);
    await points.fill(lines.join('\n'));
    await points.blur();
    await expect.poll(async () => (await experiment(page)).dataset.params.targets).toEqual(lines.map((_, i) => (i < 10 ? 1 : 2)));
    expect((await experiment(page)).dataset.params.points).toHaveLength(20);
    const {data, contestants} = await race(page);
    expect((data?.train ?? 0) + (data?.test ?? 0)).toBe(20);
    expect(contestants.map((one) => one.status)).toEqual(['finished', 'finished', 'finished']);
    expect(await banner(page).count()).toBe(0);
  });
});

describe('the race chart', () => {
  it('changes with measure, axis and scale, reads values, and is also a table', async () => {
    const {page} = await go(fragmentOf(SMALL));
    const {contestants} = await race(page);
    await page.locator('.recharts-line-curve').first().waitFor({state: 'attached'});
    const switches: readonly (() => Promise<void>)[] = [
      () => page.getByText('test loss', {exact: true}).click(),
      () => page.getByText('evaluations (passes)', {exact: true}).click(),
      () => page.locator('.race .panel-tools').getByText('log', {exact: true}).click(),
      () => page.locator('.axis-tools .toggle').click(),
    ];
    for (const change of switches) {
      const before = [await curves(page), await ticks(page)];
      await change();
      await expect.poll(async () => (await ticks(page)) !== before[1] || (await curves(page)).join() !== before[0].toString()).toBe(true);
    }
    expect((await experiment(page)).view).toMatchObject({metric: 'testLoss', axis: 'evaluations', logX: true, logY: false});
    const plot = await page.locator('.readout-area').boundingBox();
    if (!plot) throw new Error('the chart has no plot');
    await page.mouse.move(plot.x + plot.width - 0.5, plot.y + 20);
    const read = await page.locator('.readout').textContent();
    // At the right edge stands the last value of ADMM, which has used the most passes.
    expect(read).toMatch(/passes/);
    expect(read).toContain((contestants[2].final.testLoss ?? 0).toPrecision(4));
    await page.getByLabel('The curves as a table').click();
    await expect.poll(() => page.getByRole('dialog').locator('tbody tr').count()).toBeGreaterThan(10);
    await page.keyboard.press('Escape');
    await page.getByLabel('Enlarge race').click();
    await expect.poll(() => page.locator('.landscape').count()).toBe(0);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.landscape').count()).toBe(1);
    // Tabs that lose their room at one stroke are in the menu, none in between.
    await page.locator('.panel:has(.instrument-tabs) [aria-label^="Enlarge"]').click();
    await expect.poll(() => page.getByTestId('instruments-more').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.getByTestId('instruments-more').waitFor();
    const clipped = (): Promise<number> =>
      page.locator('.instrument-tabs').evaluate((line) => [...line.children].filter((tab) => !tab.hasAttribute('data-beyond') && tab.getBoundingClientRect().top > line.getBoundingClientRect().bottom - 5).length);
    await expect.poll(clipped).toBe(0);
  });
});

describe('the landscape', () => {
  it('reads J, opens the network at a point, and agrees with the results at the end of a path', async () => {
    const {page} = await go(fragmentOf(SMALL));
    const {contestants} = await race(page);
    await page.getByLabel('Enlarge landscape').click();
    const map = page.locator('.map-plot');
    await settled(page);
    expect(await page.locator(PATH_END).count()).toBe(3);
    for (let i = 0; i < 3; i++) {
      const J = contestants[i].final.objective ?? Number.NaN;
      expect(Math.abs((await hoverEnd(page, i)) / J - 1)).toBeLessThan(0.02);
      await page.mouse.down();
      await page.mouse.up();
      const probe = page.getByLabel('Network at the chosen point');
      const probed = Number((await probe.locator('b').textContent())?.replace(/[^\d.]/g, ''));
      expect(Math.abs(probed / J - 1)).toBeLessThan(0.005);
      await page.keyboard.press('Escape');
      await expect.poll(() => probe.count()).toBe(0);
    }
    expect(await page.locator('.centre').getAttribute('data-enlarged'), 'Esc closes one thing at a time').toBe('landscape');
    await map.focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => page.locator('.map-readout').textContent()).toMatch(/^J ≈ /);
    await page.keyboard.press('Enter');
    await page.getByLabel('Network at the chosen point').waitFor();
  });

  it('is drawn anew for every kind of plane, new directions and both scales', async () => {
    const {page} = await go(fragmentOf(SMALL));
    await race(page);
    const changes: readonly (() => Promise<unknown>)[] = [
      () => page.getByLabel('Plane', {exact: true}).selectOption('path'),
      () => page.getByLabel('Contestant that the plane is about').selectOption({label: 'Adam'}),
      () => page.getByLabel('Plane', {exact: true}).selectOption('random'),
      () => page.getByLabel('New directions').click(),
      () => page.getByLabel('Plane', {exact: true}).selectOption('paths'),
      () => page.getByLabel('Plane', {exact: true}).selectOption('curvature'),
      () => page.locator('.colour-bar .toggle', {hasText: 'log'}).click(),
      () => page.getByLabel('Plane', {exact: true}).selectOption('contestants'),
    ];
    for (const change of changes) {
      await settled(page);
      const before = await drawn(page, 'landscape-canvas');
      await change();
      await expect.poll(() => drawn(page, 'landscape-canvas'), {timeout: 10_000}).not.toBe(before);
    }
    expect((await experiment(page)).view).toMatchObject({plane: 'contestants', planeOf: 1, planeSeed: 2, logColour: false});
    await expect.poll(() => page.locator('.outside li').count()).toBe(4);
  });
});

describe('keys', () => {
  it('belong to a focused button or an open dialog first', async () => {
    const {page} = await go(fragmentOf({...SMALL, budget: {axis: 'iterations', amount: 100_000}}));
    const iterations = async (): Promise<number[]> => (await results(page)).contestants.map((one) => one.iterations);
    await page.getByTestId('step-button').focus();
    await page.keyboard.press('Space');
    await expect.poll(iterations).toEqual([1, 1, 1]);
    await page.waitForTimeout(200);
    expect(await iterations()).toEqual([1, 1, 1]);
    await blur(page);
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('How to read this page').waitFor();
    await page.keyboard.press('r');
    expect(await iterations()).toEqual([1, 1, 1]);
    // May press the dialog's own button, but starts nothing.
    await page.keyboard.press('Space');
    expect(await iterations()).toEqual([1, 1, 1]);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await expect.poll(() => page.locator('html').getAttribute('data-phase')).toBe('paused');
  });
});

describe('sharing', () => {
  it('gives a short link, a file of results, and keeps a forced engine in the address', async () => {
    const {page} = await go('');
    await type(page, 'amount', '30');
    await blur(page);
    const mine = await race(page);
    await page.getByTestId('share-button').click();
    const link = (await page.getByTestId('share-link').textContent()) ?? '';
    expect(link.length).toBeLessThan(300);
    expect(link.startsWith(site().address)).toBe(true);
    await page.keyboard.press('Escape');
    const other = await go(new URL(link).hash.slice(1));
    expect(await experiment(other.page)).toEqual(mine.experiment);

    const [download] = await Promise.all([page.waitForEvent('download'), page.getByLabel('Download the results (JSON)').click()]);
    expect(download.suggestedFilename()).toMatch(/^basin-[a-z0-9-]+\.json$/);
    const saved = JSON.parse(readFileSync(await download.path(), 'utf8')) as ResultsDocument;
    expect(saved).toMatchObject({format: 'basin-results', formatVersion: 1, experiment: mine.experiment});
    expect(saved.contestants.map((one) => one.history)).toEqual(mine.contestants.map((one) => one.history));

    await page.getByTestId('backend-badge').click();
    await page.getByLabel('Compute with').selectOption('cpu');
    await expect.poll(() => page.getByTestId('backend-badge').textContent(), {timeout: 20_000}).toMatch(/^CPU/);
    expect(new URL(page.url()).hash).toMatch(/&backend=cpu$/);
    await page.keyboard.press('Escape');
    await phaseIs(page, 'ready', 'paused', 'finished');
  });
});
