import {describe, expect, it} from 'vitest';
import {CATALOGUE} from '../../src/catalogue.ts';
import {type Experiment, faultText, parseExperiment} from '../../src/core/experiment.ts';
import type {ParamValues} from '../../src/core/params.ts';
import {randomStream} from '../../src/core/random.ts';
import {momentumOverlay} from '../../src/engine/momentumOverlay.ts';
import {quadraticForm} from '../../src/numerics/surface/quadratic.ts';
import {surfaceOf} from '../../src/numerics/surface/surface.ts';
import {bowl, METHODS, surfaceData} from '../helpers/surface.ts';

const START = {startX: -1.5, startY: 0.7};

function experimentOf(dataset: ParamValues, solvers: readonly {readonly id: string; readonly params?: object}[], amount = 60): Experiment {
  const parsed = parseExperiment(
    {dataset: {id: 'surface-functions', params: dataset}, problem: {id: 'surface'}, contestants: solvers.map((solver) => ({solver, model: START})), budget: {axis: 'iterations', amount}},
    CATALOGUE,
  );
  if (!parsed.ok) throw new Error(faultText(parsed.error));
  return parsed.value;
}

const overlayOf = async (dataset: ParamValues, ...rest: [Parameters<typeof experimentOf>[1], number?]) => momentumOverlay(experimentOf(dataset, ...rest), await surfaceData(dataset));

describe('a surface as a quadratic', () => {
  it('has its axes, centre and floor', () => {
    const form = quadraticForm(surfaceOf('3*(x - 1)^2 + x*y + y^2 - 2*y + 5'));
    if (!form) throw new Error('none');
    const {value} = surfaceOf('3*(x - 1)^2 + x*y + y^2 - 2*y + 5');
    for (const [x, y] of [[0, 0], [2, -3], [0.4, 1.7]]) {
      const along = form.axes.map(([p, q]) => p * (x - form.centre[0]) + q * (y - form.centre[1]));
      expect(form.floor + 0.5 * (form.curvatures[0] * along[0] ** 2 + form.curvatures[1] * along[1] ** 2)).toBeCloseTo(value(x, y), 10);
    }
    expect(form.curvatures[0]).toBeGreaterThan(form.curvatures[1]);
  });

  it('is none where it bends, is flat, or undefined', () => {
    for (const text of ['x^3', 'x^2 + sin(y)', 'x^2', 'x + y', '(x - y)^2', '1/x', 'x*y/0']) expect(quadraticForm(surfaceOf(text))).toBeNull();
    expect(quadraticForm(surfaceOf('x^2 - y^2'))?.curvatures).toEqual([2, -2]);
  });
});

describe('the overlay', () => {
  const dataset = {function: 'quadratic', condition: 10, rotation: 40};

  it('predicts J of every gradient method with constant settings', async () => {
    const overlay = await overlayOf(dataset, [
      {id: 'sgd', params: {learningRate: 0.9}},
      {id: 'momentum', params: {learningRate: 0.4, momentum: 0.6}},
      {id: 'adam'},
      {id: 'nesterov', params: {learningRate: 0.3, momentum: 0.5}},
      {id: 'sgd', params: {schedule: 'cosine'}},
    ]);
    expect(overlay?.entrants.map(({contestant}) => contestant)).toEqual([0, 1, 3]);
    const {value, slopes} = bowl(10, 40);
    for (const [i, [id, rate, momentum]] of ([['sgd', 0.9, 0], ['momentum', 0.4, 0.6], ['nesterov', 0.3, 0.5]] as const).entries()) {
      const {iterations, objective} = overlay?.entrants[i].curve ?? {iterations: [], objective: []};
      expect(iterations.length).toBe(61);
      for (const [row, t] of iterations.entries()) expect(objective[row]).toBeCloseTo(value(...METHODS[id](slopes, [START.startX, START.startY], t, {rate, momentum})), 10);
    }
  });

  it('places contestants among the regions, with limits and best settings', async () => {
    const overlay = await overlayOf(dataset, [{id: 'sgd', params: {learningRate: 1.5}}, {id: 'momentum', params: {learningRate: 5, momentum: 0.5}}]);
    const [sgd, momentum] = overlay?.entrants ?? [];
    expect(sgd.places.map(({motion}) => motion)).toEqual(['alternating', 'monotone']);
    expect(sgd.places[0].radius).toBeCloseTo(0.5, 10);
    expect(sgd.stableBelow).toBeCloseTo(2, 10);
    expect(sgd.best?.learningRate).toBeCloseTo(2 / 1.1, 10);
    expect(momentum.places[0].motion).toBe('divergent');
    expect(momentum.stableBelow).toBeCloseTo(3, 10);
    expect(overlay?.maps.nesterov.radius.length).toBe((overlay?.aValues.length ?? 0) * (overlay?.momenta.length ?? 0));
  });

  it('is the mean of many noisy runs, and of no use where it can\'t be', async () => {
    const noisy = {...dataset, noise: 1, n: 4096};
    const overlay = await overlayOf(noisy, [{id: 'momentum', params: {learningRate: 0.2, momentum: 0.5, batchSize: 8}}, {id: 'nesterov', params: {batchSize: 8}}, {id: 'sgd', params: {batchSize: 0}}], 40);
    const curve = overlay?.entrants[0].curve;
    const {value, slopes} = bowl(10, 40);
    const [c, s] = [Math.cos((40 * Math.PI) / 180), Math.sin((40 * Math.PI) / 180)];
    const random = randomStream(5, 'noise');
    const runs = 4000;
    let sum = 0;
    for (let r = 0; r < runs; r++) {
      const shaken = (x: number, y: number): readonly [number, number] => {
        const [u, v] = [random.normal() / Math.sqrt(8), random.normal() / Math.sqrt(80)];
        const [gx, gy] = slopes(x, y);
        return [gx + c * u - s * v, gy + s * u + c * v];
      };
      sum += value(...METHODS.momentum(shaken, [START.startX, START.startY], 40, {rate: 0.2, momentum: 0.5})) / runs;
    }
    expect(curve?.objective.at(-1) ?? Number.NaN).toBeGreaterThan(0.95 * sum);
    expect(curve?.objective.at(-1) ?? Number.NaN).toBeLessThan(1.05 * sum);
    expect(overlay?.entrants[1].curve).toBeNull();
    expect(overlay?.entrants[2].curve?.objective.at(-1)).toBeCloseTo(value(...METHODS.sgd(slopes, [START.startX, START.startY], 40, {rate: overlay?.entrants[2].learningRate ?? 0})), 10);
    expect(await overlayOf({function: 'rosenbrock'}, [{id: 'sgd'}])).toBeNull();
  });

  it('has no best settings on a saddle, which diverges', async () => {
    const overlay = await overlayOf({function: 'expression', expression: 'x^2 - y^2'}, [{id: 'sgd', params: {learningRate: 0.1}}]);
    expect(overlay?.entrants[0].best).toBeNull();
    expect(overlay?.entrants[0].places[1].motion).toBe('divergent');
  });
});
