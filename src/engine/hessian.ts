import {randomStream} from '../core/random.ts';
import {denseSpectrum} from '../numerics/curvature/dense.ts';
import {FLOAT32_RADIUS, type GradientAt, hessianProduct} from '../numerics/curvature/differences.ts';
import {type Extremes, extremeEigenpairs, NotFiniteError} from '../numerics/curvature/lanczos.ts';
import {type Nodes, probeSpectrum, signVector} from '../numerics/curvature/spectrum.ts';
import type {Shapes} from '../numerics/flatSpace.ts';
import {type Differentiable, embedded, gradientsOf, restricted, type TrainedPart, trainedPart} from './flatGradient.ts';

/** The Hessian of J/n in the trained weights. */
export interface Hessian {
  readonly part: TrainedPart;
  /** 0 where no weight has a gradient, as all units are dead. */
  readonly dimension: number;
  /** Whether its entries are known, so that bounds, steps and probes play no part. */
  readonly exact: boolean;
  /**
   * The largest eigenvalues and the smallest.
   * @param most products at most
   * @param tolerance share of the largest |eigenvalue| that the bounds may be
   */
  extremes(seed: number, count: number, most: number, tolerance: number): Promise<Extremes>;
  /** The spectrum as a random probe sees it in so many steps; exact ones are seen in full. */
  probe(seed: number, probe: number, steps: number): Promise<Nodes>;
}

/** The float32 vector that a point is evaluated at, in float64. */
export const inFloat32 = (w: Float64Array): Float64Array => w.map(Math.fround);

/** The same for every network of this size and seed, so that sharpness moves only where the network does. */
const startVector = (seed: number, dimension: number): Float64Array => signVector(randomStream(seed, 'curvature'), dimension);

/** The exact entries at flat weights, or null where the problem offers none. Throws where they are not finite. */
function exactHessian(problem: Differentiable, w: Float64Array): Float64Array | null {
  const matrix = gradientsOf(problem).hessian?.(w) ?? null;
  if (matrix?.every(Number.isFinite) === false) throw new NotFiniteError('the second derivatives are undefined or infinite at this point, so that there is no curvature to measure; take another one');
  return matrix;
}

function knownHessian(matrix: Float64Array, dimension: number): Hessian {
  const {extremes, nodes} = denseSpectrum(matrix, dimension);
  return {
    part: {places: Int32Array.from({length: dimension}, (_, i) => i), fixed: []},
    dimension,
    exact: true,
    extremes: async (_seed, count) => extremes(count),
    probe: async () => nodes,
  };
}

/** From the problem's exact entries where it offers them, else by differences of its gradient, which must be that of the full data. */
export async function hessianAt(problem: Differentiable, gradient: GradientAt, {shapes, values}: {readonly shapes: Shapes; readonly values: Float32Array}): Promise<Hessian> {
  const w = Float64Array.from(values);
  const matrix = exactHessian(problem, w);
  if (matrix) return knownHessian(matrix, w.length);
  const part = await trainedPart(gradient, w, shapes);
  const {places} = part;
  const dimension = places.length;
  const inPart: GradientAt = async (v) => restricted(await gradient(embedded(v, places, w)), places);
  const product = hessianProduct(inPart, restricted(w, places), FLOAT32_RADIUS, inFloat32);
  return {
    part,
    dimension,
    exact: false,
    extremes: (seed, count, most, tolerance) => extremeEigenpairs(product, startVector(seed, dimension), count, most, tolerance),
    probe: (seed, probe, steps) => probeSpectrum(product, dimension, steps, randomStream(seed, 'curvature probe', probe)),
  };
}
