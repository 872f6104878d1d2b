import type {DataSummary, Scatter} from '../../core/protocol.ts';
import {colourAt, cssColour, type Ink, parseColour} from '../palette.ts';

/** Where data coordinates lie on a canvas. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

type Range = readonly [number, number];

export function rangeOf(...columns: readonly ArrayLike<number>[]): Range {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      if (column[i] < low) low = column[i];
      if (column[i] > high) high = column[i];
    }
  }
  return low <= high ? [low, high] : [0, 1];
}

export const widen = ([low, high]: Range, share: number): Range => {
  const margin = (high - low || 1) * share;
  return [low - margin, high + margin];
};

export function frameFor(xRange: Range, yRange: Range, width: number, height: number): Frame {
  return {
    width,
    height,
    x: (value) => ((value - xRange[0]) / (xRange[1] - xRange[0])) * width,
    y: (value) => height - ((value - yRange[0]) / (yRange[1] - yRange[0])) * height,
  };
}

export const frameOf = (scatter: Scatter, width: number, height: number): Frame =>
  frameFor(widen(rangeOf(scatter.x), 0.08), widen(rangeOf(scatter.y), 0.1), width, height);

/** The colour of a target: by class, or between the two classes' colours for a regression. */
export function targetColour(data: DataSummary, ink: Ink): (target: number) => string {
  if (data.task === 'binary') return (target) => ink.pair[target > 0 ? 1 : 0];
  if (data.task === 'multiclass') return (target) => ink.classes[target % ink.classes.length];
  if (data.scatter.kind === 'curve') return () => ink.faint;
  const [low, high] = rangeOf(data.scatter.target);
  const stops = [ink.pair[0], ink.faint, ink.pair[1]].map(parseColour);
  return (target) => cssColour(colourAt(stops, (target - low) / (high - low || 1)));
}

/** Training points filled, test points as rings. */
export function drawScatter(context: CanvasRenderingContext2D, frame: Frame, data: DataSummary, ink: Ink): void {
  const {x, y, target, isTest} = data.scatter;
  const crowd = x.length > 600 ? 0.75 : x.length < 60 ? 1.6 : 1;
  const radius = Math.min(Math.max(Math.min(frame.width, frame.height) / 70, 1.4), 4) * crowd;
  const colour = targetColour(data, ink);
  for (let i = 0; i < x.length; i++) {
    context.beginPath();
    context.arc(frame.x(x[i]), frame.y(y[i]), radius, 0, 2 * Math.PI);
    if (isTest[i]) {
      context.lineWidth = 1.2;
      context.strokeStyle = colour(target[i]);
      context.stroke();
    } else {
      context.fillStyle = colour(target[i]);
      context.fill();
      context.lineWidth = 0.6;
      context.strokeStyle = ink.paper;
      context.stroke();
    }
  }
}
