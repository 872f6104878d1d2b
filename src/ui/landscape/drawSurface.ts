import {colourAt, type Ink} from '../palette.ts';
import {levelLines, type Line, shadeAt, type Surface} from './surface.ts';

/** Pixels of the small picture, about, on a side. */
const DETAIL = 240;

/** The heat map as a small picture, to be scaled up smoothly; holes are left clear. */
function heatOf(surface: Surface, ink: Ink): HTMLCanvasElement {
  const perCell = Math.max(2, Math.round(DETAIL / (surface.side - 1)));
  const size = (surface.side - 1) * perCell + 1;
  const canvas = document.createElement('canvas');
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext('2d');
  if (!context) return canvas;
  const picture = context.createImageData(size, size);
  const pixels = new DataView(picture.data.buffer);
  const table = shadeTable(ink);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const t = shadeAt(surface, x / perCell, (size - 1 - y) / perCell);
      if (Number.isNaN(t)) continue;
      pixels.setUint32(4 * (y * size + x), table.getUint32(4 * Math.round(Math.min(Math.max(t, 0), 1) * 255)));
    }
  }
  context.putImageData(picture, 0, 0);
  return canvas;
}

/** The colours of the shades 0..1 as 256 pixels of red, green, blue and alpha. */
export function shadeTable(ink: Ink): DataView {
  const bytes = Array.from({length: 256}, (_, i) => [...colourAt(ink.landscape, i / 255).map(Math.round), 255]).flat();
  return new DataView(Uint8Array.from(bytes).buffer);
}

export interface SurfacePicture {
  readonly heat: HTMLCanvasElement;
  /** See levelLines. */
  readonly levels: readonly (readonly Line[])[];
  readonly paths: readonly Path2D[];
}

/** The costly part, done once for each landscape and theme. */
export function pictureOf(surface: Surface, ink: Ink): SurfacePicture {
  const levels = levelLines(surface);
  const paths = levels.map((lines) => {
    const path = new Path2D();
    for (const line of lines) {
      for (const [i, [x, y]] of line.entries()) path[i === 0 ? 'moveTo' : 'lineTo'](x, y);
    }
    return path;
  });
  return {heat: heatOf(surface, ink), levels, paths};
}

export const levelColour = (ink: Ink): string => (ink.scheme === 'dark' ? 'rgb(255 255 255 / 0.16)' : 'rgb(20 40 50 / 0.2)');

export function drawSurface(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  {heat, paths}: SurfacePicture,
  {side}: Surface,
  ink: Ink,
): void {
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(heat, 0, 0, width, height);
  const toCanvas = new DOMMatrix([width / (side - 1), 0, 0, -height / (side - 1), 0, height]);
  context.strokeStyle = levelColour(ink);
  context.lineWidth = 0.8;
  for (const level of paths) {
    const onCanvas = new Path2D();
    onCanvas.addPath(level, toCanvas);
    context.stroke(onCanvas);
  }
}
