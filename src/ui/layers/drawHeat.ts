import {tick} from '../format.ts';
import {colourAt, cssColour, type Ink} from '../palette.ts';
import {type Scale, shareOf} from '../race/series.ts';
import {edgesOf, logShare} from './profiles.ts';

export interface Heat {
  /** Values by layer, from the embedding up; each a record's. */
  readonly columns: readonly (readonly number[])[];
  /** Where the records lie on the horizontal axis. */
  readonly xs: readonly number[];
  readonly xScale: Scale;
  /** Ends of the colour scale. */
  readonly range: readonly [number, number] | null;
}

export interface Cell {
  readonly record: number;
  readonly layer: number;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const rem = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
/** A column is still seen, and one alone well. */
const LEAST_WIDTH = 3;
const ALONE = 0.08;

function boxOf(width: number, height: number): Box {
  const unit = rem();
  return {left: 40 * unit, right: width - 8, top: 3, bottom: height - 17 * unit};
}

/** A place on the axis as a share of its width; what a log axis has no place for stands at its left end. */
const placeOf = (scale: Scale, x: number): number => (scale.log && x <= 0 ? 0 : Math.min(Math.max(shareOf(scale, x), 0), 1));

/** Left edges of the records' columns and the last one's right edge, in pixels. */
function edges({xs, xScale}: Heat, {left, right}: Box): readonly number[] {
  const places = xs.map((x) => left + placeOf(xScale, x) * (right - left));
  const all = [...edgesOf(places, (a, b) => (a + b) / 2)];
  const end = all.length - 1;
  if (end > 0) all[end] = Math.min(Math.max(all[end], all[end - 1] + (end > 1 ? LEAST_WIDTH : ALONE * (right - left))), right);
  return all;
}

/** The cell under a pixel, or null beside the picture. */
export function cellAt(width: number, height: number, heat: Heat, px: number, py: number): Cell | null {
  const box = boxOf(width, height);
  const layers = heat.columns.length;
  const at = edges(heat, box);
  if (layers === 0 || at.length < 2 || px < box.left || py < box.top || py > box.bottom) return null;
  const right = at.findIndex((edge) => edge > px);
  const layer = Math.floor(((box.bottom - py) / (box.bottom - box.top)) * layers);
  return {record: right < 0 ? heat.xs.length - 1 : Math.max(right - 1, 0), layer: Math.min(Math.max(layer, 0), layers - 1)};
}

/** Layer against time: colour by the logarithm, holes where a value is not a positive number. */
export function drawHeat(context: CanvasRenderingContext2D, width: number, height: number, heat: Heat, picked: Cell | null, ink: Ink): void {
  const box = boxOf(width, height);
  const {columns, range} = heat;
  const at = edges(heat, box);
  const tall = (box.bottom - box.top) / Math.max(columns.length, 1);
  drawAxes(context, box, heat, ink);
  if (at.length > 1) hatch(context, {...box, left: at[0], right: at[at.length - 1]}, ink);
  for (let record = 0; range && record + 1 < at.length; record++) {
    for (const [layer, column] of columns.entries()) {
      const value = column[record];
      if (!Number.isFinite(value) || value <= 0) continue;
      context.fillStyle = cssColour(colourAt(ink.landscape, logShare(range, value)));
      // On whole pixels, so that no seams show between cells.
      const [left, right] = [Math.round(at[record]), Math.round(at[record + 1])];
      const [top, bottom] = [Math.round(box.bottom - (layer + 1) * tall), Math.round(box.bottom - layer * tall)];
      context.fillRect(left, top, right - left, bottom - top);
    }
  }
  if (picked && picked.record + 1 < at.length) {
    const [x, right] = [at[picked.record], at[picked.record + 1]];
    context.strokeStyle = ink.text;
    context.lineWidth = 1.5;
    context.strokeRect(x - 1, box.bottom - (picked.layer + 1) * tall, Math.max(right - x, 2) + 2, tall);
  }
}

function drawAxes(context: CanvasRenderingContext2D, box: Box, {columns, xScale}: Heat, ink: Ink): void {
  const unit = rem();
  context.font = `${(10.5 * unit).toFixed(1)}px ${getComputedStyle(document.body).fontFamily}`;
  context.fillStyle = ink.faint;
  context.strokeStyle = ink.rule;
  context.lineWidth = 1;
  context.strokeRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  const tall = (box.bottom - box.top) / Math.max(columns.length, 1);
  const stride = Math.max(1, Math.ceil((13 * unit) / tall));
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (let layer = 0; layer < columns.length; layer += stride) context.fillText(String(layer), box.left - 5, box.bottom - (layer + 0.5) * tall);
  context.textBaseline = 'alphabetic';
  const room = (box.right - box.left) / (44 * unit);
  const every = Math.max(1, Math.ceil(xScale.ticks.length / Math.max(room, 1)));
  for (const [i, value] of xScale.ticks.entries()) {
    if (i % every !== 0) continue;
    const px = box.left + placeOf(xScale, value) * (box.right - box.left);
    context.textAlign = px > box.right - 14 * unit ? 'right' : 'center';
    context.fillText(tick(value), px, box.bottom + 13 * unit);
  }
}

/** What is not filled later, among what was recorded, is a hole: told from the palest colour by its lines. */
function hatch(context: CanvasRenderingContext2D, {left, right, top, bottom}: Box, ink: Ink): void {
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  context.beginPath();
  for (let x = left - (bottom - top); x < right; x += 7) {
    context.moveTo(x, bottom);
    context.lineTo(x + (bottom - top), top);
  }
  context.strokeStyle = ink.rule;
  context.globalAlpha = 0.7;
  context.stroke();
  context.restore();
}
