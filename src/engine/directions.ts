import type {NetworkDirections} from '../core/directions.ts';
import {type NetworkPoint, STUDY_PLAN} from './curvature.ts';
import {type Differentiable, embedded, flatGradient} from './flatGradient.ts';
import {hessianAt} from './hessian.ts';

/** The gradient of J/n at a network and the two sharpest directions there. Deterministic from seed and backend. */
export async function measureDirections(problem: Differentiable, {iteration, shapes, values, model}: NetworkPoint, seed: number): Promise<NetworkDirections> {
  const gradient = flatGradient(problem, problem.train, shapes, model);
  const hessian = await hessianAt(problem, gradient, {shapes, values});
  if (hessian.dimension === 0) throw new Error('the gradient is zero all around this network, so that there is no curvature to measure');
  const {eigenvalues, steps, tolerance} = STUDY_PLAN;
  const {largest} = await hessian.extremes(seed, eigenvalues, steps, tolerance);
  return {
    network: {iteration, shapes, values},
    eigenvalues: largest.map(({value}) => value),
    eigenvectors: largest.map(({vector}) => embedded(vector, hessian.part.places, new Float64Array(values.length))),
    gradient: await gradient(Float64Array.from(values)),
  };
}
