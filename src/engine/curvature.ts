import type {Curvature, GradientNoise, Spectrum} from '../core/curvature.ts';
import type {ParamValues} from '../core/params.ts';
import type {Vars} from '../core/problem.ts';
import type {Snapshot} from '../core/protocol.ts';
import {shuffled, sliced} from '../numerics/batches.ts';
import type {GradientAt} from '../numerics/curvature/differences.ts';
import {type Eigenpair, NotFiniteError} from '../numerics/curvature/lanczos.ts';
import {noiseScale} from '../numerics/curvature/noiseScale.ts';
import {type Nodes, spectralDensity, traceEstimate} from '../numerics/curvature/spectrum.ts';
import {type Differentiable, embedded, flatGradient} from './flatGradient.ts';
import {type Hessian, hessianAt} from './hessian.ts';
import {readVars} from './tensors.ts';
import {tf} from './tf.ts';

/** A point of a problem's space: flat weights and what they mean. */
export type NetworkPoint = Pick<Snapshot, 'iteration' | 'shapes' | 'values'> & {readonly model: ParamValues};

/** How much work goes into a study. A product costs two gradients of the full data. */
export interface CurvaturePlan {
  readonly eigenvalues: number;
  /** Lanczos steps at most for the largest eigenvalues. */
  readonly steps: number;
  /** Share of the largest |eigenvalue| that their bounds may be. */
  readonly tolerance: number;
  readonly probes: number;
  /** Lanczos steps of each probe. */
  readonly probeSteps: number;
  /** Parts that the samples are cut into for the gradient's noise. */
  readonly parts: number;
  /** Points of the density's grid. */
  readonly points: number;
  /** Width of the Gaussians as a share of the spectrum's range. */
  readonly width: number;
}

/** Differences of float32 gradients leave some 1e-4 of the largest eigenvalue, so that a finer tolerance would chase rounding. */
export const STUDY_PLAN: CurvaturePlan = {eigenvalues: 2, steps: 60, tolerance: 3e-4, probes: 8, probeSteps: 40, parts: 32, points: 241, width: 0.01};

/** Lanczos steps of a live measurement. */
const LIVE_STEPS = 12;

/**
 * The largest eigenvalue of the Hessian of J/n at variables on the device, exactly where the problem has its entries, else by 12 Lanczos
 * steps (26 gradients of the full data in all); 0 where J is flat all around and NaN where it has no curvature. For records of a run: nothing of the run's state is touched, and the value follows from weights
 * and seed alone.
 */
export async function sharpnessOf(problem: Differentiable, vars: Vars, model: ParamValues, seed: number): Promise<number> {
  const {shapes, values} = await readVars(vars);
  const gradient = flatGradient(problem, problem.train, shapes, model);
  try {
    const hessian = await hessianAt(problem, gradient, {shapes, values});
    if (hessian.dimension === 0) return 0;
    const {largest} = await hessian.extremes(seed, 1, LIVE_STEPS, 0);
    return largest[0].value;
  } catch (error) {
    if (error instanceof NotFiniteError) return Number.NaN;
    throw error;
  }
}

const eigenvalueOf = ({value, bound}: Eigenpair): {readonly value: number; readonly bound: number} => ({value, bound});

function spectrumOf(nodes: readonly Nodes[], {dimension, exact}: Hessian, {points, width}: CurvaturePlan): Spectrum {
  const trace = traceEstimate(nodes, dimension);
  return {...spectralDensity(nodes, points, width), trace: exact ? {...trace, error: 0} : trace, probes: exact ? 0 : nodes.length};
}

/** Noise of the gradient from parts of the training set in the order of its first epoch; null for fewer than two samples. */
export async function gradientNoise(problem: Differentiable, {shapes, values, model}: NetworkPoint, seed: number, parts: number): Promise<GradientNoise | null> {
  const n = problem.train.x.shape[0];
  const count = Math.min(parts, n);
  if (count < 2) return null;
  const order = shuffled(problem.train, seed, 0);
  const point = Float64Array.from(values);
  const found = [];
  try {
    for (let m = 0; m < count; m++) {
      const from = Math.floor((m * n) / count);
      const size = Math.floor(((m + 1) * n) / count) - from;
      const part = sliced(order, from, size);
      found.push({size, gradient: await flatGradient(problem, part, shapes, model)(point)});
      tf.dispose([part.x, part.y]);
    }
  } finally {
    tf.dispose([order.x, order.y]);
  }
  const {trace, error, gradientSquared, scale} = noiseScale(found);
  return {trace: {value: trace, error}, gradientSquared, scale};
}

/**
 * Eigenvalues, gradient noise and density at a network, in this order, told as they come. Deterministic from seed and backend.
 * @param tell the curvature so far, and the share of the work that is done
 */
export async function measureCurvature(
  problem: Differentiable, network: NetworkPoint, seed: number, plan: CurvaturePlan, tell: (soFar: Curvature, share: number) => void,
): Promise<void> {
  const {iteration, shapes, values, model} = network;
  let gradients = 0;
  const gradient = flatGradient(problem, problem.train, shapes, model);
  const counted: GradientAt = (w) => {
    gradients += 1;
    return gradient(w);
  };
  const hessian = await hessianAt(problem, counted, network);
  const {part, dimension, exact} = hessian;
  if (dimension === 0) throw new Error('the gradient is zero all around this network, so that there is no curvature to measure');
  const probeCount = exact ? 1 : plan.probes;
  const work = plan.steps + probeCount * plan.probeSteps;
  const {largest, smallest} = await hessian.extremes(seed, plan.eigenvalues, plan.steps, plan.tolerance);
  const directions = largest.map(({vector}) => embedded(vector, part.places, new Float64Array(values.length)));
  const found = {iteration, dimension, fixed: part.fixed, exact, largest: largest.map(eigenvalueOf), smallest: eigenvalueOf(smallest), directions};
  const tellSo = (noise: GradientNoise | null, spectrum: Spectrum | null, probes: number): void =>
    tell({...found, noise, spectrum, gradients}, (plan.steps + probes * plan.probeSteps) / work);
  tellSo(null, null, 0);
  const noise = await gradientNoise(problem, network, seed, plan.parts);
  // One pass over the data in all, however many parts.
  if (noise) gradients += 1;
  tellSo(noise, null, 0);
  const nodes: Nodes[] = [];
  for (let probe = 0; probe < probeCount; probe++) {
    nodes.push(await hessian.probe(seed, probe, plan.probeSteps));
    tellSo(noise, spectrumOf(nodes, hessian, plan), probe + 1);
  }
}
