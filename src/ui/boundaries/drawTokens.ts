import {cssColour, type Ink} from '../palette.ts';
import {shownOf, shownToken, type Tokens} from './tokens.ts';

type Context = CanvasRenderingContext2D;

const rem = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
const MONO = 'ui-monospace, "SF Mono", Menlo, Consolas, monospace';

/** A row's place: where it starts, and how wide and high its cells are. */
interface Layout {
  readonly cell: number;
  readonly line: number;
  /** From the top of one row to the next. */
  readonly pitch: number;
  /** Height of a part's name. */
  readonly heading: number;
}

function layoutFor(context: Context, vocabulary: readonly string[]): Layout {
  const unit = rem();
  context.font = fontOf();
  const widest = Math.max(...vocabulary.map((token) => context.measureText(shownToken(token)).width));
  const line = 13 * unit;
  return {cell: Math.max(widest + 5 * unit, 13 * unit), line, pitch: 2 * line + 7 * unit, heading: 14 * unit};
}

const fontOf = (): string => `${(11 * rem()).toFixed(1)}px ${MONO}`;

/** Sequences of both parts: what is read, and below each token the one expected next, struck out where it is wrong. */
export function drawTokens(context: Context, width: number, height: number, tokens: Tokens, ink: Ink): void {
  const layout = layoutFor(context, tokens.vocabulary);
  const headings = (tokens.testFrom > 0 ? 1 : 0) + (tokens.inputs.length / tokens.length > tokens.testFrom ? 1 : 0);
  const rows = Math.max(2, Math.floor((height - headings * layout.heading) / layout.pitch));
  const shown = shownOf(tokens, rows, Math.max(1, Math.floor((width - 2) / layout.cell)));
  // Cells may be wider than they need to be, not much though.
  const cell = Math.min((width - 2) / (tokens.length - shown.from), layout.cell * 1.6);
  const parts = [
    {name: 'training', from: 0, count: shown.train},
    {name: 'test', from: tokens.testFrom, count: shown.test},
  ];
  let top = 0;
  for (const {name, from, count} of parts) {
    if (count === 0) continue;
    heading(context, name, shown.from, top, layout, ink);
    top += layout.heading;
    for (let row = from; row < from + count; row++, top += layout.pitch) drawRow(context, tokens, row, shown.from, top, {...layout, cell}, ink);
  }
}

function heading(context: Context, name: string, from: number, top: number, {heading: tall}: Layout, ink: Ink): void {
  context.font = `${(10.5 * rem()).toFixed(1)}px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  context.fillStyle = ink.faint;
  context.fillText(from > 0 ? `${name}, from position ${from + 1}` : name, 0, top + tall - 3.5 * rem());
}

function drawRow(context: Context, tokens: Tokens, row: number, first: number, top: number, {cell, line}: Layout, ink: Ink): void {
  const {length, vocabulary, inputs, targets, predicted} = tokens;
  const wash = {right: ink.diverging[ink.diverging.length - 2], wrong: ink.diverging[1]};
  context.font = fontOf();
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (let position = first; position < length; position++) {
    const at = row * length + position;
    const [left, middle] = [(position - first) * cell, (position - first + 0.5) * cell];
    context.fillStyle = ink.faint;
    context.fillText(shownToken(vocabulary[inputs[at]] ?? ''), middle, top + line / 2);
    if (targets[at] < 0) continue;
    const isRight = predicted[at] === targets[at];
    context.fillStyle = cssColour(isRight ? wash.right : wash.wrong);
    context.fillRect(left + 0.75, top + line, cell - 1.5, line);
    context.fillStyle = ink.text;
    context.fillText(shownToken(vocabulary[predicted[at]] ?? ''), middle, top + 1.5 * line + 0.5);
    if (!isRight) strike(context, left + 2, top + 1.5 * line, left + cell - 2, ink);
  }
  context.textBaseline = 'alphabetic';
}

function strike(context: Context, left: number, middle: number, right: number, ink: Ink): void {
  context.beginPath();
  context.moveTo(left, middle + 4);
  context.lineTo(right, middle - 4);
  context.lineWidth = 1;
  context.globalAlpha = 0.6;
  context.strokeStyle = ink.text;
  context.stroke();
  context.globalAlpha = 1;
}
