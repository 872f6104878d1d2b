import {randomStream} from '../../core/random.ts';
import type {LinearisedRecord, LinearisedRun} from '../../core/theory.ts';
import {symmetricEigen} from '../symmetricEigen.ts';
import {type Inputs, outputsOf, squaredLoss, startWeights, tangentKernel, tangentsOf, type TanhNetwork} from './tanhNetwork.ts';

/**
 * Training beside its linearisation (Jacot, Gabriel and Hongler 2018; Lee et al. 2019; specification n): the network's tangent
 * kernel K at the start predicts
 *
 *   f_lin,t(x) = f_0(x) + K(x, X) K^-1 (I - (I - eta K)^t) (y - f_0(X)),
 *
 * which is gradient descent on 1/2 |f - y|^2 of the model that is linear in its weights. The wider the network the closer it stays.
 */
export interface LinearisedStudy {
  readonly width: number;
  readonly seed: number;
  readonly steps: number;
  /** How often network and prediction are recorded, in steps. */
  readonly every: number;
}

const TRAIN = 10;
const GRID = 64;

/** Rows (cos, sin, 1). Without the constant the network is odd and can't learn an even target. */
function circle(at: Float64Array): Inputs {
  const x = new Float64Array(3 * at.length);
  at.forEach((angle, i) => x.set([Math.cos(angle), Math.sin(angle), 1], 3 * i));
  return {n: at.length, x};
}

/** Evenly spaced on the circle. */
const angles = (count: number): Float64Array => Float64Array.from({length: count}, (_, i) => -Math.PI + (2 * Math.PI * i) / count);

/** The target on the circle: x1 x2 doubled, so that it is even. */
const circleTarget = (angle: number): number => Math.sin(2 * angle);

const networkOf = (width: number): TanhNetwork => ({sizes: [3, width, width, 1], gain: 1.5, biases: false, scaling: 'forward'});

/** (1 - (1 - eta lambda)^t) / lambda for 0 <= eta lambda <= 1, without cancellation where eta lambda is small. */
const learned = (lambda: number, eta: number, t: number): number => (t === 0 ? 0 : lambda > 0 ? -Math.expm1(t * Math.log1p(-Math.min(1, eta * lambda))) / lambda : eta * t);

/** f_lin on the grid after t steps, for any t. */
function predictor(kernel: Float64Array, cross: Float64Array, residual: Float64Array, grid: Float64Array) {
  const n = residual.length;
  const {values, vectors} = symmetricEigen(kernel, n);
  const learningRate = 1 / values[0];
  const inModes = values.map((_, j) => residual.reduce((sum, r, i) => sum + vectors[j * n + i] * r, 0));
  const crossInModes = Float64Array.from({length: grid.length * n}, (_, at) => {
    const [g, j] = [Math.floor(at / n), at % n];
    let sum = 0;
    for (let i = 0; i < n; i++) sum += cross[g * n + i] * vectors[j * n + i];
    return sum;
  });
  const at = (t: number): Float64Array => {
    const shares = inModes.map((r, j) => learned(values[j], learningRate, t) * r);
    return grid.map((f, g) => shares.reduce((sum, share, j) => sum + crossInModes[g * n + j] * share, f));
  };
  return {learningRate, eigenvalues: values, at};
}

const largestGap = (a: Float64Array, b: Float64Array): number => a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);

function relativeChange(now: Float64Array, before: Float64Array): number {
  const squares = (of: (x: number, i: number) => number): number => before.reduce((sum, x, i) => sum + of(x, i) ** 2, 0);
  return Math.sqrt(squares((x, i) => now[i] - x) / squares((x) => x));
}

/** Full-batch gradient descent of the network, and what its start's kernel predicted. */
export function linearisedRun({width, seed, steps, every}: LinearisedStudy): LinearisedRun {
  const network = networkOf(width);
  const trainAngles = angles(TRAIN);
  const gridAngles = angles(GRID);
  const train = circle(trainAngles);
  const grid = circle(gridAngles);
  const targets = trainAngles.map(circleTarget);
  let w = startWeights(network, randomStream(seed, 'linearised', width));
  const kernelAt = (): Float64Array => {
    const tangents = tangentsOf(network, w, train);
    return tangentKernel(network, tangents, tangents);
  };
  const kernel = kernelAt();
  const cross = tangentKernel(network, tangentsOf(network, w, grid), tangentsOf(network, w, train));
  const start = outputsOf(network, w, train);
  const predicted = predictor(kernel, cross, targets.map((y, i) => y - start[i]), outputsOf(network, w, grid));
  const records: LinearisedRecord[] = [];
  for (let step = 0; ; step++) {
    const {loss, gradient} = squaredLoss(network, w, train, targets, 1);
    if (step % every === 0 || step === steps) {
      const real = outputsOf(network, w, grid);
      const linear = predicted.at(step);
      records.push({step, network: real, linear, loss, gap: largestGap(real, linear), drift: relativeChange(kernelAt(), kernel)});
    }
    if (step === steps) break;
    w = w.map((x, i) => x - predicted.learningRate * gradient[i]);
  }
  return {trainAngles, targets, gridAngles, learningRate: predicted.learningRate, eigenvalues: predicted.eigenvalues, records};
}
