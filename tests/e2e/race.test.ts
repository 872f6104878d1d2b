import type {Page} from 'playwright-core';
import {describe, expect, it} from 'vitest';
import {fragmentOf, hoverEnd, loseDevice, openInstrument, phaseIs, race, results, settled, SMALL as BASE, timeless, visits} from './harness.ts';

const {go, site} = visits();
const SMALL = {...BASE, problem: {id: 'two-layer-relu', params: {loss: 'squared', beta: 0.1}}, budget: {axis: 'iterations', amount: 50}};

describe('a first visit', () => {
  it('runs the default race with one key, without complaints or third parties', async () => {
    const {page, complaints} = await go('');
    const {contestants, backend} = await race(page);
    expect(backend?.backend).toBe('wasm');
    expect(contestants).toHaveLength(4);
    for (const one of contestants) {
      expect(one.status).toBe('finished');
      expect(one.final.testScore).toBeGreaterThan(0.9);
      expect(one.history.objective.at(-1)).toBeLessThan((one.history.objective[1] ?? 0) * 0.5);
    }
    await page.getByTestId('landscape-canvas').waitFor();
    for (let i = 0; i < 4; i++) await page.getByTestId(`boundary-${i}`).waitFor();
    await page.locator('[data-testid=race-chart] svg path.recharts-line-curve, [data-testid=race-chart] .recharts-line path').first().waitFor({state: 'attached'});
    await expect.poll(() => page.getByTestId('findings').textContent()).toMatch(/lowest J|within 0.1 %/);
    expect(complaints).toEqual([]);
  });
});

describe('breast cancer, as a new student would', () => {
  it('is chosen, raced, shared, and gives the same numbers in a fresh profile', async () => {
    const first = await go('preset=breast-cancer');
    await phaseIs(first.page, 'ready');
    const there = await race(first.page);
    await first.page.getByTestId('share-button').click();
    const link = (await first.page.getByTestId('share-link').textContent()) ?? '';
    const shown = link.trim() || (await first.page.getByTestId('share-link').inputValue());
    expect(shown.startsWith(site().address)).toBe(true);
    expect(shown.length).toBeLessThan(300);
    const second = await go(new URL(shown).hash.slice(1));
    const here = await race(second.page);
    expect(here.experiment).toEqual(there.experiment);
    expect(timeless(here)).toEqual(timeless(there));
    expect([...first.complaints, ...second.complaints]).toEqual([]);
  });
});

describe('links', () => {
  it.each([
    ['preset=nothing-like-it', /preset/],
    ['1.AAAA', /link/],
    ['7.abc', /version/],
    ['backend=abacus', /backend/],
    [`1.${'A'.repeat(9000)}`, /longer than/],
  ])('#%.20s is explained, and the default experiment is there', async (fragment, message) => {
    const {page} = await go(fragment);
    await phaseIs(page, 'ready');
    await expect.poll(() => page.getByTestId('fault-banner').textContent()).toMatch(message);
    expect((await results(page)).experiment.dataset.id).toBe('moons');
  });

  it('keep state over edits, back, forward and reload', async () => {
    const {page} = await go(fragmentOf(SMALL));
    await phaseIs(page, 'ready');
    const seedOf = async (): Promise<number> => (await results(page)).experiment.seed;
    await page.goto(`${site().address}#${fragmentOf({...SMALL, seed: 6})}`);
    await expect.poll(seedOf).toBe(6);
    await page.goBack();
    await expect.poll(seedOf).toBe(5);
    await page.goForward();
    await expect.poll(seedOf).toBe(6);
    await page.reload();
    await phaseIs(page, 'ready');
    expect(await seedOf()).toBe(6);
  });
});

describe('edits', () => {
  it('are taken back by Back, and leave finished duplicates alone', async () => {
    const twice = {...SMALL, contestants: [SMALL.contestants[0], {...SMALL.contestants[0], name: 'SGD again'}]};
    const {page} = await go(fragmentOf(twice));
    await race(page);
    const iterations = async (): Promise<number[]> => (await results(page)).contestants.map((one) => one.iterations);
    await page.getByText('compute time (s)').first().click();
    await expect.poll(async () => (await results(page)).experiment.view.axis).toBe('seconds');
    expect(await iterations()).toEqual([50, 50]);
    await page.getByTestId('dataset-select').selectOption('circles');
    await expect.poll(async () => (await results(page)).experiment.dataset.id).toBe('circles');
    await page.goBack();
    await expect.poll(async () => (await results(page)).experiment.dataset.id).toBe('moons');
  });
});

/** Sizes of the dispatches that the instruments ask of the GPU from now on. */
async function gpuUse(page: Page): Promise<() => Promise<readonly number[][]>> {
  const worker = page.workers().find((one) => one.url().includes('instrument.worker'));
  if (!worker) throw new Error('there is no instrument worker');
  await worker.evaluate(() => {
    const {prototype} = GPUComputePassEncoder;
    const dispatch = prototype.dispatchWorkgroups;
    const sizes: number[][] = [];
    Object.assign(globalThis, {sizes});
    prototype.dispatchWorkgroups = function (...size) {
      sizes.push(size as number[]);
      dispatch.apply(this, size);
    };
  });
  return () => worker.evaluate(() => (globalThis as unknown as {sizes: number[][]}).sizes);
}

describe('backends', () => {
  const finals: Record<string, number[]> = {};
  it.each(['webgpu', 'wasm', 'cpu'])('%s races in a real worker, twice with equal histories', async (backend) => {
    const fragment = `${fragmentOf(SMALL)}&backend=${backend}`;
    const {page, complaints} = await go(fragment);
    const mapped = await gpuUse(page);
    const first = await race(page);
    await page.keyboard.press('r');
    const second = await race(page);
    expect(first.backend?.backend).toBe(backend);
    expect(timeless(second)).toEqual(timeless(first));
    expect(complaints).toEqual([]);
    finals[backend] = first.contestants.map((contestant) => contestant.final.objective ?? Number.NaN);
    if (backend !== 'webgpu') return expect(await mapped()).toEqual([]);
    // Maps come from the GPU where the runs do: 161 rows of 161 points, four points each, in as many dispatches as the device takes.
    await settled(page);
    const finest = (await mapped()).filter(([columns]) => columns === 41);
    expect(finest.reduce((sum, [, rows]) => sum + rows, 0)).toBeGreaterThanOrEqual(161);
    for (const [i, J] of finals.webgpu.entries()) expect(Math.abs((await hoverEnd(page, i)) / J - 1)).toBeLessThan(0.02);
  });

  it('agree on J after 50 steps to 1e-3', () => {
    for (const backend of ['wasm', 'cpu']) {
      for (const [i, value] of finals.webgpu.entries()) expect(Math.abs(finals[backend][i] / value - 1)).toBeLessThan(1e-3);
    }
  });

  it('replays the runs on the next backend when the GPU is lost', async () => {
    const long = {...SMALL, budget: {axis: 'iterations', amount: 400}};
    const {page} = await go(`${fragmentOf(long)}&backend=webgpu`);
    await phaseIs(page, 'ready');
    await page.keyboard.press('Space');
    await expect.poll(async () => (await results(page)).contestants[0].iterations, {timeout: 60_000}).toBeGreaterThan(5);
    await loseDevice(page);
    await expect.poll(async () => (await results(page)).backend?.backend, {timeout: 60_000}).toBe('wasm');
    await phaseIs(page, 'finished');
    const {contestants} = await results(page);
    for (const one of contestants) {
      expect(one.iterations).toBe(400);
      expect(one.history.iterations[0]).toBe(0);
    }
    await page.getByTestId('backend-badge').click();
    await expect.poll(() => page.locator('body').textContent()).toMatch(/GPU was lost/);
  });
});

describe('the controls', () => {
  it('step one iteration, pause, reset', async () => {
    const {page} = await go(fragmentOf({...SMALL, budget: {axis: 'iterations', amount: 100_000}}));
    await phaseIs(page, 'ready');
    const iterations = async (): Promise<number[]> => (await results(page)).contestants.map((one) => one.iterations);
    await page.keyboard.press('ArrowRight');
    await expect.poll(iterations).toEqual([1, 1, 1]);
    await page.keyboard.press('ArrowRight');
    await expect.poll(iterations).toEqual([2, 2, 2]);
    await page.keyboard.press('Space');
    await expect.poll(async () => Math.min(...(await iterations()))).toBeGreaterThan(50);
    await page.keyboard.press('Space');
    await phaseIs(page, 'paused');
    await page.waitForTimeout(300);
    const held = await iterations();
    await page.waitForTimeout(400);
    expect(await iterations()).toEqual(held);
    await page.keyboard.press('KeyR');
    await expect.poll(iterations).toEqual([0, 0, 0]);
    await phaseIs(page, 'ready');
  });

  it('take Space while the engine starts, and begin when it is ready', async () => {
    const {page, complaints} = await go(fragmentOf(SMALL));
    await page.route(/worker/, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 600));
      await route.continue();
    });
    await page.reload();
    await page.getByTestId('run-button').waitFor();
    await phaseIs(page, 'starting');
    await page.keyboard.press('Space');
    expect(await page.getByTestId('run-button').textContent()).toBe('Starting …');
    await page.keyboard.press('Space');
    expect(await page.getByTestId('run-button').textContent()).toBe('Run');
    await page.keyboard.press('Space');
    await phaseIs(page, 'finished');
    expect((await results(page)).contestants.map(({iterations}) => iterations)).toEqual([50, 50, 50]);
    expect(complaints).toEqual([]);
    // An engine that can't start is not waited for.
    await page.route(/run\.worker/, (route) => route.abort());
    await page.reload();
    await page.getByTestId('run-button').waitFor();
    await page.keyboard.press('Space');
    await phaseIs(page, 'broken');
    expect(await page.getByTestId('run-button').textContent()).toBe('Run');
  });

  it('pause a race that starts anew on another engine, and let it go on through Back to another view', async () => {
    const {page} = await go(fragmentOf({...SMALL, budget: {axis: 'iterations', amount: 100_000}}));
    const entries = (): Promise<number> => page.evaluate(() => history.length);
    const before = await entries();
    await page.keyboard.press('Space');
    await phaseIs(page, 'running');
    await openInstrument(page, 'neurons');
    await openInstrument(page, 'path');
    expect(await entries()).toBe(before);
    await page.getByText('compute time (s)').first().click();
    await expect.poll(async () => (await results(page)).experiment.view.axis).toBe('seconds');
    await page.goBack();
    await expect.poll(async () => (await results(page)).experiment.view).toMatchObject({axis: 'iterations', instrument: 'path'});
    await phaseIs(page, 'running');
    const address = page.url();
    await page.evaluate((fragment) => location.assign(fragment), `${new URL(address).hash}&backend=cpu`);
    await phaseIs(page, 'starting');
    await page.getByTestId('run-button').click();
    await phaseIs(page, 'paused', 'ready');
    expect(await page.getByTestId('run-button').textContent()).not.toBe('Pause');
  });

  it('keep contestants side by side in a race', async () => {
    const {page} = await go(fragmentOf({...SMALL, budget: {axis: 'iterations', amount: 20_000}}));
    await phaseIs(page, 'ready');
    await page.keyboard.press('Space');
    for (let look = 0; look < 5; look++) {
      await page.waitForTimeout(200);
      const progress = (await results(page)).contestants.map((one) => one.iterations / 20_000);
      expect(Math.max(...progress) - Math.min(...progress)).toBeLessThan(0.06);
    }
  });

  it('share the work among lanes where there are cores, with the same numbers', async () => {
    const alone = await go(fragmentOf(SMALL));
    const expected = await race(alone.page);
    const {page, complaints} = await go(fragmentOf(SMALL), {cores: 4});
    const found = await race(page);
    expect(page.workers().filter((worker) => worker.url().includes('run.worker'))).toHaveLength(3);
    expect(timeless(found)).toEqual(timeless(expected));
    expect(complaints).toEqual([]);
  });

  it('say that a run diverged and keep the others going', async () => {
    const wild = {name: 'wild', solver: {id: 'sgd', params: {learningRate: 10, batchSize: 0}}, model: {width: 20}};
    const {page} = await go(fragmentOf({...SMALL, contestants: [wild, ...SMALL.contestants]}));
    const {contestants} = await race(page);
    expect(contestants.map((one) => one.status)).toEqual(['diverged', 'finished', 'finished', 'finished']);
    await expect.poll(() => page.getByTestId('findings').textContent()).toMatch(/wild diverged/);
  });
});
