import {EigenvalueDecomposition, Matrix} from 'ml-matrix';
import {expect} from 'vitest';
import type {Curvature} from '../../src/core/curvature.ts';
import type {Batch, Vars} from '../../src/core/problem.ts';
import {randomStream} from '../../src/core/random.ts';
import {gradientNoise, measureCurvature, sharpnessOf, STUDY_PLAN} from '../../src/engine/curvature.ts';
import {measureDirections} from '../../src/engine/directions.ts';
import {type Differentiable, flatGradient, unpackVars} from '../../src/engine/flatGradient.ts';
import {gradientCheck} from '../../src/engine/gradientCheck.ts';
import {tf} from '../../src/engine/tf.ts';
import {FLOAT32_RADIUS, hessianProduct} from '../../src/numerics/curvature/differences.ts';
import {signVector} from '../../src/numerics/curvature/spectrum.ts';
import {type Inputs, squaredLoss, startWeights, type TanhNetwork} from '../../src/numerics/theory/tanhNetwork.ts';
import hostProblem from '../../src/problems/two-layer-relu/host.ts';
import {BETA, LOSS_CASES, type LossCase, settingOf} from './problem.ts';
import {rawGradient} from './twoLayerRelu.ts';

export interface TanhCase {
  readonly network: TanhNetwork;
  readonly w: Float64Array;
  readonly inputs: Inputs;
  readonly y: Float64Array;
  readonly gradient: (w: Float64Array) => Float64Array;
}

/** A small tanh network in float64 on twelve points of a smooth target; weights exact in float32. */
export function tanhCase(sizes: readonly number[]): TanhCase {
  const network: TanhNetwork = {sizes, gain: 1, biases: true, scaling: 'start'};
  const inputs = {n: 12, x: Float64Array.from({length: 12}, (_, i) => Math.fround(-1 + (2 * i) / 11))};
  const y = inputs.x.map((t) => Math.fround(4 * t ** 3 - 3 * t));
  const w = startWeights(network, randomStream(3, 'tanh case')).map(Math.fround);
  return {network, w, inputs, y, gradient: (point) => squaredLoss(network, point, inputs, y, 1 / 12).gradient};
}

/** Rows of the Hessian by central differences of an exact gradient, made symmetric. */
export function denseHessian(gradient: (w: Float64Array) => Float64Array, w: Float64Array): number[][] {
  const h = 1e-5;
  const rows = Array.from(w, (_, at) => {
    const moved = (by: number): Float64Array => gradient(w.map((x, i) => (i === at ? x + by : x)));
    const [ahead, behind] = [moved(h), moved(-h)];
    return Array.from(ahead, (x, i) => (x - behind[i]) / (2 * h));
  });
  return rows.map((row, i) => row.map((value, j) => (value + rows[j][i]) / 2));
}

/** All eigenvalues, largest first, by another library. */
export const denseSpectrum = (rows: number[][]): number[] => new EigenvalueDecomposition(new Matrix(rows), {assumeSymmetric: true}).realEigenvalues.sort((a, b) => b - a);

/** A problem with its float64 gradient and a network of it. */
export interface CurvatureCase {
  readonly name: string;
  readonly problem: Differentiable;
  readonly network: {readonly iteration: number; readonly shapes: Readonly<Record<string, readonly number[]>>; readonly values: Float32Array; readonly model: Record<string, never>};
  readonly gradient: (w: Float64Array) => Float64Array;
  readonly dispose: () => void;
}

/** The tanh network in tensors, with gradients by reverse-mode differentiation of a plain forward pass. */
export function tanhTensors(sizes: readonly number[]): CurvatureCase {
  const {w, inputs, y, gradient} = tanhCase(sizes);
  const shapes: Record<string, readonly number[]> = {};
  sizes.slice(1).forEach((outputs, l) => {
    shapes[`w${l}`] = [sizes[l], outputs];
    shapes[`b${l}`] = [outputs];
  });
  const train = {x: tf.tensor2d(Float32Array.from(inputs.x), [12, 1]), y: tf.tensor2d(Float32Array.from(y), [12, 1])};
  const names = Object.keys(shapes);
  const loss = (vars: Vars, batch: Batch): tf.Scalar => {
    let h: tf.Tensor = batch.x;
    for (let l = 0; l < sizes.length - 1; l++) {
      const z = tf.add(tf.matMul(h as tf.Tensor2D, vars[`w${l}`] as tf.Tensor2D), vars[`b${l}`]);
      h = l < sizes.length - 2 ? tf.tanh(z) : z;
    }
    return tf.mul(0.5, tf.mean(tf.square(tf.sub(h, batch.y)))) as tf.Scalar;
  };
  const gradientOf = (vars: Vars, batch: Batch): Vars => {
    const found = tf.grads((...some: tf.Tensor[]) => loss(Object.fromEntries(some.map((one, i) => [names[i], one])), batch))(names.map((name) => vars[name]));
    return Object.fromEntries(found.map((one, i) => [names[i], one]));
  };
  const facet = {init: () => unpackVars(shapes, w), gradient: gradientOf, decayRate: 0};
  return {
    name: `tanh ${sizes.join('-')}`, problem: {train, gradients: facet},
    network: {iteration: 5, shapes, values: Float32Array.from(w), model: {}}, gradient, dispose: () => tf.dispose([train.x, train.y]),
  };
}

export function reluTensors(loss: LossCase): CurvatureCase {
  const {data, problem, network, vars} = settingOf(loss);
  tf.dispose(Object.values(vars));
  const gradient = (w: Float64Array): Float64Array => rawGradient({...network, values: w as unknown as Float32Array}, data, BETA, loss.host);
  return {name: `two-layer ReLU, ${loss.id}`, problem, network: {...network, model: {}}, gradient, dispose: () => problem.dispose()};
}

/** A check of a case whose tensors are disposed afterwards. */
export async function using<T>(one: CurvatureCase, check: (one: CurvatureCase) => Promise<T>): Promise<T> {
  try {
    return await check(one);
  } finally {
    one.dispose();
  }
}

export const SMOOTH = LOSS_CASES.filter(({id}) => id !== 'hinge');

const relative = (found: ArrayLike<number>, expected: ArrayLike<number>): number =>
  Math.hypot(...Array.from(expected, (x, i) => x - found[i])) / Math.hypot(...Array.from(expected));

/** Products by float32 differences on the current backend against the dense float64 Hessian; the largest relative error of several. */
export async function productError({problem, network, gradient}: CurvatureCase, radius: number = FLOAT32_RADIUS): Promise<number> {
  const w = Float64Array.from(network.values);
  const dense = denseHessian(gradient, w);
  const product = hessianProduct(flatGradient(problem, problem.train, network.shapes, network.model), w, radius);
  let worst = 0;
  for (let seed = 0; seed < 3; seed++) {
    const v = signVector(randomStream(seed, 'product'), w.length);
    worst = Math.max(worst, relative(await product(v), dense.map((row) => row.reduce((sum, value, j) => sum + value * v[j], 0))));
  }
  return worst;
}

/** Everything that a study tells at the end, held to dense float64. */
export async function checkStudy(one: CurvatureCase): Promise<void> {
  const {problem, network, gradient} = one;
  const before = tf.memory().numTensors;
  const told: Curvature[] = [];
  const shares: number[] = [];
  await measureCurvature(problem, network, 4, {...STUDY_PLAN, probes: 4, probeSteps: 12, parts: 100}, (curvature, share) => {
    told.push(curvature);
    shares.push(share);
  });
  expect(told.map(({spectrum}) => spectrum?.probes ?? 0)).toEqual([0, 0, 1, 2, 3, 4]);
  expect(shares.at(-1)).toBe(1);
  const {largest, smallest, directions, spectrum, noise, iteration} = told[5];
  const dense = denseHessian(gradient, Float64Array.from(network.values));
  const exact = denseSpectrum(dense);
  const top = exact[0];
  expect(iteration).toBe(network.iteration);
  for (const j of [0, 1]) expect(Math.abs(largest[j].value - exact[j]) / top).toBeLessThan(0.01);
  expect(Math.abs(smallest.value - exact[exact.length - 1]) / top).toBeLessThan(0.01);
  // An eigenvector of the dense matrix too.
  expect(relative(dense.map((row) => row.reduce((sum, value, j) => sum + value * directions[0][j], 0)), Array.from(directions[0], (x) => top * x))).toBeLessThan(0.02);
  const trace = exact.reduce((sum, value) => sum + value, 0);
  expect(Math.abs((spectrum?.trace.value ?? Number.NaN) - trace)).toBeLessThan(4 * (spectrum?.trace.error ?? 0) + 0.01 * trace);
  expect(noise?.gradientSquared).toBeCloseTo(gradient(Float64Array.from(network.values)).reduce((sum, x) => sum + x * x, 0), 4);
  expect(tf.memory().numTensors).toBe(before);
}

/** The gradient and the two sharpest directions, against dense float64. */
export async function checkDirections({problem, network, gradient}: CurvatureCase): Promise<void> {
  const before = tf.memory().numTensors;
  const found = await measureDirections(problem, network, 4);
  expect(tf.memory().numTensors).toBe(before);
  expect(found.network.iteration).toBe(network.iteration);
  expect(relative(found.gradient, gradient(Float64Array.from(network.values)))).toBeLessThan(1e-4);
  const dense = denseHessian(gradient, Float64Array.from(network.values));
  const exact = denseSpectrum(dense);
  for (const [j, vector] of found.eigenvectors.entries()) {
    expect(Math.hypot(...vector)).toBeCloseTo(1, 9);
    expect(Math.abs(found.eigenvalues[j] - exact[j]) / exact[0]).toBeLessThan(0.01);
    const residual = dense.map((row, i) => row.reduce((sum, value, k) => sum + value * vector[k], 0) - exact[j] * vector[i]);
    expect(Math.hypot(...residual) / exact[0]).toBeLessThan(0.02);
  }
  expect(found.eigenvectors.length).toBe(2);
}

/** The live measurement, to 1 % of the dense float64 one. */
export async function checkSharpness({problem, network, gradient}: CurvatureCase): Promise<void> {
  const vars = unpackVars(network.shapes, network.values);
  const before = tf.memory().numTensors;
  const value = await sharpnessOf(problem, vars, network.model, 4);
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose(Object.values(vars));
  const [top] = denseSpectrum(denseHessian(gradient, Float64Array.from(network.values)));
  expect(Math.abs(value / top - 1)).toBeLessThan(0.01);
}

/** The noise of single samples' gradients of the ReLU network, against sums over them in float64. */
export async function checkNoise(loss: LossCase): Promise<void> {
  const {data, problem, network, vars} = settingOf(loss);
  const {n, x, y} = data.train;
  const found = await gradientNoise(problem, {...network, model: {}}, 1, n);
  const own = Array.from({length: n}, (_, i) => {
    const part = {n: 1, x: x.slice(i * data.d, (i + 1) * data.d), y: y.slice(i * data.k, (i + 1) * data.k)};
    // Without decay: it moves no sample's gradient against another's.
    return rawGradient(network, {...data, train: part}, 0, loss.host);
  });
  const mean = own[0].map((_, j) => own.reduce((sum, g) => sum + g[j] / n, 0));
  const spread = own.reduce((sum, g) => sum + g.reduce((all, value, j) => all + (value - mean[j]) ** 2, 0), 0) / (n - 1);
  const full = rawGradient(network, data, BETA, loss.host).reduce((sum, value) => sum + value * value, 0);
  expect(Math.abs((found?.trace.value ?? 0) / spread - 1)).toBeLessThan(1e-4);
  expect(Math.abs((found?.scale ?? 0) / (spread / full) - 1)).toBeLessThan(1e-4);
  tf.dispose(Object.values(vars));
  problem.dispose();
}

/** Slopes of the right gradient and of one with a term left out. */
export async function checkTaylor(loss: LossCase): Promise<void> {
  const {data, problem, network, vars} = settingOf(loss);
  const host = hostProblem(data, {beta: BETA}, loss.host);
  const point = {...network, model: {}};
  const right = await gradientCheck(problem, host, point, 2);
  expect(Math.abs(right.slope - 2)).toBeLessThan(0.1);
  expect(right.mismatch).toBeLessThan(2e-3);
  expect(right.fixed).toEqual([]);
  const {gradients} = problem;
  if (!gradients) throw new Error('no gradients');
  // The penalty's gradient forgotten.
  const wrong: Differentiable = {...problem, gradients: {...gradients, gradient: (w, batch, _decay, model) => gradients.gradient(w, batch, false, model)}};
  expect(Math.abs((await gradientCheck(wrong, host, point, 2)).slope - 1)).toBeLessThan(0.25);
  // One variable's forgotten altogether: said by name.
  const halved: Differentiable = {
    ...problem,
    gradients: {...gradients, gradient: (w, ...rest) => {
      const {u, alpha} = gradients.gradient(w, ...rest);
      return {u, alpha: tf.zerosLike(alpha)};
    }},
  };
  expect((await gradientCheck(halved, host, point, 2)).fixed).toEqual(['alpha']);
  tf.dispose(Object.values(vars));
  problem.dispose();
}
