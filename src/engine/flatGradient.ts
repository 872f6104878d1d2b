import type {ParamValues} from '../core/params.ts';
import type {Batch, GradientFacet, Problem, Vars} from '../core/problem.ts';
import {randomStream} from '../core/random.ts';
import {FLOAT32_RADIUS, type GradientAt} from '../numerics/curvature/differences.ts';
import {signVector} from '../numerics/curvature/spectrum.ts';
import {type Shapes, sizeOf} from '../numerics/flatSpace.ts';
import {tf} from './tf.ts';

/** A flat vector as variables, in the order of `shapes`; new tensors in float32. */
export function unpackVars(shapes: Shapes, values: ArrayLike<number>): Vars {
  const flat = Float32Array.from(values);
  const total = Object.values(shapes).reduce((sum, shape) => sum + sizeOf(shape), 0);
  if (total !== flat.length) throw new Error(`${flat.length} numbers don't fill the ${total} weights of this network`);
  const vars: Record<string, tf.Tensor> = {};
  let at = 0;
  for (const [name, shape] of Object.entries(shapes)) {
    const size = sizeOf(shape);
    vars[name] = tf.tensor(flat.subarray(at, at + size), [...shape], 'float32');
    at += size;
  }
  return vars;
}

/** Variables as one vector, in the order of `shapes`. */
const packed = (shapes: Shapes, vars: Vars): tf.Tensor1D => tf.concat(Object.keys(shapes).map((name) => tf.reshape(vars[name], [vars[name].size]))) as tf.Tensor1D;

/** What flat gradients need of a problem. */
export type Differentiable = Pick<Problem, 'train' | 'gradients'>;

export function gradientsOf({gradients}: Differentiable): GradientFacet {
  if (!gradients) throw new Error('this problem has no gradients, so that nothing can be said of its curvature');
  return gradients;
}

/** The gradient of J/n on a batch (penalty included) as a function of flat weights, by the problem's own tensor code. */
export const flatGradient = (problem: Differentiable, batch: Batch, shapes: Shapes, model: ParamValues): GradientAt => {
  const facet = gradientsOf(problem);
  return async (w) => {
    const gradient = tf.tidy(() => packed(shapes, facet.gradient(unpackVars(shapes, w), batch, true, model)));
    const values = await gradient.data<'float32'>();
    gradient.dispose();
    return Float64Array.from(values);
  };
};

/** The weights that training moves, apart from those that it leaves as they are (the gates of gated units). */
export interface TrainedPart {
  /** Their places in the flat vector. */
  readonly places: Int32Array;
  /** Names of the variables that are held fixed. */
  readonly fixed: readonly string[];
}

/**
 * A variable counts as fixed where its gradient is exactly 0 at w and at a point beside it. One point would not do: behind an output
 * layer that starts at zero all gradients are 0, but not for long.
 */
export async function trainedPart(gradient: GradientAt, w: Float64Array, shapes: Shapes): Promise<TrainedPart> {
  const signs = signVector(randomStream(0, 'beside'), w.length);
  const beside = w.map((x, i) => x + (FLOAT32_RADIUS / Math.sqrt(w.length)) * signs[i]);
  const gradients = [await gradient(w), await gradient(beside)];
  const places: number[] = [];
  const fixed: string[] = [];
  let from = 0;
  for (const [name, shape] of Object.entries(shapes)) {
    const to = from + sizeOf(shape);
    if (gradients.every((g) => g.subarray(from, to).every((x) => x === 0))) fixed.push(name);
    else for (let i = from; i < to; i++) places.push(i);
    from = to;
  }
  return {places: Int32Array.from(places), fixed};
}

/** A vector of the trained weights among all: the others as in `around`. */
export function embedded(part: Float64Array, places: Int32Array, around: Float64Array): Float64Array {
  const whole = around.slice();
  places.forEach((place, i) => {
    whole[place] = part[i];
  });
  return whole;
}

export const restricted = (whole: Float64Array, places: Int32Array): Float64Array => Float64Array.from(places, (place) => whole[place]);
