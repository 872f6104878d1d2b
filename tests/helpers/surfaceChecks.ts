import {describe, expect, it} from 'vitest';
import {tf} from '../../src/engine/tf.ts';
import type {Batch, GradientFacet} from '../../src/core/problem.ts';
import {onTensors} from '../../src/numerics/expression/onTensors.ts';
import {surfaceOf} from '../../src/numerics/surface/surface.ts';
import formulate from '../../src/problems/surface/problem.ts';
import {surfaceData} from './surface.ts';

/** All operations of the language. */
const EXPRESSIONS = [
  '3', 'x', 'x^3*y^2 - x^-2', 'x^1.5 + 2^y', 'x^y/y', 'sin(x) + cos(y) - tan(x/3)', 'asin(x/4)*acos(y/4) + atan(x)', 'sinh(x) + cosh(y) - tanh(x*y)', 'exp(-x^2)*ln(x + y)', 'log2(x) + log10(y)',
  'sqrt(x*y) + abs(x - 3) + sign(y)', 'min(x, y) + max(x*y, 1)', '(x - 5)^5 + -y^7', 'x^2 + y^2 + 2 - cos(3*x) - cos(3*y)',
];
const POINTS = [[0.7, 1.3], [1.9, 0.4], [2.3, 2.2], [0.1, 3.1], [3.2, 0.9]];

const near = (found: number, expected: number, tolerance: number): void => expect(Math.abs(found - expected)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(expected)));

/**
 * A surface's tensors against its float64 side, on the backend in force.
 * @param tolerance of functions that a device may round as it likes
 */
export function describeSurface(tolerance = 3e-5): void {
  it.each(EXPRESSIONS)('%s: value and slopes of many points at once', async (text) => {
    const surface = surfaceOf(text);
    const [value, slopes] = [onTensors(surface.programs.value), onTensors(surface.programs.gradient)];
    const before = tf.memory().numTensors;
    const made = tf.tidy(() => {
      const [x, y] = [0, 1].map((axis) => tf.tensor1d(POINTS.map((point) => point[axis])));
      return tf.stack([...value.run(x, y), ...slopes.run(x, y)]);
    });
    const found = await made.data();
    made.dispose();
    expect(tf.memory().numTensors).toBe(before);
    for (const [i, [x, y]] of POINTS.entries()) {
      const expected = [surface.value(x, y), ...surface.gradient(x, y)];
      for (const [row, number] of expected.entries()) near(found[row * POINTS.length + i], number, tolerance);
    }
    value.dispose();
    slopes.dispose();
  });

  it('is undefined where the function is', async () => {
    const value = onTensors(surfaceOf('ln(x) + sqrt(y)').programs.value);
    const found = await tf.tidy(() => value.run(tf.tensor1d([-1, 1, 2]), tf.tensor1d([1, -1, 4]))[0]).data();
    expect([...found].map(Number.isFinite)).toEqual([false, false, true]);
    value.dispose();
  });

  describe('as a problem', () => {
    it('measures f, at one point and at many, and takes its slopes', async () => {
      const data = await surfaceData({function: 'himmelblau'});
      const before = tf.memory().numTensors;
      const problem = formulate(data);
      const facet = problem.gradients as GradientFacet;
      const vars = facet.init({startX: -1.5, startY: 0.5}, 1);
      const made = tf.tidy(() => ({
        evaluation: problem.evaluate(vars, {}),
        many: problem.objectives({w: tf.tensor2d([[3, 2], [0, 0]])}, {}),
        slopes: facet.gradient(vars, problem.train, true, {}).w,
        several: facet.gradient({w: tf.tensor2d([[-1.5, 0.5], [3, 2]])}, problem.train, true, {}).w,
      }));
      const {value, gradient} = surfaceOf(data.surface?.expression ?? '');
      const [evaluation, many, slopes, several] = await Promise.all([made.evaluation, made.many, made.slopes, made.several].map((tensor) => tensor.data()));
      near(evaluation[0], value(-1.5, 0.5), 1e-6);
      expect([...evaluation].map(Number.isFinite)).toEqual([true, true, false, true, false, false]);
      expect([...many]).toEqual([0, 170]);
      for (const [i, slope] of gradient(-1.5, 0.5).entries()) {
        near(slopes[i], slope, 1e-6);
        near(several[i], slope, 1e-6);
        expect(several[2 + i]).toBe(0);
      }
      tf.dispose([vars.w, ...Object.values(made)]);
      problem.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });

    it('adds the mean of a batch of noise rows, and none to the full set', async () => {
      const data = await surfaceData({function: 'rosenbrock', noise: 2, n: 50});
      const problem = formulate(data);
      const facet = problem.gradients as GradientFacet;
      const made = tf.tidy(() => {
        const vars = {w: tf.tensor1d([0.5, -1])};
        const batch: Batch = {x: tf.slice(problem.train.x, [3, 0], [7, 3]), y: tf.slice(problem.train.y, [3, 0], [7, 1])};
        return {noisy: facet.gradient(vars, batch, true, {}).w, exact: facet.gradient(vars, problem.train, true, {}).w, spread: facet.spread?.(vars, batch, {}) ?? tf.scalar(0)};
      });
      const [noisy, exact, spread] = await Promise.all([made.noisy, made.exact, made.spread].map((tensor) => tensor.data()));
      const rows = Array.from({length: 7}, (_, i) => [data.train.x[3 * (3 + i)], data.train.x[3 * (3 + i) + 1]]);
      let squares = 0;
      for (const axis of [0, 1]) {
        const mean = rows.reduce((sum, row) => sum + row[axis] / 7, 0);
        squares += rows.reduce((sum, row) => sum + (row[axis] - mean) ** 2, 0);
        near(noisy[axis] - exact[axis], mean, 1e-4);
        near(exact[axis], surfaceOf(data.surface?.expression ?? '').gradient(0.5, -1)[axis], 1e-6);
      }
      near(spread[0], squares / 6, 1e-5);
      tf.dispose(Object.values(made));
      problem.dispose();
    });

    it('refuses a start where the function is undefined', async () => {
      const problem = formulate(await surfaceData({function: 'expression', expression: 'sqrt(x)'}));
      expect(() => problem.gradients?.init({startX: -1, startY: 0}, 1)).toThrow('choose another start');
      problem.dispose();
    });
  });
}
