import {contours} from 'd3-contour';
import type {Landscape} from '../../core/protocol.ts';
import {colourAt, type Ink, type Rgb} from '../palette.ts';

/** J over the plane, made ready to draw: every value as a place 0..1 on the colour scale. */
export interface Surface {
  readonly side: number;
  /** side x side, row = b; NaN where J is not finite. */
  readonly shade: Float64Array;
  readonly log: boolean;
  readonly low: number;
  readonly high: number;
}

/** A log scale needs positive values; where J has others the scale is linear. */
export function surfaceOf({values, side}: Landscape, wantsLog: boolean): Surface {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const log = wantsLog && low > 0;
  const [from, to] = log ? [Math.log(low), Math.log(high)] : [low, high];
  const span = to - from || 1;
  const shade = values.map((value) => (Number.isFinite(value) ? ((log ? Math.log(value) : value) - from) / span : Number.NaN));
  return {side, shade, log, low, high};
}

/** The value at a place on the colour scale. */
export const valueAtShade = ({log, low, high}: Surface, t: number): number =>
  log ? low * (high / low) ** t : low + t * (high - low);

/** The shade between grid points, bilinearly; u and v run over 0..side-1. */
export function shadeAt({shade, side}: Surface, u: number, v: number): number {
  const column = Math.min(Math.max(Math.floor(u), 0), side - 2);
  const row = Math.min(Math.max(Math.floor(v), 0), side - 2);
  const [s, t] = [u - column, v - row];
  const at = row * side + column;
  const below = shade[at] * (1 - s) + shade[at + 1] * s;
  const above = shade[at + side] * (1 - s) + shade[at + side + 1] * s;
  return below * (1 - t) + above * t;
}

const REFINEMENT = 4;
const LEVELS = 14;

/** The heat map as a small picture, four pixels a cell, to be scaled up smoothly by the canvas. */
function heatOf(surface: Surface, ink: Ink): HTMLCanvasElement {
  const size = (surface.side - 1) * REFINEMENT + 1;
  const canvas = document.createElement('canvas');
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext('2d');
  if (!context) return canvas;
  const picture = context.createImageData(size, size);
  const table = Array.from({length: 256}, (_, i) => colourAt(ink.landscape, i / 255));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const t = shadeAt(surface, x / REFINEMENT, (size - 1 - y) / REFINEMENT);
      if (Number.isNaN(t)) continue;
      const colour: Rgb = table[Math.round(Math.min(Math.max(t, 0), 1) * 255)];
      picture.data.set([...colour, 255], 4 * (y * size + x));
    }
  }
  context.putImageData(picture, 0, 0);
  return canvas;
}

export interface SurfacePicture {
  readonly heat: HTMLCanvasElement;
  /** Level lines in grid units (0..side-1), b upwards. */
  readonly levels: readonly Path2D[];
}

/** The costly part, done once for each landscape and theme. */
export function pictureOf(surface: Surface, ink: Ink): SurfacePicture {
  const {side} = surface;
  const filled = Array.from(surface.shade, (t) => (Number.isNaN(t) ? 1 : t));
  const thresholds = Array.from({length: LEVELS}, (_, i) => (i + 0.5) / LEVELS);
  const levels = contours()
    .size([side, side])
    .thresholds(thresholds)(filled)
    .map((level) => {
      const path = new Path2D();
      for (const ring of level.coordinates.flat()) {
        // d3-contour puts grid point i at i + 0.5.
        for (const [i, [x, y]] of ring.entries()) path[i === 0 ? 'moveTo' : 'lineTo'](x - 0.5, y - 0.5);
      }
      return path;
    });
  return {heat: heatOf(surface, ink), levels};
}

export function drawSurface(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  {heat, levels}: SurfacePicture,
  {side}: Surface,
  ink: Ink,
): void {
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(heat, 0, 0, width, height);
  const toCanvas = new DOMMatrix([width / (side - 1), 0, 0, -height / (side - 1), 0, height]);
  context.strokeStyle = ink.scheme === 'dark' ? 'rgb(255 255 255 / 0.16)' : 'rgb(20 40 50 / 0.2)';
  context.lineWidth = 0.8;
  for (const level of levels) {
    const onCanvas = new Path2D();
    onCanvas.addPath(level, toCanvas);
    context.stroke(onCanvas);
  }
}
