import {readFileSync} from 'node:fs';
import type {Page} from 'playwright-core';
import {describe, expect, it} from 'vitest';
import {fragmentOf, openInstrument, race, results, SMALL, visits} from './harness.ts';

/** The landscape's other views, in the built page. */
const {go} = visits();

const TITLE = 'Hills & <dales> "3-D"';
const canvas = (page: Page) => page.getByTestId('relief-canvas');
const camera = (page: Page): Promise<readonly number[]> =>
  canvas(page).evaluate((element) => ['yaw', 'pitch', 'distance'].map((name) => Number((element as HTMLElement).dataset[name])));
const switch3d = (page: Page) => page.getByRole('button', {name: '3-D', exact: true});

async function saved(page: Page, kind: string): Promise<{readonly name: string; readonly bytes: Buffer}> {
  await page.getByLabel('Save the picture').click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', {name: kind}).click()]);
  return {name: download.suggestedFilename(), bytes: readFileSync(await download.path())};
}

const sizeOf = (png: Buffer): readonly [number, number] => [png.readUInt32BE(16), png.readUInt32BE(20)];

describe('the landscape in three dimensions', () => {
  it('comes on demand, turns by keys and mouse, reads J, is saved, survives a lost context, and gives way to the map without WebGL 2', async () => {
    const {page, complaints} = await go(fragmentOf({...SMALL, title: TITLE}));
    await race(page);
    await page.getByTestId('landscape-canvas').waitFor();
    const loaded = (): Promise<boolean> => page.evaluate(() => performance.getEntriesByType('resource').some(({name}) => name.includes('ReliefView')));
    expect(await loaded()).toBe(false);
    const flat = await saved(page, 'PNG');
    await switch3d(page).click();
    await canvas(page).waitFor();
    expect(await loaded()).toBe(true);
    expect(await canvas(page).getAttribute('aria-label')).toMatch(/^Surface of J in three dimensions, from .*SGD ends at/);
    expect((await results(page)).experiment.view).toMatchObject({relief: true, clipColour: 100});

    const view = page.getByTestId('relief');
    const home = await camera(page);
    await view.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('+');
    const [yaw, pitch, distance] = await camera(page);
    expect(yaw > home[0] && pitch > home[1] && distance < home[2]).toBe(true);
    await page.keyboard.press('0');
    await expect.poll(() => camera(page)).toEqual(home);

    const box = await view.boundingBox();
    if (!box) throw new Error('the view has no box');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    const readout = (): Promise<string | null> => page.locator('.map-readout').textContent();
    await expect.poll(readout).toMatch(/^J ≈ /);
    const read = Number((await readout())?.match(/J ≈ ([\d.]+)/)?.[1]);
    await page.mouse.click(x, y);
    const probe = page.getByLabel('Network at the chosen point');
    await expect.poll(async () => Number((await probe.locator('b').textContent())?.replace(/\s/g, '')) / read).toBeCloseTo(1, 1);
    await page.keyboard.press('Escape');
    await expect.poll(() => probe.count()).toBe(0);
    await page.mouse.down();
    await page.mouse.move(x + 60, y, {steps: 3});
    await page.mouse.up();
    await expect.poll(async () => (await camera(page))[0]).toBeGreaterThan(home[0]);
    await page.mouse.wheel(0, 300);
    await expect.poll(async () => (await camera(page))[2]).toBeGreaterThan(home[2]);

    await page.getByLabel('End of the colour scale').selectOption('90');
    await expect.poll(() => page.locator('.colour-scale').textContent()).toContain('≥');
    const png = await saved(page, 'PNG');
    expect(png.name).toBe('basin-hills-dales-3-d-landscape.png');
    expect(sizeOf(png.bytes)[0]).toBe(sizeOf(flat.bytes)[0]);
    expect(sizeOf(png.bytes)[0]).toBeGreaterThan(1400);
    expect(png.bytes.equals(flat.bytes)).toBe(false);
    const svg = await saved(page, 'SVG');
    const [found, wellFormed] = await page.evaluate((text) => {
      const drawing = new DOMParser().parseFromString(text, 'image/svg+xml');
      return [drawing.querySelector('title')?.textContent, drawing.querySelector('parsererror') === null] as const;
    }, svg.bytes.toString('utf8'));
    expect([found, wellFormed]).toEqual([TITLE, true]);

    await canvas(page).evaluate((element) => {
      const extension = (element as HTMLCanvasElement).getContext('webgl2')?.getExtension('WEBGL_lose_context');
      extension?.loseContext();
      setTimeout(() => extension?.restoreContext(), 300);
    });
    const lost = page.getByText('The graphics driver has dropped the picture.');
    await lost.waitFor();
    await expect.poll(() => lost.count()).toBe(0);
    // A view that is drawn has other colours than its paper; the saved picture is drawn by the same renderer.
    expect((await saved(page, 'PNG')).bytes.length).toBeGreaterThan(0.9 * png.bytes.length);
    await switch3d(page).click();
    await page.getByTestId('landscape-canvas').waitFor();

    await page.evaluate(() => {
      const original = HTMLCanvasElement.prototype.getContext;
      Object.assign(HTMLCanvasElement.prototype, {
        getContext(this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
          return kind === 'webgl2' ? null : Reflect.apply(original, this, [kind, ...rest]);
        },
      });
    });
    await switch3d(page).click();
    await page.getByText('This browser offers no WebGL 2, so the landscape stays a map.').waitFor();
    await page.getByTestId('landscape-canvas').waitFor();
    expect(await switch3d(page).getAttribute('aria-disabled')).toBe('true');
    expect(complaints).toEqual([]);
  });
});

describe('the heads of landscape and instruments', () => {
  const heightOf = (page: Page, panel: string): Promise<number> => page.locator(`${panel} .panel-head`).evaluate((head) => head.getBoundingClientRect().height);

  it('are one line beside both side panels, whatever the plane; an instrument without room there is named in the menu', async () => {
    const {page} = await go(fragmentOf({...SMALL, contestants: SMALL.contestants.map((one) => ({...one, name: `${one.name} with momentum`}))}));
    await race(page);
    const plane = page.getByLabel('Plane', {exact: true});
    for (const kind of ['contestants', 'path', 'random', 'line'] as const) {
      await plane.selectOption(kind);
      expect(await heightOf(page, '.landscape'), kind).toBeLessThan(36);
    }
    const place = '.panel:has(.instrument-tabs)';
    expect(await heightOf(page, place)).toBeLessThan(36);
    await openInstrument(page, 'curvature');
    await expect.poll(() => page.getByTestId('instruments-more').textContent()).toContain('Curvature');
    expect(await page.getByTestId('instruments-more').getAttribute('aria-current')).toBe('true');
    expect(await page.getByTestId('instrument-boundaries').isVisible()).toBe(true);
    expect(await heightOf(page, place)).toBeLessThan(36);
  });

  it('keep a frozen plane through a rename and a removal, and fade paths in saved pictures as on the map', async () => {
    const {page} = await go(fragmentOf({...SMALL, view: {plane: 'path', planeOf: 1}}));
    await race(page);
    await page.getByTestId('landscape-canvas').waitFor();
    const bold = (await saved(page, 'SVG')).bytes.toString('utf8');
    await page.getByRole('button', {name: 'fade'}).click();
    const opacities = (svg: string): Set<string | undefined> => new Set([...svg.matchAll(/stroke-width="2.4" stroke-opacity="([\d.]+)"/g)].map(([, opacity]) => opacity));
    expect(opacities(bold)).toEqual(new Set(['1']));
    // The page draws what was pressed a moment later.
    await expect.poll(async () => opacities((await saved(page, 'SVG')).bytes.toString('utf8')).size).toBeGreaterThan(1);

    const frozen = page.locator('.landscape .note').filter({hasText: 'This map is frozen'});
    const axis = (): Promise<string | null> => page.locator('.map-a').textContent();
    await page.getByRole('button', {name: 'freeze'}).click();
    await frozen.waitFor();
    const before = await axis();
    await page.getByLabel('Name of contestant 2').fill('Adam, renamed');
    await page.keyboard.press('Enter');
    await page.getByLabel('Settings of SGD').click();
    await page.getByLabel('Remove SGD').click();
    await expect.poll(() => page.locator('.outside li').count()).toBe(3);
    await frozen.waitFor();
    expect(await axis()).toBe(before);
  });
});
