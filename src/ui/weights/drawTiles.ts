import type {BinaryWeights} from '../../core/protocol.ts';
import type {Ink} from '../palette.ts';
import {type Block, meanOf} from './rows.ts';

type Context = CanvasRenderingContext2D;

/** Columns and the side of a tile (pixels of a screen) that make tiles of a picture's shape largest. */
export function tiling(count: number, width: number, height: number, aspect: number, gap: number): {readonly columns: number; readonly width: number; readonly height: number} {
  let best = {columns: 1, width: 0, height: 0};
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const tall = Math.min((height - (rows - 1) * gap) / rows, (width - (columns - 1) * gap) / columns / aspect);
    if (tall > best.height) best = {columns, width: tall * aspect, height: tall};
  }
  return best;
}

/** Mid grey where |mu| is 0, black for a sure -1, white for a sure +1; the same in both themes. */
export const greyOf = (mean: number): string => {
  const level = Math.round(127.5 + 127.5 * Math.min(Math.max(mean, -1), 1));
  return `rgb(${level} ${level} ${level})`;
};

/** Each neuron's first weights as the picture that it looks for. */
export function drawTiles(context: Context, width: number, height: number, weights: BinaryWeights, block: Block, ink: Ink): void {
  const {image} = weights;
  if (!image) return;
  const gap = 8;
  const tile = tiling(block.neurons, width - 8, height - 8, image.width / image.height, gap);
  const rows = Math.ceil(block.neurons / tile.columns);
  const left = (width - tile.columns * tile.width - (tile.columns - 1) * gap) / 2;
  const top = (height - rows * tile.height - (rows - 1) * gap) / 2;
  const cell = tile.width / image.width;
  for (let neuron = 0; neuron < block.neurons; neuron++) {
    const x0 = left + (neuron % tile.columns) * (tile.width + gap);
    const y0 = top + Math.floor(neuron / tile.columns) * (tile.height + gap);
    for (let pixel = 0; pixel < image.width * image.height; pixel++) {
      context.fillStyle = greyOf(meanOf(weights, block.from + neuron * block.inputs + pixel));
      context.fillRect(x0 + (pixel % image.width) * cell, y0 + Math.floor(pixel / image.width) * cell, cell + 0.5, cell + 0.5);
    }
    context.strokeStyle = ink.faint;
    context.lineWidth = 1;
    context.strokeRect(x0 - 0.5, y0 - 0.5, tile.width + 1.5, tile.height + 1.5);
  }
}

/** A tile in signs, for the table: a row of the picture between bars. */
export const tileText = (weights: BinaryWeights, block: Block, neuron: number): string => {
  const {width, height} = weights.image ?? {width: 0, height: 0};
  return Array.from({length: height}, (_, row) =>
    Array.from({length: width}, (_, column) => (meanOf(weights, block.from + neuron * block.inputs + row * width + column) >= 0 ? '+' : '−')).join(''),
  ).join(' ');
};
