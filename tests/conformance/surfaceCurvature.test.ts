import {beforeAll, describe, expect, it} from 'vitest';
import type {Curvature} from '../../src/core/curvature.ts';
import type {Vars} from '../../src/core/problem.ts';
import {measureCurvature, type NetworkPoint, sharpnessOf, STUDY_PLAN} from '../../src/engine/curvature.ts';
import {measureDirections} from '../../src/engine/directions.ts';
import {type Differentiable, unpackVars} from '../../src/engine/flatGradient.ts';
import {gradientCheck} from '../../src/engine/gradientCheck.ts';
import {tf} from '../../src/engine/tf.ts';
import hostProblem from '../../src/problems/surface/host.ts';
import formulate from '../../src/problems/surface/problem.ts';
import {verdictOf} from '../../src/ui/curvature/words.ts';
import {surfaceData} from '../helpers/surface.ts';

interface Case {
  readonly text: string;
  readonly at: readonly [number, number];
  /** Eigenvalues by hand at (x, y), largest first. */
  readonly eigenvalues: (x: number, y: number) => readonly [number, number];
}

/** 1 - exp(-k r^2): the Hessian is 2 k E I - 4 k^2 E p p'. */
const well = (k: number) => (x: number, y: number): readonly [number, number] => {
  const e = Math.exp(-k * (x * x + y * y));
  return [2 * k * e, 2 * k * e - 4 * k * k * e * (x * x + y * y)];
};

const CASES: readonly Case[] = [
  {text: '1-cos(1000*x)+y^2', at: [0.0004, 0.7], eigenvalues: (x) => [1e6 * Math.cos(1000 * x), 2]},
  {text: '1-cos(1000*x)+y^2', at: [1.5, 0.7], eigenvalues: (x) => [2, 1e6 * Math.cos(1000 * x)]},
  {text: '1-exp(-(x^2+y^2)*1e6)', at: [0.0003, -0.0004], eigenvalues: well(1e6)},
  {text: '(x-9000)^2+3*(y+8000)^2', at: [10000.001, -8123.4], eigenvalues: () => [6, 2]},
  {text: 'cos(x)+y^2', at: [9876.5, 3], eigenvalues: (x) => [2, -Math.cos(x)]},
  {text: '1e-8*(x^2+4*y^2)', at: [700, -900], eigenvalues: () => [8e-8, 2e-8]},
  {text: '1000*exp(x/200)+y^2', at: [800, 500], eigenvalues: (x) => [0.025 * Math.exp(x / 200), 2]},
  // Sign vectors are eigenvectors of these two.
  {text: 'x*y', at: [0.5, 2], eigenvalues: () => [1, -1]},
  {text: '5*(x+y)^2-(x-y)^2', at: [-1, 0.25], eigenvalues: () => [20, -4]},
];

const pointOf = ([x, y]: readonly [number, number]): NetworkPoint => ({iteration: 3, shapes: {w: [2]}, values: Float32Array.of(x, y), model: {}});

const opened = async (expression: string) => {
  const data = await surfaceData({function: 'expression', expression, reach: 1000});
  return {problem: formulate(data), host: hostProblem(data)};
};

const near = (found: number, expected: number): void => expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-6 * Math.abs(expected));

describe.each(['cpu', 'wasm'] as const)('curvature of surfaces on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  it.each(CASES)('of $text at $at is exact', async ({text, at, eigenvalues}) => {
    const {problem} = await opened(text);
    const network = pointOf(at);
    const [x, y] = network.values;
    const [largest, smallest] = [...eigenvalues(x, y)].sort((a, b) => b - a);
    const before = tf.memory().numTensors;
    for (const seed of [1, 2, 3, 4]) {
      const vars = unpackVars(network.shapes, network.values);
      near(await sharpnessOf(problem, vars, {}, seed), largest);
      tf.dispose(Object.values(vars));
    }
    const told: Curvature[] = [];
    await measureCurvature(problem, network, 1, STUDY_PLAN, (one) => told.push(one));
    const found = told[told.length - 1];
    expect(found).toMatchObject({dimension: 2, fixed: [], exact: true, gradients: 0});
    near(found.largest[0].value, largest);
    near(found.largest[1].value, smallest);
    near(found.smallest.value, smallest);
    expect(Math.abs((found.spectrum?.trace.value ?? Number.NaN) - largest - smallest)).toBeLessThan(1e-6 * (Math.abs(largest) + Math.abs(smallest)));
    expect(found.spectrum?.trace.error).toBe(0);
    const directions = await measureDirections(problem, network, 1);
    near(directions.eigenvalues[0], largest);
    expect(tf.memory().numTensors).toBe(before);
    problem.dispose();
  });

  it.each(CASES)('the check of the gradient of $text at $at passes the right one, and no wrong one', async ({text, at}) => {
    const {problem, host} = await opened(text);
    const {gradients} = problem;
    if (!gradients) throw new Error('no gradients');
    const changed = (change: (w: tf.Tensor) => tf.Tensor): Differentiable => ({
      ...problem,
      gradients: {...gradients, gradient: (vars: Vars, ...rest) => ({w: change(gradients.gradient(vars, ...rest).w)})},
    });
    for (const seed of [1, 2, 3]) {
      const right = await gradientCheck(problem, host, pointOf(at), seed);
      expect(Math.abs(right.slope - 2)).toBeLessThan(0.1);
      expect(right.mismatch).toBeLessThan(0.01);
      for (const wrong of [changed((w) => tf.mul(w, 1.05)), changed((w) => tf.mul(w, tf.tensor1d([0.8, 1]))), changed((w) => tf.mul(w, 0))]) {
        const check = await gradientCheck(wrong, host, pointOf(at), seed);
        expect(verdictOf(check)).toBe('wrong');
        expect(check.slope).toBeLessThan(1.2);
      }
    }
    problem.dispose();
  });

  it.each([
    ['1-cos(1000*x)+y^2', 0, 0],
    ['(x-0.1)^2+3*(y-0.3)^2', 0.1, 0.3],
    ['(x^2+y-11)^2+(x+y^2-7)^2', 3.0000005, 2],
    ['1-exp(-(x^2+y^2)*1e6)', 1e-9, 2e-9],
  ])('the check passes the gradient of %s where it is next to zero', async (text, x, y) => {
    const {problem, host} = await opened(text);
    for (const seed of [1, 2, 3, 4]) expect(verdictOf(await gradientCheck(problem, host, pointOf([x, y]), seed))).toBe('right');
    problem.dispose();
  });

  it('is none where the function has no second derivatives, and 0 where it is flat', async () => {
    const cone = await opened('sqrt(x^2+y^2)');
    const vars = unpackVars({w: [2]}, [0, 0]);
    expect(await sharpnessOf(cone.problem, vars, {}, 1)).toBeNaN();
    await expect(measureCurvature(cone.problem, pointOf([0, 0]), 1, STUDY_PLAN, () => undefined)).rejects.toThrow('second derivatives are undefined or infinite at this point');
    const flat = await opened('1-exp(-(x^2+y^2)*1e6)');
    const far = unpackVars({w: [2]}, [1, 1]);
    expect(await sharpnessOf(flat.problem, far, {}, 1)).toBe(0);
    await expect(gradientCheck(flat.problem, flat.host, pointOf([1, 1]), 1)).rejects.toThrow('nothing to check');
    tf.dispose([...Object.values(vars), ...Object.values(far)]);
    cone.problem.dispose();
    flat.problem.dispose();
  });

  it('leaves out the steps of a check that lead where the function is undefined', async () => {
    const {problem, host} = await opened('ln(x)+ln(y)');
    for (const seed of [1, 2, 3, 4]) {
      const {slope, errors} = await gradientCheck(problem, host, pointOf([1e-4, 3e-3]), seed);
      expect(Math.abs(slope - 2)).toBeLessThan(0.1);
      expect(errors.every(Number.isFinite)).toBe(true);
    }
    problem.dispose();
  });
});
