import type {GradientCheck} from '../core/curvature.ts';
import type {HostProblem} from '../core/hostProblem.ts';
import {randomStream} from '../core/random.ts';
import {TAYLOR_FLOAT32, taylorSlope} from '../numerics/curvature/taylor.ts';
import type {NetworkPoint} from './curvature.ts';
import {type Differentiable, embedded, flatGradient, trainedPart} from './flatGradient.ts';

/**
 * Holds the tensor code's float32 gradient of J/n to values in float64 from the host side, along a random direction. J is the raw one,
 * mean training loss + raw penalty / n: the one whose gradient solvers take.
 */
export async function gradientCheck(problem: Differentiable, host: HostProblem, network: NetworkPoint, seed: number): Promise<GradientCheck> {
  const n = problem.train.x.shape[0];
  const point = Float64Array.from(network.values);
  const gradientAt = flatGradient(problem, problem.train, network.shapes, network.model);
  const {places, fixed} = await trainedPart(gradientAt, point, network.shapes);
  if (places.length === 0) throw new Error('the gradient is zero all around this network, so that there is nothing to check');
  const random = randomStream(seed, 'gradient check');
  const value = (w: Float64Array): number => {
    const {trainLoss, rawPenalty} = host.evaluate({...network, values: Float32Array.from(w)});
    return trainLoss + rawPenalty / n;
  };
  const direction = embedded(Float64Array.from(places, () => random.normal()), places, new Float64Array(point.length));
  const check = await taylorSlope({value, rounded: (w) => w.map(Math.fround)}, await gradientAt(point), point, direction, TAYLOR_FLOAT32);
  return {...check, fixed};
}
