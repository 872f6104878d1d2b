import {colourAt, cssColour, type Ink} from '../palette.ts';
import type {AttentionPicture} from '../../core/protocol.ts';
import {measured} from '../format.ts';
import {cornerOf, effectiveOf, type Grid, type Place, weightsOf} from './heads.ts';

type Context = CanvasRenderingContext2D;

const rem = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
const MONO = 'ui-monospace, "SF Mono", Menlo, Consolas, monospace';

export interface Square {
  readonly left: number;
  readonly top: number;
  /** Width and height of a cell. */
  readonly across: number;
  readonly down: number;
}

export interface Picked {
  readonly query: number;
  readonly key: number;
}

const largest = (weights: Float64Array): number => weights.reduce((most, weight) => Math.max(most, weight), 0) || 1;

/** Weights as colours in a box, queries down and keys across: by the square root, up to the head's own largest weight. */
function paint(context: Context, weights: Float64Array, queries: number, keys: number, {left, top, across, down}: Square, ink: Ink): void {
  const most = largest(weights);
  for (let query = 0; query < queries; query++) {
    for (let key = 0; key < keys; key++) {
      context.fillStyle = cssColour(colourAt(ink.landscape, Math.sqrt(weights[query * keys + key] / most)));
      const [x, y] = [Math.round(left + key * across), Math.round(top + query * down)];
      context.fillRect(x, y, Math.max(Math.round(left + (key + 1) * across) - x, 1), Math.max(Math.round(top + (query + 1) * down) - y, 1));
    }
  }
}

/** A single query's weights as bars. */
function paintBars(context: Context, weights: Float64Array, left: number, top: number, side: number, ink: Ink): void {
  const most = largest(weights);
  context.fillStyle = cssColour(ink.landscape[0]);
  context.fillRect(left, top, side, side);
  context.fillStyle = cssColour(ink.landscape[ink.landscape.length - 2]);
  const wide = side / weights.length;
  for (const [key, weight] of weights.entries()) context.fillRect(left + key * wide, top + side * (1 - weight / most), Math.max(wide - 0.4, 0.6), (side * weight) / most);
}

/** All attentions of a network, small; the chosen one framed. */
export function drawSmalls(context: Context, grid: Grid, picture: AttentionPicture, chosen: Place, ink: Ink): void {
  const {layers, heads, queries, keys} = picture;
  const unit = rem();
  context.font = `${(9.5 * unit).toFixed(1)}px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = 'center';
  for (let layer = 0; layer < layers; layer++) {
    const [x, y] = cornerOf(grid, {layer, head: 0}, heads);
    context.fillStyle = layer === chosen.layer ? ink.text : ink.faint;
    if (grid.cell >= 11) context.fillText(String(layer + 1), x + (grid.across ? heads * grid.pitch : grid.cell) / 2, y - 3);
    for (let head = 0; head < heads; head++) {
      const [left, top] = cornerOf(grid, {layer, head}, heads);
      const weights = weightsOf(picture, {layer, head});
      if (queries.length === 1) paintBars(context, weights, left, top, grid.cell, ink);
      else paint(context, weights, queries.length, keys.length, {left, top, across: grid.cell / keys.length, down: grid.cell / queries.length}, ink);
      const isChosen = layer === chosen.layer && head === chosen.head;
      context.strokeStyle = isChosen ? ink.text : ink.rule;
      context.lineWidth = isChosen ? 2 : 1;
      context.strokeRect(left, top, grid.cell, grid.cell);
    }
  }
}

/** Words that label an axis: those that are too long give way to their numbers. */
const brief = (context: Context, words: readonly string[]): readonly string[] =>
  words.some((word) => context.measureText(word).width > 52 * rem()) ? words.map((_, i) => String(i + 1)) : words;

/** Room that the longest word takes. */
const widestOf = (context: Context, words: readonly string[]): number => Math.max(...words.map((word) => context.measureText(word).width), 0);

const fontOf = (): string => `${(10.5 * rem()).toFixed(1)}px ${MONO}`;

/** Room for the bars beside the large picture, in pixels at ordinary type. */
const BESIDE = 125;

/** Where the cells of the large picture lie: squares, as large as fit beside the labels. */
export function squareFor(context: Context, width: number, height: number, queries: readonly string[], keys: readonly string[]): Square {
  context.font = fontOf();
  const unit = rem();
  const left = widestOf(context, brief(context, queries)) + 6;
  const top = 15 * unit;
  // Beside it stands how many keys each query attends to, unless room is scarce.
  const beside = width > 300 * unit ? BESIDE * unit : 2;
  const side = Math.min((width - left - beside) / keys.length, (height - top - 2) / queries.length);
  return {left, top, across: side, down: side};
}

/** One attention: who asks on the left, who is looked at above. The picked query's row is framed. */
export function drawMap(context: Context, width: number, height: number, picture: AttentionPicture, place: Place, picked: Picked | null, ink: Ink): void {
  const {queries, keys} = picture;
  const square = squareFor(context, width, height, queries, keys);
  const {left, top, across, down} = square;
  paint(context, weightsOf(picture, place), queries.length, keys.length, square, ink);
  context.strokeStyle = ink.rule;
  context.lineWidth = 1;
  context.strokeRect(left, top, across * keys.length, down * queries.length);
  const [asking, seen] = [brief(context, queries), brief(context, keys)];
  writeWords(context, asking, down, ({at, strong}, word) => {
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    context.fillStyle = strong ? ink.text : ink.faint;
    context.fillText(word, left - 4, top + (at + 0.5) * down);
  }, picked?.query ?? null);
  const room = widestOf(context, seen) + 3;
  writeWords(context, seen, across, ({at, strong}, word) => {
    context.textAlign = 'center';
    context.textBaseline = 'alphabetic';
    context.fillStyle = strong ? ink.text : ink.faint;
    context.fillText(word, left + (at + 0.5) * across, top - 4);
  }, picked?.key ?? null, room);
  context.textBaseline = 'alphabetic';
  drawEffective(context, {...square, left: left + across * keys.length + 14}, width, effectiveOf(picture, place), keys.length, ink);
  if (!picked) return;
  context.strokeStyle = ink.text;
  context.lineWidth = 1.5;
  context.strokeRect(left, top + picked.query * down, across * keys.length, down);
  context.strokeRect(left + picked.key * across, top + picked.query * down, across, down);
}

/** Beside each query the keys that it effectively attends to, of all; where there is room. */
function drawEffective(context: Context, {left, top, down}: Square, width: number, effective: Float64Array, keys: number, ink: Ink): void {
  const unit = rem();
  const room = Math.min(width - left - 24 * unit, 130 * unit);
  if (room < 40 * unit || down < 5) return;
  context.font = `${(10 * unit).toFixed(1)}px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  context.fillStyle = ink.faint;
  context.fillText('keys attended to', left, top - 4);
  context.textBaseline = 'middle';
  const stride = Math.max(1, Math.ceil((11 * unit) / down));
  for (const [query, many] of effective.entries()) {
    const middle = top + (query + 0.5) * down;
    const long = (room * many) / keys;
    context.fillStyle = ink.rule;
    context.fillRect(left, middle - Math.min(down * 0.35, 5), long, Math.min(down * 0.7, 10));
    context.fillStyle = ink.faint;
    if (query % stride === 0) context.fillText(measured(many, 2), left + long + 4, middle);
  }
  context.textBaseline = 'alphabetic';
}

/** Words along an axis, as many as have room; the picked one always. */
function writeWords(
  context: Context,
  words: readonly string[],
  pitch: number,
  write: (place: {readonly at: number; readonly strong: boolean}, word: string) => void,
  picked: number | null,
  room = 12 * rem(),
): void {
  context.font = fontOf();
  const stride = Math.max(1, Math.ceil(room / pitch));
  for (const [at, word] of words.entries()) {
    const near = picked !== null && at !== picked && Math.abs(at - picked) * pitch < room;
    if (at === picked || (at % stride === 0 && !near)) write({at, strong: at === picked}, word);
  }
}
