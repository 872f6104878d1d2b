import {randomStream} from '../../core/random.ts';
import type {EdgeRun, Twins} from '../../core/theory.ts';
import {FLOAT64_RADIUS, hessianProduct} from '../curvature/differences.ts';
import {extremeEigenpairs} from '../curvature/lanczos.ts';
import {type Inputs, squaredLoss, startWeights, type TanhNetwork, weightCount} from './tanhNetwork.ts';

/**
 * Gradient descent at the edge of stability (Cohen et al., ICLR 2021; specification o and task T4): sharpness, the largest
 * eigenvalue of the Hessian, rises until it reaches 2 / learning rate and hovers there, while the loss still falls in the long run.
 */
export interface EdgeStudy {
  readonly learningRate: number;
  readonly seed: number;
  readonly steps: number;
  /** Steps between measurements of the curvature. */
  readonly every: number;
}

const POINTS = 20;
const NETWORK: TanhNetwork = {sizes: [1, 32, 32, 1], gain: 1, biases: true, scaling: 'start'};
const LANCZOS_STEPS = 12;
const DIVERGED = 1e6;

/** 20 points on [-1, 1], Chebyshev's T3 for a target. */
export function chebyshevTask(): {readonly inputs: Inputs; readonly y: Float64Array} {
  const x = Float64Array.from({length: POINTS}, (_, i) => -1 + (2 * i) / (POINTS - 1));
  return {inputs: {n: POINTS, x}, y: x.map((t) => 4 * t ** 3 - 3 * t)};
}

/** 1/2 mean square of the residuals and its gradient. */
function objective(): (w: Float64Array) => {readonly loss: number; readonly gradient: Float64Array} {
  const {inputs, y} = chebyshevTask();
  return (w) => squaredLoss(NETWORK, w, inputs, y, 1 / POINTS);
}

const startOf = (seed: number): Float64Array => startWeights(NETWORK, randomStream(seed, 'edge of stability'));

/** A unit vector, the same for all measurements of a seed. */
function probe(seed: number, name: string): Float64Array {
  const random = randomStream(seed, name);
  const v = Float64Array.from({length: weightCount(NETWORK)}, () => random.normal());
  const length = Math.hypot(...v);
  return v.map((x) => x / length);
}

const stepped = (w: Float64Array, learningRate: number, gradient: Float64Array): Float64Array => w.map((x, i) => x - learningRate * gradient[i]);

export async function edgeRun({learningRate, seed, steps, every}: EdgeStudy): Promise<EdgeRun> {
  const at = objective();
  const start = probe(seed, 'sharpness');
  const iterations: number[] = [];
  const loss: number[] = [];
  const sharpness: number[] = [];
  const smallest: number[] = [];
  let divergedAt: number | null = null;
  let w = startOf(seed);
  for (let step = 0; step <= steps; step++) {
    const now = at(w);
    if (!(now.loss <= DIVERGED * (loss[0] ?? now.loss))) {
      divergedAt = step;
      break;
    }
    if (step % every === 0 || step === steps) {
      const found = await extremeEigenpairs(hessianProduct((v) => at(v).gradient, w, FLOAT64_RADIUS), start, 1, LANCZOS_STEPS, 0);
      iterations.push(step);
      loss.push(now.loss);
      sharpness.push(found.largest[0].value);
      smallest.push(found.smallest.value);
    }
    w = stepped(w, learningRate, now.gradient);
  }
  const second = sharpness.filter((_, i) => iterations[i] > steps / 2);
  const meanShare = divergedAt === null ? (0.5 * learningRate * second.reduce((sum, value) => sum + value, 0)) / second.length : Number.NaN;
  return {
    iterations: Int32Array.from(iterations), loss: Float64Array.from(loss), sharpness: Float64Array.from(sharpness),
    smallest: Float64Array.from(smallest), divergedAt, meanShare,
  };
}

/** Two networks that start `apart` from each other, along a random direction, and train on the same data. */
export function twins({learningRate, seed, steps, every}: EdgeStudy, apart: number): Twins {
  const at = objective();
  const direction = probe(seed, 'twin');
  let w = startOf(seed);
  let other: Float64Array = w.map((x, i) => x + apart * direction[i]);
  const iterations: number[] = [];
  const distance: number[] = [];
  for (let step = 0; step <= steps; step++) {
    if (step % every === 0 || step === steps) {
      iterations.push(step);
      distance.push(Math.hypot(...w.map((x, i) => x - other[i])));
    }
    w = stepped(w, learningRate, at(w).gradient);
    other = stepped(other, learningRate, at(other).gradient);
  }
  return {iterations: Int32Array.from(iterations), distance: Float64Array.from(distance), growth: distance[distance.length - 1] / distance[0]};
}
