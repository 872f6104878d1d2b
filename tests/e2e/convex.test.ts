import {describe, expect, it} from 'vitest';
import {fragmentOf, openInstrument, phaseIs, race, results, visits} from './harness.ts';

/** The convex lab: certified optimum, path, starts, neurons, ADMM from inside, and the choice of problems. */
const {go} = visits();

const XOR = {
  title: 'xor',
  certificate: true,
  dataset: {id: 'xor', params: {n: 40, seed: 1}},
  problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 0.1}},
  contestants: [
    {name: 'SGD', solver: {id: 'sgd', params: {learningRate: 0.1, batchSize: 0}}, model: {width: 8}},
    {name: 'Adam', solver: {id: 'adam'}, model: {width: 30}},
    {name: 'ADMM', solver: {id: 'convex-admm', params: {source: 'all'}}},
  ],
  budget: {axis: 'iterations', amount: 300},
};

describe('the certified optimum', () => {
  it('starts with the page, closes, and lies under every contestant', async () => {
    const {page, complaints} = await go(fragmentOf(XOR));
    const {contestants} = await race(page);
    await expect.poll(() => page.getByTestId('certificate').getAttribute('data-status'), {timeout: 60_000}).toBe('done');
    const {certificate} = await results(page);
    expect(certificate).toMatchObject({scope: 'global', closed: true});
    const lower = certificate?.lower ?? Number.NaN;
    for (const one of contestants) expect(one.final.objective).toBeGreaterThan(lower * (1 - 1e-4));
    expect(await page.getByTestId('optimum-band').getAttribute('data-scope')).toBe('global');
    await expect.poll(() => page.getByTestId('findings').textContent()).toMatch(/above the certified optimum/);
    await expect.poll(() => page.getByTestId('results-table').textContent()).toMatch(/above optimum/);
    expect(complaints).toEqual([]);
  });

  it('is drawn under J alone, can be switched off, and goes off by itself where it is impossible', async () => {
    const {page} = await go(fragmentOf(XOR));
    await race(page);
    await page.getByTestId('optimum-band').waitFor({timeout: 60_000});
    await page.getByText('test loss', {exact: true}).click();
    await expect.poll(() => page.getByTestId('optimum-band').count()).toBe(0);
    await page.getByText('J', {exact: true}).first().click();
    await page.getByTestId('optimum-band').waitFor();
    await page.getByRole('button', {name: 'certified optimum'}).click();
    await expect.poll(async () => (await results(page)).experiment.certificate).toBe(false);
    await expect.poll(() => page.getByTestId('certificate').count()).toBe(0);
    await page.getByRole('button', {name: 'certified optimum'}).click();
    await page.getByTestId('optimum-band').waitFor();
    await page.getByTestId('dataset-select').selectOption('iris');
    await expect.poll(async () => (await results(page)).experiment.certificate).toBe(false);
    await expect.poll(() => page.getByTestId('fault-banner').textContent()).toMatch(/The certified optimum was switched off/);
    expect(await page.getByRole('button', {name: 'certified optimum'}).getAttribute('aria-disabled')).toBe('true');
  });

  it('can be stopped and keeps its interval, and never calls a sampled programme global', async () => {
    const sampled = {
      ...XOR,
      dataset: {id: 'breast-cancer'},
      problem: {id: 'two-layer-relu', params: {beta: 5}},
      contestants: [{name: 'ADMM', solver: {id: 'convex-admm', params: {source: 'sampled', patterns: 30}}}],
    };
    const {page} = await go(fragmentOf(sampled));
    const line = page.getByTestId('certificate');
    await expect.poll(() => line.getAttribute('data-scope'), {timeout: 60_000}).toBe('sampled programme');
    // The name, and nothing that speaks of all networks.
    expect(await line.textContent()).toMatch(/optimum of the sampled programme/);
    const {certificate} = await results(page);
    expect(certificate?.scope).toBe('sampled programme');
    if (await line.getByText('Stop').isVisible()) {
      await line.getByText('Stop').click();
      await line.getByText('Go on').waitFor();
      expect((await results(page)).certificate?.upper).toBeGreaterThan(0);
    }
    expect(await page.locator('main').textContent()).not.toMatch(/ADMM is .* above the certified optimum/);
  });
});

describe('instruments', () => {
  it('show neurons, edges, weights and the inside of ADMM', async () => {
    const {page, complaints} = await go(fragmentOf(XOR));
    await race(page);
    await openInstrument(page, 'neurons');
    await page.getByTestId('cells').waitFor();
    expect(await page.getByTestId('cells').getAttribute('aria-label')).toMatch(/SGD: \d+ of 8 neurons are active/);
    await page.getByText('edges', {exact: true}).click();
    await expect.poll(() => page.getByTestId('edges').count()).toBe(3);
    await page.getByText('weights', {exact: true}).click();
    await expect.poll(() => page.getByTestId('norm-bars').count()).toBe(3);
    await openInstrument(page, 'admm');
    await expect.poll(() => page.locator('.inside').textContent()).toMatch(/residuals.*penalties.*neurons/s);
    await page.getByLabel('Inside ADMM, as a table').click();
    await expect.poll(() => page.getByRole('dialog').textContent()).toMatch(/ρ₁/);
    expect(complaints).toEqual([]);
  });

  it('compute a path whose points can be taken by mouse and by keyboard', async () => {
    const {page} = await go(fragmentOf({...XOR, certificate: false, dataset: {id: 'xor', params: {n: 20, seed: 1}}}));
    await openInstrument(page, 'path');
    await page.getByText('Compute path').click();
    await page.getByText('Compute again').waitFor({timeout: 120_000});
    const slider = page.getByRole('slider', {name: /Points of the path/});
    await slider.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const beta = async (): Promise<number> => Number((await results(page)).experiment.problem.params.beta);
    await expect.poll(beta).toBeGreaterThan(0.1);
    const taken = await beta();
    await page.getByTestId('path-neurons').click({position: {x: 60, y: 20}});
    await expect.poll(beta).toBeLessThan(taken);
    // The path is about all betas, so it stays.
    await page.getByTestId('path-losses').waitFor();
  });

  it('run many starts and tell how many reach the optimum', async () => {
    const {page} = await go(fragmentOf(XOR));
    await openInstrument(page, 'starts');
    await page.locator('.starts').getByText('20', {exact: true}).click();
    await page.getByText('Start 20').click();
    await expect.poll(() => page.locator('.starts-head').textContent(), {timeout: 120_000}).toMatch(/300 of 300 iterations/);
    await expect.poll(() => page.getByTestId('starts-summary').textContent()).toMatch(/Within 1.% of the certified optimum: .*%.* within 5.%/);
    expect(await page.getByTestId('starts-histogram').locator('rect').count()).toBeGreaterThan(5);
    // Another setting of the contestant makes these starts untrue.
    await page.getByLabel('Settings of SGD').click();
    await page.getByLabel('Remove SGD').click();
    await expect.poll(() => page.getByTestId('starts-summary').count()).toBe(0);
  });
});

describe('problems', () => {
  it('are chosen in the setup; contestants that do not fit are replaced, and that is said', async () => {
    const {page} = await go(fragmentOf(XOR));
    await page.getByTestId('problem-menu').click();
    await page.getByRole('menuitem', {name: /threshold network/}).click();
    await expect.poll(async () => (await results(page)).experiment.problem.id).toBe('threshold-network');
    expect((await results(page)).experiment.contestants.map((one) => one.solver.id)).toContain('threshold-lasso');
    await expect.poll(() => page.getByTestId('fault-banner').textContent()).toMatch(/ADMM can't run here/);
    await phaseIs(page, 'ready');
    // The menu has the focus, where Space would open it again.
    await page.getByTestId('run-button').click();
    await phaseIs(page, 'finished');
    const {contestants} = await results(page);
    for (const one of contestants) expect(one.status, `${one.name}: ${one.reason}`).toMatch(/finished|converged/);
  });
});
