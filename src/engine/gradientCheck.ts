import type {GradientCheck} from '../core/curvature.ts';
import type {HostProblem} from '../core/hostProblem.ts';
import {randomStream} from '../core/random.ts';
import {denseSpectrum} from '../numerics/curvature/dense.ts';
import {dot} from '../numerics/curvature/lanczos.ts';
import {bendingScale, TAYLOR_FLOAT32, type TaylorObjective, type TaylorOptions, taylorSlope} from '../numerics/curvature/taylor.ts';
import type {NetworkPoint} from './curvature.ts';
import {type Differentiable, embedded, flatGradient, gradientsOf, type TrainedPart, trainedPart} from './flatGradient.ts';
import {inFloat32} from './hessian.ts';

/** Half a unit in the last place of float32, as a share. */
const FLOAT32_GRAIN = 2 ** -24;
/** Shares of the point's length and of the scale of bending that the scale of the steps is at least, or rounding would hide J's parabola. */
const LEAST_OF_POINT = 6000 * FLOAT32_GRAIN;
const LEAST_OF_BENDING = 1e-3;

/** What is checked, on which weights, and with which steps along a direction. */
interface Plan {
  readonly objective: TaylorObjective;
  readonly part: TrainedPart;
  readonly optionsAlong: (direction: Float64Array) => TaylorOptions;
}

const FLAT = 'the gradient is zero all around this network, so that there is nothing to check';

/** For networks, whose weights are of the size of 1. */
async function plainPlan(problem: Differentiable, host: HostProblem, network: NetworkPoint, point: Float64Array): Promise<Plan> {
  const n = problem.train.x.shape[0];
  const part = await trainedPart(flatGradient(problem, problem.train, network.shapes, network.model), point, network.shapes);
  if (part.places.length === 0) throw new Error(FLAT);
  const value = (w: Float64Array): number => {
    const {trainLoss, rawPenalty} = host.evaluate({...network, values: Float32Array.from(w)});
    return trainLoss + rawPenalty / n;
  };
  return {objective: {value, rounded: inFloat32}, part, optionsAlong: () => TAYLOR_FLOAT32};
}

/**
 * For functions that may bend on any scale: steps are shares of the scale that J bends on along the direction, or of |g| / |H| where that is
 * less, as a gradient that is wrong by some share shows only on steps below that share of it. A gradient in float32 is at best that of a
 * point whose coordinates are rounded, which changes it by |H| |w| 2^-24. Null where the Hessian is not known.
 */
function scaledPlan(problem: Differentiable, value: (w: Float64Array) => number, point: Float64Array, gradient: Float64Array): Plan | null {
  const hessian = gradientsOf(problem).hessian?.(point);
  const d = point.length;
  if (!hessian?.every(Number.isFinite)) return null;
  const {values} = denseSpectrum(hessian, d).nodes;
  const size = values.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  const [slope, distance] = [gradient, point].map((v) => Math.sqrt(dot(v, v)));
  if (slope === 0 && size === 0) throw new Error(FLAT);
  const optionsAlong = (direction: Float64Array): TaylorOptions => {
    const squares = dot(direction, direction);
    const curvature = dot(point.map((_, i) => dot(hessian.subarray(i * d, (i + 1) * d), direction)), direction) / squares;
    const along = (h: number): number => value(point.map((x, i) => x + (h / Math.sqrt(squares)) * direction[i]));
    const bending = bendingScale(along, Math.max(1, distance), curvature, size);
    const scale = Math.min(bending, Math.max(slope / size, LEAST_OF_POINT * distance, LEAST_OF_BENDING * bending));
    const {from, to} = TAYLOR_FLOAT32;
    return {...TAYLOR_FLOAT32, from: from * scale, to: to * scale, slack: size * distance * FLOAT32_GRAIN};
  };
  return {objective: {value}, part: {places: Int32Array.from(point.keys()), fixed: []}, optionsAlong};
}

/**
 * Holds the tensor code's float32 gradient of J/n to values in float64 from the host side, along a random direction. J is the raw one,
 * mean training loss + raw penalty / n: the one whose gradient solvers take.
 */
export async function gradientCheck(problem: Differentiable, host: HostProblem, network: NetworkPoint, seed: number): Promise<GradientCheck> {
  const point = Float64Array.from(network.values);
  const gradient = await flatGradient(problem, problem.train, network.shapes, network.model)(point);
  const scaled = host.objectiveAt ? scaledPlan(problem, host.objectiveAt, point, gradient) : null;
  const {objective, part: {places, fixed}, optionsAlong} = scaled ?? (await plainPlan(problem, host, network, point));
  const random = randomStream(seed, 'gradient check');
  const direction = embedded(Float64Array.from(places, () => random.normal()), places, new Float64Array(point.length));
  return {...(await taylorSlope(objective, gradient, point, direction, optionsAlong(direction))), fixed};
}
