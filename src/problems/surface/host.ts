import type {PreparedData, SurfaceLayout} from '../../core/data.ts';
import type {HostProblem, OwnPlane, Plane, PlaneKernel} from '../../core/hostProblem.ts';
import type {Snapshot} from '../../core/protocol.ts';
import {flatSpace} from '../../numerics/flatSpace.ts';
import {type Surface, SURFACE_VARIABLE, surfaceLayout, surfaceOf} from '../../numerics/surface/surface.ts';

/** A point like any other, for a space without paths. */
const ORIGIN: Snapshot = {iteration: 0, shapes: {[SURFACE_VARIABLE]: [2]}, values: new Float32Array(2)};

/** Room around a start outside of what is drawn, as a share of the width. */
const MARGIN = 0.1;

/** A range that holds the starts too. */
function widened([low, high]: readonly [number, number], starts: readonly number[]): [number, number] {
  const [least, most] = [Math.min(low, ...starts), Math.max(high, ...starts)];
  const room = MARGIN * (most - least);
  return [least < low ? least - room : low, most > high ? most + room : high];
}

/** The (x, y) plane itself, over what the function says is worth seeing. */
function planeOf({xRange, yRange}: SurfaceLayout, paths: readonly (readonly Snapshot[])[]): OwnPlane {
  const starts = (coordinate: number): number[] => paths.map((path) => path[0].values[coordinate]);
  return {
    plane: {origin: new Float64Array(2), du: Float64Array.of(1, 0), dv: Float64Array.of(0, 1)},
    aLabel: 'x',
    bLabel: 'y',
    aRange: widened(xRange, starts(0)),
    bRange: widened(yRange, starts(1)),
  };
}

/** f along a row; NaN, a hole, where it is undefined or infinite. */
const kernelOf = (surface: Surface, {origin, du, dv}: Plane): PlaneKernel => ({
  evaluateRow(b, aValues, out) {
    for (const [i, a] of aValues.entries()) {
      const value = surface.value(origin[0] + a * du[0] + b * dv[0], origin[1] + a * du[1] + b * dv[1]);
      out[i] = Number.isFinite(value) ? value : Number.NaN;
    }
  },
});

/** A surface in float64: J is f at the snapshot's point. */
export default function hostProblem(data: PreparedData): HostProblem {
  const layout = surfaceLayout(data);
  const surface = surfaceOf(layout.expression);
  return {
    evaluate({values}) {
      const f = surface.value(values[0], values[1]);
      const none = Number.NaN;
      return {objective: f, trainLoss: f, testLoss: none, penalty: 0, rawPenalty: 0, trainScore: none, testScore: none};
    },
    predict: (_snapshot, _x, n) => new Float64Array(n * data.k),
    objectiveAt: ([x, y]) => surface.value(x, y),
    // The window is the function's, so no path can make others look small.
    drawnUpTo: Number.POSITIVE_INFINITY,
    standsAlone: true,
    share: (paths) => {
      const space = flatSpace(paths.length > 0 ? paths : [[ORIGIN]], () => Int32Array.of(0, 1), (_like, plane) => kernelOf(surface, plane));
      return {...space, paths: space.paths.slice(0, paths.length), ownPlane: planeOf(layout, paths)};
    },
  };
}
