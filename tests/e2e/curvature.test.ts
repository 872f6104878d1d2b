import {expect, it} from 'vitest';
import {fragmentOf, openInstrument, race, results, SMALL, visits} from './harness.ts';

/** Curvature, the gradient check and learning rates, on the page. */
const {go} = visits();

const RACE = {
  ...SMALL,
  contestants: [
    {name: 'SGD', solver: {id: 'sgd', params: {batchSize: 0, learningRate: 0.5}}, model: {width: 6}},
    {name: 'wild', solver: {id: 'sgd', params: {batchSize: 0, learningRate: 20, schedule: 'cosine'}}, model: {width: 6}},
  ],
};

it('measures sharpness while it is looked at, spectrum and gradient on demand, and tries learning rates', async () => {
  const {page, complaints} = await go(fragmentOf(RACE));
  await openInstrument(page, 'curvature');
  await page.getByText('Start the race to see it.').waitFor();
  // Space on a focused button would press that.
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const {contestants} = await race(page);
  expect(contestants[0].final).toMatchObject({sharpness: expect.any(Number), sharpnessLimit: 4});
  expect(contestants[1].reason).toMatch(/The largest curvature at iteration \d+ is .* which allows learning rates up to .* Try /);
  await expect.poll(() => page.getByTestId('sharpness-chart').getAttribute('aria-label')).toMatch(/^Sharpness at the latest record: SGD [\d.]+, wild /);
  await expect.poll(() => page.getByTestId('sharpness-words').textContent()).toMatch(/^The largest curvature at iteration 60 is .* steps are stable/);

  await page.getByText('spectrum', {exact: true}).click();
  await page.getByRole('button', {name: 'Measure', exact: true}).click();
  await page.getByTestId('curvature-density').waitFor();
  await expect.poll(() => page.getByTestId('curvature-eigenvalues').textContent()).toMatch(/^iteration 60: λ₁\s[\d.]+\s± .*trace/);
  await expect.poll(() => page.getByTestId('curvature-words').textContent()).toMatch(/^Noise scale .* The largest curvature here is/);

  await page.getByText('gradient check', {exact: true}).click();
  await page.getByRole('button', {name: 'Check the gradient'}).click();
  await expect.poll(() => page.getByTestId('gradient-words').textContent()).toMatch(/^Slope (2\.0|1\.9)/);

  await openInstrument(page, 'rates');
  await page.getByRole('button', {name: 'Sweep SGD'}).click();
  await page.getByTestId('rates-diverged').waitFor();
  await page.getByRole('button', {name: 'Sweep all'}).waitFor();
  await expect.poll(() => page.getByTestId('rates-words').textContent()).toMatch(/^SGD does best with η .*; it races with 0\.5\. It diverges from about/);
  const slider = page.getByRole('slider', {name: 'Learning rates of SGD'});
  await slider.focus();
  await page.keyboard.press('ArrowLeft');
  expect(await slider.getAttribute('aria-valuetext')).toMatch(/^η 0\.308: J [\d.]+$/);
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await results(page)).experiment.contestants[0].solver.params.learningRate).toBe(0.308);
  // Another rate is no other sweep.
  await expect.poll(() => page.getByTestId('rates-words').textContent()).toContain('it races with 0.308');
  expect(complaints).toEqual([]);
});
