import type {Plane, PlaneKernel} from '../core/hostProblem.ts';

/**
 * J over a plane, evaluated point by point at origin + a du + b dv: for problems without a faster way along a row.
 * @param evaluate J at a point of the shared space; it must not keep the array, which is used again
 */
export function pointwiseKernel(evaluate: (point: Float64Array) => number, {origin, du, dv}: Plane): PlaneKernel {
  const point = new Float64Array(origin.length);
  return {
    evaluateRow(b, aValues, out) {
      for (const [at, a] of aValues.entries()) {
        for (let i = 0; i < point.length; i++) point[i] = origin[i] + a * du[i] + b * dv[i];
        out[at] = evaluate(point);
      }
    },
  };
}
