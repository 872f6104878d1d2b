import type {DataSummary, Neurons} from '../../core/protocol.ts';
import {drawScatter, type Frame, frameFor, frameOf, rangeOf, widen} from '../boundaries/scatter.ts';
import type {Ink} from '../palette.ts';
import type {Population} from './cells.ts';

type Context = CanvasRenderingContext2D;
type Place = readonly [number, number];

/** The stretch of the line a x + b y + c = 0 within a box, as its two ends; null where it passes by. */
export function lineInBox(a: number, b: number, c: number, [x0, x1]: readonly [number, number], [y0, y1]: readonly [number, number]): readonly [Place, Place] | null {
  const ends: Place[] = [];
  const add = (x: number, y: number): void => {
    const inside = x >= x0 - 1e-9 && x <= x1 + 1e-9 && y >= y0 - 1e-9 && y <= y1 + 1e-9;
    if (inside && !ends.some(([px, py]) => Math.abs(px - x) + Math.abs(py - y) < 1e-9)) ends.push([x, y]);
  };
  if (b !== 0) for (const x of [x0, x1]) add(x, -(a * x + c) / b);
  if (a !== 0) for (const y of [y0, y1]) add(-(b * y + c) / a, y);
  return ends.length >= 2 ? [ends[0], ends[1]] : null;
}

/** Neurons below this share of the heaviest are left out: their edges would hide the others'. */
export const DRAWN_FROM = 0.05;

/** How far the hint of the active side reaches, in pixels. */
const HINT = 7;

interface Edge {
  readonly from: Place;
  readonly to: Place;
  /** Towards the active side, of length 1, in pixels. */
  readonly side: Place;
}

function edgeOf(frame: Frame, [p, q]: readonly [Place, Place], isOn: (x: number, y: number) => boolean, back: (x: number, y: number) => Place): Edge {
  const from: Place = [frame.x(p[0]), frame.y(p[1])];
  const to: Place = [frame.x(q[0]), frame.y(q[1])];
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
  const [nx, ny] = [(from[1] - to[1]) / length, (to[0] - from[0]) / length];
  const on = isOn(...back((from[0] + to[0]) / 2 + nx, (from[1] + to[1]) / 2 + ny));
  return {from, to, side: on ? [nx, ny] : [-nx, -ny]};
}

/** A neuron's edge with a shadow on its active side; hollow (dashed) where its output weight is negative. */
function stroke(context: Context, {from, to, side}: Edge, share: number, sign: number, colour: string): void {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.lineTo(to[0] + HINT * side[0], to[1] + HINT * side[1]);
  context.lineTo(from[0] + HINT * side[0], from[1] + HINT * side[1]);
  context.closePath();
  context.globalAlpha = 0.06 + 0.16 * share;
  context.fillStyle = colour;
  context.fill();
  context.globalAlpha = 0.35 + 0.6 * share;
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.setLineDash(sign < 0 ? [5, 4] : []);
  context.lineWidth = 0.7 + 1.9 * share;
  context.strokeStyle = colour;
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** Lightest first, so that the heavy ones lie on top. */
function each({neurons, colour}: Population, draw: (neurons: Neurons, j: number, share: number, colour: string) => void): void {
  const largest = neurons.weights[0] ?? 1;
  for (let j = neurons.weights.length - 1; j >= 0; j--) {
    const share = neurons.weights[j] / largest;
    if (share >= DRAWN_FROM) draw(neurons, j, Math.sqrt(share), colour);
  }
}

/** The plane of inputs: where each active neuron turns on, and its active side. */
export function drawLines(context: Context, width: number, height: number, data: DataSummary, population: Population, ink: Ink): void {
  const {scatter} = data;
  const [xRange, yRange] = [widen(rangeOf(scatter.x), 0.08), widen(rangeOf(scatter.y), 0.1)];
  const frame = frameOf(scatter, width, height);
  const back = (px: number, py: number): Place => [
    xRange[0] + (px / width) * (xRange[1] - xRange[0]),
    yRange[0] + ((height - py) / height) * (yRange[1] - yRange[0]),
  ];
  each(population, ({directions, signs}, j, share, colour) => {
    const [a, b, c] = directions.subarray(3 * j, 3 * j + 3);
    const ends = lineInBox(a, b, c, xRange, yRange);
    if (!ends) return;
    stroke(context, edgeOf(frame, ends, (x, y) => a * x + b * y + c > 0, back), share, signs[j], colour);
  });
  drawScatter(context, frame, data, ink);
}

/** The same for one input: a neuron turns on at one value, a kink of the curve. */
export function drawKinks(context: Context, width: number, height: number, data: DataSummary, population: Population, ink: Ink): void {
  const {scatter} = data;
  const [xRange, yRange] = [widen(rangeOf(scatter.x), 0.1), widen(rangeOf(scatter.y), 0.1)];
  const frame = frameFor(xRange, yRange, width, height);
  const back = (px: number): Place => [xRange[0] + (px / width) * (xRange[1] - xRange[0]), 0];
  each(population, ({directions, signs}, j, share, colour) => {
    const [a, c] = directions.subarray(2 * j, 2 * j + 2);
    const ends = lineInBox(a, 0, c, xRange, yRange);
    if (!ends) return;
    stroke(context, edgeOf(frame, ends, (x) => a * x + c > 0, back), share, signs[j], colour);
  });
  drawScatter(context, frame, data, ink);
}
