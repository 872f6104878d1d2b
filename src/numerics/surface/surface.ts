import type {PreparedData, SurfaceLayout} from '../../core/data.ts';
import {derivatives} from '../expression/derivative.ts';
import {parseExpression} from '../expression/parse.ts';
import {type OnNumbers, onNumbers, type Program, programOf} from '../expression/program.ts';

/** The one variable of a problem on a surface: [2], or [G, 2] for G points. */
export const SURFACE_VARIABLE = 'w';

/** A function f of x and y with its exact derivatives, in float64; arrays are written anew by every call. */
export interface Surface {
  value(x: number, y: number): number;
  /** f_x, f_y. */
  readonly gradient: OnNumbers;
  /** f_xx, f_xy, f_yy. */
  readonly hessian: OnNumbers;
  /** Whether the second derivatives are constants. */
  readonly isQuadratic: boolean;
  /** Whether f may have kinks, so that a minimum need not be where the derivatives are 0. */
  readonly mayHaveKinks: boolean;
  /** f; and f_x, f_y. For tensors. */
  readonly programs: {readonly value: Program; readonly gradient: Program};
}

const KINKED: ReadonlySet<string> = new Set(['sqrt', 'abs', 'sign', 'min', 'max', 'above', 'pow']);

/** The function that an expression describes. Throws where it can't be read, which the data set's check has ruled out. */
export function surfaceOf(expression: string): Surface {
  const parsed = parseExpression(expression);
  if (!parsed.ok) throw new Error(`the expression ${parsed.message}`);
  const {graph, value} = parsed;
  const [fx, fy] = derivatives(graph, value);
  const [fxx, fxy] = derivatives(graph, fx);
  const [, fyy] = derivatives(graph, fy);
  const programs = {value: programOf(graph, [value]), gradient: programOf(graph, [fx, fy])};
  const values = onNumbers(programs.value);
  return {
    value: (x, y) => values(x, y)[0],
    gradient: onNumbers(programs.gradient),
    hessian: onNumbers(programOf(graph, [fxx, fxy, fyy])),
    isQuadratic: [fxx, fxy, fyy].every((at) => graph.constantAt(at) !== null),
    mayHaveKinks: programs.value.nodes.some(({op}) => KINKED.has(op)),
    programs,
  };
}

/** Values on a grid of side x side points from end to end of two ranges, row = y. */
export function surfaceGrid({value}: Surface, xRange: readonly [number, number], yRange: readonly [number, number], side: number): Float64Array {
  const at = ([low, high]: readonly [number, number], i: number): number => low + ((high - low) * i) / (side - 1);
  return Float64Array.from({length: side * side}, (_, i) => value(at(xRange, i % side), at(yRange, Math.floor(i / side))));
}

/** The function of prepared data. Throws where they hold none, which the problem's spec has refused. */
export function surfaceLayout({surface}: PreparedData): SurfaceLayout {
  if (!surface) throw new Error('these data are no function of x and y');
  return surface;
}

/** Points a side at which the size of the values is looked up. */
const PROBES = 41;

/** The largest finite |f| on the part of the plane that is drawn. */
export const sizeOfValues = (surface: Surface, {xRange, yRange}: SurfaceLayout): number =>
  surfaceGrid(surface, xRange, yRange, PROBES).reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);
