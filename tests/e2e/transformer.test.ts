import type {Page} from 'playwright-core';
import {describe, expect, it} from 'vitest';
import {fragmentOf, openInstrument, race, results, visits} from './harness.ts';

/** The transformer lab: layers, attention, next tokens, and cards that tell what differs. */
const {go} = visits();

const adam = {id: 'adam', params: {learningRate: 0.01, batchSize: 16}};
const TINY = {
  title: 'placement',
  dataset: {id: 'clock-grammar'},
  problem: {id: 'transformer'},
  contestants: [
    {name: 'before', solver: adam, model: {depth: 2, placement: 'pre'}},
    {name: 'after', solver: adam, model: {depth: 2, placement: 'post', head: 'stablemax'}},
  ],
  budget: {axis: 'iterations', amount: 12},
};

const labelOf = (page: Page, testId: string) => () => page.getByTestId(testId).getAttribute('aria-label');

describe('a transformer race', () => {
  it('shows its layers from iteration 0 on, and how they answer to the output scale', async () => {
    const {page, complaints} = await go(fragmentOf(TINY));
    await openInstrument(page, 'layers');
    const profiles = labelOf(page, 'layer-profiles');
    await expect.poll(profiles).toMatch(/RMS of the hidden state over the layers at the latest record\. before: [\d.]+ at the embedding, [\d.]+ at layer 2/);
    const start = await profiles();
    await page.getByLabel('Settings of before').click();
    // A common parameter of a long form stands below those that differ.
    await page.getByText('What it has in common with others').click();
    const scale = page.getByRole('textbox', {name: /^output scale/});
    await scale.fill('10');
    await scale.press('Enter');
    await expect.poll(profiles).not.toBe(start);
    await expect.poll(() => page.getByTestId('contestant-0').locator('.contestant-summary').textContent()).toMatch(/norms before f.*output scale 10/);
    // Space on a focused button would press that.
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await race(page);
    expect(await page.getByTestId('contestant-1').locator('.contestant-summary').textContent()).toMatch(/norms after the sum.*output scale 1.*head StableMax/);
    const map = page.getByRole('slider', {name: /Values by layer and time/});
    await map.focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => map.getAttribute('aria-valuetext')).toMatch(/^layer 1, iteration \d+: [\d.]+$/);
    await page.getByText('gradient', {exact: true}).click();
    await expect.poll(profiles).toMatch(/^RMS of the gradient/);
    await page.getByRole('group', {name: 'Whose layers'}).getByRole('button', {name: 'after'}).click();
    await expect.poll(labelOf(page, 'layer-heat')).toMatch(/^after: RMS of the gradient/);
    await page.getByLabel('RMS of the gradient by layer, as a table').click();
    await expect.poll(() => page.getByRole('dialog').locator('tbody tr').count()).toBe(3);
    expect(await page.getByLabel('Measure').locator('option').allTextContents()).not.toContainEqual(expect.stringMatching(/rms|slope/));
    expect((await results(page)).contestants[0].history).toHaveProperty('rms/2');
    expect(complaints).toEqual([]);
  });

  it('shows who attends to whom, sample by sample and head by head, and the next tokens', async () => {
    const {page, complaints} = await go(fragmentOf(TINY));
    await race(page);
    await expect.poll(labelOf(page, 'boundary-0'), {timeout: 30_000}).toMatch(/^before: Sequences .*; training \d+ of \d+ right, test \d+ of \d+ right; accuracy/);
    expect(await page.getByTestId('instrument-boundaries').textContent()).toBe('Next tokens');
    expect(await page.getByTestId('instrument-neurons').count()).toBe(0);
    expect(await page.getByTestId('instrument-path').count()).toBe(0);
    await openInstrument(page, 'attention');
    const map = labelOf(page, 'attention-map');
    await expect.poll(map, {timeout: 30_000}).toMatch(/^before, layer 1, head 1: 8 × 8 attention weights; [\d.]+ keys on average/);
    const smalls = page.getByRole('slider', {name: /All layers and heads/});
    await smalls.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await expect.poll(map).toMatch(/^before, layer 2, head 2/);
    await page.getByRole('group', {name: 'Whose attention'}).getByRole('button', {name: 'after'}).click();
    await expect.poll(map, {timeout: 30_000}).toMatch(/^after, layer 2, head 2/);
    await page.getByRole('button', {name: 'Next example'}).click();
    await page.getByLabel('Number of the example').fill('999');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('button', {name: 'Next example'}).isDisabled()).toBe(true);
    await page.getByText('test', {exact: true}).waitFor();
    await page.getByRole('slider', {name: /Attention weights/}).focus();
    await page.keyboard.press('ArrowLeft');
    // The last query sees everything before it, so its row sums to 1 over 8 keys at most.
    expect(await page.getByRole('slider', {name: /Attention weights/}).getAttribute('aria-valuetext')).toMatch(/\(8\) attends to [\d.]+ keys; “\d” \(1\): [\d.]+/);
    expect(complaints).toEqual([]);
  });
});
