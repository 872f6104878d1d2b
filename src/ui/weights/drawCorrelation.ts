import {colourAt, cssColour, type Ink, parseColour, type Rgb} from '../palette.ts';
import type {Correlation} from './correlation.ts';
import type {Block} from './rows.ts';

type Context = CanvasRenderingContext2D;

export interface Square {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

const BAR = 12;

/** Where the matrix lies: a square with room for the colour bar to its right. */
export function squareIn(width: number, height: number): Square {
  const side = Math.max(20, Math.min(width - 2 * (BAR + 34), height - 8));
  return {left: (width - side) / 2 - 8, top: (height - side) / 2, side};
}

/** The pair under a place of the picture, or null beside the matrix. */
export function pairAt({left, top, side}: Square, size: number, x: number, y: number): readonly [number, number] | null {
  const [i, j] = [Math.floor(((y - top) / side) * size), Math.floor(((x - left) / side) * size)];
  return i >= 0 && j >= 0 && i < size && j < size ? [i, j] : null;
}

/** -1 to 1 in the colours of the two classes; lines part the neurons, whose noise is independent. */
export function drawCorrelation(context: Context, width: number, height: number, {size, values}: Correlation, block: Block, picked: readonly [number, number] | null, ink: Ink): void {
  const square = squareIn(width, height);
  const {left, top, side} = square;
  const cell = side / size;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      context.fillStyle = cssColour(strong(ink, values[i * size + j]));
      // Half a pixel of overlap, so that no seams are seen.
      context.fillRect(left + j * cell, top + i * cell, cell + 0.5, cell + 0.5);
    }
  }
  context.strokeStyle = ink.paper;
  context.lineWidth = Math.min(1.5, cell / 4);
  for (let at = block.inputs; at < size; at += block.inputs) {
    context.beginPath();
    context.moveTo(left + at * cell, top);
    context.lineTo(left + at * cell, top + side);
    context.moveTo(left, top + at * cell);
    context.lineTo(left + side, top + at * cell);
    context.stroke();
  }
  if (picked) {
    context.strokeStyle = ink.text;
    context.lineWidth = 1.6;
    context.strokeRect(left + picked[1] * cell, top + picked[0] * cell, cell, cell);
  }
  colourBar(context, square, ink);
}

/** The page's two class colours, taken further than areas behind points may go. */
const strong = ({pair, paper}: Ink, value: number): Rgb => colourAt([pair[0], paper, pair[1]].map(parseColour), (value + 1) / 2);

function colourBar(context: Context, {left, top, side}: Square, ink: Ink): void {
  const x = left + side + 14;
  const gradient = context.createLinearGradient(0, top, 0, top + side);
  for (let s = 0; s <= 10; s++) gradient.addColorStop(s / 10, cssColour(strong(ink, 1 - s / 5)));
  context.fillStyle = gradient;
  context.fillRect(x, top, BAR, side);
  context.strokeStyle = ink.rule;
  context.lineWidth = 1;
  context.strokeRect(x, top, BAR, side);
  context.fillStyle = ink.faint;
  context.font = '11px system-ui, sans-serif';
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  for (const [value, text] of [[1, '1'], [0, '0'], [-1, '−1']] as const) {
    const y = top + ((1 - value) / 2) * side;
    context.fillText(text, x + BAR + 5, Math.min(Math.max(y, top + 6), top + side - 6));
  }
}
