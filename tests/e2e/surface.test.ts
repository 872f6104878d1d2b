import type {Page} from 'playwright-core';
import {describe, expect, it} from 'vitest';
import {fragmentOf, openInstrument, race, results, visits} from './harness.ts';

/** The surface lab: a function in place of data, starts by hand, basins, and theory beside runs. */
const {go} = visits();

const model = {startX: -1.2, startY: 0.6};
const BOWL = {
  title: 'bowl',
  dataset: {id: 'surface-functions', params: {function: 'quadratic', condition: 10}},
  problem: {id: 'surface'},
  contestants: [
    {name: 'descent', solver: {id: 'sgd', params: {learningRate: 0.5}}, model},
    {name: 'ball', solver: {id: 'momentum', params: {learningRate: 0.5, momentum: 0.8}}, model},
  ],
  budget: {axis: 'iterations', amount: 60},
};

const labelOf = (page: Page, testId: string) => () => page.getByTestId(testId).getAttribute('aria-label');
const cardOf = (page: Page) => () => page.getByTestId('contestant-1').locator('.contestant-summary').textContent();

describe('a surface', () => {
  it('shows its formula and minima, starts where the map says, and its basins and theory', async () => {
    const {page, complaints} = await go(fragmentOf(BOWL));
    expect(await page.getByTestId('surface-formula').textContent()).toMatch(/^f\(x, y\) = 0\.5 · 0\.775 · x²/);
    await expect.poll(() => page.getByTestId('minimum').count()).toBe(1);
    for (const gone of ['instrument-boundaries', 'instrument-neurons', 'instrument-starts']) expect(await page.getByTestId(gone).count()).toBe(0);
    expect(await page.getByRole('button', {name: 'certified optimum'}).count()).toBe(0);
    expect(await page.getByLabel('Plane', {exact: true}).count()).toBe(0);

    // By keys: two moves from the middle (3/20 of 3 each), then the card's button.
    const map = page.getByRole('application', {name: /Loss landscape/});
    await map.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.getByTestId('start-here').click();
    await expect.poll(cardOf(page)).toMatch(/0\.15.*0\.15/);
    // By a press, once that is what a press does.
    await page.getByRole('button', {name: 'set start'}).click();
    const box = await map.boundingBox();
    if (!box) throw new Error('no map');
    await page.mouse.click(box.x + box.width / 4, box.y + box.height / 4);
    await expect.poll(cardOf(page)).toMatch(/−1\.[45]\d*.*1\.[45]/);

    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await race(page);
    await page.getByLabel('Contestant whose basins').selectOption({label: 'ball'});
    await page.getByRole('radiogroup', {name: 'Starts a side'}).getByText('41').click();
    await page.getByRole('button', {name: 'Draw basins'}).click();
    await expect.poll(labelOf(page, 'basins-canvas'), {timeout: 30_000}).toBe('ball reaches minimum 1 at (0, 0) from 100\u202f%.');

    // Real eigenvalues where (1 + mu - eta h)^2 >= 4 mu: always without momentum, nowhere here with 0.8.
    await openInstrument(page, 'theory');
    await expect.poll(labelOf(page, 'momentum-map')).toMatch(/descent creeps at 0\.5 and creeps at 0\.05; ball swings at 0\.5 and swings at 0\.05/);
    const [run, theory] = await Promise.all([cellOf(page, 1), labelOf(page, 'momentum-curves')()]);
    expect(run).toBe('0.5, 0.05');
    expect(theory).toMatch(/in closed form/);
    await page.getByLabel('Which theory').selectOption({label: 'deep linear network'});
    await page.getByRole('button', {name: 'Compute'}).click();
    await expect.poll(labelOf(page, 'theory-modes'), {timeout: 30_000}).toMatch(/^Half-times of the modes of strength 4, 2, 1, 0\.5: 1\.04\d, 1\.9/);
    // The address holds what is set.
    await page.locator('.theory-settings summary').click();
    await page.locator('.theory-settings').getByRole('textbox', {name: 'seed'}).fill('7');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await results(page)).experiment.view.theory).toMatchObject({subject: 'deepLinear', params: {seed: 7}});
    await page.reload();
    await openInstrument(page, 'theory');
    expect(await page.getByLabel('Which theory').inputValue()).toBe('deepLinear');
    await page.locator('.theory-settings summary').click();
    expect(await page.locator('.theory-settings').getByRole('textbox', {name: 'seed'}).inputValue()).toBe('7');
    expect(complaints).toEqual([]);
  });

  it('says at the field what is wrong with a formula, and draws holes where it is undefined', async () => {
    const {page, complaints} = await go('preset=own-function');
    await page.getByText('drawn to').first().click();
    const formula = page.getByRole('textbox', {name: /^f\(x, y\)/});
    await formula.fill('x^2 + foo(y)');
    await expect.poll(() => page.locator('.mantine-InputWrapper-error').textContent()).toMatch(/^f\(x, y\) calls "foo", which is not known/);
    await formula.press('Enter');
    expect(await page.getByTestId('surface-formula').textContent()).toContain('cos');
    await formula.fill('x*log(x) + y^2');
    await formula.press('Enter');
    await expect.poll(() => page.getByTestId('surface-formula').textContent()).toContain('log');
    // They start at x = -2.6, where the logarithm is undefined.
    await expect.poll(() => page.getByTestId('contestant-0').textContent(), {timeout: 30_000}).toMatch(/diverged|failed/);
    await page.getByRole('button', {name: 'set start'}).click();
    const box = await page.getByTestId('landscape-canvas').boundingBox();
    if (!box) throw new Error('no map');
    await page.mouse.click(box.x + 0.9 * box.width, box.y + 0.3 * box.height);
    // Its minimum is -1/e: no logarithm of J.
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await race(page);
    await expect.poll(() => page.locator('.race .panel-tools').getByRole('button', {name: 'log'}).getAttribute('aria-disabled')).toBe('true');
    expect(complaints).toEqual([]);
  });
});

/** A cell of the first contestant's row. */
const cellOf = (page: Page, cell: number): Promise<string | null> => page.getByTestId('momentum-table').locator('tbody tr').first().locator('th, td').nth(cell).textContent();
