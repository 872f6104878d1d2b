import {contours} from 'd3-contour';
import type {Boundary, DataSummary} from '../../core/protocol.ts';
import {colourAt, type Ink, parseColour, type Rgb} from '../palette.ts';
import {drawTokens} from './drawTokens.ts';
import {drawScatter, type Frame, frameFor, frameOf, rangeOf, widen} from './scatter.ts';

export type Part = 'train' | 'test';

/** What a boundary's drawing depends on besides the numbers. */
export interface Style {
  readonly ink: Ink;
  /** The contestant's line. */
  readonly stroke: string;
  readonly dash: string;
  readonly part: Part;
}

type Context = CanvasRenderingContext2D;
type Grid = Extract<Boundary, {kind: 'grid'}>;
type Confusion = Extract<Boundary, {kind: 'confusion'}>;

export function drawBoundary(
  context: Context,
  width: number,
  height: number,
  boundary: Boundary,
  data: DataSummary,
  style: Style,
): void {
  switch (boundary.kind) {
    case 'grid':
      drawGrid(context, width, height, boundary, data, style);
      break;
    case 'curve':
      drawCurve(context, width, height, boundary, data, style);
      break;
    case 'confusion':
      drawConfusion(context, width, height, boundary, data, style);
      break;
    case 'fit':
      drawFit(context, width, height, boundary, style);
      break;
    case 'tokens':
      drawTokens(context, width, height, boundary, style.ink);
      break;
  }
}

/** The colour of each cell: output against its decision value, target range, or winning class by confidence. */
function cellColours({values, confidence}: Grid, data: DataSummary, ink: Ink): (i: number) => Rgb {
  if (confidence) {
    const paper = parseColour(ink.paper);
    const classes = ink.classes.map(parseColour);
    return (i) => colourAt([paper, classes[values[i] % classes.length]], 0.15 + 0.6 * confidence[i]);
  }
  if (data.task === 'regression') {
    const [low, high] = rangeOf(data.scatter.target);
    return (i) => colourAt(ink.diverging, (values[i] - low) / (high - low || 1));
  }
  return (i) => colourAt(ink.diverging, 0.5 + 0.5 * Math.min(Math.max(values[i] / 1.2, -1), 1));
}

function drawGrid(context: Context, width: number, height: number, grid: Grid, data: DataSummary, style: Style): void {
  const {side, xRange, yRange} = grid;
  const small = document.createElement('canvas');
  small.width = side;
  small.height = side;
  const brush = small.getContext('2d');
  if (!brush) return;
  const picture = brush.createImageData(side, side);
  const colour = cellColours(grid, data, style.ink);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const at = 4 * ((side - 1 - row) * side + column);
      picture.data.set([...colour(row * side + column), 255], at);
    }
  }
  brush.putImageData(picture, 0, 0);
  // Values stand at grid points, from edge to edge: half a cell hangs over on every side.
  const [cellX, cellY] = [width / (side - 1), height / (side - 1)];
  context.drawImage(small, -cellX / 2, -cellY / 2, width + cellX, height + cellY);
  if (!grid.confidence) drawLevels(context, width, height, grid, data, style.ink);
  drawScatter(context, frameFor(xRange, yRange, width, height), data, style.ink);
}

/** The decision line of two classes, or a few level lines of a regression. */
function drawLevels(context: Context, width: number, height: number, {side, values}: Grid, data: DataSummary, ink: Ink): void {
  const [low, high] = rangeOf(data.scatter.target);
  const regression = data.task === 'regression';
  const levels = regression ? [0.2, 0.4, 0.6, 0.8].map((t) => low + t * (high - low)) : [0];
  const cells = Array.from(values);
  context.beginPath();
  for (const level of levels) {
    for (const ring of contours().size([side, side]).contour(cells, level).coordinates.flat()) {
      // d3-contour puts grid point i at i + 0.5.
      const points = ring.map(([x, y]) => [((x - 0.5) / (side - 1)) * width, height - ((y - 0.5) / (side - 1)) * height]);
      context.moveTo(points[0][0], points[0][1]);
      for (const [x, y] of points) context.lineTo(x, y);
    }
  }
  context.strokeStyle = ink.text;
  context.lineWidth = regression ? 0.8 : 1.6;
  context.stroke();
}

function strokeLine(context: Context, style: Style, frame: Frame, x: ArrayLike<number>, y: ArrayLike<number>): void {
  context.beginPath();
  for (let i = 0; i < x.length; i++) context.lineTo(frame.x(x[i]), frame.y(y[i]));
  context.setLineDash(style.dash ? style.dash.split(' ').map(Number) : []);
  context.lineWidth = 2.4;
  context.lineJoin = 'round';
  context.strokeStyle = style.stroke;
  context.stroke();
  context.setLineDash([]);
}

function rule(context: Context, ink: Ink, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.lineWidth = 1;
  context.strokeStyle = ink.rule;
  context.stroke();
}

function drawCurve(
  context: Context,
  width: number,
  height: number,
  boundary: Extract<Boundary, {kind: 'curve'}>,
  data: DataSummary,
  style: Style,
): void {
  const {scatter} = data;
  const [low, high] = rangeOf(scatter.y);
  const [fLow, fHigh] = rangeOf(boundary.f);
  const span = high - low || 1;
  // A wild curve may leave the picture; the points may not.
  const yRange: readonly [number, number] = [
    Math.min(low, Math.max(fLow, low - span / 2)),
    Math.max(high, Math.min(fHigh, high + span / 2)),
  ];
  const frame = frameFor(rangeOf(boundary.x), widen(yRange, 0.08), width, height);
  if (boundary.classify) rule(context, style.ink, 0, frame.y(0), width, frame.y(0));
  drawScatter(context, frame, data, style.ink);
  strokeLine(context, style, frame, boundary.x, boundary.f);
}

/** From so many points on they are small and pale, so that the dense places show. */
const CROWD = 2000;

function drawFit(
  context: Context,
  width: number,
  height: number,
  boundary: Extract<Boundary, {kind: 'fit'}>,
  style: Style,
): void {
  const {predicted, target, testFrom} = boundary;
  const frame = frameFor(widen(rangeOf(target), 0.06), widen(rangeOf(target), 0.12), width, height);
  const [low, high] = widen(rangeOf(target), 0.06);
  rule(context, style.ink, frame.x(low), frame.y(low), frame.x(high), frame.y(high));
  const crowded = target.length > CROWD;
  context.globalAlpha = crowded ? 0.35 : 0.75;
  for (let i = 0; i < target.length; i++) {
    context.beginPath();
    context.arc(frame.x(target[i]), frame.y(predicted[i]), crowded ? 1.2 : 2.2, 0, 2 * Math.PI);
    if (i >= testFrom) {
      context.strokeStyle = style.stroke;
      context.lineWidth = 1.2;
      context.stroke();
    } else {
      context.fillStyle = style.stroke;
      context.fill();
    }
  }
  context.globalAlpha = 1;
  caption(context, style.ink, 'true →', width - 4, height - 5, 'right');
  caption(context, style.ink, '↑ predicted', 4, 12, 'left');
}

const rem = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

function caption(context: Context, ink: Ink, text: string, x: number, y: number, align: CanvasTextAlign): void {
  context.font = `${(10.5 * rem()).toFixed(1)}px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = align;
  context.fillStyle = ink.faint;
  context.fillText(text, x, y);
}

/** The matrix and, where there is room beside or below it, the points in their first two components. */
function drawConfusion(
  context: Context,
  width: number,
  height: number,
  boundary: Confusion,
  data: DataSummary,
  style: Style,
): void {
  const beside = width > height * 1.25;
  const side = Math.min(beside ? width * 0.48 : width, beside ? height : height * 0.5);
  context.save();
  context.translate(beside ? 0 : (width - side) / 2, beside ? (height - side) / 2 : 0);
  drawMatrix(context, side, style.part === 'train' ? boundary.train : boundary.test, style.ink);
  context.restore();
  context.save();
  context.translate(beside ? side + 8 : 0, beside ? 0 : side + 8);
  const frame = frameOf(data.scatter, width - (beside ? side + 8 : 0), height - (beside ? 0 : side + 8));
  drawScatter(context, frame, data, style.ink);
  ringWrong(context, frame, boundary.predicted, data, style.ink);
  context.restore();
}

/** Rows are the truth, columns the prediction; right answers in blue, wrong ones in orange, by share of the row. */
function drawMatrix(context: Context, side: number, counts: Int32Array, ink: Ink): void {
  const classes = Math.round(Math.sqrt(counts.length));
  const cell = side / classes;
  const right = ink.diverging[ink.diverging.length - 1];
  const wrong = ink.diverging[0];
  const paper = ink.diverging[2];
  context.font = `${Math.min(cell * 0.42, 12 * rem()).toFixed(1)}px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (let row = 0; row < classes; row++) {
    const total = counts.subarray(row * classes, (row + 1) * classes).reduce((sum, one) => sum + one, 0) || 1;
    for (let column = 0; column < classes; column++) {
      const n = counts[row * classes + column];
      const share = row === column ? n / total : Math.min((3 * n) / total, 1);
      const colour = colourAt([paper, row === column ? right : wrong], share);
      context.fillStyle = `rgb(${colour.map(Math.round).join(' ')})`;
      context.fillRect(column * cell, row * cell, cell - 1, cell - 1);
      if (cell < 15 || n === 0) continue;
      context.fillStyle = ink.text;
      context.fillText(String(n), (column + 0.5) * cell - 0.5, (row + 0.5) * cell);
    }
  }
  context.textBaseline = 'alphabetic';
}

function ringWrong(context: Context, frame: Frame, predicted: Int32Array, data: DataSummary, ink: Ink): void {
  const {x, y, target} = data.scatter;
  context.strokeStyle = ink.text;
  context.lineWidth = 1.4;
  for (let i = 0; i < x.length; i++) {
    if (predicted[i] === target[i]) continue;
    context.beginPath();
    context.arc(frame.x(x[i]), frame.y(y[i]), 4.5, 0, 2 * Math.PI);
    context.stroke();
  }
}
