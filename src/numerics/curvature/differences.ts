import {dot, type Product} from './lanczos.ts';

/** The gradient of a function of a flat vector. */
export type GradientAt = (w: Float64Array) => Float64Array | Promise<Float64Array>;

/** Half the distance of the two gradients; see `hessianProduct`. */
export const FLOAT32_RADIUS = 1e-2;
export const FLOAT64_RADIUS = 1e-5;

/**
 * v -> H v = |v| (g(w + r v/|v|) - g(w - r v/|v|)) / (2 r), two gradients each.
 *
 * Central differences are wrong by r^2/6 times a third derivative, plus the gradients' rounding over r. For float32 gradients the
 * two meet near r = 1e-2 = 1e-6^(1/3): measured on small tanh and ReLU networks the relative error is 2e-5 to 1e-4 there, up to
 * 2e-3 at r = 1e-1, 1e-3 at 1e-3 and 2e-2 at 1e-4. In float64 they meet near 1e-5. TensorFlow.js's own second derivatives
 * are wrong for tanh, exp, softmax and others, so none are used. At kinks of a ReLU network this is the Hessian of J smoothed over 2 r:
 * it sees the change of slope across the kinks that it steps over, which the Hessian inside a cell leaves out.
 * @param rounded the point at which the gradient is really taken, where that is rounded: the difference is divided by the distance of those
 */
export function hessianProduct(gradient: GradientAt, w: Float64Array, radius: number, rounded: (w: Float64Array) => Float64Array = (x) => x): Product {
  return async (v) => {
    const squares = dot(v, v);
    if (squares === 0) return new Float64Array(v.length);
    const step = radius / Math.sqrt(squares);
    const [ahead, behind] = [1, -1].map((sign) => rounded(w.map((x, i) => x + sign * step * v[i])));
    // 2 step, but for the rounding of the points.
    const apart = dot(ahead.map((x, i) => x - behind[i]), v) / squares;
    const [above, below] = [await gradient(ahead), await gradient(behind)];
    return Float64Array.from(above, (x, i) => (x - below[i]) / apart);
  };
}
