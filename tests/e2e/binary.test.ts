import type {Page} from 'playwright-core';
import {describe, expect, it} from 'vitest';
import type {Preset} from '../../src/core/preset.ts';
import {digitsBinary} from '../../src/presets/digitsBinary.ts';
import {findPreset} from '../../src/presets/registry.ts';
import {fragmentOf, openInstrument, phaseIs, race, results, settled, visits} from './harness.ts';

/** The binary lab: bounds that close, a lift, and pictures of binary weights. */
const {go} = visits();

const preset = (id: string): string => fragmentOf((findPreset(id) as Preset).experiment);

const NETWORKS = {
  title: 'binary',
  dataset: {id: 'moons', params: {n: 100, seed: 1}},
  problem: {id: 'binary-network', params: {width: 6}},
  contestants: [
    {name: 'latent', solver: {id: 'straight-through'}},
    {name: 'sphere', solver: {id: 'burer-monteiro', params: {rank: 2}}},
    {name: 'half', solver: {id: 'burer-monteiro', params: {rank: 4}}},
  ],
  budget: {axis: 'iterations', amount: 100},
};

const labelOf = (page: Page, testId: string) => () => page.getByTestId(testId).getAttribute('aria-label');

describe('bounds', () => {
  it('show a run that is stuck, and a lift that frees it and is part of the link', async () => {
    const {page, complaints} = await go(preset('rank-two-stuck'));
    const before = await race(page);
    const index = 0;
    const stuck = before.contestants[index].history.relaxation.at(-1) ?? Number.NaN;
    // The spurious minimum and the relaxation's value of the reference instance ls10.
    expect(stuck).toBeCloseTo(51.614, 2);
    await expect.poll(labelOf(page, 'bounds')).toMatch(/rank 2: upper bound 57, lower bound 2\d/);
    await expect.poll(labelOf(page, 'bounds'), {timeout: 60_000}).toMatch(/true optimum 57/);
    await expect.poll(labelOf(page, 'least-eigenvalue')).toMatch(/Least eigenvalue of S: −2\.6/);
    expect(await page.locator('.bounds-why').textContent()).toMatch(/Adds a column at iteration \d+, where it stood still/);
    await page.getByRole('button', {name: 'Lift along the eigenvector'}).click();
    const relaxation = async (): Promise<number> => (await results(page)).contestants[index].history.relaxation?.at(-1) ?? Number.NaN;
    await expect.poll(relaxation, {timeout: 60_000}).toBeCloseTo(48.108, 2);
    await phaseIs(page, 'finished');
    const {experiment} = await results(page);
    expect(experiment.contestants[index].solver.params.liftAt).toBeGreaterThan(0);
    expect(new URL(page.url()).hash).toBe(`#${fragmentOf(experiment)}`);
    expect(await page.getByRole('button', {name: 'Lift along the eigenvector'}).isDisabled()).toBe(true);
    expect(await page.locator('.bounds-why').textContent()).toMatch(/^Not now: /);
    expect(complaints).toEqual([]);
  });

  it('close on the race chart from both sides, and are told', async () => {
    const {page, complaints} = await go(preset('sdp-bound'));
    await race(page);
    await page.getByTestId('bound-key').waitFor();
    expect(await page.locator('.legend').textContent()).toMatch(/mixing233\.0 ≥ 197\.0/);
    await page.getByTestId('second-line').waitFor({state: 'attached', timeout: 60_000});
    await expect.poll(() => page.getByTestId('findings').textContent()).toMatch(/mixing proves that the smallest J lies between 197 and 233/);
    await page.getByRole('slider', {name: 'Read the curves'}).focus();
    await page.keyboard.press('ArrowLeft');
    expect(await page.getByRole('slider', {name: 'Read the curves'}).getAttribute('aria-valuetext')).toMatch(/mixing 233\.0, lower bound 197\.0.*next best value/);
    await page.getByRole('button', {name: 'The curves as a table'}).click();
    await expect.poll(() => page.getByRole('dialog').textContent()).toMatch(/lower bound.*next best value/s);
    expect(complaints).toEqual([]);
  });
});

describe('weights', () => {
  it('are drawn on a line, a sphere and half a circle, and the sphere turns by keys and by mouse', async () => {
    const {page, complaints} = await go(fragmentOf(NETWORKS));
    await race(page);
    expect(await page.getByTestId('instrument-neurons').count()).toBe(0);
    expect(await page.getByTestId('instrument-path').count()).toBe(0);
    await openInstrument(page, 'weights');
    await expect.poll(labelOf(page, 'weight-rows'), {timeout: 30_000}).toMatch(/sphere: rows of length 3/);
    const who = page.getByLabel('Whose weights');
    await who.selectOption('latent');
    await expect.poll(labelOf(page, 'weight-rows')).toMatch(/latent: rows of length 1\. .*: \d+ weights/);
    await who.selectOption('sphere');
    await expect.poll(labelOf(page, 'weight-rows')).toMatch(/sphere: rows of length 3/);
    const globe = page.getByRole('slider', {name: /The sphere of rows/});
    const turn = async (): Promise<string | null> => globe.getAttribute('aria-valuetext');
    const first = await turn();
    await globe.focus();
    await page.keyboard.press('ArrowRight');
    const turned = await turn();
    expect(turned).not.toBe(first);
    await globe.hover({position: {x: 100, y: 80}});
    await page.mouse.down();
    await page.mouse.move(400, 700, {steps: 4});
    await page.mouse.up();
    expect(await turn()).not.toBe(turned);
    await globe.focus();
    await page.keyboard.press('Home');
    expect(await turn()).toBe(first);
    await who.selectOption('half');
    await expect.poll(labelOf(page, 'weight-rows')).toMatch(/half: rows of length 5/);
    expect(complaints).toEqual([]);
  });

  it('have pairs that are read by keys, draws with their losses, and tables', async () => {
    const {page, complaints} = await go(fragmentOf(NETWORKS));
    await race(page);
    await openInstrument(page, 'weights');
    await page.getByLabel('Whose weights').selectOption('sphere', {timeout: 30_000});
    await page.getByText('pairs', {exact: true}).click();
    const pairs = page.getByRole('slider', {name: /Pairs of weights/});
    await pairs.focus();
    await page.keyboard.press('ArrowRight');
    expect(await pairs.getAttribute('aria-valuetext')).toMatch(/neuron 1, input 1 · neuron 1, input 2: −?[\d.]+/);
    await page.getByText('of signs', {exact: true}).click();
    await page.getByLabel(/Strongest pairs in .* as a table/).click();
    await expect.poll(() => page.getByRole('dialog').locator('tbody tr').count()).toBe(40);
    await page.keyboard.press('Escape');
    await page.getByText('losses', {exact: true}).click();
    await expect.poll(() => page.getByTestId('loss-words').textContent()).toMatch(/^J of 64 draws; /);
    expect(complaints).toEqual([]);
  });

  it('answer in three ways', async () => {
    const {page, complaints} = await go(fragmentOf(NETWORKS));
    await race(page);
    const picture = (): Promise<string> => page.getByTestId('boundary-1').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    // The race's coarse pictures give way to finer ones, the map last.
    await settled(page);
    await settled(page, 'boundary-1');
    const switched = async (to: string): Promise<string> => {
      const before = await picture();
      await page.getByText(to, {exact: true}).click();
      await expect.poll(picture, {timeout: 30_000}).not.toBe(before);
      return picture();
    };
    const rounded = await picture();
    await switched('mean of 40');
    expect(await switched('sign(μ)')).toBe(rounded);
    expect(complaints).toEqual([]);
  });

  it('of a picture are tiles', async () => {
    const experiment = digitsBinary.experiment as object;
    const {page, complaints} = await go(fragmentOf({...experiment, budget: {axis: 'iterations', amount: 30}}));
    await race(page);
    await openInstrument(page, 'weights');
    await page.getByText('tiles', {exact: true}).click({timeout: 60_000});
    await expect.poll(labelOf(page, 'weight-tiles')).toMatch(/the first weights of 32 neurons as 8 × 8 pictures of signs/);
    await page.getByLabel(/Weights of .* as a table/).click();
    await expect.poll(() => page.getByRole('dialog').textContent()).toMatch(/[+−]{8} [+−]{8}/);
    expect(complaints).toEqual([]);
  });
});
